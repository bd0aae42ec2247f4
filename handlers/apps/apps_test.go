package apps_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// shop is a site with ada, who owns tools.
type shop struct {
	*apptest.App
	t     *testing.T
	ada   models.Account
	tools models.Account
	as    *apptest.Browser // ada's
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{App: apptest.New(t), t: t}
	s.ada = dbtest.User(t, s.DB, "ada")
	s.tools = dbtest.Organization(t, s.DB, "tools", s.ada)
	s.as = s.As(t, s.ada)
	return s
}

// expect fails unless the answer has the status, and each text or, after "!",
// has it not.
func (s *shop) expect(a apptest.Answer, status int, texts ...string) apptest.Answer {
	s.t.Helper()
	if a.Status != status {
		s.t.Fatalf("%d %s, want %d: %s", a.Status, a.Location, status, inside(a.Body))
	}
	for _, text := range texts {
		if without, not := strings.CutPrefix(text, "!"); not {
			if strings.Contains(a.Body, without) {
				s.t.Errorf("there is %q", without)
			}
		} else if !strings.Contains(a.Body, text) {
			s.t.Errorf("there is no %q in %s", text, inside(a.Body))
		}
	}
	return a
}

// inside is what a page says, without what stands around it.
func inside(page string) string {
	_, after, _ := strings.Cut(page, `class="settings-body"`)
	return after[:min(len(after), 4000)]
}

// goes fails unless the answer leads to an address.
func (s *shop) goes(a apptest.Answer, to string) {
	s.t.Helper()
	if a.Status != http.StatusSeeOther || a.Location != to {
		s.t.Fatalf("%d to %q, want %q: %s", a.Status, a.Location, to, inside(a.Body))
	}
}

func github() url.Values {
	return url.Values{"name": {"Hammer"}, "url": {"https://hammer.example"}, "expire_user_tokens": {"true"}, "public": {"true"}}
}

func TestRegisterAGitHubApp(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.expect(s.as.Get("/settings/apps"), http.StatusOK, "No GitHub Apps yet", "/settings/apps/new")
	s.expect(s.as.Get("/settings/apps/new"), http.StatusOK, `name="callback_urls"`, `name="webhook_secret"`, "!Active webhooks")

	form := github()
	form.Set("webhook_active", "true")
	form.Set("webhook_url", "http://hammer.example/hook")
	form.Set("webhook_secret", "do-not-show-this")
	form.Set("callback_urls", "https://hammer.example/back\r\njavascript:alert(1)")
	form.Set("description", "<script>alert(1)</script>")
	s.expect(s.as.Post("/settings/apps/new", form), http.StatusUnprocessableEntity, "has to begin with https://", "Each line has to be a whole address",
		"javascript:alert(1)", "&lt;script&gt;", "!<script>alert", `value="Hammer"`, "!do-not-show-this")
	form.Set("webhook_url", "https://hammer.example/hook")
	form.Set("callback_urls", "https://hammer.example/back\r\n\r\nhammer://signed-in\r\n")
	s.goes(s.as.Post("/settings/apps/new", form), "/settings/apps/hammer/permissions")
	s.expect(s.as.Get("/settings/apps/hammer/permissions"), http.StatusOK, "The app is registered")
	s.expect(s.as.Get("/settings/apps/hammer"), http.StatusOK, "Iv23", "https://hammer.example/back\nhammer://signed-in", "One is set.", "!do-not-show-this", `value="1"`)
	s.expect(s.as.Get("/settings/apps"), http.StatusOK, "1 app", `href="/settings/apps/hammer"`, "Public")
	s.expect(s.as.Post("/settings/apps/new", github()), http.StatusUnprocessableEntity, "Another app has that name")
	s.expect(s.As(t, dbtest.User(t, s.DB, "bob")).Get("/settings/apps/hammer"), http.StatusNotFound)
}

func TestRegisterAnOAuthApp(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.expect(s.as.Get("/settings/developers"), http.StatusOK, "No OAuth Apps yet", "/settings/applications/new")
	s.expect(s.as.Get("/settings/applications/new"), http.StatusOK, "!webhook", "!setup_url", "device_flow")
	s.expect(s.as.Post("/settings/applications/new", github()), http.StatusUnprocessableEntity, "need a callback address")
	form := github()
	form.Set("callback_urls", "https://hammer.example/back")
	form.Set("device_flow", "true")
	s.goes(s.as.Post("/settings/applications/new", form), "/settings/apps/hammer/permissions")
	s.expect(s.as.Get("/settings/apps/hammer/permissions"), http.StatusOK, `name="scopes" value="admin:org"`, "Contained in", "PUT /orgs/{org}/memberships/{username}", "!permission.issues")
	s.goes(s.as.Post("/settings/apps/hammer/permissions", url.Values{"version": {"1"}, "scopes": {"user:email", "repo", "repo:status"}}), "/settings/apps/hammer/permissions")
	s.expect(s.as.Get("/settings/apps/hammer/permissions"), http.StatusOK, `value="repo" checked`, `value="user:email" checked`, `value="repo:status">`)
	s.expect(s.as.Get("/settings/developers"), http.StatusOK, "Hammer")
	s.expect(s.as.Get("/settings/apps"), http.StatusOK, "!Hammer")
}

