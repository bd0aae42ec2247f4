package handlers_test

import (
	"testing"

	"souk/models"
	buying "souk/models/billing"
	"souk/models/db/dbtest"
)

// Who sees what acme has bought: those who pay for it, and staff. Who changes it:
// those who pay, unless staff has suspended them.
var (
	ofPayers = nobody.except(forbidden, member, repoAdmin).except(allowed, billing, owner, suspended, support, reviewer, admin)

	ofPayersWrite = nobody.except(forbidden, member, repoAdmin, suspended).except(allowed, billing, owner)
)

const bought = "/settings/billing/subscriptions/{subscription}"

// billingTable is every route of routes_billing.go.
var billingTable = []route{
	{get, "/settings/billing", "/settings/billing", "", own},
	{get, "/organizations/:org/settings/billing", "/organizations/acme/settings/billing", "", ofPayers},
	{get, "/settings/billing/subscriptions/:id", bought, "", ofPayers},
	{get, "/settings/billing/subscriptions/:id/change", bought + "/change?plan=2&period=month", "", ofPayers},
	{post, "/settings/billing/subscriptions/:id/change", bought + "/change", "plan=2&period=month&units=1&key=change&shown=0", ofPayersWrite},
	{get, "/settings/billing/subscriptions/:id/cancel", bought + "/cancel", "", ofPayers},
	{post, "/settings/billing/subscriptions/:id/cancel", bought + "/cancel", "key=cancel", ofPayersWrite},
	{post, "/settings/billing/subscriptions/:id/take-back", bought + "/take-back", "key=take", ofPayersWrite},
	{get, "/settings/billing/subscriptions/:id/pause", bought + "/pause", "", ofPayers},
	{post, "/settings/billing/subscriptions/:id/pause", bought + "/pause", "key=pause", ofPayersWrite},
	{get, "/settings/billing/subscriptions/:id/resume", bought + "/resume", "", ofPayers},
	{post, "/settings/billing/subscriptions/:id/resume", bought + "/resume", "key=resume&shown=0", ofPayersWrite},
	{get, "/settings/billing/subscriptions/:id/method", bought + "/method", "", ofPayers},
	{post, "/settings/billing/subscriptions/:id/method", bought + "/method", "method=1", ofPayersWrite},
}

// withBilling adds to a world what billingTable names: a free plan that acme's owner
// took for it.
func (w *world) withBilling(t testing.TB) {
	t.Helper()
	sawyers := dbtest.Account(t, w.DB, func(a *models.Account) { a.Login, a.Kind = "sawyers", models.KindOrganization })
	dbtest.Seller(t, w.DB, sawyers)
	dbtest.Listing(t, w.DB, dbtest.Named("bandsaw", "Bandsaw"), dbtest.By(sawyers), func(e *dbtest.Entry) {
		e.Plans = []models.Plan{{Name: "Free", Kind: models.PlanFree}, {Name: "Gratis", Kind: models.PlanFree}}
	})
	buyer := w.who[owner]
	actor := models.Actor{UserID: buyer.ID, Login: buyer.Login, MailVerified: true,
		Memberships: []models.Membership{{OrganizationID: dbtest.AccountOf(t, w.DB, "acme").ID, Role: models.RoleOwner}}}
	placed, err := w.Verbs.Billing.Place(t.Context(), actor, buying.Order{Key: "saw for acme", Listing: "bandsaw", Plan: 1, Account: "acme", Period: models.Monthly, Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	w.ids["subscription"] = placed.SubscriptionID
}
