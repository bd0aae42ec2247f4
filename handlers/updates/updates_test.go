package updates_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/apps"
	"souk/models/db/dbtest"
	"souk/models/jobs"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// cast is acme, which ada owns; carl administers its repository one, bob is a member.
// zoe makes helper, which acme has on one.
type cast struct {
	*apptest.App
	t                          *testing.T
	ada, bob, carl, zoe, acme  models.Account
	one, two                   models.Repository
	helper                     models.App
	installation               models.Installation
	asAda, asBob, asCarl, asZo *apptest.Browser
}

func newCast(t *testing.T, options ...func(*models.App)) *cast {
	t.Helper()
	c := &cast{App: apptest.New(t), t: t}
	for login, a := range map[string]*models.Account{"ada": &c.ada, "bob": &c.bob, "carl": &c.carl, "zoe": &c.zoe} {
		*a = dbtest.User(t, c.DB, login)
	}
	c.acme = dbtest.Organization(t, c.DB, "acme", c.ada)
	dbtest.Member(t, c.DB, c.acme, c.bob, models.RoleMember)
	dbtest.Member(t, c.DB, c.acme, c.carl, models.RoleMember)
	c.one, c.two = dbtest.Repository(t, c.DB, c.acme, "one"), dbtest.Repository(t, c.DB, c.acme, "two", dbtest.Private)
	dbtest.Collaborator(t, c.DB, c.one, c.carl, models.RepositoryAdmin)
	c.helper = dbtest.App(t, c.DB, c.zoe, "helper", append([]func(*models.App){func(a *models.App) {
		a.Permissions, a.Events = models.Grants{"issues": "read", "members": "read", "metadata": "read"}, []string{"member", "organization", "repository"}
		a.WebhookActive, a.WebhookURL, a.Public = true, "https://helper.example/hook", true
	}}, options...)...)
	c.installation = dbtest.Install(t, c.DB, c.helper, c.acme)
	if c.installation.Selection != models.SelectNone {
		dbtest.Select(t, c.DB, c.installation, c.one)
	}
	c.asAda, c.asBob, c.asCarl, c.asZo = c.As(t, c.ada), c.As(t, c.bob), c.As(t, c.carl), c.As(t, c.zoe)
	return c
}

func (c *cast) page() string {
	return fmt.Sprintf("/organizations/acme/settings/installations/%d", c.installation.ID)
}
func (c *cast) update() string { return c.page() + "/permissions/update" }

// raise makes the app ask for something in addition, as its integrator would, and lets
// the job run.
func (c *cast) raise(key string, level models.Level, note string) {
	c.t.Helper()
	asks := models.Grants{key: level}
	for k, l := range c.helper.Permissions {
		if k != key {
			asks[k] = l
		}
	}
	c.helper.Permissions = asks
	_, err := c.Verbs.Apps.SetAccess(c.t.Context(), models.Actor{UserID: c.zoe.ID, Login: "zoe", MailVerified: true}, "helper", apps.Access{Permissions: asks, Events: c.helper.Events, Note: note})
	if err != nil {
		c.t.Fatal(err)
	}
	c.work()
}

// work does the jobs that tell of updates.
func (c *cast) work() {
	c.t.Helper()
	var waiting []string
	c.get(&waiting, `WITH done AS (DELETE FROM river_job WHERE kind = 'tell_updates' RETURNING args) SELECT coalesce(array_agg(args::text), '{}') FROM done`)
	for _, text := range waiting {
		var job jobs.TellUpdates
		if err := json.Unmarshal([]byte(text), &job); err != nil {
			c.t.Fatal(err)
		}
		if err := c.Verbs.Installs.TellUpdates(c.t.Context(), job); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *cast) get(into any, sql string, args ...any) {
	c.t.Helper()
	if err := c.DB.Pool().QueryRow(c.t.Context(), sql, args...).Scan(into); err != nil {
		c.t.Fatal(err)
	}
}

// told are the events that apps were told, in order, and forgets them.
func (c *cast) told() []string {
	c.t.Helper()
	var all []string
	c.get(&all, `WITH old AS (DELETE FROM hook_events WHERE app_id IS NOT NULL RETURNING id, event, action)
		SELECT coalesce(array_agg(event || '.' || action ORDER BY id), '{}') FROM old`)
	return all
}

// payload is that of the last event of a kind.
func (c *cast) payload(event string) (p map[string]any) {
	c.t.Helper()
	var text string
	c.get(&text, `SELECT payload FROM hook_events WHERE app_id IS NOT NULL AND event = $1 ORDER BY id DESC LIMIT 1`, event)
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		c.t.Fatal(err)
	}
	return p
}

