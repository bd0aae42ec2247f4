package handlers_test

import (
	"net/http"
	"testing"
)

// Programs come there with tokens: of an app, of an installation, of a person. What a
// browser brings along is none. An app that is public is everyone's to see.
var apptokensTable = []route{
	{get, "/api/v3/app", "/api/v3/app", "", ofTokens},
	{get, "/api/v3/apps/:slug", "/api/v3/apps/hammer", "", public},
	{get, "/api/v3/app/installations", "/api/v3/app/installations", "", ofTokens},
	{get, "/api/v3/app/installations/:id", "/api/v3/app/installations/1", "", ofTokens},
	{http.MethodDelete, "/api/v3/app/installations/:id", "/api/v3/app/installations/1", "", ofTokens},
	{post, "/api/v3/app/installations/:id/access_tokens", "/api/v3/app/installations/1/access_tokens", "", ofTokens},
	{http.MethodPut, "/api/v3/app/installations/:id/suspended", "/api/v3/app/installations/1/suspended", "", ofTokens},
	{http.MethodDelete, "/api/v3/app/installations/:id/suspended", "/api/v3/app/installations/1/suspended", "", ofTokens},
	{get, "/api/v3/app/installation-requests", "/api/v3/app/installation-requests", "", ofTokens},
	{get, "/api/v3/orgs/:org/installation", "/api/v3/orgs/acme/installation", "", ofTokens},
	{get, "/api/v3/users/:login/installation", "/api/v3/users/acme/installation", "", ofTokens},
	{get, "/api/v3/repos/:login/:repository/installation", "/api/v3/repos/acme/widget/installation", "", ofTokens},
	{get, "/api/v3/repositories/:id/installation", "/api/v3/repositories/1/installation", "", ofTokens},
	{get, "/api/v3/installation/repositories", "/api/v3/installation/repositories", "", ofTokens},
	{http.MethodDelete, "/api/v3/installation/token", "/api/v3/installation/token", "", ofTokens},
	{get, "/api/v3/orgs/:org/installations", "/api/v3/orgs/acme/installations", "", ofTokens},
	{post, "/api/v3/orgs/:org/repos", "/api/v3/orgs/acme/repos", "", ofTokens},
	{post, "/api/v3/user/repos", "/api/v3/user/repos", "", ofTokens},
	{get, "/api/v3/user/installations", "/api/v3/user/installations", "", ofTokens},
	{get, "/api/v3/user/installations/:id/repositories", "/api/v3/user/installations/1/repositories", "", ofTokens},
	{http.MethodPut, "/api/v3/user/installations/:id/repositories/:repository", "/api/v3/user/installations/1/repositories/1", "", ofTokens},
	{http.MethodDelete, "/api/v3/user/installations/:id/repositories/:repository", "/api/v3/user/installations/1/repositories/1", "", ofTokens},
}

// withAppTokens adds to a world what apptokensTable names: nothing more.
func (w *world) withAppTokens(t testing.TB) { t.Helper() }
