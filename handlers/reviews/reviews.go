// Package reviews holds the pages of handing in and reviewing.
package reviews

import (
	"souk/models/checks"
	"souk/models/review"
)

// Reviews answers for handing in and reviewing.
type Reviews struct {
	review *review.Service
	checks *checks.Service
}

// New makes the handlers.
func New(r *review.Service, c *checks.Service) *Reviews {
	return &Reviews{review: r, checks: c}
}
