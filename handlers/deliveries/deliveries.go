// Package deliveries holds the desk of webhooks of purchases: where they go to, each
// attempt, and sending again.
package deliveries

import (
	"time"

	"souk/models/hooks"
)

// Deliveries answers for them.
type Deliveries struct {
	hooks *hooks.Service
	now   func() time.Time
}

// New makes the handlers.
func New(h *hooks.Service, now func() time.Time) *Deliveries { return &Deliveries{hooks: h, now: now} }
