package handlers_test

import (
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

// installrequestsTable is every route of routes_installrequests.go.
var installrequestsTable = []route{
	{get, "/settings/installations/requests", "/settings/installations/requests", "", own},
	{post, "/settings/installations/requests/:id/withdraw", "/settings/installations/requests/{wanted}/withdraw", "", ofRequester},

	{get, "/organizations/:org/settings/installations/requests", "/organizations/acme/settings/installations/requests", "", ofOwners},
	{get, "/organizations/:org/settings/installations/requests/:id", "/organizations/acme/settings/installations/requests/{wanted}", "", ofOwners},
	{post, "/organizations/:org/settings/installations/requests/:id", "/organizations/acme/settings/installations/requests/{wanted}", "do=search&q=w", ofOwners},
	{post, "/organizations/:org/settings/installations/requests/:id/approve", "/organizations/acme/settings/installations/requests/{wanted}/approve", "asked=metadata:read", ofOwners},
	{post, "/organizations/:org/settings/installations/requests/:id/decline", "/organizations/acme/settings/installations/requests/{wanted}/decline", "words=no", ofOwners},
}

// withInstallRequests adds to a world what installrequestsTable names: an app that
// acme's member asks for.
func (w *world) withInstallRequests(t testing.TB) {
	t.Helper()
	now := w.Clock.Now()
	app := dbtest.App(t, w.DB, dbtest.Organization(t, w.DB, "wantedmakers"), "wanted", func(a *models.App) {
		a.Public, a.Permissions = true, models.Grants{"metadata": models.LevelRead}
	})
	wish := models.InstallWish{Selection: models.SelectAll}
	w.row(t, "wanted", `INSERT INTO installation_requests (app_id, organization_id, requester_id, selection, digest, state, created_at, expires_at)
		SELECT ?, id, ?, 'all', ?, 'open', ?, ? FROM accounts WHERE login = 'acme' RETURNING id`,
		app.ID, w.who[member].ID, wish.Digest(), now, now.Add(models.RequestLifetime))
	w.row(t, "wantedVote", `INSERT INTO installation_request_votes (request_id, account_id, reason, created_at) VALUES (?, ?, 'why', ?) RETURNING request_id`,
		w.ids["wanted"], w.who[member].ID, now)
}
