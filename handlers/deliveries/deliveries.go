// Package deliveries holds the webhooks of purchases: where they go to, each attempt, and the cursor for those who missed some.
package deliveries

import (
	"souk/models/hooks"
)

// Deliveries answers for them.
type Deliveries struct {
	hooks *hooks.Service
}

// New makes the handlers.
func New(h *hooks.Service) *Deliveries { return &Deliveries{hooks: h} }
