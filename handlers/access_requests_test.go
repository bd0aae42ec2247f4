package handlers_test

import (
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

var (
	// what acme buys, for those who pay for it, and for staff
	ofDecidersLook = nobody.except(allowed, owner, billing, suspended, support, reviewer, admin).except(forbidden, member, repoAdmin)
	ofDeciders     = nobody.except(allowed, owner, billing).except(forbidden, member, repoAdmin, suspended)

	// the request of acme's member
	ofRequester = nobody.except(allowed, member).except(forbidden, suspended)
)

// requestsTable is every route of routes_requests.go.
var requestsTable = []route{
	{get, "/marketplace/:slug/order/:plan/request", "/marketplace/asked/order/1/request?account=acme", "", ownActive},
	{post, "/marketplace/:slug/order/:plan/request", "/marketplace/asked/order/1/request", "account=acme&reason=why", ownWrite},
	{get, "/settings/billing/requests", "/settings/billing/requests", "", own},
	{post, "/settings/billing/requests/:id/withdraw", "/settings/billing/requests/{request}/withdraw", "", ofRequester},

	{get, "/organizations/:org/settings/billing/requests", "/organizations/acme/settings/billing/requests", "", ofDecidersLook},
	{get, "/organizations/:org/settings/billing/requests/:id", "/organizations/acme/settings/billing/requests/{request}", "", ofDecidersLook},
	{post, "/organizations/:org/settings/billing/requests/:id/approve", "/organizations/acme/settings/billing/requests/{request}/approve", "plan=1&units=1&period=month&currency=USD", ofDeciders},
	{post, "/organizations/:org/settings/billing/requests/:id/decline", "/organizations/acme/settings/billing/requests/{request}/decline", "words=no", ofDeciders},
	{get, "/organizations/:org/settings/billing/policy", "/organizations/acme/settings/billing/policy", "", ofDecidersLook},
	{post, "/organizations/:org/settings/billing/policy", "/organizations/acme/settings/billing/policy", "do=save&version=0&otherwise=ask", ofOwners},
	{get, "/organizations/:org/settings/billing/budgets", "/organizations/acme/settings/billing/budgets", "", ofDecidersLook},
	{post, "/organizations/:org/settings/billing/budgets", "/organizations/acme/settings/billing/budgets", "amount=100&currency=EUR", ofOwners},
	{post, "/organizations/:org/settings/billing/budgets/remove", "/organizations/acme/settings/billing/budgets/remove", "currency=USD", ofOwners},
}

// withRequests adds to a world what requestsTable names: a listing that acme's member
// asks to buy, and a budget.
func (w *world) withRequests(t testing.TB) {
	t.Helper()
	now := w.Clock.Now()
	makers := dbtest.Organization(t, w.DB, "askedmakers")
	dbtest.Seller(t, w.DB, makers)
	asked := dbtest.Listing(t, w.DB, dbtest.Named("asked", "Asked"), dbtest.By(makers), dbtest.WithPlan(models.Plan{}))
	w.row(t, "request", `INSERT INTO buy_requests (listing_id, organization_id, requester_id, plan_id, period, units, reason, state, created_at, expires_at)
		SELECT ?, id, ?, ?, 'month', 1, 'why', 'open', ?, ? FROM accounts WHERE login = 'acme' RETURNING id`,
		asked.ID, w.who[member].ID, asked.Plans[0].ID, now, now.Add(models.RequestLifetime))
	w.row(t, "budget", `INSERT INTO budgets (organization_id, currency, minor, updated_at) SELECT id, 'USD', 1, ? FROM accounts WHERE login = 'acme' RETURNING organization_id`, now)
}
