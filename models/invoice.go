package models

import (
	"strings"
	"time"
)

// LineCredit is the line of a credit note: what is given back of what an invoice
// asked for.
const LineCredit LineKind = "credit"

// Paper is what an invoice is made from.
type Paper struct {
	Seller      *Seller
	SellerLogin string
	Buyer       *BillingProfile
	BuyerLogin  string
	BuyerName   string // of the account, where the profile has none
	Listing     string // its name
	Bill        *Bill
	Method      string // "Visa •••• 4242"; by transfer, Seller.TransferDetails stand there
	Transfer    bool
	At          time.Time
	Payable     time.Time // until when; zero: at once
}

// InvoiceDocument is everything that stands on an invoice.
func InvoiceDocument(p Paper) Document {
	s, b := p.Seller, p.Buyer
	d := Document{Kind: KindInvoice, Listing: p.Listing, Bill: *p.Bill, Issued: p.At, Payable: p.Payable, Method: p.Method, Note: s.InvoiceNote,
		Seller:   Party{AccountID: s.AccountID, Login: p.SellerLogin, Name: s.LegalName, Address: s.Address, TaxNumber: s.TaxNumber, Mail: s.Mail},
		Buyer:    Party{AccountID: b.AccountID, Login: p.BuyerLogin, Name: b.Name, Address: b.Address, TaxNumber: b.TaxNumber, Mail: b.Mail},
		Language: b.Language, Zone: b.TimeZone}
	for _, party := range []*Party{&d.Seller, &d.Buyer} {
		if party.Name == "" {
			party.Name = party.Login
		}
	}
	if b.Name == "" && p.BuyerName != "" {
		d.Buyer.Name = p.BuyerName
	}
	if p.Transfer {
		d.Method = s.TransferDetails
	}
	if d.Payable.Before(d.Issued) {
		d.Payable = d.Issued
	}
	if !IsLanguage(d.Language) {
		d.Language = "en"
	}
	return d
}

// Credit is how much of an invoice is given back, and why.
type Credit struct {
	Minor  int64 // with its tax
	Before int64 // that was credited before, with its tax
	Reason string
	At     time.Time
}

// CreditNoteDocument is everything that stands on a credit note for an invoice with
// a reference. Its tax is what is left by cumulative share, so that the credit notes
// of an invoice that is credited in parts come to its net, tax and total, to the
// minor unit, however many there are. More than the invoice has left is cut off.
func CreditNoteDocument(original Document, reference string, c Credit) Document {
	bill := &original.Bill
	before := min(max(c.Before, 0), bill.Total)
	after := before + min(max(c.Minor, 0), bill.Total-before)
	d := original
	d.Kind, d.Corrects, d.Reason, d.Issued, d.Payable = KindCreditNote, reference, c.Reason, c.At, c.At
	d.Bill = Bill{Currency: bill.Currency, Rule: bill.Rule, Total: after - before}
	d.Bill.Tax = taxUntil(bill, after) - taxUntil(bill, before)
	d.Bill.Net = d.Bill.Total - d.Bill.Tax
	d.Bill.Lines = []BillLine{creditLine(&d.Bill, bill.Lines)}
	return d
}

// taxUntil is the tax in the first part of a bill's total.
func taxUntil(b *Bill, part int64) int64 {
	if b.Total == 0 {
		return 0
	}
	tax, _ := Share(b.Tax, part, b.Total)
	return tax
}

// creditLine says what a credit note is for: the plan that was billed, over all the
// time that was.
func creditLine(b *Bill, billed []BillLine) BillLine {
	l := BillLine{Kind: LineCredit, Units: 1, Minor: b.Net}
	if b.Rule.Inclusive {
		l.Minor = b.Total
	}
	for i, of := range billed {
		if i == 0 || of.Kind != LineUnused {
			l.PlanName, l.PlanKind, l.UnitName, l.Units, l.Period = of.PlanName, of.PlanKind, of.UnitName, of.Units, of.Period
		}
		if i == 0 || of.From.Before(l.From) {
			l.From = of.From
		}
		if of.Until.After(l.Until) {
			l.Until = of.Until
		}
	}
	l.Whole = l.Minor
	return l
}

// Adjusted is what the lines of a document come to beyond what it asks for: what was
// paid before and isn't used may be worth more than what replaces it, and nothing is
// paid out for that.
func (b *Bill) Adjusted() int64 {
	sum := b.Net
	if b.Rule.Inclusive {
		sum = b.Total
	}
	for i := range b.Lines {
		sum -= b.Lines[i].Amount()
	}
	return sum
}

// brands are the names of cards that aren't written as their code.
var brands = map[string]string{"amex": "American Express", "visa": "Visa", "mastercard": "Mastercard", "discover": "Discover", "diners": "Diners Club",
	"jcb": "JCB", "unionpay": "UnionPay", "cartes_bancaires": "Cartes Bancaires", "sepa_debit": "SEPA"}

// CardName is what a payment method is called on documents: "Visa •••• 4242"; ""
// where nothing is known of it.
func CardName(brand, last4 string) string {
	if name, ok := brands[brand]; ok {
		brand = name
	}
	if last4 == "" {
		return brand
	}
	return strings.TrimSpace(brand + " •••• " + last4)
}
