package handlers_test

import "testing"

// Who sees what an app is told, and who may say where that goes: its integrator and
// its managers.
var (
	ofTold      = nobody.except(allowed, integrator, manager)
	ofToldWrite = ofTold.except(forbidden, suspended)
	ofPrograms  = rights{otherwise: signIn}
)

const webhook = "/marketplace/manage/hammer/webhook"

// deliveriesTable is every route of routes_deliveries.go, and those of the API that
// only apps may come to.
var deliveriesTable = []route{
	{get, "/marketplace/manage/:slug/webhook", webhook, "", ofTold},
	{get, "/marketplace/manage/:slug/webhook/settings", webhook + "/settings", "", ofTold},
	{post, "/marketplace/manage/:slug/webhook/settings", webhook + "/settings", "url=https://hammer.example/hook&active=true&content_type=json", ofToldWrite},
	{get, "/marketplace/manage/:slug/webhook/secret", webhook + "/secret", "", ofTold},
	{post, "/marketplace/manage/:slug/webhook/secret", webhook + "/secret", "", ofToldWrite},
	{post, "/marketplace/manage/:slug/webhook/old-secret", webhook + "/old-secret", "", ofToldWrite},
	{post, "/marketplace/manage/:slug/webhook/ping", webhook + "/ping", "", ofToldWrite},
	{get, "/marketplace/manage/:slug/webhook/redeliver", webhook + "/redeliver", "", ofTold},
	{post, "/marketplace/manage/:slug/webhook/redeliver", webhook + "/redeliver", "from=2026-01-01&until=2026-01-02&which=all", ofToldWrite},
	{get, "/marketplace/manage/:slug/webhook/deliveries/:guid", webhook + "/deliveries/" + toldGUID, "", ofTold},
	{post, "/marketplace/manage/:slug/webhook/deliveries/:guid/redeliver", webhook + "/deliveries/" + toldGUID + "/redeliver", "", ofToldWrite},

	{get, "/api/v1/marketplace_listing/events", "/api/v1/marketplace_listing/events", "", ofPrograms},
	{get, "/api/v3/marketplace_listing/plans", "/api/v3/marketplace_listing/plans", "", ofPrograms},
	{get, "/api/v3/marketplace_listing/plans/:id/accounts", "/api/v3/marketplace_listing/plans/1/accounts", "", ofPrograms},
	{get, "/api/v3/marketplace_listing/accounts/:id", "/api/v3/marketplace_listing/accounts/1", "", ofPrograms},
	{get, "/api/v3/marketplace_listing/stubbed/plans", "/api/v3/marketplace_listing/stubbed/plans", "", ofPrograms},
	{get, "/api/v3/marketplace_listing/stubbed/plans/:id/accounts", "/api/v3/marketplace_listing/stubbed/plans/1/accounts", "", ofPrograms},
	{get, "/api/v3/marketplace_listing/stubbed/accounts/:id", "/api/v3/marketplace_listing/stubbed/accounts/1", "", ofPrograms},
	{get, "/api/v3/user/marketplace_purchases", "/api/v3/user/marketplace_purchases", "", ofPrograms},
	{get, "/api/v3/user/marketplace_purchases/stubbed", "/api/v3/user/marketplace_purchases/stubbed", "", ofPrograms},
}

// toldGUID is an event that hammer's app was told.
const toldGUID = "01890a5d-ac96-774b-bcce-b302099a8057"

// withDeliveries adds to a world what deliveriesTable names.
func (w *world) withDeliveries(t testing.TB) {
	t.Helper()
	w.row(t, "told", `INSERT INTO hook_events (guid, listing_id, event, action, payload, state, created_at)
		VALUES ('`+toldGUID+`', ?, 'ping', '', '{}', 'delivered', ?) RETURNING id`, w.ids["hammer listing"], w.Clock.Now())
}
