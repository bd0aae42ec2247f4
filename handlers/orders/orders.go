// Package orders holds the pages on which plans are bought and changed, up to the last click.
package orders

import (
	"souk/models/billing"
)

// Orders answers for them.
type Orders struct {
	billing *billing.Service
}

// New makes the handlers.
func New(b *billing.Service) *Orders { return &Orders{billing: b} }
