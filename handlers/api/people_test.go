package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"souk/handlers/api"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestTheOwnerOfATokenIsShown(t *testing.T) {
	s := newSite(t)
	ada := dbtest.User(t, s.db, "ada")
	for scopes, want := range map[string]struct{ mail, language bool }{
		"": {}, "repo": {}, "user:email": {mail: true}, "read:user": {true, true}, "user": {true, true},
	} {
		token := dbtest.AccessToken(t, s.db, ada, strings.Fields(scopes)...)
		got := read[api.User](s, "/api/v1/user", "Authorization", "Bearer "+token)
		if got.Login != "ada" || got.Kind != "user" || got.URL != base+"/ada" || len(got.Scopes) != len(strings.Fields(scopes)) {
			t.Errorf("%q shows %+v", scopes, got)
		}
		if (got.Mail != nil) != want.mail || (got.MailVerified != nil) != want.mail || (got.Language != nil) != want.language || (got.TimeZone != nil) != want.language {
			t.Errorf("%q shows %+v", scopes, got)
		}
		if want.mail && *got.Mail != "ada@example.test" {
			t.Errorf("the mail address is %q", *got.Mail)
		}
	}
}

func TestTheOrganizationsOfATokensOwner(t *testing.T) {
	s := newSite(t)
	ada := dbtest.User(t, s.db, "ada")
	dbtest.Organization(t, s.db, "zoo", ada)
	dbtest.Member(t, s.db, dbtest.Organization(t, s.db, "acme"), ada, models.RoleBillingManager)
	dbtest.Organization(t, s.db, "others")
	for _, scope := range []string{"read:org", "write:org", "admin:org"} {
		got := read[api.Organizations](s, "/api/v1/user/organizations", "Authorization", "token "+dbtest.AccessToken(t, s.db, ada, scope))
		if got.TotalCount != 2 || got.Items[0].Login != "acme" || got.Items[0].Role != "billing_manager" || got.Items[1].Role != "owner" {
			t.Errorf("%s shows %+v", scope, got)
		}
	}
	w := s.get("/api/v1/user/organizations", "Authorization", "Bearer "+dbtest.AccessToken(t, s.db, ada, "repo", "user"))
	p := problemOf(t, w, http.StatusForbidden)
	if p.Code != "scope_needed" || len(p.Errors) != 1 || p.Errors[0].Field != "read:org" || !strings.Contains(p.Detail, "read:org") {
		t.Errorf("the problem is %+v", p)
	}
	if got := w.Header().Get("WWW-Authenticate"); got != `Bearer realm="souk", error="insufficient_scope", scope="read:org"` {
		t.Errorf("the challenge is %s", got)
	}
}

func TestWhoHasNoGoodToken(t *testing.T) {
	s := newSite(t)
	ada, bad := dbtest.User(t, s.db, "ada"), dbtest.User(t, s.db, "bad")
	dbtest.Suspend(t, s.db, bad)
	revoked, expired := dbtest.AccessToken(t, s.db, ada, "user"), dbtest.AccessToken(t, s.db, ada, "user")
	s.exec(`UPDATE access_tokens SET revoked_at = now() WHERE tail = ? AND token_hash = sha256(?::bytea)`, revoked[len(revoked)-4:], revoked)
	s.exec(`UPDATE access_tokens SET expires_at = now() WHERE token_hash = sha256(?::bytea)`, expired)
	good := dbtest.AccessToken(t, s.db, ada, "user")
	for name, c := range map[string]struct {
		header, code string
		status       int
		challenge    string
	}{
		"none":        {"", "sign_in_needed", 401, `Bearer realm="souk"`},
		"garbage":     {"Bearer x", "bad_token", 401, `Bearer realm="souk", error="invalid_token"`},
		"empty":       {"Bearer ", "bad_token", 401, `Bearer realm="souk", error="invalid_token"`},
		"unknown":     {"Bearer " + models.NewAccessTokenSecret(), "bad_token", 401, `Bearer realm="souk", error="invalid_token"`},
		"revoked":     {"Bearer " + revoked, "bad_token", 401, `Bearer realm="souk", error="invalid_token"`},
		"expired":     {"Bearer " + expired, "bad_token", 401, `Bearer realm="souk", error="invalid_token"`},
		"mistyped":    {"Bearer " + good[:41] + "~", "bad_token", 401, `Bearer realm="souk", error="invalid_token"`},
		"other way":   {"Basic " + good, "bad_token", 401, `Bearer realm="souk", error="invalid_token"`},
		"suspended":   {"Bearer " + dbtest.AccessToken(t, s.db, bad, "user"), "suspended", 403, ""},
		"any address": {"Bearer x", "bad_token", 401, `Bearer realm="souk", error="invalid_token"`},
	} {
		path := "/api/v1/user"
		if name == "any address" {
			path = "/api/v1/listings"
		}
		var headers []string
		if c.header != "" {
			headers = []string{"Authorization", c.header}
		}
		w := s.get(path, headers...)
		if p := problemOf(t, w, c.status); p.Code != c.code || w.Header().Get("WWW-Authenticate") != c.challenge {
			t.Errorf("%s: %s, %s", name, p.Code, w.Header().Get("WWW-Authenticate"))
		}
	}
}

