package handlers_test

import (
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

var (
	// what is installed on acme: its owners run it, staff and whoever administers a
	// repository that it reaches may look
	ofInstalled     = ofOwnersLook.except(allowed, support, reviewer, admin)
	ofInstalledOne  = ofAgreeingLook
	ofInstalledEnds = nobody.except(allowed, owner).except(forbidden, suspended)

	// where the integrator's app is installed: its managers may look
	ofInstallers      = nobody.except(allowed, integrator, manager)
	ofInstallersBar   = nobody.except(allowed, integrator).except(forbidden, manager)
	ofInstallersWrite = ofInstallersBar.except(forbidden, suspended)
)

const (
	ownInstalled = "/settings/installations/{own installed}"
	acmes        = "/organizations/acme/settings/installations/{installed}"
	hammers      = "/settings/apps/hammer/installations"
)

// installationsTable is every route of routes_installations.go.
var installationsTable = []route{
	{get, "/settings/installations", "/settings/installations", "", own},
	{get, "/settings/installations/:id", ownInstalled, "", ofOneLook},
	{post, "/settings/installations/:id/repositories", ownInstalled + "/repositories", "do=save&selection=all", ofOneWrite},
	{get, "/settings/installations/:id/suspend", ownInstalled + "/suspend", "", ofOne},
	{post, "/settings/installations/:id/suspend", ownInstalled + "/suspend", "", ofOneWrite},
	{post, "/settings/installations/:id/unsuspend", ownInstalled + "/unsuspend", "", ofOneWrite},
	{get, "/settings/installations/:id/uninstall", ownInstalled + "/uninstall", "", ofOne},
	{post, "/settings/installations/:id/uninstall", ownInstalled + "/uninstall", "", ofOneWrite},

	{get, "/organizations/:org/settings/installations", "/organizations/acme/settings/installations", "", ofInstalled},
	{get, "/organizations/:org/settings/installations/:id", acmes, "", ofInstalledOne},
	{post, "/organizations/:org/settings/installations/:id/repositories", acmes + "/repositories", "do=save&selection=all", ofInstalledEnds},
	{get, "/organizations/:org/settings/installations/:id/suspend", acmes + "/suspend", "", ofInstalledEnds},
	{post, "/organizations/:org/settings/installations/:id/suspend", acmes + "/suspend", "", ofInstalledEnds},
	{post, "/organizations/:org/settings/installations/:id/unsuspend", acmes + "/unsuspend", "", ofInstalledEnds},
	{get, "/organizations/:org/settings/installations/:id/uninstall", acmes + "/uninstall", "", ofInstalledEnds},
	{post, "/organizations/:org/settings/installations/:id/uninstall", acmes + "/uninstall", "", ofInstalledEnds},

	{get, "/settings/apps/:slug/installations", hammers, "", ofInstallers},
	{get, "/settings/apps/:slug/installations/:id/suspend", hammers + "/{installed}/suspend", "", ofInstallersBar},
	{post, "/settings/apps/:slug/installations/:id/suspend", hammers + "/{installed}/suspend", "words=Unpaid.", ofInstallersWrite},
	{post, "/settings/apps/:slug/installations/:id/unsuspend", hammers + "/{installed}/unsuspend", "", ofInstallersWrite},
	{get, "/settings/apps/:slug/installations/:id/remove", hammers + "/{installed}/remove", "", ofInstallersBar},
	{post, "/settings/apps/:slug/installations/:id/remove", hammers + "/{installed}/remove", "", ofInstallersWrite},
}

// withInstallations adds to a world what installationsTable names: hammer on acme's
// widget, and on what acme's owner has.
func (w *world) withInstallations(t testing.TB) {
	t.Helper()
	hammer := models.App{ID: w.ids["hammer"], Permissions: models.Grants{"metadata": "read"}}
	w.row(t, "widget", `SELECT id FROM repositories WHERE name = 'widget'`)
	theirs := dbtest.Install(t, w.DB, hammer, dbtest.AccountOf(t, w.DB, "acme"))
	dbtest.Select(t, w.DB, theirs, models.Repository{ID: w.ids["widget"]})
	w.ids["installed"] = theirs.ID
	w.ids["own installed"] = dbtest.Install(t, w.DB, hammer, w.who[owner]).ID
}
