package handlers_test

import (
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/invoices"
	"souk/models/invoices/invoicetest"
)

// what acme has paid: its owners and billing managers, and staff; what is on one
// document its seller sees too, the organization printers of the integrator
var (
	ofInvoices  = nobody.except(allowed, owner, billing, suspended, support, reviewer, admin).except(forbidden, member, repoAdmin)
	ofDocuments = nobody.except(allowed, owner, billing, suspended, support, reviewer, admin, integrator)
)

// invoicesTable is every route of routes_invoices.go.
var invoicesTable = []route{
	{get, "/settings/billing/invoices", "/settings/billing/invoices", "", own},
	{get, "/organizations/:org/settings/billing/invoices", "/organizations/acme/settings/billing/invoices", "", ofInvoices},
	{get, "/settings/billing/invoices/:id", "/settings/billing/invoices/{invoice}", "", ofDocuments},

	{get, "/receipts", "/receipts", "", public},
	{get, "/receipts/:token", "/receipts/a-receipt-of-acme", "", public},
	{get, "/.well-known/souk-receipts.json", "/.well-known/souk-receipts.json", "", public},
	{get, "/.well-known/souk-receipts.pem", "/.well-known/souk-receipts.pem", "", public},

	{get, "/staff/taxes", "/staff/taxes", "", ofAdministrator},
	{get, "/staff/taxes/new", "/staff/taxes/new", "", ofAdministrator},
	{post, "/staff/taxes/new", "/staff/taxes/new", "country=BR&name=ISS&percent=5", ofAdministrator},
	{get, "/staff/taxes/:country", "/staff/taxes/DE", "", ofAdministrator},
	{post, "/staff/taxes/:country", "/staff/taxes/DE", "name=USt&percent=19", ofAdministrator},
	{post, "/staff/taxes/:country/remove", "/staff/taxes/DE/remove", "", ofAdministrator},
}

// withInvoices adds to a world what invoicesTable names: an invoice that acme paid
// to printers.
func (w *world) withInvoices(t testing.TB) {
	t.Helper()
	acme := models.Account{Login: "acme", Name: "Acme", Kind: models.KindOrganization}
	if err := w.DB.Pool().QueryRow(t.Context(), `SELECT id FROM accounts WHERE login = 'acme'`).Scan(&acme.ID); err != nil {
		t.Fatal(err)
	}
	printers := dbtest.Organization(t, w.DB, "printers", w.who[integrator])
	seller := dbtest.Seller(t, w.DB, printers, func(s *models.Seller) { s.InvoicePrefix = "P-" })
	press := dbtest.Listing(t, w.DB, dbtest.Named("press", "Press"), dbtest.By(printers),
		dbtest.WithPlan(models.Plan{Name: "Pro", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(1000)), Currency: "EUR"}))
	w.ids["invoice"], _ = invoicetest.Issue(t, w.DB, invoices.Issue{SellerID: printers.ID, AccountID: acme.ID, ListingID: press.ID, Paid: true, Token: "a-receipt-of-acme",
		SubscriptionID: invoicetest.Subscription(t, w.DB, &press, acme, w.who[owner].ID, false), Document: invoicetest.Document(seller, "printers", acme, "en")})
}
