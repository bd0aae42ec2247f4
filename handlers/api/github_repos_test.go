package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v88/github"

	"souk/models"
	"souk/models/db/dbtest"
)

func TestAppsMakeRepositories(t *testing.T) {
	t.Parallel()
	m := newInstalled(t)
	ctx := t.Context()
	c := m.client(ghinstallation.NewFromAppsTransport(m.app(), m.onAcme.ID))
	_, _, err := c.Repositories.Create(ctx, "acme", &github.Repository{Name: new("made")})
	refused(t, "without the permission", err, 403, "Resource not accessible by integration")
	m.exec(`UPDATE apps SET permissions = permissions || '{"administration": "write"}', webhook_active = true, webhook_url = 'https://hammer.example/hook', events = '{repository}'`)
	m.exec(`UPDATE installations SET permissions = permissions || '{"administration": "write"}', lacks = false`)
	c = m.client(ghinstallation.NewFromAppsTransport(m.app(), m.onAcme.ID))
	made, r, err := c.Repositories.Create(ctx, "acme", &github.Repository{Name: new("made"), Description: new("What it is"), Private: new(true)})
	if err != nil || r.StatusCode != http.StatusCreated || made.GetFullName() != "acme/made" || !made.GetPrivate() || made.GetDescription() != "What it is" ||
		!made.GetPermissions().GetAdmin() || r.Header.Get("Location") != made.GetURL() || made.GetOwner().GetType() != "Organization" {
		t.Fatalf("%v %v", made, err)
	}
	l, _, err := c.Apps.ListRepos(ctx, nil)
	if err != nil || l.GetTotalCount() != 3 || l.Repositories[2].GetID() != made.GetID() {
		t.Errorf("%v %v", l, err)
	}
	var told, recorded string
	m.get(&told, `SELECT string_agg(event || '.' || action || ' ' || (payload::jsonb #>> '{sender,login}') || ' ' || (payload::jsonb #>> '{sender,type}'), ', ' ORDER BY id) FROM hook_events`)
	if told != "installation_repositories.added hammer[bot] Bot, repository.created hammer[bot] Bot" {
		t.Error(told)
	}
	if m.get(&recorded, `SELECT actor_login || ' ' || (request_id <> '') FROM audit_events WHERE action = 'repository.create'`); recorded != "hammer[bot] true" {
		t.Error(recorded)
	}
	_, _, err = c.Repositories.Create(ctx, "acme", &github.Repository{Name: new("MADE")})
	refused(t, "a name that is taken", err, 422, "Repository creation failed.")
	if !strings.Contains(err.Error(), "name already exists on this account") {
		t.Error(err)
	}
	_, _, err = c.Repositories.Create(ctx, "acme", &github.Repository{Name: new("a b")})
	refused(t, "a bad name", err, 422, "Validation Failed")
	_, _, err = c.Repositories.Create(ctx, "nowhere", &github.Repository{Name: new("x")})
	refused(t, "nowhere", err, 404, "Not Found")
	_, _, err = c.Repositories.Create(ctx, "eve", &github.Repository{Name: new("x")})
	refused(t, "no organization", err, 404, "Not Found")
	_, _, err = c.Repositories.Create(ctx, "", &github.Repository{Name: new("x")})
	refused(t, "an organization's, as a person's", err, 403, "Resource not accessible by integration")
	dbtest.Organization(t, m.DB, "other", m.eve)
	_, _, err = c.Repositories.Create(ctx, "other", &github.Repository{Name: new("x")})
	refused(t, "where it isn't installed", err, 403, "Resource not accessible by integration")
	own := m.client(ghinstallation.NewFromAppsTransport(m.app(), m.onEve.ID))
	if made, _, err := own.Repositories.Create(ctx, "", &github.Repository{Name: new("hers"), Visibility: new("private")}); err != nil || made.GetFullName() != "eve/hers" || !made.GetPrivate() {
		t.Errorf("%v %v", made, err)
	}
	some, _, err := m.client(m.app()).Apps.CreateInstallationToken(ctx, m.onAcme.ID, &github.InstallationTokenOptions{Permissions: &github.InstallationPermissions{Contents: new("read")}})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = m.with(some.GetToken()).Repositories.Create(ctx, "acme", &github.Repository{Name: new("narrow")})
	refused(t, "with a token for less", err, 403, "Resource not accessible by integration")
}

