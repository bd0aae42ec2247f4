package handlers_test

import (
	"testing"
	"time"

	"souk/models"
	billingverbs "souk/models/billing"
	"souk/models/db/dbtest"
)

// checker's money is its integrator's, and staff sees it. Billing managers of the
// integrator's organization see it too; nobody of acme does, which bought.
var (
	ofSales     = nobody.except(allowed, integrator, support, reviewer, admin)
	ofSelling   = nobody.except(allowed, integrator).except(forbidden, suspended).except(missing, support, reviewer, admin)
	ofSellingGo = nobody.except(allowed, integrator).except(missing, support, reviewer, admin)
	ofMoney     = ofStaff
)

// salesTable is every route of routes_sales.go.
var salesTable = []route{
	{get, "/marketplace/manage/:slug/sales", "/marketplace/manage/checker/sales", "", ofSales},
	{get, "/marketplace/manage/:slug/transactions", "/marketplace/manage/checker/transactions", "", ofSales},
	{get, "/marketplace/manage/:slug/transactions.csv", "/marketplace/manage/checker/transactions.csv", "", ofSales},
	{get, "/marketplace/manage/:slug/customers", "/marketplace/manage/checker/customers", "", ofSales},
	{get, "/marketplace/manage/:slug/customers/:account", "/marketplace/manage/checker/customers/{sold customer}", "", ofSales},
	{get, "/marketplace/manage/:slug/invoices", "/marketplace/manage/checker/invoices", "", ofSales},
	{get, "/marketplace/manage/:slug/invoices/:id/refund", "/marketplace/manage/checker/invoices/{sold invoice}/refund", "", ofSellingGo},
	{post, "/marketplace/manage/:slug/invoices/:id/refund", "/marketplace/manage/checker/invoices/{sold invoice}/refund", "", ofSelling},
	{get, "/marketplace/manage/:slug/invoices/:id/paid", "/marketplace/manage/checker/invoices/{open invoice}/paid", "", ofSellingGo},
	{post, "/marketplace/manage/:slug/invoices/:id/paid", "/marketplace/manage/checker/invoices/{open invoice}/paid", "", ofSelling},
	{get, "/marketplace/manage/:slug/coupons", "/marketplace/manage/checker/coupons", "", ofSales},
	{get, "/marketplace/manage/:slug/coupons/new", "/marketplace/manage/checker/coupons/new", "", ofSellingGo},
	{post, "/marketplace/manage/:slug/coupons/new", "/marketplace/manage/checker/coupons/new", "", ofSelling},
	{get, "/marketplace/manage/:slug/coupons/:id/retire", "/marketplace/manage/checker/coupons/{coupon}/retire", "", ofSellingGo},
	{post, "/marketplace/manage/:slug/coupons/:id/retire", "/marketplace/manage/checker/coupons/{coupon}/retire", "", ofSelling},
	{get, "/marketplace/manage/:slug/prices", "/marketplace/manage/checker/prices", "", ofSales},

	{get, "/staff/money", "/staff/money?q=TM-000001", "", ofMoney},
	{post, "/staff/money/check", "/staff/money/check", "", ofMoney},
	{post, "/staff/money/events", "/staff/money/events", "gateway=test&id=evt_failed", ofMoney},
	{get, "/staff/money/invoices/:id", "/staff/money/invoices/{sold invoice}", "", ofMoney},
	{get, "/staff/money/invoices/:id/refund", "/staff/money/invoices/{sold invoice}/refund", "", ofMoney},
	{post, "/staff/money/invoices/:id/refund", "/staff/money/invoices/{sold invoice}/refund", "", ofMoney},
	{get, "/staff/money/invoices/:id/paid", "/staff/money/invoices/{open invoice}/paid", "", ofMoney},
	{post, "/staff/money/invoices/:id/paid", "/staff/money/invoices/{open invoice}/paid", "", ofMoney},
}

// withSales adds to a world what salesTable names: somebody who has nothing to do
// with acme has bought a plan of checker, and another by transfer; a coupon, and an
// event that couldn't be worked on.
func (w *world) withSales(t testing.TB) {
	t.Helper()
	makers := dbtest.AccountOf(t, w.DB, "toolmakers")
	now := w.Clock.Now()
	w.run(t, `INSERT INTO sellers (account_id, gateway, ready, legal_name, invoice_prefix, accepts_transfer, created_at, updated_at)
		VALUES ($1, 'test', true, 'Tool Makers Ltd', 'TM-', true, $2, $2)
		ON CONFLICT (account_id) DO UPDATE SET accepts_transfer = true`, makers.ID, now)
	listing := w.one(t, `SELECT id FROM listings WHERE slug = 'checker'`)
	w.row(t, "sold plan", `INSERT INTO plans (listing_id, number, name, kind, monthly_minor, currency, state, created_at, updated_at)
		VALUES (?, 41, 'Sold', 'flat_rate', 900, 'EUR', 'published', ?, ?) RETURNING id`, listing, now, now)
	w.row(t, "coupon", `INSERT INTO coupons (listing_id, code, percent, creator_id, created_at) VALUES (?, 'SPRING', 10, NULL, ?) RETURNING id`, listing, now)
	w.run(t, `INSERT INTO gateway_events (gateway, id, kind, body, received_at, processed_at, problem) VALUES ('test', 'evt_failed', 'charge', '{}', $1, $1, 'unknown')`, now)
	for name, transfer := range map[string]bool{"sold": false, "open": true} {
		buyer := dbtest.User(t, w.DB, name+"-buyer")
		dbtest.Profile(t, w.DB, buyer, "FR")
		o := billingverbs.Order{Key: name, Listing: "checker", Plan: 41, Account: buyer.Login, Period: models.Monthly, Units: 1, Transfer: transfer}
		if !transfer {
			o.Method = dbtest.PaymentMethod(t, w.DB, buyer, "tok_approve")
		}
		actor := models.Actor{UserID: buyer.ID, Login: buyer.Login, MailVerified: true, SudoUntil: now.Add(time.Hour)}
		if _, err := w.Verbs.Billing.Place(t.Context(), actor, o); err != nil {
			t.Fatal(err)
		}
		w.ids[name+" customer"] = buyer.ID
		w.ids[name+" invoice"] = w.one(t, `SELECT id FROM invoices WHERE account_id = $1`, buyer.ID)
	}
}

func (w *world) run(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := w.DB.Pool().Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (w *world) one(t testing.TB, sql string, args ...any) (n int64) {
	t.Helper()
	if err := w.DB.Pool().QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}
