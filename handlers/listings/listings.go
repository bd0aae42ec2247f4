// Package listings holds the pages of writing listings.
package listings

import (
	"souk/models/drafts"
)

// Listings answers for writing listings.
type Listings struct {
	drafts *drafts.Service
}

// New makes the handlers.
func New(d *drafts.Service) *Listings {
	return &Listings{drafts: d}
}
