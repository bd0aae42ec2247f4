// Package invoices holds the pages of invoices, receipts and credit notes, the same
// documents as PDF files, the public page that verifies one, and the table of taxes.
package invoices

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/organizations"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// View is a document with how far it is settled.
type View struct {
	ID           int64
	Reference    string
	Document     models.Document
	State        models.InvoiceState
	Corrects     *Related
	Corrections  []Related
	Payments     []Payment
	Paid         int64
	Credited     int64
	Owed         int64
	Settled      time.Time
	Hash         string
	Signature    string
	Altered      bool
	Token        string
	Subscription int64
	Slug         string // of the listing
	OfBuyer      bool   // the reader sees the buyer's billing, else the seller's sales
	Payer        organizations.Payer
	Base         string // of the site
}

// Related is another document that this one has to do with.
type Related struct {
	ID        int64
	Reference string
	Minor     int64
	At        time.Time
}

// Payment is money that moved for a document.
type Payment struct {
	Method string // "Visa •••• 4242"; "" where no card is known
	Minor  int64
	At     time.Time
}

// List is a page of an account's documents.
type List struct {
	Payer organizations.Payer
	Total int
	Items []Listed
	Zone  *time.Location
	Pager ui.PagerProps // with addresses that have no language
}

// Listed is a document in a list.
type Listed struct {
	ID                                     int64
	Kind                                   models.InvoiceKind
	Reference, Seller, Listing, Slug, Code string
	Minor, Credited                        int64
	State                                  models.InvoiceState
	Issued, Due                            time.Time
}

// Verification is what anyone sees of a document, and the form to find one.
type Verification struct {
	Found *Proof // nil: nothing was looked for, or nothing found
	Base  string

	Reference, Hash string // as typed
	Problems        ui.Problems
}

// Proof is what is shown of a document that was found.
type Proof struct {
	Kind                               models.InvoiceKind
	Reference, Seller, Country, Number string
	Total                              models.Money
	Tax                                int64
	Issued, Paid                       time.Time
	State                              models.InvoiceState
	Credited                           int64
	Hash, Signature                    string
	Altered                            bool
	Differs                            bool // what was typed isn't what stands there
}

// Taxes are the lines of the table.
type Taxes struct {
	Lines []Tax
	Zone  *time.Location
}

// Tax is one line.
type Tax struct {
	Country, Region, Name string
	Millionths            int64
	Reverse, Abroad       bool
	Updated               time.Time
}

// TaxForm is the form of a line; New for one that isn't there yet.
type TaxForm struct {
	New                            bool
	Country, Region, Name, Percent string
	Reverse, Abroad                bool
	Problems                       ui.Problems
}

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (l *List) date(ctx context.Context, t time.Time) string { return i18n.Date(ctx, t.In(l.Zone)) }

func (l *List) pager(ctx context.Context) ui.PagerProps {
	p := l.Pager
	p.Label = i18n.T(ctx, "invoices.pages")
	href := func(path string) string {
		if path == "" {
			return ""
		}
		return paths.Localized(i18n.Lang(ctx), path)
	}
	p.Previous, p.Next = href(p.Previous), href(p.Next)
	p.Links = append([]ui.PageLink(nil), p.Links...)
	for i := range p.Links {
		p.Links[i].Href = href(p.Links[i].Href)
	}
	return p
}

// stateOf is how far a document is settled, in a word.
func stateOf(ctx context.Context, kind models.InvoiceKind, s models.InvoiceState) string {
	if kind == models.KindCreditNote {
		return i18n.T(ctx, "invoices.state.credit_note")
	}
	return i18n.T(ctx, "invoices.state."+string(s))
}

func toneOf(kind models.InvoiceKind, s models.InvoiceState) ui.Tone {
	switch {
	case kind == models.KindCreditNote:
		return ui.ToneAccent
	case s == models.InvoicePaid:
		return ui.ToneGood
	case s == models.InvoiceOpen:
		return ui.ToneWarn
	}
	return ui.ToneQuiet
}

// amount of a document in a list; what is given back is below nothing.
func (l *Listed) amount(ctx context.Context) string {
	if l.Kind == models.KindCreditNote {
		return i18n.Money(ctx, -l.Minor, l.Code)
	}
	return i18n.Money(ctx, l.Minor, l.Code)
}

func titleOf(ctx context.Context, kind models.InvoiceKind) string {
	return i18n.T(ctx, "invoices.kind."+string(kind))
}

