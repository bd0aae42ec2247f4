// Package wallet holds the pages of payment methods, billing details, selling, and
// of the test gateway.
package wallet

import (
	"context"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/organizations"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Named is what a payment method is called by.
type Named struct{ Kind, Brand, Last4 string }

// brands are names that no language translates.
var brands = map[string]string{"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover", "jcb": "JCB",
	"diners": "Diners Club", "unionpay": "UnionPay", "cartes_bancaires": "Cartes Bancaires", "eftpos_au": "eftpos"}

// kinds have names of their own; all others are payment methods.
var kinds = map[string]bool{"card": true, "sepa_debit": true, "us_bank_account": true, "bacs_debit": true, "au_becs_debit": true, "link": true}

// Text is the name in words.
func (n Named) Text(ctx context.Context) string {
	name := brands[n.Brand]
	switch {
	case name != "":
	case kinds[n.Kind]:
		name = i18n.T(ctx, "wallet.kind."+n.Kind)
	default:
		name = i18n.T(ctx, "wallet.kind.other")
	}
	if n.Last4 == "" {
		return name
	}
	return i18n.T(ctx, "wallet.numbered", "name", name, "last4", n.Last4)
}

// Method is a payment method in a list.
type Method struct {
	ID                int64
	Name              Named
	Expires           string // YYYY-MM
	Expired, Expiring bool
	Seller            string // that alone is paid with it
	PaysFor           []string
}

func (m *Method) expiry(ctx context.Context) string {
	t, err := time.Parse("2006-01", m.Expires)
	if err != nil {
		return ""
	}
	key := "wallet.expires"
	if m.Expired {
		key = "wallet.expired_in"
	}
	return i18n.T(ctx, key, "month", t.Format("01/2006"))
}

// Source is a seller for whom a payment method can be added.
type Source struct{ Listing, Seller string }

// Methods are what an account pays with.
type Methods struct {
	Payer    organizations.Payer
	Saved    []Method
	Any      bool // one can be added for every seller
	Sources  []Source
	MayAdd   bool
	Listing  string // that is to be paid
	ReturnTo string
	Zone     *time.Location
	Problems ui.Problems
}

// shell stands around the page; those below the list have it in their crumbs.
func (m *Methods) shell(ctx context.Context, title string, below bool) account.Shell {
	return methodShell(ctx, m.Payer, title, below)
}

func methodShell(ctx context.Context, p organizations.Payer, title string, below bool) account.Shell {
	s := billingShell(ctx, p, title)
	if below {
		s.Crumbs = append(s.Crumbs, ui.Crumb{Text: i18n.T(ctx, "wallet.methods.title"), Path: paths.BillingPage(p.Organization, "methods")})
	}
	return s
}

func billingShell(ctx context.Context, p organizations.Payer, title string) account.Shell {
	s := p.Shell(ctx, title, paths.BillingPage(p.Organization, ""))
	s.Crumbs = []ui.Crumb{{Text: i18n.T(ctx, "wallet.billing"), Path: paths.BillingPage(p.Organization, "")}}
	return s
}

// addable reports whether the account can add one from here.
func (m *Methods) addable() bool {
	return m.MayAdd && (m.Any || m.Listing != "" || len(m.Sources) > 0)
}

func (m *Methods) newPath() string {
	if m.Listing == "" && m.ReturnTo == "" {
		return paths.BillingPage(m.Payer.Organization, "methods/new")
	}
	return paths.BillingReturning(m.Payer.Organization, "methods/new", m.Listing, m.ReturnTo)
}

// choices are the sellers that one can be added for.
func (m *Methods) choices() []ui.Option {
	var out []ui.Option
	for _, s := range m.Sources {
		out = append(out, ui.Option{Value: s.Listing, Label: s.Seller})
	}
	return out
}

// Removing is a payment method that somebody wants to remove.
type Removing struct {
	Payer organizations.Payer
	ID    int64
	Name  Named
}

// Address is a postal address.
type Address struct{ Line1, Line2, City, Region, PostalCode, Country string }

// Details are what stands on the invoices that an account gets.
type Details struct {
	Payer                           organizations.Payer
	MayEdit, Filled                 bool
	Name, TaxNumber, Mail, Language string
	TimeZone, ReturnTo              string
	Address                         Address
	Problems                        ui.Problems
}

func languages() []ui.Option {
	names := map[string]string{"en": "English", "zh-CN": "简体中文", "ja": "日本語", "fr": "Français"}
	var out []ui.Option
	for _, code := range models.Languages() {
		out = append(out, ui.Option{Value: code, Label: names[code]})
	}
	return out
}

func timeZones() []ui.Option {
	var out []ui.Option
	for _, z := range models.TimeZones() {
		out = append(out, ui.Option{Value: z, Label: z})
	}
	return out
}

func countries(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "wallet.country.choose")}}
	for _, code := range i18n.Countries(ctx) {
		out = append(out, ui.Option{Value: code, Label: i18n.Country(ctx, code)})
	}
	return out
}