func TestOrganizationsHaveApps(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for kind, address := range map[string]string{"No GitHub Apps yet": "apps", "No OAuth Apps yet": "applications"} {
		s.expect(s.as.Get("/organizations/tools/settings/"+address), http.StatusOK, kind, "/organizations/tools/settings/"+address+"/new")
	}
	s.goes(s.as.Post("/organizations/tools/settings/apps/new", github()), "/settings/apps/hammer/permissions")
	form := github()
	form.Set("name", "Sign in")
	form.Set("callback_urls", "https://hammer.example/back")
	s.goes(s.as.Post("/organizations/tools/settings/applications/new", form), "/settings/apps/sign-in/permissions")
	s.expect(s.as.Get("/organizations/tools/settings/apps"), http.StatusOK, "Hammer", "!Sign in</a>")
	s.goes(s.as.Get("/organizations/tools/settings/apps/hammer"), "/settings/apps/hammer")
	s.expect(s.as.Get("/organizations/other/settings/apps/hammer"), http.StatusNotFound)
	s.expect(s.as.Get("/settings/apps"), http.StatusOK, "!Hammer")
}

// The address of GitHub's form fills ours.
func TestPrefilled(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	a := s.expect(s.as.Get("/settings/apps/new?name=Hammer&description=Drives+nails&url=https%3A%2F%2Fhammer.example&callback_urls[]=https%3A%2F%2Fa.example&callback_urls[]=https%3A%2F%2Fb.example"+
		"&setup_url=https%3A%2F%2Fhammer.example%2Fsetup&setup_on_update=true&public=true&webhook_active=false&webhook_url=https%3A%2F%2Fhammer.example%2Fhook"+
		"&events[]=issues&events[]=push&issues=write&contents=nonsense&single_file=read&single_file_name=a.yml&webhook_secret=planted-secret&unknown=1"),
		http.StatusOK, `value="Hammer"`, "Drives nails", "https://a.example\nhttps://b.example", `name="permission.issues" value="write"`, `name="events" value="issues"`,
		`name="single_file_paths" value="a.yml"`, `!value="planted-secret"`, `!value="push"`, "!permission.contents")
	for _, checked := range []string{`name="setup_on_update" value="true" checked`, `name="public" value="true" checked`, `name="expire_user_tokens" value="true" checked`} {
		if !strings.Contains(a.Body, checked) {
			t.Errorf("no %s", checked)
		}
	}
	form := github()
	form["permission.issues"], form["events"] = []string{"write"}, []string{"issues"}
	form["permission.single_file"], form["single_file_paths"] = []string{"read"}, []string{"a.yml", "b.yml"}
	s.goes(s.as.Post("/settings/apps/new", form), "/settings/apps/hammer/permissions")
	s.expect(s.as.Get("/settings/apps/hammer/permissions"), http.StatusOK, "a.yml\nb.yml", `value="issues" checked`)
}

func TestTwoEditorsNoticeEachOther(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.goes(s.as.Post("/settings/apps/new", github()), "/settings/apps/hammer/permissions")
	form := github()
	form.Set("version", "1")
	form.Set("description", "The first words")
	s.goes(s.as.Post("/settings/apps/hammer", form), "/settings/apps/hammer")
	form.Set("description", "The second words")
	s.expect(s.as.Post("/settings/apps/hammer", form), http.StatusUnprocessableEntity, "Somebody else saved", "The first words", "The second words", `name="version" value="2"`)
	form.Set("version", "2")
	form.Set("name", "Mallet")
	s.goes(s.as.Post("/settings/apps/hammer", form), "/settings/apps/mallet")

	choice := url.Values{"version": {"1"}, "permission.issues": {"read"}}
	s.expect(s.as.Post("/settings/apps/mallet/permissions", choice), http.StatusUnprocessableEntity, "Somebody else saved", `name="version" value="3"`)
}

