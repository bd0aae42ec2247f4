package handlers_test

import (
	"testing"

	"souk/models/db/dbtest"
)

// an app on acme: whoever belongs there installs it or asks, nobody else
var ofAcmes = rights{otherwise: forbidden}.except(signIn, anonymous).except(allowed, member, repoAdmin, billing, owner)

// installsTable is every route of routes_installs.go.
var installsTable = []route{
	{get, "/apps/:slug/installations/new", "/apps/nailer/installations/new?state=s", "", own},
	{get, "/apps/:slug/installations/select_target", "/apps/nailer/installations/select_target", "", own},
	{get, "/apps/:slug/installations/new/permissions", "/apps/nailer/installations/new/permissions?target_id={acme}", "", ofAcmes},
	{post, "/apps/:slug/installations/new/permissions", "/apps/nailer/installations/new/permissions?target_id={acme}", "do=search", ofAcmes},
}

// withInstalls adds to a world what installsTable names: an app that asks to read
// issues, and acme's id.
func (w *world) withInstalls(t testing.TB) {
	t.Helper()
	w.ids["acme"] = dbtest.AccountOf(t, w.DB, "acme").ID
	dbtest.App(t, w.DB, dbtest.Organization(t, w.DB, "nailmakers"), "nailer")
}
