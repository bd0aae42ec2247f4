package handlers_test

import "testing"

// hammer's draft is written by those who own it; whoever was suspended learns
// that first. Reviewers look at it.
var (
	ofWriters  = nobody.except(allowed, integrator).except(forbidden, suspended, manager)
	ofPreviews = ofWriters.except(allowed, reviewer, admin)
	ofNewOnes  = own.except(forbidden, suspended)
)

// listingsTable is every route of routes_listings.go.
var listingsTable = []route{
	{get, "/marketplace/manage", "/marketplace/manage", "", own},
	{get, "/marketplace/new", "/marketplace/new", "", ofNewOnes},
	{post, "/marketplace/new", "/marketplace/new", "app=saw", ofWriters.except(missing, manager)},
	{get, "/marketplace/manage/:slug/text", "/marketplace/manage/hammer/text", "", ofWriters},
	{post, "/marketplace/manage/:slug/text", "/marketplace/manage/hammer/text", "base=1&tagline=Drives+screws", ofWriters},
	{get, "/marketplace/manage/:slug/translations", "/marketplace/manage/hammer/translations", "", ofWriters},
	{get, "/marketplace/manage/:slug/translations/:lang", "/marketplace/manage/hammer/translations/ja", "", ofWriters},
	{post, "/marketplace/manage/:slug/translations/:lang", "/marketplace/manage/hammer/translations/ja", "base=1&translations.ja.name=x", ofWriters},
	{get, "/marketplace/manage/:slug/links", "/marketplace/manage/hammer/links", "", ofWriters},
	{post, "/marketplace/manage/:slug/links", "/marketplace/manage/hammer/links", "base=1", ofWriters},
	{get, "/marketplace/manage/:slug/data", "/marketplace/manage/hammer/data", "", ofWriters},
	{post, "/marketplace/manage/:slug/data", "/marketplace/manage/hammer/data", "base=1", ofWriters},
	{get, "/marketplace/manage/:slug/preview", "/marketplace/manage/hammer/preview", "", ofPreviews},
	{post, "/marketplace/manage/:slug/markdown", "/marketplace/manage/hammer/markdown", "text=x", ofWriters},
	{get, "/marketplace/manage/:slug/history", "/marketplace/manage/hammer/history", "", ofWriters},
	{get, "/marketplace/manage/:slug/history/:version", "/marketplace/manage/hammer/history/1", "", ofWriters},
	{post, "/marketplace/manage/:slug/history/:version/restore", "/marketplace/manage/hammer/history/1/restore", "", ofWriters},
}

// withListings adds to a world what listingsTable names.
func (w *world) withListings(t testing.TB) {
	t.Helper()
	w.row(t, "saw", `INSERT INTO apps (account_id, slug, kind, name, client_id, registered_at)
		SELECT account_id, 'saw', 'github_app', 'Saw', 'saw', registered_at FROM apps WHERE slug = 'hammer' RETURNING id`)
}
