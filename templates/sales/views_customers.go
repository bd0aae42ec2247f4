package sales

import (
	"context"
	"strings"
	"time"

	"souk/models"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Customers are a page of those who have bought a plan.
type Customers struct {
	Frame
	State  models.SubscriptionState
	States []models.SubscriptionState
	Query  string
	Total  int64
	Items  []Subscriber
	Pager  ui.PagerProps
}

// Path is the address of a page of them.
func (c *Customers) Path(page string) string {
	return paths.With(paths.ManageListing(c.Slug, "customers"), "state", string(c.State), "q", c.Query, "page", page)
}

func (c *Customers) states(ctx context.Context) []ui.Option {
	all := []ui.Option{{Label: i18n.T(ctx, "sales.any.state")}}
	for _, s := range c.States {
		all = append(all, ui.Option{Value: string(s), Label: stateName(ctx, s)})
	}
	return all
}

// Customer is one of them.
type Customer struct {
	Frame
	Login, Name   string
	Kind          models.AccountKind
	Profile       models.BillingProfile
	Subscriptions []Subscriber
	Invoices      []Invoice
	Charges       []Attempt
	Paid          []models.Money
}

// address is where the customer is, in lines.
func (c *Customer) address(ctx context.Context) string {
	a := &c.Profile.Address
	var parts []string
	for _, s := range []string{c.Profile.Name, a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City), a.Region} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if a.Country != "" {
		parts = append(parts, i18n.Country(ctx, a.Country))
	}
	return strings.Join(parts, ", ")
}

// Invoice is an invoice or a credit note in a list.
type Invoice struct {
	ID        int64
	Kind      models.InvoiceKind
	Reference string
	Corrects  string
	AccountID int64
	Login     string
	ListingID int64
	Slug      string
	Listing   string
	Seller    string
	State     models.InvoiceState
	Minor     int64
	Tax       int64
	Paid      int64
	Credited  int64
	Held      int64
	Currency  string
	Issued    time.Time
	Due       time.Time
	Token     string
	Disputed  bool
	Transfer  bool
}

func (i *Invoice) refundable() bool {
	return i.Kind == models.KindInvoice && i.Paid > 0 && i.Paid-i.Credited-i.Held > 0
}

// Payable reports whether it can be marked as paid.
func (i *Invoice) Payable() bool {
	return i.Kind == models.KindInvoice && i.State == models.InvoiceOpen && i.Minor > 0
}

func (i *Invoice) status() string {
	if i.Kind == models.KindCreditNote {
		return "credit_note"
	}
	return string(i.State)
}

func (i *Invoice) tone() ui.Tone {
	switch {
	case i.Kind == models.KindCreditNote:
		return ui.ToneAccent
	case i.State == models.InvoicePaid:
		return ui.ToneGood
	case i.State == models.InvoiceOpen:
		return ui.ToneWarn
	}
	return ui.ToneQuiet
}

// amount is what a document asks for, or gives back.
func (i *Invoice) amount(ctx context.Context) string {
	if i.Kind == models.KindCreditNote {
		return money(ctx, -i.Minor, i.Currency)
	}
	return money(ctx, i.Minor, i.Currency)
}

// Attempt is a charge, whatever came of it.
type Attempt struct {
	ID       int64
	State    models.ChargeState
	Decline  models.DeclineCode
	Minor    int64
	Fee      int64
	Refunded int64
	Currency string
	At       time.Time
	Invoice  string
	Gateway  models.GatewayName
}

func (a *Attempt) tone() ui.Tone {
	switch a.State {
	case models.ChargeSucceeded:
		return ui.ToneGood
	case models.ChargeDeclined:
		return ui.ToneBad
	case models.ChargeCancelled:
		return ui.ToneQuiet
	}
	return ui.ToneWarn
}

func declined(ctx context.Context, code models.DeclineCode) string {
	return i18n.T(ctx, "sales.decline."+string(code))
}

// Invoices are a page of a listing's.
type Invoices struct {
	Frame
	State  string
	States []string
	Total  int64
	Items  []Invoice
	Pager  ui.PagerProps
}

// Path is the address of a page of them.
func (l *Invoices) Path(page string) string {
	return paths.With(paths.ManageListing(l.Slug, "invoices"), "state", l.State, "page", page)
}

func (l *Invoices) tabs(ctx context.Context) []ui.Tab {
	tabs := make([]ui.Tab, len(l.States))
	for i, s := range l.States {
		key := s
		if s == "" {
			key = "all"
		}
		tabs[i] = ui.Tab{Text: i18n.T(ctx, "sales.invoices."+key), Path: paths.With(paths.ManageListing(l.Slug, "invoices"), "state", s), Current: s == l.State}
	}
	return tabs
}
