// Package ownership holds the pages of managers, transfer and deletion of apps.
package ownership

import (
	"souk/models/ownership"
)

// Ownership answers for managers, transfer and deletion of apps.
type Ownership struct {
	ownership *ownership.Service
}

// New makes the handlers.
func New(o *ownership.Service) *Ownership {
	return &Ownership{ownership: o}
}
