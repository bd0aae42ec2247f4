package models

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestCreditNotesAddUp: however an invoice is credited in parts, they come to it.
func TestCreditNotesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := TaxRule{Name: "VAT", Country: "IE", Millionths: rapid.Int64Range(0, million).Draw(t, "rate"),
			Inclusive: rapid.Bool().Draw(t, "inclusive"), Reverse: rapid.Bool().Draw(t, "reverse")}
		line := BillLine{Kind: LinePeriod, PlanName: "Pro", Units: 1, Minor: rapid.Int64Range(1, 1_000_000_00).Draw(t, "price")}
		original := Document{Kind: KindInvoice, Bill: *newBill("EUR", rule, line)}
		b := &original.Bill
		var net, tax, total int64
		for total < b.Total {
			part := rapid.Int64Range(1, b.Total-total).Draw(t, "part")
			c := CreditNoteDocument(original, "TM-000001", Credit{Minor: part, Before: total}).Bill
			if c.Total != part || c.Net+c.Tax != c.Total || c.Net < 0 || c.Tax < 0 || c.Adjusted() != 0 {
				t.Fatalf("a part of %d is %+v", part, c)
			}
			net, tax, total = net+c.Net, tax+c.Tax, total+c.Total
		}
		if net != b.Net || tax != b.Tax || total != b.Total {
			t.Fatalf("the parts come to %d + %d = %d, not %d + %d = %d", net, tax, total, b.Net, b.Tax, b.Total)
		}
	})
}

func TestCreditNoteDocument(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	original := Document{Kind: KindInvoice, Listing: "Checker", Issued: day(10), Payable: day(10), Bill: *newBill("EUR",
		TaxRule{Name: "VAT", Country: "IE", Millionths: 230000},
		BillLine{Kind: LineUnused, PlanName: "Small", Units: 1, From: day(10), Until: day(31), Minor: -600},
		BillLine{Kind: LineRemaining, PlanName: "Large", Units: 3, UnitName: "seat", From: day(10), Until: day(31), Minor: 1600})}
	if original.Bill.Net != 1000 || original.Bill.Tax != 230 {
		t.Fatalf("the bill is %+v", original.Bill)
	}
	c := CreditNoteDocument(original, "TM-000007", Credit{Minor: 5000, Before: 230, Reason: "Never worked", At: day(20)})
	if c.Kind != KindCreditNote || c.Corrects != "TM-000007" || c.Reason != "Never worked" || !c.Issued.Equal(day(20)) || c.Bill.Total != 1000 {
		t.Errorf("the credit note is %+v", c)
	}
	l := c.Bill.Lines[0]
	if len(c.Bill.Lines) != 1 || l.Kind != LineCredit || l.PlanName != "Large" || l.Units != 3 || !l.From.Equal(day(10)) || !l.Until.Equal(day(31)) || l.Minor != c.Bill.Net {
		t.Errorf("its lines are %+v", c.Bill.Lines)
	}
	if original.Kind != KindInvoice || len(original.Bill.Lines) != 2 {
		t.Error("the original changed")
	}
}

func TestInvoiceDocument(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)
	seller := &Seller{AccountID: 1, TransferDetails: "IBAN IE00", InvoiceNote: "Thank you"}
	d := InvoiceDocument(Paper{Seller: seller, SellerLogin: "toolmakers", Buyer: &BillingProfile{AccountID: 2, Language: "xx"}, BuyerLogin: "acme", BuyerName: "Acme Ltd",
		Listing: "Checker", Bill: &Bill{Currency: "EUR"}, Transfer: true, At: at})
	if d.Seller.Name != "toolmakers" || d.Buyer.Name != "Acme Ltd" || d.Method != "IBAN IE00" || d.Note != "Thank you" || d.Language != "en" || !d.Payable.Equal(at) {
		t.Errorf("the document is %+v", d)
	}
}

func TestAdjusted(t *testing.T) {
	t.Parallel()
	b := newBill("EUR", TaxRule{}, BillLine{Minor: -900}, BillLine{Minor: 400})
	if b.Total != 0 || b.Adjusted() != 500 {
		t.Errorf("%d is paid, %d isn't paid out", b.Total, b.Adjusted())
	}
}
