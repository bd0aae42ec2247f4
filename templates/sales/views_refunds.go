package sales

import (
	"context"
	"time"

	"souk/models"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Given is a refund that was given before, or tried.
type Given struct {
	ID         int64
	Minor      int64
	State      models.RefundState
	Reason     models.RefundReason
	Words      string
	ByStaff    bool
	CreditNote string
	At         time.Time
	Problem    string
}

// Refund asks how much of an invoice goes back.
type Refund struct {
	Frame
	Staff     bool
	ID        int64
	Reference string
	Login     string
	Account   int64
	Listing   string
	Slug      string
	Currency  string
	Paid      int64
	Left      int64
	PaidAt    time.Time
	Disputed  bool
	Transfer  bool
	Refused   string // why nothing can be given back
	Given     []Given

	Key, Amount, Reason, Words string
	Problems                   ui.Problems
}

func (r *Refund) path() string {
	if r.Staff {
		return paths.StaffInvoice(r.ID, "refund")
	}
	return paths.SoldInvoice(r.Slug, r.ID, "refund")
}

// Back is where one came from.
func (r *Refund) Back() string {
	if r.Staff {
		return paths.StaffInvoice(r.ID, "")
	}
	return paths.Customer(r.Slug, r.Account)
}

func (r *Refund) reasons(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, reason := range models.RefundReasons() {
		all = append(all, ui.Option{Value: string(reason), Label: i18n.T(ctx, "sales.reason."+string(reason))})
	}
	return all
}

// Paid asks whether an invoice was paid by transfer.
type Paid struct {
	Frame
	Staff    bool
	Invoice  Invoice
	Words    string
	Problems ui.Problems
}

func (p *Paid) path() string {
	if p.Staff {
		return paths.StaffInvoice(p.Invoice.ID, "paid")
	}
	return paths.SoldInvoice(p.Invoice.Slug, p.Invoice.ID, "paid")
}
