package invoices

import (
	"context"
	"slices"
	"strings"
	"time"

	"souk/models"
	"souk/web/i18n"
	"souk/web/paths"
)

// sheet is what stands on a document, in the buyer's language: the page and the PDF
// file show the same.
type sheet struct {
	Language      string
	Title         string
	Facts         []fact
	Seller, Buyer block
	Heads         [3]string // of the lines
	Lines         []line
	Sums          []sum
	Notes         []string
	ProofTitle    string
	Proof         string
	Address       string // of the public page
	HashName      string
	Hash          string
	SignatureName string
	Signature     string
	Page          func(n, of int) string
}

type fact struct{ Name, Value string }

type block struct {
	Title string
	Lines []string // the name first
}

type line struct {
	Text, Detail, Count, Amount string
}

type sum struct {
	Name, Value string
	Strong      bool
}

// writer puts a document into words.
type writer struct {
	ctx  context.Context
	v    *View
	d    *models.Document
	zone *time.Location
}

// sheet is what stands on the document.
func (v *View) sheet(ctx context.Context) *sheet {
	lang := v.Document.Language
	if !models.IsLanguage(lang) {
		lang = i18n.Default
	}
	w := &writer{ctx: i18n.With(ctx, lang), v: v, d: &v.Document, zone: i18n.Zone(v.Document.Zone)}
	s := &sheet{Language: lang, Title: titleOf(w.ctx, w.d.Kind), Facts: w.facts(), Seller: w.party("seller", &w.d.Seller), Buyer: w.party("buyer", &w.d.Buyer),
		Heads: [3]string{w.t("description"), w.t("quantity"), w.t("amount")}, Lines: w.lines(), Sums: w.sums(), Notes: w.notes(),
		ProofTitle: w.t("proof"), Proof: w.t("proof.text"), Address: v.Base + paths.Localized(lang, paths.Receipt(v.Token)),
		HashName: w.t("hash"), Hash: v.Hash, SignatureName: w.t("signature"), Signature: v.Signature}
	s.Page = func(n, of int) string {
		return w.t("page", "reference", v.Reference, "n", i18n.Number(w.ctx, int64(n)), "of", i18n.Number(w.ctx, int64(of)))
	}
	return s
}

func (w *writer) t(key string, args ...any) string {
	return i18n.T(w.ctx, "invoices.doc."+key, args...)
}

func (w *writer) date(t time.Time) string { return i18n.Date(w.ctx, t.In(w.zone)) }

func (w *writer) money(minor int64) string { return i18n.Money(w.ctx, minor, w.d.Bill.Currency) }

func (w *writer) facts() []fact {
	facts := []fact{{w.t("number"), w.v.Reference}, {w.t("issued"), w.date(w.d.Issued)}}
	if w.d.Kind == models.KindCreditNote {
		return append(facts, fact{w.t("corrects"), w.d.Corrects})
	}
	if w.v.Owed > 0 || w.d.Payable.After(w.d.Issued) {
		facts = append(facts, fact{w.t("payable"), w.date(w.d.Payable)})
	}
	return facts
}

// party is who stands on the document.
func (w *writer) party(role string, p *models.Party) block {
	b := block{Title: w.t(role), Lines: []string{p.Name}}
	b.Lines = append(b.Lines, w.address(&p.Address)...)
	if p.TaxNumber != "" {
		b.Lines = append(b.Lines, w.t("tax_number", "number", p.TaxNumber))
	}
	if p.Mail != "" {
		b.Lines = append(b.Lines, p.Mail)
	}
	return b
}

