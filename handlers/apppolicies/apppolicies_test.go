package apppolicies_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const page = "/organizations/acme/settings/app_policy"

func see(t *testing.T, a apptest.Answer, status int, words ...string) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	for _, w := range words {
		if not, ok := strings.CutPrefix(w, "!"); ok && strings.Contains(a.Body, not) {
			t.Errorf("%q in\n%s", not, a.Body)
		} else if !ok && !strings.Contains(a.Body, w) {
			t.Errorf("no %q in\n%s", w, a.Body)
		}
	}
}

var carried = regexp.MustCompile(`name="rule" value="([^"]*)"`)

// rules are those that a page carries.
func rules(a apptest.Answer) (all []string) {
	for _, m := range carried.FindAllStringSubmatch(a.Body, -1) {
		all = append(all, html.UnescapeString(m[1]))
	}
	return all
}

// site is acme with hammer, which writes contents, installed.
func site(t *testing.T) (*apptest.App, *apptest.Browser, models.Account, models.Account) {
	t.Helper()
	s := apptest.New(t)
	ada := dbtest.User(t, s.DB, "ada")
	acme, tools := dbtest.Organization(t, s.DB, "acme", ada), dbtest.Organization(t, s.DB, "tools", dbtest.User(t, s.DB, "eve"))
	hammer := dbtest.App(t, s.DB, tools, "hammer", func(a *models.App) { a.Permissions = models.Grants{"contents": models.LevelWrite} })
	dbtest.Install(t, s.DB, hammer, acme)
	return s, s.As(t, ada), acme, tools
}

func TestAPolicyIsWrittenTriedAndSaved(t *testing.T) {
	t.Parallel()
	_, b, _, _ := site(t)
	see(t, b.Get(page), 200, "There is no rule yet", "Stopped by the policy: 0 of 1 apps", `<option value="hammer">`)

	// A rule is written: first wrongly, then well.
	form := url.Values{"version": {"0"}, "otherwise": {"allow"}, "do": {"add"}, "decision": {"deny"}, "app": {"no-such"}, "permission": {"nonsense"}, "words": {"Ask <b>security</b>"}}
	see(t, b.Post(page, form), 422, `value="no-such"`, `value="nonsense"`, `href="#f-permission"`, "Ask &lt;b&gt;security&lt;/b&gt;")
	form.Set("permission", "contents")
	see(t, b.Post(page, form), 422, `href="#f-app"`, "There is no such app")
	form.Set("app", "hammer")
	form.Set("level", "write")
	tried := b.Post(page, form)
	see(t, tried, 200, "Nothing of this is saved yet", "Would stop: 1 of 1 apps", "it is Hammer", "Contents (Write or more)", "Ask &lt;b&gt;security&lt;/b&gt;", "All repositories")
	see(t, b.Get(page), 200, "There is no rule yet")

	save := url.Values{"version": {"0"}, "otherwise": {"allow"}, "do": {"save"}, "rule": rules(tried)}
	if a := b.Post(page, save); a.Status != http.StatusSeeOther || a.Location != page {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	saved := b.Get(page)
	see(t, saved, 200, "The policy is saved", "Stopped by the policy: 1 of 1 apps", "it is Hammer", "!Nothing of this is saved yet")
	see(t, b.Post(page, save), 409)
	see(t, b.Get("/ja"+page), 200, "ポリシーで止まっているもの")

	// Rules are moved, edited, and removed, before anything is saved.
	two := url.Values{"version": {"1"}, "otherwise": {"deny"}, "rule": append(rules(saved), `{"decision":"allow","publisher":"verified"}`)}
	two.Set("do", "up:1")
	moved := b.Post(page, two)
	if all := rules(moved); len(all) != 2 || !strings.Contains(all[0], "verified") {
		t.Errorf("%v", all)
	}
	two.Set("do", "edit:0")
	see(t, b.Post(page, two), 200, `value="hammer"`, `value="contents"`, "!it is Hammer")
	two.Set("do", "remove:0")
	see(t, b.Post(page, two), 200, "!it is Hammer", "its publisher is verified")
}

func TestHostileForms(t *testing.T) {
	t.Parallel()
	_, b, _, _ := site(t)
	for name, form := range map[string]url.Values{
		"no rule":        {"do": {"save"}, "rule": {"{"}},
		"rules and more": {"do": {"try"}, "rule": strings.Split(strings.Repeat("{}|", 60), "|")},
		"a level":        {"do": {"save"}, "otherwise": {"allow"}, "rule": {`{"decision":"deny","permission":"contents","level":"x"}`}},
		"a decision":     {"do": {"save"}, "otherwise": {"perhaps"}},
		"a version":      {"do": {"save"}, "version": {"x"}},
	} {
		if a := b.Post(page, form); a.Status < 400 || a.Status >= 500 {
			t.Errorf("%s: %d", name, a.Status)
		}
	}
	see(t, b.Get(page), 200, "There is no rule yet")
}

// However many apps are installed, the page asks the same, and stays small.
func TestThePageIsFewStatements(t *testing.T) {
	t.Parallel()
	s, b, acme, tools := site(t)
	for i := range 80 {
		dbtest.Install(t, s.DB, dbtest.App(t, s.DB, tools, fmt.Sprintf("app-%d", i)), acme)
	}
	b.Get(page)
	var a apptest.Answer
	if n := dbtest.Statements(s.DB, func() {
		a = b.Post(page, url.Values{"version": {"0"}, "otherwise": {"deny"}, "do": {"try"}})
	}); n > 8 {
		t.Errorf("%d statements", n)
	}
	see(t, a, 200, "Would stop: 81 of 81 apps", "And 41 more.")
	if len(a.Body) > 60_000 {
		t.Errorf("%d bytes", len(a.Body))
	}
}
