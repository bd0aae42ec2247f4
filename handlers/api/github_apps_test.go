package api_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-github/v88/github"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

// installed is a market where hammer is installed on acme, with the repositories
// widget and secret of three, and on eve with all of hers.
type installed struct {
	*market
	onAcme, onEve           models.Installation
	widget, secret, outside models.Repository
}

func newInstalled(t *testing.T) *installed {
	t.Helper()
	m := &installed{market: newMarket(t)}
	m.exec(`UPDATE apps SET permissions = '{"metadata": "read", "contents": "write", "members": "read", "single_file": "read", "emails": "read"}',
		events = '{push,organization}', single_file_paths = '{.github/a.yml,b.yml}', description = 'Drives *nails*' WHERE id = $1`, m.hammer.ID)
	m.hammer.Permissions = models.Grants{"metadata": "read", "contents": "write", "members": "read", "single_file": "read", "emails": "read"}
	m.hammer.SingleFilePaths = []string{".github/a.yml", "b.yml"}
	m.onAcme = dbtest.Install(t, m.DB, m.hammer, m.acme)
	m.onEve = dbtest.Install(t, m.DB, m.hammer, m.eve, func(i *models.Installation) {
		i.Permissions, i.Lacks, i.UpdatedAt = models.Grants{"metadata": "read"}, true, dbtest.Epoch.AddDate(0, 1, 0)
	})
	m.widget, m.secret = dbtest.Repository(t, m.DB, m.acme, "widget"), dbtest.Repository(t, m.DB, m.acme, "secret", dbtest.Private)
	m.outside = dbtest.Repository(t, m.DB, m.acme, "outside", dbtest.Private)
	dbtest.Select(t, m.DB, m.onAcme, m.widget, m.secret)
	return m
}

// app signs its requests with the app's key, as apps do.
func (m *installed) app() *ghinstallation.AppsTransport {
	m.t.Helper()
	key := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(m.key)})
	t, err := ghinstallation.NewAppsTransport(http.DefaultTransport, m.hammer.ID, key)
	if err != nil {
		m.t.Fatal(err)
	}
	t.BaseURL = m.URL + "/api/v3"
	return t
}

func (m *installed) client(through http.RoundTripper) *github.Client {
	m.t.Helper()
	c, err := github.NewClient(github.WithHTTPClient(&http.Client{Transport: through}), github.WithEnterpriseURLs(m.URL, m.URL))
	if err != nil {
		m.t.Fatal(err)
	}
	return c
}

// with is a client that has a token.
func (m *installed) with(token string) *github.Client {
	m.t.Helper()
	return m.client(withToken(token))
}

type withToken string

func (w withToken) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "token "+string(w))
	return http.DefaultTransport.RoundTrip(r)
}

// refused checks that a client was told why.
func refused(t *testing.T, what string, err error, status int, message string) {
	t.Helper()
	known, ok := errors.AsType[*github.ErrorResponse](err)
	if !ok || known.Response.StatusCode != status || known.Message != message {
		t.Errorf("%s: %v", what, err)
	}
}