// address is an address as letters of its country have it.
func (w *writer) address(a *models.Address) (lines []string) {
	country := ""
	if a.Country != "" {
		country = i18n.Country(w.ctx, a.Country)
	}
	parts := []string{a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City), a.Region, country}
	switch {
	case a.Country == "JP" && a.PostalCode != "":
		parts = []string{"〒" + a.PostalCode, a.Region + a.City, a.Line1, a.Line2, country}
	case a.Country == "JP", a.Country == "CN":
		parts = []string{a.PostalCode, a.Region + a.City, a.Line1, a.Line2, country}
	case slices.Contains([]string{"US", "CA", "AU"}, a.Country):
		parts = []string{a.Line1, a.Line2, strings.TrimSpace(strings.Join([]string{a.City, a.Region, a.PostalCode}, " ")), country}
	}
	for _, l := range parts {
		if l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// lines are those of the bill; what a coupon took off stands below what it took it
// off.
func (w *writer) lines() (lines []line) {
	for i := range w.d.Bill.Lines {
		l := &w.d.Bill.Lines[i]
		out := line{Text: w.d.Listing + " – " + w.what(l), Amount: w.money(l.Minor), Count: i18n.Number(w.ctx, 1)}
		if !l.From.IsZero() && !l.Until.IsZero() {
			out.Detail = w.t("period", "from", w.date(l.From), "until", w.date(l.Until))
		}
		if l.PlanKind == models.PlanPerUnit && l.Kind != models.LineCredit && l.Units > 0 {
			out.Count = w.units(l)
		}
		lines = append(lines, out)
		if l.Discount != 0 {
			lines = append(lines, line{Text: w.t("discount", "code", l.Coupon), Amount: w.money(-l.Discount)})
		}
	}
	return lines
}

func (w *writer) what(l *models.BillLine) string {
	if l.Kind == models.LinePeriod {
		return w.t("line.period."+string(l.Period), "plan", l.PlanName)
	}
	return w.t("line."+string(l.Kind), "plan", l.PlanName)
}

// units are how many, and what one costs for a whole period where that is exact.
func (w *writer) units(l *models.BillLine) string {
	unit := l.UnitName
	if unit == "" {
		unit = w.t("unit")
	}
	return w.t("units", "n", i18n.Number(w.ctx, l.Units), "unit", unit)
}

// sums are what the lines come to, the tax, and what is left to pay.
func (w *writer) sums() (sums []sum) {
	b := &w.d.Bill
	if off := b.Adjusted(); off != 0 {
		sums = append(sums, sum{Name: w.t("adjusted"), Value: w.money(off)})
	}
	if b.Rule.Name != "" {
		sums = append(sums, sum{Name: w.t("net"), Value: w.money(b.Net)}, sum{Name: w.tax(), Value: w.money(b.Tax)})
	}
	total := w.t("total")
	if w.d.Kind == models.KindCreditNote {
		total = w.t("total_credit")
	}
	sums = append(sums, sum{Name: total, Value: w.money(b.Total), Strong: true})
	if w.d.Kind == models.KindCreditNote {
		return sums
	}
	if w.v.Paid > 0 {
		sums = append(sums, sum{Name: w.t("paid"), Value: w.money(w.v.Paid)})
	}
	if w.v.Credited > 0 {
		sums = append(sums, sum{Name: w.t("credited"), Value: w.money(w.v.Credited)})
	}
	if w.v.Owed > 0 {
		sums = append(sums, sum{Name: w.t("owed"), Value: w.money(w.v.Owed), Strong: true})
	}
	return sums
}

func (w *writer) tax() string {
	r := &w.d.Bill.Rule
	if r.Reverse {
		return w.t("tax.reverse", "name", r.Name)
	}
	return w.t("tax", "name", r.Name, "rate", rate(w.ctx, r.Millionths))
}

// notes are what is said below the sums.
func (w *writer) notes() (notes []string) {
	r := &w.d.Bill.Rule
	add := func(text string) {
		if text != "" {
			notes = append(notes, text)
		}
	}
	if w.d.Reason != "" {
		add(w.t("reason", "reason", w.d.Reason))
	}
	switch {
	case r.Reverse && models.InEU(w.d.Seller.Address.Country) && models.InEU(r.Country):
		add(w.t("reverse.eu"))
	case r.Reverse:
		add(w.t("reverse"))
	case r.Name == "":
		add(w.t("no_tax"))
	case r.Inclusive:
		add(w.t("inclusive"))
	}
	for _, text := range w.payment() {
		add(text)
	}
	for _, c := range w.v.Corrections {
		add(w.t("corrected", "reference", c.Reference, "date", w.date(c.At), "amount", w.money(c.Minor)))
	}
	add(w.d.Note)
	return notes
}

// payment is how the document was paid, or is to be.
func (w *writer) payment() (all []string) {
	key := "paid_with"
	if w.d.Kind == models.KindCreditNote {
		key = "refunded_to"
	}
	for _, p := range w.v.Payments {
		if p.Method == "" {
			all = append(all, w.t(key+".transfer", "date", w.date(p.At), "amount", w.money(p.Minor)))
			continue
		}
		all = append(all, w.t(key, "date", w.date(p.At), "amount", w.money(p.Minor), "method", p.Method))
	}
	switch {
	case len(all) > 0 || w.d.Kind == models.KindCreditNote:
	case w.v.Owed > 0 && w.d.Method != "":
		all = append(all, w.t("pay_by", "date", w.date(w.d.Payable), "method", w.d.Method))
	case w.v.Owed > 0:
		all = append(all, w.t("pay_until", "date", w.date(w.d.Payable)))
	case w.d.Bill.Total == 0:
		all = append(all, w.t("nothing_due"))
	case w.v.State == models.InvoiceWrittenOff:
		all = append(all, w.t("written_off"))
	case w.v.Paid > 0 && !w.v.Settled.IsZero() && w.d.Method != "" && !w.d.Payable.After(w.d.Issued):
		all = append(all, w.t("paid_with", "date", w.date(w.v.Settled), "amount", w.money(w.v.Paid), "method", w.d.Method))
	case w.v.Paid > 0 && !w.v.Settled.IsZero():
		all = append(all, w.t("paid_on", "date", w.date(w.v.Settled)))
	}
	return all
}
