package installations_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// stage is acme, which ada owns, with hammer of makers, which zoe owns.
type stage struct {
	*apptest.App
	t                    *testing.T
	ada, carl, zoe       models.Account
	acme, makers         models.Account
	own, other, third    models.Repository
	hammer               models.App
	installed            models.Installation
	asAda, asCarl, asZoe *apptest.Browser
}

func newStage(t *testing.T, options ...func(*models.App)) *stage {
	t.Helper()
	s := &stage{App: apptest.New(t), t: t}
	s.ada, s.carl, s.zoe = dbtest.User(t, s.DB, "ada"), dbtest.User(t, s.DB, "carl"), dbtest.User(t, s.DB, "zoe")
	s.acme, s.makers = dbtest.Organization(t, s.DB, "acme", s.ada), dbtest.Organization(t, s.DB, "makers", s.zoe)
	dbtest.Member(t, s.DB, s.acme, s.carl, models.RoleMember)
	s.own, s.other = dbtest.Repository(t, s.DB, s.acme, "own", dbtest.Private), dbtest.Repository(t, s.DB, s.acme, "other")
	s.third = dbtest.Repository(t, s.DB, s.acme, "third")
	dbtest.Collaborator(t, s.DB, s.own, s.carl, models.RepositoryAdmin)
	s.hammer = dbtest.App(t, s.DB, s.makers, "hammer", append([]func(*models.App){func(a *models.App) {
		a.Name, a.Permissions, a.Events = "Hammer", models.Grants{"issues": "write", "metadata": "read", "emails": "read"}, []string{"issues"}
	}}, options...)...)
	s.installed = dbtest.Install(t, s.DB, s.hammer, s.acme)
	dbtest.Select(t, s.DB, s.installed, s.own, s.other)
	s.asAda, s.asCarl, s.asZoe = s.As(t, s.ada), s.As(t, s.carl), s.As(t, s.zoe)
	return s
}

func (s *stage) page(act string) string {
	if act != "" {
		act = "/" + act
	}
	return fmt.Sprintf("/organizations/acme/settings/installations/%d%s", s.installed.ID, act)
}

func (s *stage) desk(act string) string {
	return fmt.Sprintf("/settings/apps/hammer/installations/%d/%s", s.installed.ID, act)
}

// expect holds an answer to a status and to what its main part says; "!" before a text
// means that it doesn't.
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

func leads(t *testing.T, what string, a apptest.Answer, to string) {
	t.Helper()
	if a.Status != http.StatusSeeOther || a.Location != to {
		t.Errorf("%s: status %d, to %s", what, a.Status, a.Location)
	}
}

func TestListOfInstalledApps(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const list = "/organizations/acme/settings/installations"
	expect(t, "list", s.asAda.Get(list), 200, "Installed apps", "Hammer", "2 repositories", "Never used", s.page(""), "Requests of members")
	expect(t, "searched", s.asAda.Get(list+"?q=nail"), 200, "Nothing fits", "Show all installed apps")
	expect(t, "behind", s.asAda.Get(list+"?view=behind"), 200, "Nothing fits")
	expect(t, "a view that isn't one", s.asAda.Get(list+"?view=x"), 400)
	expect(t, "far away", s.asAda.Get(list+"?page=7"), 400)
	expect(t, "nothing", s.asAda.Get("/settings/installations"), 200, "Nothing is installed yet", "Browse the marketplace")
	expect(t, "in French", s.asAda.Get("/fr"+list), 200, "Applications installées", "2 dépôts")
	n := dbtest.Statements(s.DB, func() { s.asAda.Get(list) })
	for i := range 40 {
		dbtest.Install(t, s.DB, dbtest.App(t, s.DB, s.makers, fmt.Sprint("app-", i)), s.acme)
	}
	if many := dbtest.Statements(s.DB, func() { s.asAda.Get(list) }); many != n {
		t.Errorf("%d statements for one, %d for many", n, many)
	}
	a := s.asAda.Get(list)
	if len(a.Body) > 60_000 {
		t.Errorf("%d bytes", len(a.Body))
	}
}