// rate is a percentage without needless digits: 8.1%, 20 %.
func rate(ctx context.Context, millionths int64) string {
	return i18n.T(ctx, "invoices.percent", "n", percent(ctx, millionths))
}

// percent is the same without its sign, as it is typed.
func percent(ctx context.Context, millionths int64) string {
	digits := models.FormatPercent(millionths)
	out := make([]byte, 0, len(digits)+2)
	for i := range len(digits) {
		if digits[i] == '.' {
			out = append(out, i18n.NumberMarks(ctx).Point...)
			continue
		}
		out = append(out, digits[i])
	}
	return string(out)
}

// Percent is how a rate is typed in the reader's language.
func Percent(ctx context.Context, millionths int64) string { return percent(ctx, millionths) }

// sorted are the lines by the names of their countries.
func (t *Taxes) sorted(ctx context.Context) []Tax {
	order := map[string]int{}
	for i, c := range i18n.Countries(ctx) {
		order[c] = i
	}
	lines := slices.Clone(t.Lines)
	slices.SortStableFunc(lines, func(a, b Tax) int { return cmp.Compare(order[a.Country], order[b.Country]) })
	return lines
}

// shell stands around the list.
func (l *List) shell(ctx context.Context) account.Shell {
	billing := paths.BillingPage(l.Payer.Organization, "")
	s := l.Payer.Shell(ctx, i18n.T(ctx, "invoices.title"), billing)
	s.Crumbs = []ui.Crumb{{Text: i18n.T(ctx, "invoices.billing"), Path: billing}, {Text: s.Title}}
	return s
}

func (t *Taxes) updated(ctx context.Context, at time.Time) string {
	return i18n.Date(ctx, at.In(t.Zone))
}

func (f *TaxForm) title(ctx context.Context) string {
	if f.New {
		return i18n.T(ctx, "invoices.tax.new")
	}
	return i18n.T(ctx, "invoices.tax.edit", "place", place(ctx, f.Country, f.Region))
}

// place is a country, and the region in it.
func place(ctx context.Context, country, region string) string {
	if region == "" {
		return i18n.Country(ctx, country)
	}
	return i18n.T(ctx, "invoices.tax.place", "country", i18n.Country(ctx, country), "region", region)
}

func (f *TaxForm) countries(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: i18n.T(ctx, "invoices.tax.choose")}}
	for _, c := range i18n.Countries(ctx) {
		options = append(options, ui.Option{Value: c, Label: i18n.Country(ctx, c)})
	}
	return options
}

func (f *TaxForm) action() string {
	if f.New {
		return paths.StaffTaxNew
	}
	return paths.StaffTax(f.Country, f.Region, "")
}

func (f *TaxForm) button(ctx context.Context) string {
	if f.New {
		return i18n.T(ctx, "invoices.tax.add")
	}
	return i18n.T(ctx, "invoices.tax.save")
}

// crumbs lead back to where the document is listed.
func (v *View) crumbs(ctx context.Context) []ui.Crumb {
	here := ui.Crumb{Text: v.Reference}
	if !v.OfBuyer {
		return []ui.Crumb{{Text: v.Document.Listing, Path: paths.ManageListing(v.Slug, "")}, here}
	}
	org := v.Payer.Organization
	return []ui.Crumb{{Text: i18n.T(ctx, "invoices.billing"), Path: paths.BillingPage(org, "")}, {Text: i18n.T(ctx, "invoices.title"), Path: paths.InvoicesPage(org, 1)}, here}
}

// seller is who wrote the document, where, and under which number.
func (p *Proof) seller(ctx context.Context) string {
	parts := []string{p.Seller}
	if p.Country != "" {
		parts = append(parts, i18n.Country(ctx, p.Country))
	}
	if p.Number != "" {
		parts = append(parts, p.Number)
	}
	return strings.Join(parts, " · ")
}

// commands check the signature in a terminal. The reference is quoted; the rest is
// hexadecimal and base64.
func (v *Verification) commands() string {
	p := v.Found
	return "curl -sO " + v.Base + paths.ReceiptsPEM + "\n" +
		"printf 'souk receipt\\n%s\\n%s\\n' '" + strings.ReplaceAll(p.Reference, "'", `'\''`) + "' \\\n  " + p.Hash + " > receipt.txt\n" +
		"printf '%s' '" + p.Signature + "' | base64 -d > receipt.sig\n" +
		"openssl pkeyutl -verify -pubin -inkey souk-receipts.pem \\\n  -rawin -in receipt.txt -sigfile receipt.sig"
}