func TestTheEditorTeaches(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	dbtest.App(t, s.DB, s.ada, "hammer")
	const editor = "/settings/apps/hammer/permissions"
	a := s.expect(s.as.Get(editor), http.StatusOK, "GET /repos/{owner}/{repo}/issues", "Repository permissions", "Organization permissions", "Account permissions",
		"!Enterprise permissions", "Needs at least to read", "installation_repositories", "marketplace_purchase", `id="effect"`, "The same as now", "apps.")
	if n := len(a.Body); n > 160_000 {
		t.Errorf("the page has %d bytes", n)
	}
	// Without script a button shows what a choice adds up to, and saves nothing.
	choice := url.Values{"version": {"1"}, "act": {"effect"}, "permission.contents": {"write"}, "permission.workflows": {"write"}, "events": {"deployment"}}
	s.expect(s.as.Post(editor, choice), http.StatusOK, "run any code in your CI", "deployment is ticked, but can’t come", `value="deployment" checked`, "Compared with now", `class="option" data-needs="metadata"`, "Issues / Pull requests", "Projects / Projects (Organization)")
	s.expect(s.as.Get(editor), http.StatusOK, "!run any code in your CI")
	// The script gets that part alone.
	s.expect(s.as.Post(editor+"/effect", choice), http.StatusOK, "run any code in your CI", "deployment is ticked", "!<html", "!<form")

	delete(choice, "act")
	s.expect(s.as.Post(editor, choice), http.StatusUnprocessableEntity, "An event is ticked whose permission is missing", `value="deployment" checked`)
	choice["events"] = []string{"push"}
	s.goes(s.as.Post(editor, choice), editor)
	s.expect(s.as.Get(editor), http.StatusOK, "What the app asks for is saved", "run any code in your CI", "!Propose the change")
}

func TestAProposal(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	app := dbtest.App(t, s.DB, s.ada, "hammer")
	listing := dbtest.Draft(t, s.DB, app, models.ListingContent{})
	if err := s.DB.Read(t.Context()).Exec(`UPDATE listings SET state = 'published' WHERE id = ?`, listing).Error; err != nil {
		t.Fatal(err)
	}
	const editor = "/settings/apps/hammer/permissions"
	s.expect(s.as.Get(editor), http.StatusOK, "Propose the change", `name="note"`)
	s.goes(s.as.Post(editor, url.Values{"version": {"1"}, "permission.checks": {"write"}, "note": {"To <b>report</b> results"}}), editor)
	s.expect(s.as.Get(editor), http.StatusOK, "A change waits for approval", "To &lt;b&gt;report&lt;/b&gt; results", "Take the proposal back")
	s.expect(s.as.Get("/settings/apps"), http.StatusOK, "Change waits", "Published")
	var live bool
	if err := s.DB.Read(t.Context()).Raw(`SELECT permissions ? 'checks' FROM apps WHERE id = $1`, app.ID).Row().Scan(&live); err == nil && live {
		t.Error("the change didn't wait")
	}
	s.goes(s.as.Post(editor+"/withdraw", nil), editor)
	s.expect(s.as.Get(editor), http.StatusOK, "The proposal is taken back", "!A change waits for approval")
}

func TestFromAManifest(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	manifest := `{"name": "Hammer", "url": "https://hammer.example", "version": "v1", "hook_attributes": {"url": "https://hammer.example/hook"}, "description": "<img src=x>",
		"redirect_url": "http://localhost:3000/probot/setup", "public": true, "default_permissions": {"issues": "write", "nonsense": "read"}, "default_events": ["issues", "push"]}`
	elsewhere := s.Visitor(t)
	elsewhere.Header().Set("Sec-Fetch-Site", "cross-site")
	for at, owner := range map[string]string{"/organizations/tools/settings/apps/new": "tools", "/settings/apps/new": "ada"} {
		a := s.expect(elsewhere.Post(at+"?state=abc", url.Values{"manifest": {manifest}}), http.StatusSeeOther)
		if !strings.HasPrefix(a.Location, at+"?manifest=") {
			t.Fatalf("%s leads to %s", at, a.Location)
		}
		// Who isn't signed in does so first, and comes back.
		login := s.expect(s.Visitor(t).Get(a.Location), http.StatusSeeOther)
		if login.Location != "/login?return_to="+url.QueryEscape(a.Location) {
			t.Errorf("%s", login.Location)
		}
		page := s.expect(s.as.Get(a.Location), http.StatusOK, `value="Hammer"`, "It will belong to "+owner, "http://localhost:3000", "nonsense", "push", "&lt;img src=x&gt;", "GitHub App")
		if csp := page.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' http://localhost:3000;") {
			t.Errorf("%s", csp)
		}
		token := strings.TrimPrefix(a.Location, at+"?manifest=")
		bad := s.expect(s.as.Post(at, url.Values{"token": {token}, "name": {"GitHub"}}), http.StatusUnprocessableEntity, "That name is kept", `value="GitHub"`)
		if !strings.Contains(bad.Header.Get("Content-Security-Policy"), "http://localhost:3000") {
			t.Error("the form that came back leads nowhere")
		}
		done := s.expect(s.as.Post(at, url.Values{"token": {token}, "name": {"Hammer of " + owner}}), http.StatusSeeOther)
		u, err := url.Parse(done.Location)
		if err != nil || u.Host != "localhost:3000" || u.Path != "/probot/setup" || u.Query().Get("state") != "abc" || len(u.Query().Get("code")) != 40 {
			t.Fatalf("%s", done.Location)
		}
		c, err := s.Verbs.Apps.Convert(t.Context(), u.Query().Get("code"))
		if err != nil || c.App.Owner != owner || c.App.Permissions["issues"] != "write" || !strings.Contains(c.PEM, "RSA PRIVATE KEY") {
			t.Errorf("%+v, %v", c, err)
		}
		s.expect(s.as.Get(a.Location), http.StatusGone, "waits for an hour")
	}
	s.expect(elsewhere.Post("/settings/apps/new", url.Values{"manifest": {"{"}}), http.StatusBadRequest, "isn’t a manifest")
}