func (m *installed) get(into *string, sql string) {
	m.t.Helper()
	if err := m.DB.Pool().QueryRow(m.t.Context(), sql).Scan(into); err != nil {
		m.t.Fatal(err)
	}
}

func TestPeopleMakeRepositories(t *testing.T) {
	t.Parallel()
	m := newInstalled(t)
	ctx := t.Context()
	gus := dbtest.User(t, m.DB, "gus")
	dbtest.Member(t, m.DB, m.acme, gus, models.RoleMember)
	own, public := m.with(dbtest.AccessToken(t, m.DB, m.eve, "repo")), m.with(dbtest.AccessToken(t, m.DB, m.eve, "public_repo"))
	if made, _, err := own.Repositories.Create(ctx, "acme", &github.Repository{Name: new("made"), Private: new(true)}); err != nil || made.GetFullName() != "acme/made" || !made.GetPermissions().GetAdmin() {
		t.Errorf("%v %v", made, err)
	}
	if made, _, err := public.Repositories.Create(ctx, "", &github.Repository{Name: new("open")}); err != nil || made.GetFullName() != "eve/open" || made.GetPrivate() {
		t.Errorf("%v %v", made, err)
	}
	_, _, err := public.Repositories.Create(ctx, "", &github.Repository{Name: new("shut"), Private: new(true)})
	refused(t, "private, by a token for public ones", err, 403, "Resource not accessible by personal access token")
	_, _, err = m.with(m.userToken(m.eve)).Repositories.Create(ctx, "", &github.Repository{Name: new("x")})
	refused(t, "through an app", err, 403, "Resource not accessible by integration")
	repo := `{"name": "x"}`
	for name, c := range map[string]struct {
		authorization, path, body string
		status                    int
		says                      string
	}{
		"nobody":                  {"", "/user/repos", repo, 401, "Requires authentication"},
		"nobody, no JSON":         {"", "/user/repos", `{`, 401, "Requires authentication"},
		"no token":                {"token ghs_x", "/orgs/acme/repos", repo, 401, "Bad credentials"},
		"an app as itself":        {"Bearer " + m.token(), "/orgs/acme/repos", repo, 403, "Resource not accessible by integration"},
		"a member":                {"token " + dbtest.AccessToken(t, m.DB, gus, "repo"), "/orgs/acme/repos", repo, 403, "Forbidden"},
		"a stranger":              {"token " + dbtest.AccessToken(t, m.DB, dbtest.AccountOf(t, m.DB, "ada"), "repo"), "/orgs/acme/repos", repo, 404, "Not Found"},
		"nowhere":                 {"token " + dbtest.AccessToken(t, m.DB, m.eve, "repo"), "/orgs/nowhere/repos", repo, 404, "Not Found"},
		"a person's as an org's":  {"token " + dbtest.AccessToken(t, m.DB, m.eve, "repo"), "/orgs/eve/repos", repo, 404, "Not Found"},
		"no JSON":                 {"token " + dbtest.AccessToken(t, m.DB, m.eve, "repo"), "/user/repos", `{`, 400, "Problems parsing JSON"},
		"nothing":                 {"token " + dbtest.AccessToken(t, m.DB, m.eve, "repo"), "/user/repos", ``, 422, `"errors":[{"resource":"Repository","field":"name","code":"invalid"}]`},
		"a number for a name":     {"token " + dbtest.AccessToken(t, m.DB, m.eve, "repo"), "/user/repos", `{"name": 1}`, 422, "Validation Failed"},
		"a visibility unknown":    {"token " + dbtest.AccessToken(t, m.DB, m.eve, "repo"), "/user/repos", `{"name": "x", "visibility": "internal"}`, 422, `"field":"visibility"`},
		"a description too long":  {"token " + dbtest.AccessToken(t, m.DB, m.eve, "repo"), "/user/repos", `{"name": "x", "description": "` + strings.Repeat("x", 10_000) + `"}`, 422, `"field":"description"`},
		"what nobody knows of it": {"token " + dbtest.AccessToken(t, m.DB, m.eve, "repo"), "/user/repos", `{"name": "odd", "auto_init": true}`, 201, `"full_name":"eve/odd"`},
	} {
		if a := m.says(c.authorization, http.MethodPost, "/api/v3"+c.path, c.body); a.Status != c.status || !strings.Contains(a.Body, c.says) {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
}