// What a token opens is for its owner's program alone.
func TestPrivateAnswersStayPrivate(t *testing.T) {
	s := newSite(t)
	ada := dbtest.User(t, s.db, "ada")
	token := dbtest.AccessToken(t, s.db, ada, "user", "read:org")
	cookie := dbtest.Session(t, s.db, ada, dbtest.Epoch.AddDate(50, 0, 0), true)
	for _, path := range []string{"/api/v1/user", "/api/v1/user/organizations", "/api/v1/user/subscriptions"} {
		w := s.get(path, "Authorization", "Bearer "+token)
		h := w.Header()
		if h.Get("Cache-Control") != "private, no-store" || h.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(h.Get("Vary"), "Authorization") {
			t.Errorf("%s has %v", path, h)
		}
		again := s.get(path, "Authorization", "Bearer "+token, "If-None-Match", h.Get("ETag"))
		if again.Code != http.StatusNotModified || again.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s again is %d with %v", path, again.Code, again.Header())
		}
		if w := s.do(http.MethodOptions, path, "Origin", "https://evil.example"); w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s is open to other sites", path)
		}
		// A browser's session is no token: another site could make it ask.
		if w := s.get(path, "Cookie", "__Host-souk="+cookie); w.Code != http.StatusUnauthorized {
			t.Errorf("%s answers a cookie with %d", path, w.Code)
		}
		if w := s.get(path, "Authorization", "Bearer "+token, "Accept-Encoding", "gzip"); w.Code != http.StatusOK {
			t.Errorf("%s answers %d", path, w.Code)
		}
		if n := dbtest.Statements(s.db, func() { s.get(path, "Authorization", "Bearer "+token) }); n > 3 {
			t.Errorf("%s takes %d statements", path, n)
		}
	}
}

func TestTheRepositoriesOfATokensOwner(t *testing.T) {
	s := newSite(t)
	ada := dbtest.User(t, s.db, "ada")
	acme := dbtest.Organization(t, s.db, "acme")
	dbtest.Repository(t, s.db, ada, "open")
	dbtest.Repository(t, s.db, ada, "secret", dbtest.Private)
	dbtest.Collaborator(t, s.db, dbtest.Repository(t, s.db, acme, "shared", dbtest.Private), ada, models.RepositoryTriage)
	dbtest.Repository(t, s.db, acme, "others")
	names := func(p api.Page[api.Repository]) (out []string) {
		for _, r := range p.Items {
			out = append(out, r.Owner+"/"+r.Name+" "+r.Level+" "+r.Reason)
		}
		slices.Sort(out)
		return out
	}
	for _, c := range []struct {
		scope, path string
		want        []string
	}{
		{"repo", "", []string{"acme/shared triage collaborator", "ada/open admin owner", "ada/secret admin owner"}},
		{"repo", "?type=private&q=SEC", []string{"ada/secret admin owner"}},
		{"public_repo", "", []string{"ada/open admin owner"}},
		{"public_repo", "?type=public", []string{"ada/open admin owner"}},
	} {
		got := read[api.Page[api.Repository]](s, "/api/v1/user/repositories"+c.path, "Authorization", "Bearer "+dbtest.AccessToken(t, s.db, ada, c.scope))
		if got.TotalCount != len(c.want) || !slices.Equal(names(got), c.want) {
			t.Errorf("%s%s shows %v, want %v", c.scope, c.path, names(got), c.want)
		}
	}
	for path, scopes := range map[string][]string{"": {"user", "repo:status"}, "?type=private": {"public_repo"}} {
		w := s.get("/api/v1/user/repositories"+path, "Authorization", "Bearer "+dbtest.AccessToken(t, s.db, ada, scopes...))
		if p := problemOf(t, w, http.StatusForbidden); p.Code != "scope_needed" {
			t.Errorf("%v for %q: %+v", scopes, path, p)
		}
	}
	token := "Bearer " + dbtest.AccessToken(t, s.db, ada, "repo")
	w := s.get("/api/v1/user/repositories?per_page=2", "Authorization", token)
	if link := w.Header().Get("Link"); w.Code != http.StatusOK || !strings.Contains(link, "page=2") || !strings.Contains(link, `rel="next"`) {
		t.Errorf("%d, %s", w.Code, link)
	}
	problemOf(t, s.get("/api/v1/user/repositories?page=9", "Authorization", token), http.StatusBadRequest)
	problemOf(t, s.get("/api/v1/user/repositories?type=odd", "Authorization", token), http.StatusBadRequest)
}