// Whatever a form holds, the answer is a page.
func TestHostileForms(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	dbtest.App(t, s.DB, s.ada, "hammer")
	odd := []string{"\x00", "\xff\xfe", "'; DROP TABLE apps; --", "<script>alert(1)</script>", "{{7*7}}", strings.Repeat("A", 200_000), "../../etc/passwd", "\u202e", "%00", "-1", "99999999999999999999"}
	for _, text := range odd {
		form := url.Values{"act": {text}}
		for _, name := range []string{"name", "url", "description", "callback_urls", "setup_url", "webhook_url", "webhook_secret", "public", "version", "token",
			"permission.issues", "permission." + text, "events", "scopes", "single_file_paths", "note", "state"} {
			form.Set(name, text)
		}
		for _, at := range []string{"/settings/apps/new", "/settings/applications/new", "/settings/apps/hammer", "/settings/apps/hammer/permissions", "/settings/apps/hammer/permissions/effect"} {
			a := s.as.Post(at, form)
			if a.Status >= 500 || a.Status < 400 && !strings.HasSuffix(at, "effect") || strings.Contains(a.Body, "<script>alert") {
				t.Errorf("%s with %.20q: %d", at, text, a.Status)
			}
		}
		if a := s.as.Get("/settings/apps/new?" + url.Values{"name": {text}, "events[]": {text}, "issues": {text}, "manifest": {""}}.Encode()); a.Status != http.StatusOK && len(text) < 1000 {
			t.Errorf("prefilled with %.20q: %d", text, a.Status)
		}
		if a := s.as.Get("/settings/apps/new?" + url.Values{"manifest": {text}}.Encode()); a.Status >= 500 || a.Status == http.StatusOK {
			t.Errorf("the manifest %.20q: %d", text, a.Status)
		}
		if a := s.as.Get("/settings/apps/" + url.PathEscape(text)); a.Status >= 500 || a.Status == http.StatusOK {
			t.Errorf("the app %.20q: %d", text, a.Status)
		}
	}
}

func TestStatementsOfThePages(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, slug := range []string{"hammer", "mallet", "saw"} {
		dbtest.App(t, s.DB, s.ada, slug)
	}
	for address, most := range map[string]int64{"/settings/apps": 3, "/settings/apps/hammer": 2, "/settings/apps/hammer/permissions": 5, "/settings/apps/new": 2} {
		s.as.Get(address) // the session is noted as used
		if n := dbtest.Statements(s.DB, func() { s.expect(s.as.Get(address), http.StatusOK) }); n > most {
			t.Errorf("%s makes %d statements", address, n)
		}
	}
}

func TestPagesInEveryLanguage(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	dbtest.App(t, s.DB, s.ada, "hammer")
	dbtest.App(t, s.DB, s.ada, "door", dbtest.OAuth)
	for _, prefix := range []string{"", "/zh-CN", "/ja", "/fr"} {
		for _, address := range []string{"/settings/apps", "/settings/developers", "/settings/apps/new", "/settings/applications/new", "/settings/apps/hammer",
			"/settings/apps/hammer/permissions", "/settings/apps/door", "/settings/apps/door/permissions", "/docs/registering-apps"} {
			s.expect(s.as.Get(prefix+address), http.StatusOK, "<h1", "!permission.issues.name", "!apps.form.")
		}
	}
}
