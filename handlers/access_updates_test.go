package handlers_test

import (
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

var (
	// what an app asks acme for in addition, of repositories alone: whoever administers
	// one may agree
	ofAgreeing     = nobody.except(allowed, owner, repoAdmin).except(forbidden, suspended)
	ofAgreeingLook = nobody.except(allowed, owner, repoAdmin, suspended, support, reviewer, admin)

	// what it asks the owner of acme for
	ofOneLook = nobody.except(allowed, owner, support, reviewer, admin)
	ofOneSay  = nobody.except(allowed, owner).except(forbidden, suspended)
)

// updatesTable is every route of routes_updates.go.
var updatesTable = []route{
	{get, "/settings/installations/:id/permissions/update", "/settings/installations/{own update}/permissions/update", "", ofOneLook},
	{post, "/settings/installations/:id/permissions/update", "/settings/installations/{own update}/permissions/update", "do=accept&asked=checks:write+metadata:read", ofOneSay},
	{get, "/organizations/:org/settings/installations/:id/permissions/update", "/organizations/acme/settings/installations/{update}/permissions/update", "", ofAgreeingLook},
	{post, "/organizations/:org/settings/installations/:id/permissions/update", "/organizations/acme/settings/installations/{update}/permissions/update", "do=accept&asked=checks:write+metadata:read", ofAgreeing},
}

// withUpdates adds to a world what updatesTable names: an app that asks for more than
// it has on acme's widget, and on what acme's owner has.
func (w *world) withUpdates(t testing.TB) {
	t.Helper()
	raiser := dbtest.App(t, w.DB, dbtest.Organization(t, w.DB, "raisers"), "raiser", func(a *models.App) {
		a.Permissions = models.Grants{"metadata": "read"}
	})
	ids := map[string]int64{}
	for _, login := range []string{"acme", "widget"} {
		w.row(t, "raiser "+login, `SELECT coalesce((SELECT id FROM accounts WHERE login = ?), (SELECT id FROM repositories WHERE name = ?))`, login, login)
		ids[login] = w.ids["raiser "+login]
	}
	theirs := dbtest.Install(t, w.DB, raiser, models.Account{ID: ids["acme"]})
	dbtest.Select(t, w.DB, theirs, models.Repository{ID: ids["widget"]})
	w.ids["update"] = theirs.ID
	w.ids["own update"] = dbtest.Install(t, w.DB, raiser, w.who[owner]).ID
	w.row(t, "raised", `UPDATE apps SET permissions = '{"metadata": "read", "checks": "write"}', access_at = ? WHERE id = ? RETURNING id`, w.Clock.Now(), raiser.ID)
}
