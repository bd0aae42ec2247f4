package sales

import (
	"context"
	"strconv"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/staff"
	"souk/web/i18n"
	"souk/web/paths"
)

// Dispute is a charge that a buyer contests.
type Dispute struct {
	ID        int64
	InvoiceID int64
	Invoice   string
	Login     string
	Seller    string
	Listing   string
	Minor     int64
	Currency  string
	Reason    string
	At        time.Time
}

// Event is what a gateway told that couldn't be worked on.
type Event struct {
	Gateway models.GatewayName
	ID      string
	Kind    string
	Problem string
	At      time.Time
}

// Report is the last check of the books.
type Report struct {
	At            time.Time
	Found         int64
	Discrepancies []models.Discrepancy
	Transactions  int64
	Invoices      int64
	Charges       int64
	Asked         int64
}

// Money is what staff sees of all sellers.
type Money struct {
	Zone                                                   *time.Location
	Query                                                  string
	Sellers, Disputed, Failed, Waiting, Refunding, PastDue int64
	Volume                                                 []Sum
	Disputes                                               []Dispute
	Events                                                 []Event
	Invoices                                               []Invoice
	Report                                                 *Report
}

// about says what a discrepancy is about.
func about(ctx context.Context, d *models.Discrepancy) string {
	text := i18n.T(ctx, "sales.subject."+d.Subject)
	switch {
	case d.Reference != "":
		return text + " " + d.Reference
	case d.ID != 0:
		return text + " " + strconv.FormatInt(d.ID, 10)
	}
	return text
}

// said is one side of a discrepancy: an amount of money where it is one.
func said(ctx context.Context, d *models.Discrepancy, text string) string {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && d.Currency != "" {
		return money(ctx, n, d.Currency)
	}
	if text == "" {
		return "–"
	}
	return text
}

// StaffInvoice is an invoice as staff sees it.
type StaffInvoice struct {
	Zone    *time.Location
	Invoice Invoice
}

func staffShell(ctx context.Context, title string) account.Shell {
	return staff.Shell(ctx, title, paths.StaffMoney)
}
