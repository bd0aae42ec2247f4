package models

import (
	"regexp"
	"strings"
)

// Limits of what stands on invoices, in characters.
const (
	MaxPartyName       = 200
	MaxAddressLine     = 200
	MaxCity            = 100
	MaxPostalCode      = 20
	MaxInvoiceNote     = 500
	MaxTransferDetails = 500
	MaxInvoicePrefix   = 12
)

// A party collects what is wrong with a form about somebody who stands on invoices.
type party struct{ problems Problems }

func (p *party) wrong(e *Error, field string) { p.problems = append(p.problems, e.On(field)) }

// text takes a field in; it is needed where missing isn't nil.
func (p *party) text(s *string, field string, limit int, lines bool, missing *Error) {
	clean, err := PlainText(*s, limit, lines)
	known, bad := err, err != nil
	switch {
	case bad:
		p.wrong(asError(known), field)
	case clean == "" && missing != nil:
		p.wrong(missing, field)
	default:
		*s = clean
	}
}

func asError(err error) *Error {
	for _, e := range []*Error{ErrTooLong, ErrControl} {
		if e.Is(err) {
			return e
		}
	}
	return ErrBadParameter
}

// address takes an address in, all of whose needed lines are there.
func (p *party) address(a *Address) {
	p.text(&a.Line1, "line1", MaxAddressLine, false, ErrAddressLine)
	p.text(&a.Line2, "line2", MaxAddressLine, false, nil)
	p.text(&a.City, "city", MaxCity, false, ErrAddressCity)
	p.text(&a.Region, "region", MaxCity, false, nil)
	p.text(&a.PostalCode, "postal_code", MaxPostalCode, false, nil)
	if a.Country = strings.ToUpper(strings.TrimSpace(a.Country)); !IsCountry(a.Country) {
		p.wrong(ErrAddressCountry, "country")
	}
}

func (p *party) tax(number *string, country string) {
	clean, err := ParseTaxNumber(country, *number)
	if err != nil {
		p.wrong(ErrTaxNumber, "tax_number")
		return
	}
	*number = clean
}

func (p *party) mail(address *string, missing *Error) {
	if *address = strings.TrimSpace(*address); *address == "" {
		if missing != nil {
			p.wrong(missing, "mail")
		}
		return
	}
	clean, err := ParseMail(*address)
	if err != nil {
		p.wrong(ErrMailForm, "mail")
		return
	}
	*address = clean
}

func (p *party) err() error {
	if len(p.problems) == 0 {
		return nil
	}
	return p.problems
}

// Checked is the profile as it is kept, or Problems.
func (b BillingProfile) Checked() (BillingProfile, error) {
	var p party
	p.text(&b.Name, "name", MaxPartyName, false, ErrPartyName)
	p.address(&b.Address)
	p.tax(&b.TaxNumber, b.Address.Country)
	p.mail(&b.Mail, nil)
	if !IsLanguage(b.Language) {
		p.wrong(ErrPartyLanguage, "language")
	}
	if _, err := ParseTimeZone(b.TimeZone); err != nil {
		p.wrong(ErrTimeZone, "time_zone")
	}
	return b, p.err()
}

// invoicePrefix is what stands in front of an invoice's number.
var invoicePrefix = regexp.MustCompile(`^[A-Z0-9][A-Z0-9/-]{0,11}$|^$`)