func TestClientsOfApps(t *testing.T) {
	t.Parallel()
	m := newInstalled(t)
	ctx := t.Context()
	c := m.client(m.app())
	one, _, err := c.Apps.Get(ctx, "")
	if err != nil || one.GetSlug() != "hammer" || one.GetInstallationsCount() != 2 || one.GetOwner().GetLogin() != "ada" || one.GetClientID() != *m.hammer.ClientID ||
		one.GetHTMLURL() != m.URL+"/apps/hammer" || one.GetPermissions().GetEmails() != "read" || len(one.Events) != 2 || one.GetDescription() != "Drives *nails*" {
		t.Errorf("the app: %v %v", one, err)
	}
	if public, _, err := m.client(http.DefaultTransport).Apps.Get(ctx, "hammer"); err != nil || public.GetID() != m.hammer.ID || public.InstallationsCount != nil {
		t.Errorf("for anyone: %v %v", public, err)
	}
	all, _, err := c.Apps.ListInstallations(ctx, &github.ListOptions{PerPage: 1})
	if err != nil || len(all) != 1 || all[0].GetID() != m.onAcme.ID {
		t.Fatalf("installations: %v %v", all, err)
	}
	i := all[0]
	if i.GetAccount().GetLogin() != "acme" || i.GetTargetType() != "Organization" || i.GetRepositorySelection() != "selected" || i.GetAppSlug() != "hammer" ||
		i.GetPermissions().GetContents() != "write" || i.GetPermissions().Emails != nil || i.GetHTMLURL() != fmt.Sprintf("%s/organizations/acme/settings/installations/%d", m.URL, i.GetID()) ||
		i.GetAccessTokensURL() != fmt.Sprintf("%s/api/v3/app/installations/%d/access_tokens", m.URL, i.GetID()) || i.SuspendedAt != nil ||
		i.GetSingleFileName() != ".github/a.yml" || strings.Join(i.Events, " ") != "push organization" {
		t.Errorf("%v", i)
	}
	for name, find := range map[string]func() (*github.Installation, *github.Response, error){
		"by id": func() (*github.Installation, *github.Response, error) {
			return c.Apps.GetInstallation(ctx, m.onAcme.ID)
		},
		"by organization": func() (*github.Installation, *github.Response, error) {
			return c.Apps.GetOrganizationInstallation(ctx, "acme")
		},
		"by account": func() (*github.Installation, *github.Response, error) { return c.Apps.GetUserInstallation(ctx, "ACME") },
		"by repository": func() (*github.Installation, *github.Response, error) {
			return c.Apps.GetRepositoryInstallation(ctx, "Acme", "Widget")
		},
		"by its id": func() (*github.Installation, *github.Response, error) {
			return c.Apps.GetRepositoryInstallationByID(ctx, m.secret.ID)
		},
	} {
		if found, _, err := find(); err != nil || found.GetID() != m.onAcme.ID {
			t.Errorf("%s: %v %v", name, found, err)
		}
	}
	_, _, err = c.Apps.GetOrganizationInstallation(ctx, "eve")
	refused(t, "a user as an organization", err, 404, "Not Found")
	_, _, err = c.Apps.GetRepositoryInstallation(ctx, "acme", "outside")
	refused(t, "a repository that isn't reached", err, 404, "Not Found")

	m.exec(`UPDATE repositories SET name = 'gadget' WHERE id = $1`, m.widget.ID)
	m.exec(`INSERT INTO repository_redirects (account_id, name, repository_id, created_at) VALUES ($1, 'widget', $2, now()), ($1, 'former', $3, now())`, m.acme.ID, m.widget.ID, m.outside.ID)
	if found, _, err := c.Apps.GetRepositoryInstallation(ctx, "acme", "widget"); err != nil || found.GetID() != m.onAcme.ID {
		t.Errorf("by a former name: %v %v", found, err)
	}
	if a := m.ask("/api/v3/repos/acme/widget/installation"); a.Status != http.StatusMovedPermanently || !strings.HasSuffix(a.Location, fmt.Sprintf("/api/v3/repositories/%d/installation", m.widget.ID)) {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	if a := m.ask("/api/v3/repos/acme/former/installation"); a.Status != http.StatusNotFound {
		t.Errorf("a former name of what isn't reached: %d %s", a.Status, a.Location)
	}
}

func TestClientsOfInstallations(t *testing.T) {
	t.Parallel()
	m := newInstalled(t)
	ctx := t.Context()
	as := m.app()
	app, c := m.client(as), m.client(ghinstallation.NewFromAppsTransport(as, m.onAcme.ID))
	l, _, err := c.Apps.ListRepos(ctx, nil)
	if err != nil || l.GetTotalCount() != 2 || l.Repositories[0].GetFullName() != "acme/widget" || !l.Repositories[1].GetPrivate() ||
		!l.Repositories[0].GetPermissions().GetPush() || l.Repositories[0].GetPermissions().GetAdmin() {
		t.Fatalf("%v %v", l, err)
	}
	page, r, err := c.Apps.ListRepos(ctx, &github.ListOptions{PerPage: 1, Page: 2})
	if err != nil || len(page.Repositories) != 1 || page.GetTotalCount() != 2 || r.LastPage != 0 || r.PrevPage != 1 {
		t.Errorf("%v %+v %v", page, r, err)
	}
	if beyond, _, err := c.Apps.ListRepos(ctx, &github.ListOptions{Page: 9}); err != nil || beyond.GetTotalCount() != 2 || len(beyond.Repositories) != 0 {
		t.Errorf("%v %v", beyond, err)
	}
	some, _, err := app.Apps.CreateInstallationToken(ctx, m.onAcme.ID, &github.InstallationTokenOptions{Repositories: []string{"secret"}, RepositoryIDs: []int64{m.secret.ID},
		Permissions: &github.InstallationPermissions{Contents: new("read")}})
	if err != nil || len(some.Repositories) != 1 || some.Repositories[0].GetName() != "secret" || some.GetPermissions().GetContents() != "read" || some.GetPermissions().Members != nil ||
		!some.GetExpiresAt().Time.Equal(m.Clock.Now().Add(time.Hour)) {
		t.Fatalf("%v %v", some, err)
	}
	narrow := m.with(some.GetToken())
	if l, r, err := narrow.Apps.ListRepos(ctx, nil); err != nil || l.GetTotalCount() != 1 || l.Repositories[0].GetPermissions().GetPush() ||
		r.Header.Get("Github-Authentication-Token-Expiration") == "" {
		t.Errorf("%v %v", l, err)
	}
	if own, _, err := narrow.Apps.Get(ctx, "hammer"); err != nil || own.GetSlug() != "hammer" {
		t.Errorf("%v %v", own, err)
	}
	_, _, err = narrow.Users.Get(ctx, "")
	refused(t, "a person's page", err, 403, "Resource not accessible by integration")
	if a := m.says("token "+some.GetToken(), http.MethodGet, "/api/v3/user/installations", ""); a.Status != 403 || !strings.Contains(a.Body, "Resource not accessible by integration") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if _, err := narrow.Apps.RevokeInstallationToken(ctx); err != nil {
		t.Fatal(err)
	}
	_, _, err = narrow.Apps.ListRepos(ctx, nil)
	refused(t, "with a revoked token", err, 401, "Bad credentials")

	if _, err := app.Apps.SuspendInstallation(ctx, m.onAcme.ID); err != nil {
		t.Fatal(err)
	}
	_, _, err = c.Apps.ListRepos(ctx, nil)
	refused(t, "suspended", err, 403, "This installation has been suspended")
	_, _, err = app.Apps.CreateInstallationToken(ctx, m.onAcme.ID, nil)
	refused(t, "suspended", err, 403, "This installation has been suspended")
	if i, _, err := app.Apps.GetInstallation(ctx, m.onAcme.ID); err != nil || i.SuspendedAt == nil {
		t.Errorf("%v %v", i, err)
	}
	if _, err := app.Apps.UnsuspendInstallation(ctx, m.onAcme.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err = c.Apps.ListRepos(ctx, nil); err != nil {
		t.Error(err)
	}
	if _, err := app.Apps.DeleteInstallation(ctx, m.onAcme.ID); err != nil {
		t.Fatal(err)
	}
	_, _, err = c.Apps.ListRepos(ctx, nil)
	refused(t, "uninstalled", err, 401, "Bad credentials")
	_, err = app.Apps.DeleteInstallation(ctx, m.onAcme.ID)
	refused(t, "uninstalled twice", err, 404, "Not Found")
}

// says asks with a header and a body.
func (m *market) says(authorization, method, path, body string) apptest.Answer {
	m.t.Helper()
	m.in.Header().Set("Authorization", authorization)
	media := ""
	if body != "" {
		media = "application/json"
	}
	return m.in.Do(method, path, media, body)
}

func TestWhatATokenIsAskedWith(t *testing.T) {
	t.Parallel()
	m := newInstalled(t)
	path := fmt.Sprintf("/api/v3/app/installations/%d/access_tokens", m.onAcme.ID)
	signed := "Bearer " + m.token()
	for body, c := range map[string]struct {
		status int
		says   string
	}{
		"":                            {201, `"repository_selection":"selected","single_file":".github/a.yml","has_multiple_single_files":true,"single_file_paths":[".github/a.yml","b.yml"]`},
		"null":                        {201, `"permissions":{"contents":"write","members":"read","metadata":"read","single_file":"read"}`},
		"{}":                          {201, `"token":"ghs_`},
		`{"repositories": []}`:        {201, `"permissions":{"contents":"write"`},
		`{"permissions": {}}`:         {201, `"permissions":{"contents":"write"`},
		`{"unknown": 1, "x": [null]}`: {201, `"token":"ghs_`},
		`{"repository_ids": [` + strconv.FormatInt(m.secret.ID, 10) + `], "permissions": {"contents": "read"}}`: {201, `"permissions":{"contents":"read","metadata":"read"},"repository_selection":"selected","repositories":[{"id":`},
		`{`:                                    {400, "Problems parsing JSON"},
		`[]`:                                   {400, "Body should be a JSON object"},
		`"x"`:                                  {400, "Body should be a JSON object"},
		`{"repositories": "widget"}`:           {422, `"errors":[{"resource":"Installation","field":"repositories","code":"invalid"}]`},
		`{"repository_ids": ["1"]}`:            {422, "Validation Failed"},
		`{"permissions": {"contents": 1}}`:     {422, "Validation Failed"},
		`{"repositories": ["outside"]}`:        {422, "There is at least one repository that does not exist or is not accessible to the parent installation."},
		`{"repository_ids": [0]}`:              {422, "There is at least one repository that does not exist or is not accessible to the parent installation."},
		`{"permissions": {"issues": "read"}}`:  {422, "The permissions requested are not granted to this installation."},
		`{"permissions": {"emails": "read"}}`:  {422, "The permissions requested are not granted to this installation."},
		`{"permissions": {"contents": "own"}}`: {422, "The permissions requested are not granted to this installation."},
		`{"repository_ids": [` + strings.Repeat("1,", 500) + `1]}`: {422, "A token can be limited to at most 500 repositories."},
	} {
		if a := m.says(signed, http.MethodPost, path, body); a.Status != c.status || !strings.Contains(a.Body, c.says) {
			t.Errorf("%.60s: %d %s", body, a.Status, a.Body)
		}
	}
	m.exec(`INSERT INTO app_policies (organization_id, rules, version, updated_at) VALUES ($1, '{"rules": [], "otherwise": "deny"}', 1, now())`, m.acme.ID)
	if a := m.says(signed, http.MethodPost, path, ""); a.Status != 403 || !strings.Contains(a.Body, "The organization's policy doesn't allow this app.") {
		t.Errorf("against the policy: %d %s", a.Status, a.Body)
	}
}

func TestWhoAsksWhat(t *testing.T) {
	t.Parallel()
	m := newInstalled(t)
	other := dbtest.App(t, m.DB, m.eve, "other")
	foreign := dbtest.Install(t, m.DB, other, m.acme)
	signed, person := "Bearer "+m.token(), "token "+dbtest.AccessToken(t, m.DB, m.eve, "repo", "read:org")
	const decoded = "A JSON web token could not be decoded"
	for name, c := range map[string]struct {
		authorization, method, path string
		status                      int
		message                     string
	}{
		"nobody, the app":               {"", "GET", "/app", 401, decoded},
		"a person, the app":             {person, "GET", "/app", 401, decoded},
		"JWT as token":                  {"token " + m.token(), "GET", "/app", 401, decoded},
		"a secret":                      {"Basic eDp5", "GET", "/app/installations", 401, decoded},
		"expired":                       {"Bearer " + m.token(func(c jwt.MapClaims) { c["exp"] = 1 }), "GET", "/app", 401, "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"},
		"another's installation":        {signed, "GET", "/app/installations/" + text(foreign.ID), 404, "Not Found"},
		"a token of another's":          {signed, "POST", "/app/installations/" + text(foreign.ID) + "/access_tokens", 404, "Not Found"},
		"another's, suspended":          {signed, "PUT", "/app/installations/" + text(foreign.ID) + "/suspended", 404, "Not Found"},
		"another's, resumed":            {signed, "DELETE", "/app/installations/" + text(foreign.ID) + "/suspended", 404, "Not Found"},
		"another's, given up":           {signed, "DELETE", "/app/installations/" + text(foreign.ID), 404, "Not Found"},
		"no number":                     {signed, "GET", "/app/installations/x", 404, "Not Found"},
		"another method":                {signed, "PATCH", "/app", 404, "Not Found"},
		"a strange date":                {signed, "GET", "/app/installations?since=yesterday", 422, "Validation Failed"},
		"repositories without a token":  {"", "GET", "/installation/repositories", 401, "Requires authentication"},
		"repositories by JWT":           {signed, "GET", "/installation/repositories", 401, "Bad credentials"},
		"repositories by a person":      {person, "GET", "/installation/repositories", 401, "Bad credentials"},
		"revoking without a token":      {"", "DELETE", "/installation/token", 401, "Requires authentication"},
		"revoking a made-up one":        {"token ghs_x", "DELETE", "/installation/token", 401, "Bad credentials"},
		"mine without a token":          {"", "GET", "/user/installations", 401, "Requires authentication"},
		"mine with my own":              {person, "GET", "/user/installations", 403, "You must authenticate with an access token authorized to a GitHub App in order to list installations"},
		"mine as an app":                {signed, "GET", "/user/installations", 403, "Resource not accessible by integration"},
		"an organization's, by nobody":  {"", "GET", "/orgs/acme/installations", 401, "Requires authentication"},
		"an organization's, stranger's": {"token " + dbtest.AccessToken(t, m.DB, dbtest.AccountOf(t, m.DB, "ada"), "read:org"), "GET", "/orgs/acme/installations", 404, "Not Found"},
		"a scope that is lacking":       {"token " + dbtest.AccessToken(t, m.DB, m.eve, "repo"), "GET", "/orgs/acme/installations", 403, "Resource not accessible by personal access token"},
		"choosing without the scope":    {"token " + dbtest.AccessToken(t, m.DB, m.eve, "read:org"), "PUT", "/user/installations/1/repositories/1", 403, "Resource not accessible by personal access token"},
		"choosing for another account":  {"token " + dbtest.AccessToken(t, m.DB, dbtest.AccountOf(t, m.DB, "ada"), "repo"), "PUT", "/user/installations/" + text(m.onAcme.ID) + "/repositories/" + text(m.outside.ID), 404, "Not Found"},
		"an app that isn't there":       {"", "GET", "/apps/nothing", 404, "Not Found"},
	} {
		a := m.says(c.authorization, c.method, "/api/v3"+c.path, "")
		var body struct{ Message, Status string }
		if err := json.Unmarshal([]byte(a.Body), &body); err != nil || a.Status != c.status || body.Message != c.message || body.Status != strconv.Itoa(c.status) {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
}

func text(n int64) string { return strconv.FormatInt(n, 10) }

func TestListsOfInstallations(t *testing.T) {
	t.Parallel()
	m := newInstalled(t)
	for query, want := range map[string]string{
		"": "acme eve", "?outdated=1": "eve", "?outdated=true": "eve", "?outdated=false": "acme eve", "?since=" + dbtest.Epoch.AddDate(0, 0, 14).UTC().Format(time.RFC3339): "eve", "?page=2&per_page=1": "eve", "?page=9": "",
	} {
		var logins []string
		for _, i := range replied[[]struct{ Account struct{ Login string } }](t, m.ask("/api/v3/app/installations"+query)) {
			logins = append(logins, i.Account.Login)
		}
		if got := strings.Join(logins, " "); got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
	if link := m.ask("/api/v3/app/installations?per_page=1").Header.Get("Link"); !strings.Contains(link, m.URL+`/api/v3/app/installations?page=2&per_page=1>; rel="next"`) {
		t.Errorf("%s", link)
	}
	a := m.ask("/api/v3/app/installations")
	m.in.Header().Set("If-None-Match", a.Header.Get("ETag"))
	if again := m.ask("/api/v3/app/installations"); again.Status != http.StatusNotModified {
		t.Errorf("unchanged: %d", again.Status)
	}
	m.in.Header().Del("If-None-Match")
	if n := dbtest.Statements(m.DB, func() { m.ask("/api/v3/app/installations") }); n > 4 {
		t.Errorf("%d statements", n)
	}
	gus := dbtest.User(t, m.DB, "gus")
	m.exec(`INSERT INTO installation_requests (app_id, organization_id, requester_id, selection, digest, state, created_at, expires_at)
		VALUES ($1, $2, $3, 'all', 'x', 'open', '2026-05-01', '2026-06-01')`, m.hammer.ID, m.acme.ID, gus.ID)
	waiting, _, err := m.client(m.app()).Apps.ListInstallationRequests(t.Context(), nil)
	if err != nil || len(waiting) != 1 || waiting[0].GetRequester().GetLogin() != "gus" || waiting[0].GetAccount().GetType() != "Organization" || waiting[0].GetNodeID() == "" {
		t.Errorf("%v %v", waiting, err)
	}
}

func TestPeopleAndInstallations(t *testing.T) {
	t.Parallel()
	m := newInstalled(t)
	ctx := t.Context()
	own := m.with(dbtest.AccessToken(t, m.DB, m.eve, "repo", "read:org"))
	l, _, err := own.Organizations.ListInstallations(ctx, "acme", nil)
	if err != nil || l.GetTotalCount() != 1 || l.Installations[0].GetAppSlug() != "hammer" {
		t.Errorf("%v %v", l, err)
	}
	if _, _, err := own.Apps.AddRepository(ctx, m.onAcme.ID, m.outside.ID); err != nil {
		t.Error(err)
	}
	if _, err := own.Apps.RemoveRepository(ctx, m.onAcme.ID, m.widget.ID); err != nil {
		t.Error(err)
	}
	_, err = own.Apps.RemoveRepository(ctx, m.onEve.ID, m.widget.ID)
	refused(t, "one of all", err, 422, "An installation keeps at least one repository, and all of them cannot be reduced one by one.")

	through := m.with(m.userToken(m.eve))
	mine, _, err := through.Apps.ListUserInstallations(ctx, nil)
	if err != nil || len(mine) != 2 || mine[0].GetID() != m.onAcme.ID {
		t.Fatalf("%v %v", mine, err)
	}
	all, _, err := through.Apps.ListUserRepos(ctx, m.onAcme.ID, nil)
	if err != nil || all.GetTotalCount() != 2 || all.Repositories[0].GetName() != "secret" || !all.Repositories[0].GetPermissions().GetAdmin() {
		t.Errorf("%v %v", all, err)
	}
	_, _, err = through.Apps.AddRepository(ctx, m.onAcme.ID, m.widget.ID)
	refused(t, "through the app", err, 403, "Resource not accessible by integration")
	iris := dbtest.User(t, m.DB, "iris") // who administers one repository, and belongs to nothing
	dbtest.Collaborator(t, m.DB, m.secret, iris, models.RepositoryAdmin)
	theirs := m.with(dbtest.AccessToken(t, m.DB, iris, "repo"))
	_, err = theirs.Apps.RemoveRepository(ctx, m.onAcme.ID, m.secret.ID)
	refused(t, "where an owner decides", err, 403, "An owner of the organization has to decide on that.")
	m.exec(`UPDATE apps SET permissions = permissions - 'members' WHERE id = $1`, m.hammer.ID)
	if _, err := theirs.Apps.RemoveRepository(ctx, m.onAcme.ID, m.secret.ID); err != nil {
		t.Error(err)
	}
	if _, _, err := theirs.Apps.AddRepository(ctx, m.onAcme.ID, m.secret.ID); err != nil {
		t.Error(err)
	}
	_, _, err = theirs.Apps.AddRepository(ctx, m.onAcme.ID, m.widget.ID)
	refused(t, "another's repository", err, 404, "Not Found")

	gus := dbtest.User(t, m.DB, "gus")
	_, _, err = m.with(m.userToken(gus)).Apps.ListUserRepos(ctx, m.onAcme.ID, nil)
	refused(t, "somebody else's", err, 404, "Not Found")
}

// userToken is a token that hammer has for a user.
func (m *installed) userToken(user models.Account) string {
	m.t.Helper()
	secret := models.NewSecret(models.PrefixUserToken)
	m.exec(`INSERT INTO authorization_tokens (authorization_id, token_hash, tail, created_at) VALUES ($1, sha256($2::text::bytea), 'tail', $3)`,
		dbtest.Authorize(m.t, m.DB, m.hammer, user), secret, m.Clock.Now())
	return secret
}

// TestTooManyTokens are refused in words that clients wait after.
func TestTooManyTokens(t *testing.T) {
	t.Parallel()
	m := newInstalled(t)
	m.exec(`INSERT INTO throttles (key, arrival) VALUES ('installation_tokens:' || $1::bigint || ':' || $2::bigint, $3)`, m.hammer.ID, m.onAcme.ID, m.Clock.Now().Add(time.Hour))
	_, _, err := m.client(m.app()).Apps.CreateInstallationToken(t.Context(), m.onAcme.ID, nil)
	known, ok := errors.AsType[*github.AbuseRateLimitError](err)
	if !ok || known.Response.StatusCode != http.StatusForbidden || !strings.Contains(known.Message, "secondary rate limit") || known.GetRetryAfter() != 5*time.Second {
		t.Errorf("%v", err)
	}
}
