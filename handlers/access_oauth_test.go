package handlers_test

import (
	"net/http"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

// what acme's member asked for can be taken back by the member
var ofAsker = nobody.except(allowed, member).except(forbidden, suspended)

// oauthTable is every route of routes_oauth.go, and those of the API about tokens that
// apps have for users.
var oauthTable = []route{
	{get, "/login/oauth/authorize", "/login/oauth/authorize?client_id=Ov23access", "", ownActive},
	{post, "/login/oauth/authorize", "/login/oauth/authorize", "client_id=Ov23access&do=deny", ownWrite},
	{post, "/login/oauth/access_token", "/login/oauth/access_token", "", public},
	{get, "/.well-known/oauth-authorization-server/login/oauth", "/.well-known/oauth-authorization-server/login/oauth", "", public},
	{get, "/login/oauth/.well-known/openid-configuration", "/login/oauth/.well-known/openid-configuration", "", public},

	{get, "/settings/applications", "/settings/applications", "", own},
	{get, "/settings/applications/revoke", "/settings/applications/revoke", "", own},
	{post, "/settings/applications/revoke", "/settings/applications/revoke", "", own},
	{get, "/settings/apps/authorizations", "/settings/apps/authorizations", "", own},
	{get, "/settings/apps/authorizations/revoke", "/settings/apps/authorizations/revoke", "", own},
	{post, "/settings/apps/authorizations/revoke", "/settings/apps/authorizations/revoke", "", own},
	{get, "/settings/connections/applications/:client_id", "/settings/connections/applications/Iv23access", "", ofOne},
	{get, "/settings/connections/applications/:client_id/revoke", "/settings/connections/applications/Iv23access/revoke", "", ofOne},
	{post, "/settings/connections/applications/:client_id/revoke", "/settings/connections/applications/Iv23access/revoke", "", ofOne},
	{post, "/settings/connections/applications/:client_id/permissions", "/settings/connections/applications/Iv23access/permissions", "grant=emails", ofOneWrite},
	{post, "/settings/connections/applications/:client_id/permissions/revoke", "/settings/connections/applications/Iv23access/permissions/revoke", "key=emails", ofOne},
	{post, "/settings/connections/applications/:client_id/organizations", "/settings/connections/applications/Ov23access/organizations", "organization=acme", ofMembersWrite},
	{post, "/settings/connections/applications/:client_id/organizations/withdraw", "/settings/connections/applications/Ov23access/organizations/withdraw", "organization=acme", ofAsker},

	{get, "/organizations/:org/settings/oauth_application_policy", "/organizations/acme/settings/oauth_application_policy", "", ofOwners},
	{post, "/organizations/:org/settings/oauth_application_policy", "/organizations/acme/settings/oauth_application_policy", "policy=open", ofOwners},
	{get, "/organizations/:org/settings/oauth_application_policy/:slug", "/organizations/acme/settings/oauth_application_policy/access-oauth", "", ofOwners},
	{post, "/organizations/:org/settings/oauth_application_policy/:slug", "/organizations/acme/settings/oauth_application_policy/access-oauth", "do=approve", ofOwners},

	{get, "/settings/apps/:slug/revoke_tokens", "/settings/apps/hammer/revoke_tokens", "", ofKeepers},
	{post, "/settings/apps/:slug/revoke_tokens", "/settings/apps/hammer/revoke_tokens", "", ofKeepers},

	// Apps that don't say who they are learn nothing.
	{post, "/api/v3/applications/:client_id/token", "/api/v3/applications/Ov23access/token", "", absent},
	{http.MethodPatch, "/api/v3/applications/:client_id/token", "/api/v3/applications/Ov23access/token", "", absent},
	{http.MethodDelete, "/api/v3/applications/:client_id/token", "/api/v3/applications/Ov23access/token", "", absent},
	{http.MethodDelete, "/api/v3/applications/:client_id/grant", "/api/v3/applications/Ov23access/grant", "", absent},
	{get, "/api/v3/user", "/api/v3/user", "", ofTokens},
	{get, "/api/v3/user/emails", "/api/v3/user/emails", "", ofTokens},
	{get, "/api/v3/user/orgs", "/api/v3/user/orgs", "", ofTokens},
}

// withOAuth adds to a world what oauthTable names: an OAuth App for which acme's member
// asks, and a GitHub App that acme's owner has authorized.
func (w *world) withOAuth(t testing.TB) {
	t.Helper()
	makers := dbtest.Organization(t, w.DB, "authorized-makers")
	oauth := dbtest.App(t, w.DB, makers, "access-oauth", dbtest.OAuth, func(a *models.App) {
		a.ClientID, a.CallbackURLs, a.Scopes = new("Ov23access"), []string{"https://app.example/back"}, []string{"read:user"}
	})
	github := dbtest.App(t, w.DB, makers, "access-github", func(a *models.App) {
		a.ClientID, a.Permissions = new("Iv23access"), models.Grants{"emails": models.LevelRead}
	})
	dbtest.Authorize(t, w.DB, github, w.who[owner])
	w.row(t, "asked app", `INSERT INTO oauth_approvals (organization_id, app_id, state, requester_id, requested_at)
		SELECT id, ?, 'requested', ?, now() FROM accounts WHERE login = 'acme' RETURNING app_id`, oauth.ID, w.who[member].ID)
}