// Checked is what a seller says of themselves as it is kept, or Problems. What the
// gateway says stays.
func (s Seller) Checked() (Seller, error) {
	var p party
	p.text(&s.LegalName, "legal_name", MaxPartyName, false, ErrPartyName)
	p.address(&s.Address)
	p.tax(&s.TaxNumber, s.Address.Country)
	if s.TaxRegistered && strings.TrimSpace(s.TaxNumber) == "" {
		p.wrong(ErrTaxNumberNeeded, "tax_number")
	}
	s.TaxInclusive = s.TaxInclusive && s.TaxRegistered
	p.mail(&s.Mail, ErrSellerMail)
	if s.InvoicePrefix = strings.ToUpper(strings.TrimSpace(s.InvoicePrefix)); !invoicePrefix.MatchString(s.InvoicePrefix) {
		p.wrong(ErrInvoicePrefix, "invoice_prefix")
	}
	p.text(&s.InvoiceNote, "invoice_note", MaxInvoiceNote, true, nil)
	p.text(&s.TransferDetails, "transfer_details", MaxTransferDetails, true, nil)
	if s.AcceptsTransfer && s.TransferDetails == "" {
		p.wrong(ErrTransferDetails, "transfer_details")
	}
	if s.TransferDays < 1 || s.TransferDays > MaxTransferDays {
		p.wrong(ErrTransferDays, "transfer_days")
	}
	if s.GraceDays < 0 || s.GraceDays > MaxGraceDays {
		p.wrong(ErrGraceDays, "grace_days")
	}
	return s, p.err()
}

// Named reports whether a seller has said who they are, which every invoice says.
func (s *Seller) Named() bool { return s.LegalName != "" && s.Address.Country != "" }

// Asked is what a gateway asks a seller for, in a word that people are told.
type Asked string

// The words. AskedOther is what Souk has no word for.
const (
	AskedPerson       Asked = "person"       // who somebody is
	AskedDocument     Asked = "document"     // a document that shows it
	AskedOwners       Asked = "owners"       // who owns or directs the company
	AskedCompany      Asked = "company"      // the company itself
	AskedBusiness     Asked = "business"     // what it sells, and where
	AskedBank         Asked = "bank"         // where payouts go
	AskedTerms        Asked = "terms"        // the gateway's terms
	AskedTax          Asked = "tax"          // a tax number
	AskedReview       Asked = "review"       // nothing: the gateway looks at it
	AskedDisconnected Asked = "disconnected" // the connection was taken away
	AskedRefused      Asked = "refused"      // the gateway doesn't want the seller
	AskedDetails      Asked = "details"      // nothing was told yet
	AskedOther        Asked = "other"
)

// AskedWords lists the words.
func AskedWords() []Asked {
	return []Asked{AskedPerson, AskedDocument, AskedOwners, AskedCompany, AskedBusiness, AskedBank, AskedTerms, AskedTax, AskedReview,
		AskedDisconnected, AskedRefused, AskedDetails, AskedOther}
}

// askedBy tells the words of requirements by parts of their codes; the first that
// fits counts.
var askedBy = []struct {
	part string
	word Asked
}{
	{"disconnected", AskedDisconnected}, {"rejected", AskedRefused}, {"platform_paused", AskedRefused},
	{"under_review", AskedReview}, {"pending_verification", AskedReview}, {"listed", AskedReview},
	{"tos_acceptance", AskedTerms}, {"external_account", AskedBank}, {"bank_account", AskedBank},
	{"document", AskedDocument}, {"tax_id", AskedTax}, {"vat_id", AskedTax}, {"id_number", AskedPerson}, {"ssn_last_4", AskedPerson},
	{"owners", AskedOwners}, {"directors", AskedOwners}, {"executives", AskedOwners}, {"relationship", AskedOwners},
	{"business_profile", AskedBusiness}, {"business_type", AskedBusiness}, {"company", AskedCompany},
	{"individual", AskedPerson}, {"representative", AskedPerson}, {"person", AskedPerson}, {"details", AskedDetails}, {"past_due", AskedDetails},
}

// AskedFor puts what a gateway asks for into words, each once, in their order.
func AskedFor(requirements []string) []Asked {
	found := map[Asked]bool{}
	for _, r := range requirements {
		word := AskedOther
		for _, by := range askedBy {
			if strings.Contains(r, by.part) {
				word = by.word
				break
			}
		}
		found[word] = true
	}
	var out []Asked
	for _, w := range AskedWords() {
		if found[w] {
			out = append(out, w)
		}
	}
	return out
}
