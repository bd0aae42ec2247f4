package invoices

import (
	"souk/models"
	invoicesverbs "souk/models/invoices"
	pages "souk/templates/invoices"
	"souk/templates/organizations"
)

func view(i *invoicesverbs.Invoice, p organizations.Payer, base string) *pages.View {
	v := &pages.View{ID: i.ID, Reference: i.Reference, Document: i.Document, State: i.State, Paid: i.Paid, Credited: i.Credited, Owed: i.Owed(),
		Settled: i.SettledAt, Hash: i.Hash, Signature: i.Signature, Altered: i.Altered, Token: i.Token, Subscription: i.SubscriptionID,
		Slug: i.ListingSlug, OfBuyer: i.OfBuyer, Payer: p, Base: base}
	if i.Corrects != nil {
		v.Corrects = &pages.Related{ID: i.Corrects.ID, Reference: i.Corrects.Reference, Minor: i.Corrects.Minor, At: i.Corrects.At}
	}
	for _, r := range i.Corrections {
		v.Corrections = append(v.Corrections, pages.Related{ID: r.ID, Reference: r.Reference, Minor: r.Minor, At: r.At})
	}
	for _, p := range i.Payments {
		v.Payments = append(v.Payments, pages.Payment{Method: models.CardName(p.Brand, p.Last4), Minor: p.Minor, At: p.At})
	}
	return v
}

func proof(r *invoicesverbs.Receipt) *pages.Proof {
	return &pages.Proof{Kind: r.Kind, Reference: r.Reference, Seller: r.Seller, Country: r.Country, Number: r.TaxNumber, Total: r.Total, Tax: r.Tax,
		Issued: r.Issued, Paid: r.Paid, State: r.State, Credited: r.Credited, Hash: r.Hash, Signature: r.Signature, Altered: r.Altered}
}