// Owner is whose selling a page is about.
type Owner struct{ Organization, Login, Name string }

// Selling is how an account is paid.
type Selling struct {
	Owner    Owner
	Gateway  string // "": none
	Account  string // there
	Ready    bool
	Known    bool // it was set before
	Named    bool // it has said who sells
	Standing int  // subscriptions that haven't ended
	Asked    []string
	Gateways []string // that can be connected

	LegalName, TaxNumber, Mail  string
	Address                     Address
	TaxRegistered, TaxInclusive bool
	InvoicePrefix, InvoiceNote  string
	AcceptsTransfer             bool
	TransferDetails             string
	TransferDays, GraceDays     string
	Problems                    ui.Problems
}

func (s *Selling) shell(ctx context.Context, title string, below bool) account.Shell {
	current := paths.SellingPage(s.Owner.Organization)
	p := organizations.Payer{Organization: s.Owner.Organization, Name: s.Owner.Name, Role: "owner"}
	shell := p.Shell(ctx, title, current)
	if below {
		shell.Crumbs = []ui.Crumb{{Text: i18n.T(ctx, "wallet.selling.title"), Path: current}}
	}
	return shell
}

func (s *Selling) part(part string) string { return paths.SellingPart(s.Owner.Organization, part) }

// inclusive is the choice between prices with and without tax.
func (s *Selling) inclusive() string {
	if s.TaxInclusive {
		return "true"
	}
	return "false"
}

func gatewayName(ctx context.Context, code string) string { return i18n.T(ctx, "wallet.gateway."+code) }

// Card is a familiar number of the test gateway.
type Card struct{ Number, Behaviour, Brand, Kind string }

func (c *Card) text() string {
	var out []rune
	for i, r := range c.Number {
		if i > 0 && i%4 == 0 {
			out = append(out, '\u00a0')
		}
		out = append(out, r)
	}
	return string(out)
}

// Sheet is a page of the test gateway.
type Sheet struct {
	ID, Buyer, Description, State string
	Setup, Open                   bool
	Minor                         int64
	Currency                      string
	ReturnURL, CancelURL          string
	Behaviours                    []string
	Cards                         []Card

	Number, Behaviour string
	Problems          ui.Problems
}

func (s *Sheet) amount(ctx context.Context) string { return i18n.Money(ctx, s.Minor, s.Currency) }

func (s *Sheet) title(ctx context.Context) string {
	if s.Setup {
		return i18n.T(ctx, "wallet.test.setup")
	}
	return i18n.T(ctx, "wallet.test.charge", "amount", s.amount(ctx))
}

func (s *Sheet) behaviours(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "wallet.test.behaviour.none")}}
	for _, b := range s.Behaviours {
		out = append(out, ui.Option{Value: b, Label: i18n.T(ctx, "wallet.behaviour."+b)})
	}
	return out
}

// asked reports whether the buyer is asked, and not their bank.
func (s *Sheet) asked() bool { return s.State == string(models.ChargeAction) }
