package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

// hammer, an app of the integrator's organization, which somebody else manages
var (
	ofApp      = nobody.except(allowed, integrator, manager)
	ofAppWrite = ofApp.except(forbidden, suspended)
)

// appsTable is every route of routes_apps.go.
var appsTable = []route{
	{get, "/settings/apps", "/settings/apps", "", own},
	{get, "/settings/developers", "/settings/developers", "", own},
	{get, "/settings/apps/new", "/settings/apps/new", "", own},
	{post, "/settings/apps/new", "/settings/apps/new", "", ownWrite},
	{get, "/settings/applications/new", "/settings/applications/new", "", own},
	{post, "/settings/applications/new", "/settings/applications/new", "", ownWrite},

	{get, "/organizations/:org/settings/apps", "/organizations/acme/settings/apps", "", ofOwnersLook},
	{get, "/organizations/:org/settings/applications", "/organizations/acme/settings/applications", "", ofOwnersLook},
	{get, "/organizations/:org/settings/apps/new", "/organizations/acme/settings/apps/new", "", ofOwnersLook},
	{post, "/organizations/:org/settings/apps/new", "/organizations/acme/settings/apps/new", "", ofOwnersWrite},
	{get, "/organizations/:org/settings/applications/new", "/organizations/acme/settings/applications/new", "", ofOwnersLook},
	{post, "/organizations/:org/settings/applications/new", "/organizations/acme/settings/applications/new", "", ofOwnersWrite},
	{get, "/organizations/:org/settings/apps/:slug", "/organizations/toolmakers/settings/apps/hammer", "", ofApp},

	{get, "/settings/apps/:slug", "/settings/apps/hammer", "", ofApp},
	{post, "/settings/apps/:slug", "/settings/apps/hammer", "", ofAppWrite},
	{get, "/settings/apps/:slug/permissions", "/settings/apps/hammer/permissions", "", ofApp},
	{post, "/settings/apps/:slug/permissions", "/settings/apps/hammer/permissions", "", ofAppWrite},
	{post, "/settings/apps/:slug/permissions/effect", "/settings/apps/hammer/permissions/effect", "", ofAppWrite},
	{post, "/settings/apps/:slug/permissions/withdraw", "/settings/apps/hammer/permissions/withdraw", "", ofAppWrite},
}

// withApps adds to a world what appsTable names: hammer is there already. Acme
// has an app, too.
func (w *world) withApps(t testing.TB) {
	t.Helper()
	w.row(t, "acme", `SELECT id FROM accounts WHERE login = 'acme'`)
	dbtest.App(t, w.DB, models.Account{ID: w.ids["acme"]}, "anvil")
}

// TestManifestsComeFromOtherSites is about the one write that pages of other
// sites may send: it is kept, and nothing else happens, whoever's browser it is.
func TestManifestsComeFromOtherSites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	manifest := `{"name": "Wrench", "url": "https://wrench.example", "redirect_url": "https://wrench.example/done"}`
	for _, c := range []struct {
		address string
		form    url.Values
		status  int
	}{
		{"/settings/apps/new", url.Values{"manifest": {manifest}}, http.StatusSeeOther},
		{"/settings/apps/new?state=x", url.Values{"manifest": {manifest}}, http.StatusSeeOther},
		{"/ja/settings/apps/new", url.Values{"manifest": {manifest}}, http.StatusSeeOther},
		{"/organizations/acme/settings/apps/new", url.Values{"manifest": {manifest}, "state": {"x"}}, http.StatusSeeOther},

		// Anything beside it is refused, and so is everything everywhere else.
		{"/settings/apps/new", url.Values{"manifest": {manifest}, "name": {"Wrench"}}, http.StatusForbidden},
		{"/settings/apps/new?token=x", url.Values{"manifest": {manifest}}, http.StatusForbidden},
		{"/settings/apps/new", url.Values{"manifest": {manifest, manifest}}, http.StatusForbidden},
		{"/settings/apps/new", url.Values{"manifest": {""}}, http.StatusForbidden},
		{"/settings/apps/new", url.Values{"state": {"x"}}, http.StatusForbidden},
		{"/settings/applications/new", url.Values{"manifest": {manifest}}, http.StatusForbidden},
		{"/settings/apps/hammer", url.Values{"manifest": {manifest}}, http.StatusForbidden},
		{"/organizations/acme/settings/applications/new", url.Values{"manifest": {manifest}}, http.StatusForbidden},
	} {
		for _, as := range []role{anonymous, owner, suspended} {
			b := w.Visitor(t)
			if as != anonymous {
				b = w.As(t, w.who[as])
			}
			b.Header().Set("Sec-Fetch-Site", "cross-site")
			b.Header().Set("Origin", "https://wrench.example")
			a := b.Post(c.address, c.form)
			if a.Status != c.status {
				t.Errorf("%s with %v as %s: %d", c.address, c.form, as, a.Status)
			}
			if a.Status == http.StatusSeeOther && !strings.Contains(a.Location, "/settings/apps/new?manifest=") {
				t.Errorf("%s leads to %s", c.address, a.Location)
			}
		}
	}
	var apps int
	if err := w.DB.Read(t.Context()).Raw(`SELECT count(*) FROM apps WHERE slug = 'wrench'`).Scan(&apps).Error; err != nil || apps != 0 {
		t.Errorf("%d apps, %v", apps, err)
	}
}

// TestMembersDontSeeApps is about an organization's app and its people: its
// owners set it up, and nobody else.
func TestMembersDontSeeApps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for as, want := range map[role]outcome{owner: allowed, member: forbidden, billing: forbidden, stranger: missing, manager: missing, suspended: allowed, admin: missing} {
		w.check(t, as, route{get, "", "/settings/apps/anvil", "", rights{otherwise: want}})
	}
}
