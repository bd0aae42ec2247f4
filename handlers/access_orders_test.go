package handlers_test

import (
	"testing"

	"souk/models"
	billingverbs "souk/models/billing"
	"souk/models/db/dbtest"
)

var (
	// who orders for acme; its members may only ask
	ofBuyers = nobody.except(allowed, owner, billing).except(forbidden, member, repoAdmin, suspended)

	// who sees what acme has bought
	ofBookkeepers = nobody.except(allowed, owner, billing, suspended, support, reviewer, admin)
)

// ordersTable is every route of routes_orders.go.
var ordersTable = []route{
	{get, "/marketplace/:slug/order/:plan", "/marketplace/level/order/1", "", own},
	{post, "/marketplace/:slug/order/:plan", "/marketplace/level/order/1", "account=acme&period=month&units=1&place=k.0.USD", ofBuyers},
	{post, "/marketplace/:slug/order/:plan/method", "/marketplace/level/order/2/method", "account=acme", ofBuyers},
	{get, "/marketplace/:slug/upgrade/:number/:account", "/marketplace/level/upgrade/2/{acme}", "", ofMembers},
	{get, "/orders/:id", "/orders/{order}", "", ofBookkeepers},
}

// withOrders adds to a world what ordersTable names: two listings of levelers, of
// which acme has bought one.
func (w *world) withOrders(t testing.TB) {
	t.Helper()
	levelers := dbtest.Organization(t, w.DB, "levelers", dbtest.User(t, w.DB, "lev"))
	dbtest.Seller(t, w.DB, levelers)
	for _, slug := range []string{"level", "plumb"} {
		dbtest.Listing(t, w.DB, dbtest.Named(slug, slug), dbtest.By(levelers), dbtest.WithPlan(models.Plan{}),
			dbtest.WithPlan(models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: new(int64(900))}))
	}
	who := w.who[owner]
	w.row(t, "acme", `SELECT id FROM accounts WHERE login = 'acme'`)
	actor := models.Actor{UserID: who.ID, Login: who.Login, MailVerified: true, SessionID: 1,
		Memberships: []models.Membership{{OrganizationID: w.ids["acme"], Login: "acme", Role: models.RoleOwner}}}
	placed, err := w.Verbs.Billing.Place(t.Context(), actor, billingverbs.Order{Key: "plumb", Listing: "plumb", Plan: 1, Account: "acme", Period: models.Monthly, Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	w.ids["order"] = placed.OrderID
}