func (c *cast) expectTold(what string, want ...string) {
	c.t.Helper()
	if got := c.told(); !slices.Equal(got, want) {
		c.t.Errorf("%s: %q, not %q", what, got, want)
	}
}

// expect fails unless the answer has the status, and each text or, after "!", has it
// not.
func expect(t *testing.T, what string, a apptest.Answer, status int, texts ...string) {
	t.Helper()
	_, body, _ := strings.Cut(a.Body, "<main")
	if a.Status != status {
		t.Fatalf("%s: status %d, want %d; %s %s", what, a.Status, status, a.Location, body)
	}
	for _, text := range texts {
		without, not := strings.CutPrefix(text, "!")
		if strings.Contains(body, without) == not {
			t.Errorf("%s: %q is %v there: %s", what, without, not, body)
		}
	}
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func TestAdministratorAcceptsWhatConcernsRepositories(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.raise("checks", "write", "To say <b>whether</b> it is good.")
	expect(t, "who asks", c.asCarl.Get("/notifications"), http.StatusOK, "Helper asks for more permissions on acme")
	expect(t, "others", c.asBob.Get("/notifications"), http.StatusOK, "!Helper asks")
	expect(t, "others", c.asBob.Get(c.update()), http.StatusNotFound)
	expect(t, "page", c.asCarl.Get(c.update()), http.StatusOK, "Helper asks for more permissions", "Why, in the words of zoe", "To say &lt;b&gt;whether&lt;/b&gt; it is good.",
		"Read and write", "No access", "Risk if you accept", "From ", "of 100", "!Installed apps", "Report check results on commits", "Nothing changes unless somebody accepts", "Accept new permissions")
	own := c.asAda.Get(fmt.Sprintf("/settings/installations/%d/permissions/update", c.installation.ID))
	if own.Status != http.StatusSeeOther || own.Location != c.update() {
		t.Error(own.Status, own.Location)
	}
	expect(t, "elsewhere", c.asAda.Get(strings.Replace(c.update(), "acme", "zoe", 1)), http.StatusNotFound)
	done := c.asCarl.Post(c.update(), form("do", "accept", "asked", "checks:write issues:read members:read metadata:read"))
	if done.Status != http.StatusSeeOther || done.Location != c.page() {
		t.Fatal(done.Status, done.Location, done.Body)
	}
	c.expectTold("the app", "installation.new_permissions_accepted")
	expect(t, "the owner hears of it", c.asAda.Get("/notifications"), http.StatusOK, "carl accepted new permissions of Helper for acme")
	again := c.asAda.Get(c.update())
	if again.Status != http.StatusSeeOther || again.Location != c.page() {
		t.Error(again.Status, again.Location)
	}
	expect(t, "too late", c.asAda.Post(c.update(), form("do", "accept")), http.StatusConflict)
}

func TestOnlyOwnersAcceptWhatConcernsTheOrganization(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.raise("organization_administration", "read", "")
	expect(t, "administrator", c.asCarl.Get(c.update()), http.StatusOK, "No reason was given", "!Accept new permissions")
	expect(t, "administrator", c.asCarl.Post(c.update(), form("do", "accept", "asked", "issues:read members:read metadata:read organization_administration:read")), http.StatusForbidden, "!Accept new permissions")
	c.expectTold("the app")
	shown := form("do", "accept", "asked", "issues:read members:read metadata:read organization_administration:read")
	c.raise("checks", "write", "And more.")
	expect(t, "it asks for more than was shown", c.asAda.Post(c.update(), shown), http.StatusConflict, "And more.", "checks:write")
	c.expectTold("the app")
	done := c.asAda.Post(c.update(), form("do", "accept", "asked", "checks:write issues:read members:read metadata:read organization_administration:read"))
	if done.Status != http.StatusSeeOther {
		t.Fatal(done.Status, done.Body)
	}
	c.expectTold("the app", "installation.new_permissions_accepted")
}

func TestTheFirstRepositoryPermissionAsksWhere(t *testing.T) {
	t.Parallel()
	c := newCast(t, func(a *models.App) { a.Permissions = models.Grants{"members": "read"} })
	if _, err := c.DB.Pool().Exec(t.Context(), `UPDATE installations SET selection = 'none'`); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DB.Pool().Exec(t.Context(), `DELETE FROM installation_repositories`); err != nil {
		t.Fatal(err)
	}
	c.raise("contents", "read", "To read.")
	expect(t, "page", c.asAda.Get(c.update()), http.StatusOK, "Helper has no access to repositories yet", "one", "two", `name="repo"`)
	asked := "contents:read members:read metadata:read"
	expect(t, "search", c.asAda.Post(c.update(), form("do", "search", "q", "tw", "selection", "selected")), http.StatusOK, "two", "!"+fmt.Sprintf(`name="repo" value="%d"`, c.one.ID))
	expect(t, "none chosen", c.asAda.Post(c.update(), form("do", "accept", "asked", asked, "selection", "selected")), http.StatusUnprocessableEntity)
	expect(t, "somebody else's", c.asAda.Post(c.update(), form("do", "accept", "asked", asked, "selection", "selected", "repo", "999999")), http.StatusUnprocessableEntity)
	expect(t, "nonsense", c.asAda.Post(c.update(), form("do", "accept", "asked", "\x00", "selection", "!")), http.StatusConflict)
	expect(t, "nonsense", c.asAda.Post(c.update(), form("do", "accept", "asked", asked, "selection", "!")), http.StatusUnprocessableEntity)
	expect(t, "nonsense", c.asAda.Post(c.update(), form("do", "accept", "asked", asked, "chosen", "%%%")), http.StatusBadRequest)
	done := c.asAda.Post(c.update(), form("do", "accept", "asked", asked, "selection", "selected", "repo", fmt.Sprint(c.two.ID)))
	if done.Status != http.StatusSeeOther {
		t.Fatal(done.Status, done.Body)
	}
	if p := c.payload("installation"); len(p["repositories"].([]any)) != 1 || p["installation"].(map[string]any)["repository_selection"] != "selected" {
		t.Error(p)
	}
}

func TestStatementsOfTheUpdatePage(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.raise("checks", "write", "")
	c.asAda.Get(c.update())
	if n := dbtest.Statements(c.DB, func() { expect(t, "page", c.asAda.Get(c.update()), http.StatusOK) }); n > 8 {
		t.Errorf("%d statements", n)
	}
}

func TestIntegratorsSeeWhomAChangeConcerns(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	dbtest.Install(t, c.DB, c.helper, c.bob)
	dbtest.Authorize(t, c.DB, c.helper, c.bob)
	const page = "/settings/apps/helper/permissions"
	expect(t, "as it is", c.asZo.Get(page), http.StatusOK, "Installed on 2 accounts", `name="note"`, "!has to accept")
	typed := func(more ...string) url.Values {
		return form(append([]string{"version", "1", "act", "effect", "permission.issues", "read", "permission.members", "read", "permission.metadata", "read",
			"events", "member", "events", "organization", "events", "repository"}, more...)...)
	}
	expect(t, "repositories", c.asZo.Post(page, typed("permission.checks", "write")), http.StatusOK, "2 accounts have to accept", "On 1 of them only the person or an owner can accept")
	expect(t, "organization", c.asZo.Post(page, typed("permission.organization_administration", "read")), http.StatusOK, "2 accounts have to accept", "Only the people themselves and owners")
	expect(t, "people", c.asZo.Post(page, typed("permission.emails", "read")), http.StatusOK, "!have to accept", "1 person is asked again")
	expect(t, "less", c.asZo.Post(page, form("version", "1", "act", "effect", "permission.metadata", "read")), http.StatusOK, "2 installations lose a permission at once")
	c.raise("checks", "write", "Why not.")
	expect(t, "behind", c.asZo.Get(page), http.StatusOK, "2 accounts haven’t accepted", "/settings/apps/helper/installations?behind=1")
}
