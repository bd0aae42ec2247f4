package handlers_test

import "testing"

const appWebhook = "/settings/apps/hammer/webhook"

// apphooksTable is every route of routes_deliveries.go that is about apps.
var apphooksTable = []route{
	{get, "/settings/apps/:slug/webhook", appWebhook, "", ofTold},
	{get, "/settings/apps/:slug/webhook/settings", appWebhook + "/settings", "", ofTold},
	{post, "/settings/apps/:slug/webhook/settings", appWebhook + "/settings", "url=https://hammer.example/hook&active=true&content_type=json", ofToldWrite},
	{get, "/settings/apps/:slug/webhook/secret", appWebhook + "/secret", "", ofTold},
	{post, "/settings/apps/:slug/webhook/secret", appWebhook + "/secret", "", ofToldWrite},
	{post, "/settings/apps/:slug/webhook/old-secret", appWebhook + "/old-secret", "", ofToldWrite},
	{post, "/settings/apps/:slug/webhook/ping", appWebhook + "/ping", "", ofToldWrite},
	{get, "/settings/apps/:slug/webhook/redeliver", appWebhook + "/redeliver", "", ofTold},
	{post, "/settings/apps/:slug/webhook/redeliver", appWebhook + "/redeliver", "from=2026-01-01&until=2026-01-02&which=all", ofToldWrite},
	{get, "/settings/apps/:slug/webhook/deliveries/:guid", appWebhook + "/deliveries/" + toldAppGUID, "", ofTold},
	{post, "/settings/apps/:slug/webhook/deliveries/:guid/redeliver", appWebhook + "/deliveries/" + toldAppGUID + "/redeliver", "", ofToldWrite},
}

// toldAppGUID is an event of an installation that hammer was told.
const toldAppGUID = "01890a5d-ac96-774b-bcce-b302099a8058"

// withAppHooks adds to a world what apphooksTable names.
func (w *world) withAppHooks(t testing.TB) {
	t.Helper()
	w.row(t, "told app", `INSERT INTO hook_events (guid, app_id, installation_id, event, action, payload, state, created_at)
		VALUES ('`+toldAppGUID+`', ?, 41, 'installation', 'created', '{}', 'delivered', ?) RETURNING id`, w.ids["hammer"], w.Clock.Now())
}