func TestPageOfAnInstallation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	expect(t, "owner", s.asAda.Get(s.page("")), 200, "Hammer", "Save the repositories", "Uninstall…", "Suspend…", "2 repositories", "On people’s own accounts")
	expect(t, "administrator", s.asCarl.Get(s.page("")), 200, ">own</a>", ">other</a>", "!Save the repositories", "!Uninstall…")
	leads(t, "by GitHub's short address", s.asAda.Get(fmt.Sprint("/settings/installations/", s.installed.ID)), s.page(""))
	leads(t, "with another organization", s.asAda.Get(fmt.Sprint("/organizations/makers/settings/installations/", s.installed.ID)), s.page(""))
	expect(t, "the integrator", s.asZoe.Get(s.page("")), 404)
	for _, id := range []string{"0", "-1", "x", "99999999999999999999", "7%00"} {
		expect(t, id, s.asAda.Get("/settings/installations/"+id), 404)
	}
	n := dbtest.Statements(s.DB, func() { s.asAda.Get(s.page("")) })
	for i := range 120 {
		dbtest.Repository(t, s.DB, s.acme, fmt.Sprint("more-", i))
	}
	if many := dbtest.Statements(s.DB, func() { s.asAda.Get(s.page("")) }); many != n {
		t.Errorf("%d statements for few repositories, %d for many", n, many)
	}
}

// chosen is the form of a choice of repositories: those that are listed are ticked.
func chosen(do, selection string, repositories ...models.Repository) url.Values {
	v := url.Values{"do": {do}, "selection": {selection}}
	for _, r := range repositories {
		v.Add("repo", fmt.Sprint(r.ID))
	}
	return v
}

func (s *stage) selected() (names string) {
	s.t.Helper()
	err := s.DB.Pool().QueryRow(s.t.Context(), `SELECT i.selection || ':' || coalesce(string_agg(r.name, ',' ORDER BY r.name), '') FROM installations i
		LEFT JOIN installation_repositories n ON n.installation_id = i.id LEFT JOIN repositories r ON r.id = n.repository_id GROUP BY i.id`).Scan(&names)
	if err != nil {
		s.t.Fatal(err)
	}
	return names
}

func TestOtherRepositories(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	expect(t, "a search changes nothing", s.asAda.Post(s.page("repositories"), chosen("search", "selected", s.third)), 200, "third")
	if got := s.selected(); got != "selected:other,own" {
		t.Errorf("%s", got)
	}
	leads(t, "save", s.asAda.Post(s.page("repositories"), chosen("save", "selected", s.third, s.own)), s.page(""))
	if got := s.selected(); got != "selected:own,third" {
		t.Errorf("%s", got)
	}
	expect(t, "said once", s.asAda.Get(s.page("")), 200, "The repositories are saved")
	expect(t, "none", s.asAda.Post(s.page("repositories"), chosen("save", "selected")), 422, "Choose at least one repository")
	mine := dbtest.Repository(t, s.DB, s.ada, "mine")
	expect(t, "another account's", s.asAda.Post(s.page("repositories"), chosen("save", "selected", mine)), 422, "doesn’t belong to this account")
	for _, bad := range []string{"x0", "zzzzzzzzzzzzzzzzzzzzz", "-1", "x9999999"} {
		v := chosen("save", "selected")
		v.Set("chosen", bad)
		if a := s.asAda.Post(s.page("repositories"), v); a.Status != 400 && a.Status != 422 {
			t.Errorf("%q: status %d", bad, a.Status)
		}
	}
	expect(t, "a member", s.asCarl.Post(s.page("repositories"), chosen("save", "all")), 404)
	leads(t, "all", s.asAda.Post(s.page("repositories"), chosen("save", "all")), s.page(""))
	if got := s.selected(); got != "all:" {
		t.Errorf("%s", got)
	}
	expect(t, "what is chosen then", s.asAda.Get(s.page("")), 200, "All repositories")
}

// TestChangeLeadsToTheApp follows an app that wants to hear in the browser, too.
func TestChangeLeadsToTheApp(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	if _, err := s.DB.Pool().Exec(t.Context(), `UPDATE apps SET setup_url = 'https://hammer.example/setup?from=souk', setup_on_update = true WHERE slug = 'hammer'`); err != nil {
		t.Fatal(err)
	}
	a := s.asAda.Get(s.page(""))
	expect(t, "said before", a, 200, "hammer.example")
	if policy := a.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' https://hammer.example") {
		t.Errorf("%s", policy)
	}
	a = s.asAda.Post(s.page("repositories"), chosen("save", "all"))
	to, err := url.Parse(a.Location)
	if err != nil || a.Status != http.StatusSeeOther || to.Host != "hammer.example" || to.Query().Get("setup_action") != "update" ||
		to.Query().Get("installation_id") != fmt.Sprint(s.installed.ID) || to.Query().Get("from") != "souk" {
		t.Errorf("%d, %s", a.Status, a.Location)
	}
}

