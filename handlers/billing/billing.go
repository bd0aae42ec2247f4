// Package billing holds the pages of what an account has bought: its subscriptions, and what it pays.
package billing

import (
	billingverbs "souk/models/billing"
)

// Billing answers for them.
type Billing struct {
	billing *billingverbs.Service
}

// New makes the handlers.
func New(b *billingverbs.Service) *Billing { return &Billing{billing: b} }
