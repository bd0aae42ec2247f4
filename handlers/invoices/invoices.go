// Package invoices holds the invoices, receipts and credit notes, the public page that verifies one, and the taxes that an operator edits.
package invoices

import (
	invoicesverbs "souk/models/invoices"
)

// Invoices answers for them.
type Invoices struct {
	invoices *invoicesverbs.Service
}

// New makes the handlers.
func New(i *invoicesverbs.Service) *Invoices { return &Invoices{invoices: i} }