func TestSuspendAndUninstall(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	expect(t, "before", s.asAda.Get(s.page("suspend")), 200, "Suspend Hammer?", "Its tokens stop working at once", "2 repositories")
	leads(t, "suspend", s.asAda.Post(s.page("suspend"), nil), s.page(""))
	expect(t, "suspended", s.asAda.Get(s.page("")), 200, "it is suspended", "Lift the suspension", "!Suspend…")
	expect(t, "by the integrator, without words", s.asZoe.Post(s.desk("suspend"), url.Values{"words": {""}}), 422, "Write a few words")
	leads(t, "by the integrator", s.asZoe.Post(s.desk("suspend"), url.Values{"words": {"Unpaid <b>"}}), "/settings/apps/hammer/installations")
	expect(t, "both", s.asAda.Get(s.page("")), 200, "its integrator has suspended it", "Unpaid &lt;b&gt;")
	leads(t, "lift one's own", s.asAda.Post(s.page("unsuspend"), nil), s.page(""))
	expect(t, "the other's", s.asAda.Post(s.page("unsuspend"), nil), 403, "Only the integrator")
	expect(t, "at the desk", s.asZoe.Get("/settings/apps/hammer/installations"), 200, "acme", "Suspended by you", "Lift the suspension", "2 repositories")
	leads(t, "the integrator lifts it", s.asZoe.Post(s.desk("unsuspend"), nil), "/settings/apps/hammer/installations")

	expect(t, "before uninstalling", s.asAda.Get(s.page("uninstall")), 200, "Uninstall Hammer?", "Hammer loses its access to acme: 2 repositories", "hasn’t done anything", "until each of them revokes it", "Leave it as it is")
	leads(t, "uninstall", s.asAda.Post(s.page("uninstall"), nil), "/organizations/acme/settings/installations")
	expect(t, "said once", s.asAda.Get("/organizations/acme/settings/installations"), 200, "The app is uninstalled", "Nothing is installed yet")
	expect(t, "twice", s.asAda.Post(s.page("uninstall"), nil), 404)
	expect(t, "nobody has it", s.asZoe.Get("/settings/apps/hammer/installations"), 200, "Nobody has installed it yet")
}

func TestIntegratorGivesUp(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	expect(t, "before", s.asZoe.Get(s.desk("remove")), 200, "Uninstall the app from acme?", "A subscription goes on")
	expect(t, "the account can't", s.asAda.Post(s.desk("remove"), nil), 404)
	leads(t, "remove", s.asZoe.Post(s.desk("remove"), nil), "/settings/apps/hammer/installations")
	expect(t, "gone", s.asAda.Get(s.page("")), 404)
	oauth := dbtest.App(t, s.DB, s.makers, "entry", dbtest.OAuth)
	expect(t, "an OAuth App has none", s.asZoe.Get("/settings/apps/"+oauth.Slug+"/installations"), 404)
}

func TestPolicyAndUpdatesAreSaid(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, sql := range []string{
		`INSERT INTO app_policies (organization_id, rules, version, updated_at) SELECT id, '{"rules": [{"decision": "deny", "app": "hammer", "words": "No hammers."}]}', 1, now()
			FROM accounts WHERE login = 'acme'`,
		`UPDATE apps SET permissions = permissions || '{"checks": "write"}', access_at = now() WHERE slug = 'hammer'`,
	} {
		if _, err := s.DB.Pool().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, "page", s.asAda.Get(s.page("")), 200, "policy stops it", "No hammers.", "asks for more than it may", "/permissions/update")
	expect(t, "list", s.asAda.Get("/organizations/acme/settings/installations?view=behind"), 200, "Stopped by policy", "Asks for more")
	expect(t, "desk", s.asZoe.Get("/settings/apps/hammer/installations?behind=1"), 200, "1 permission isn’t agreed to", "It works there as before")
}
