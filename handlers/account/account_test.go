package account_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func says(t *testing.T, a apptest.Answer, status int, words ...string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("the answer is %d %s, want %d", a.Status, a.Location, status)
	}
	for _, w := range words {
		if !strings.Contains(a.Body, w) {
			t.Errorf("it doesn't say %q:\n%s", w, main(a.Body))
		}
	}
}

// main is the part of a page that is its own.
func main(body string) string {
	if _, rest, ok := strings.Cut(body, "<main"); ok {
		body, _, _ = strings.Cut(rest, "</main>")
	}
	return body
}

func goes(t *testing.T, a apptest.Answer, to string) {
	t.Helper()
	if a.Status != 303 || a.Location != to {
		t.Errorf("the answer is %d to %q, want %q:\n%s", a.Status, a.Location, to, main(a.Body))
	}
}

// pages are those of one's own settings.
var pages = []string{
	"/settings/profile", "/settings/account", "/settings/account/login", "/settings/account/mail", "/settings/account/delete",
	"/settings/appearance", "/settings/notifications", "/settings/tokens", "/settings/tokens/new",
}

func TestPagesAreThere(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := app.As(t, dbtest.User(t, app.DB, "ada"))
	goes(t, ada.Get("/settings"), "/settings/profile")
	for _, lang := range models.Languages() {
		for _, p := range pages {
			if lang != "en" {
				p = "/" + lang + p
			}
			a := ada.Get(p)
			says(t, a, 200)
			if a.Header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s may be kept: %s", p, a.Header.Get("Cache-Control"))
			}
			if n := strings.Count(a.Body, "<h1"); n != 1 {
				t.Errorf("%s has %d h1", p, n)
			}
			if missing := regexp.MustCompile(`>\s*(account|flash|error|scope)\.[a-z_.]+\s*<`).FindString(a.Body); missing != "" {
				t.Errorf("%s lacks a text: %s", p, missing)
			}
		}
	}
	stranger := app.Visitor(t)
	for _, p := range append(pages, "/settings/account/export") {
		goes(t, stranger.Get(p), "/login?return_to="+url.QueryEscape(p))
	}
}

// What is sensitive asks first whether it is still the same person.
func TestSensitivePagesAskFirst(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user := dbtest.User(t, app.DB, "ada")
	ada := app.AsUnconfirmed(t, user)
	for _, p := range []string{"/settings/account/login", "/settings/account/mail", "/settings/account/delete", "/settings/account/export", "/settings/tokens/new"} {
		if a := ada.Get(p); a.Status != 303 || !strings.HasPrefix(a.Location, "/sudo?") {
			t.Errorf("%s answers %d %s", p, a.Status, a.Location)
		}
	}
	ada.Post("/settings/tokens/new", form("name", "CI", "expires", "never"))
	ada.Post("/settings/account/delete", form("confirm_name", "ada"))
	ada.Post("/settings/account/login", form("login", "countess"))
	var n int
	app.DB.Read(t.Context()).Raw(`SELECT (SELECT count(*) FROM access_tokens) + (SELECT count(*) FROM audit_events)`).Scan(&n)
	if n != 0 {
		t.Errorf("%d things were done", n)
	}
}

func TestProfileForm(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user := dbtest.User(t, app.DB, "ada")
	ada := app.As(t, user)
	goes(t, ada.Post("/settings/profile", form("name", "Ada", "bio", "Hello", "location", "London", "website_url", "https://ada.example")), "/settings/profile")
	says(t, ada.Get("/settings/profile"), 200, "Your profile is saved.", `value="Ada"`, ">Hello<", `value="https://ada.example"`)
	if a := ada.Get("/settings/profile"); strings.Contains(a.Body, "Your profile is saved.") {
		t.Error("it says twice that the profile is saved")
	}

	a := ada.Post("/settings/profile", form("name", "Ada\nBcc: x", "bio", strings.Repeat("b", 301), "location", "Lon\x07don", "website_url", "ftp://x"))
	says(t, a, 422, "f-name-problem", "f-bio-problem", "f-location-problem", "f-website_url-problem", "ftp://x", strings.Repeat("b", 301))
	if strings.Contains(a.Body, "Your profile is saved.") {
		t.Error("it says that nothing is wrong")
	}
	says(t, ada.Get("/settings/profile"), 200, `value="Ada"`)
}

// A form changes what it has fields for and nothing else.
func TestFormsChangeOnlyWhatTheyShow(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user, other := dbtest.User(t, app.DB, "ada"), dbtest.User(t, app.DB, "other")
	ada := app.As(t, user)
	more := []string{"login", "root", "id", "999", "account_id", "1", "ID", "1", "staff", "administrator", "Staff", "administrator", "kind", "organization",
		"verified_at", "2020-01-01", "mail", "x@example.test", "mail_verified_at", "2020-01-01", "suspended_at", "2020-01-01", "password_hash", "x"}
	for path, fields := range map[string][]string{
		"/settings/profile?id=2&login=root&name=Query": {"name", "Ada"},
		"/settings/appearance":                         {"language", "en", "time_zone", "UTC", "theme", ""},
		"/settings/notifications":                      {"app", "security"},
		"/settings/tokens/new":                         {"name", "CI", "expires", "7", "token_hash", "x", "revoked_at", "2020-01-01"},
	} {
		if a := ada.Post(path, form(append(fields, more...)...)); a.Status != 303 {
			t.Errorf("%s answers %d", path, a.Status)
		}
	}
	var rows []string
	app.DB.Read(t.Context()).Raw(`SELECT concat_ws(' ', a.login, a.kind, a.name, a.verified_at, a.suspended_at, u.mail, u.staff, u.password_hash)
		FROM accounts a JOIN users u ON u.account_id = a.id ORDER BY a.id`).Scan(&rows)
	if want := []string{"ada user Ada ada@example.test", "other user  other@example.test"}; strings.Join(squeeze(rows), "\n") != strings.Join(squeeze(want), "\n") {
		t.Errorf("the accounts are %q", rows)
	}
	var tokens int
	app.DB.Read(t.Context()).Raw(`SELECT count(*) FROM access_tokens WHERE account_id = ? AND revoked_at IS NULL`, user.ID).Scan(&tokens)
	if tokens != 1 || other.ID == user.ID {
		t.Errorf("ada has %d tokens", tokens)
	}
}

func squeeze(rows []string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = strings.Join(strings.Fields(r), " ")
	}
	return out
}

// script is what an attacker would have run by whoever looks at their profile.
const script = `"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}`

func TestScriptInEveryFieldIsText(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user := dbtest.User(t, app.DB, "ada")
	ada := app.As(t, user)
	goes(t, ada.Post("/settings/profile", form("name", script, "bio", script, "location", script)), "/settings/profile")
	goes(t, ada.Post("/settings/tokens/new", form("name", script[:60], "expires", "never")), "/settings/tokens")
	for _, address := range []string{`javascript:alert(1)`, `data:text/html,<script>alert(1)</script>`, `https://x/"><script>alert(1)</script>`, `//evil.example`} {
		if a := ada.Post("/settings/profile", form("website_url", address)); a.Status == 303 {
			goes(t, a, "/settings/profile")
		} else {
			says(t, a, 422, "f-website_url-problem")
		}
	}
	goes(t, ada.Post("/settings/profile", form("name", script, "bio", script, "location", script)), "/settings/profile")
	for _, p := range append(pages, "/ada", "/docs", "/settings/audit-log", "/settings/security") {
		for name, b := range map[string]*apptest.Browser{"ada": ada, "a stranger": app.Visitor(t)} {
			a := b.Get(p)
			if strings.Contains(a.Body, "<script>alert") || strings.Contains(a.Body, "<img src=x") || strings.Contains(a.Body, `"javascript:`) {
				t.Errorf("%s runs script of the profile for %s", p, name)
			}
		}
	}
}

func TestAppearanceIsTakenAtOnce(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := app.As(t, dbtest.User(t, app.DB, "ada"))
	a := ada.Get("/settings/appearance")
	says(t, a, 200, "日本語", "Asia/Tokyo", "Tokyo (UTC+09:00)", `<optgroup label="Asia"`)
	goes(t, ada.Post("/settings/appearance", form("language", "ja", "time_zone", "Asia/Tokyo", "theme", "dark")), "/ja/settings/appearance")
	if lang, theme := ada.Cookie("/", "lang"), ada.Cookie("/", "theme"); lang != "ja" || theme != "dark" {
		t.Errorf("the cookies say %q and %q", lang, theme)
	}
	says(t, ada.Get("/ja/settings/appearance"), 200, `lang="ja"`, `data-theme="dark"`, "設定を保存しました。", `<option value="Asia/Tokyo" selected`)
	goes(t, ada.Post("/ja/settings/appearance", form("language", "en", "time_zone", "UTC", "theme", "")), "/settings/appearance")
	if lang, theme := ada.Cookie("/", "lang"), ada.Cookie("/", "theme"); lang != "en" || theme != "" {
		t.Errorf("the cookies say %q and %q", lang, theme)
	}
	a = ada.Post("/settings/appearance", form("language", "tlh", "time_zone", "Mars/Base", "theme", "pink"))
	says(t, a, 422, "f-language-problem", "f-time_zone-problem", "f-theme-problem")
}

// A zone that isn't in the list, but that browsers and people still use, stays
// chosen.
func TestOldNamesOfTimeZones(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := app.As(t, dbtest.User(t, app.DB, "ada"))
	goes(t, ada.Post("/settings/appearance", form("language", "en", "time_zone", "Asia/Calcutta")), "/settings/appearance")
	says(t, ada.Get("/settings/appearance"), 200, `<option value="Asia/Calcutta" selected>Calcutta (UTC+05:30)`)
}

// The menu on every page changes the account's theme too.
func TestTheMenuOfThemesIsRemembered(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user := dbtest.User(t, app.DB, "ada")
	suspended := dbtest.User(t, app.DB, "bad")
	dbtest.Suspend(t, app.DB, suspended)
	theme := func() (s string) {
		app.DB.Read(t.Context()).Raw(`SELECT string_agg(theme, ',' ORDER BY account_id) FROM users`).Scan(&s)
		return s
	}
	ada := app.As(t, user)
	for _, b := range []*apptest.Browser{ada, app.Visitor(t), app.As(t, suspended)} {
		goes(t, b.Post("/preferences", form("theme", "dark", "return", "/docs")), "/docs")
		if b.Cookie("/", "theme") != "dark" {
			t.Error("the browser forgets")
		}
	}
	if got := theme(); got != "dark," {
		t.Errorf("the accounts have %q", got)
	}
	if a := ada.Post("/preferences", form("theme", "pink")); a.Status != 400 && a.Status != 422 {
		t.Errorf("a bad theme answers %d", a.Status)
	}
}

func TestNotificationsForm(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := app.As(t, dbtest.User(t, app.DB, "ada"))
	says(t, ada.Get("/settings/notifications"), 200, `name="app" value="security" checked disabled`, `name="mail" value="security" checked disabled`,
		`name="mail" value="organizations" checked>`, "can’t be switched off")
	goes(t, ada.Post("/settings/notifications", form("app", "organizations", "mail", "repositories")), "/settings/notifications")
	says(t, ada.Get("/settings/notifications"), 200, `name="app" value="organizations" checked>`, `name="mail" value="organizations">`,
		`name="app" value="repositories">`, `name="mail" value="repositories" checked>`, `name="app" value="security" checked disabled`)
}

func TestChangingTheLogin(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := app.As(t, dbtest.User(t, app.DB, "ada"))
	dbtest.User(t, app.DB, "bob")
	for typed, problem := range map[string]string{"bob": "f-login-problem", "Not a login": "f-login-problem", "settings": "f-login-problem"} {
		says(t, ada.Post("/settings/account/login", form("login", typed)), 422, problem, `value="`+typed+`"`)
	}
	goes(t, ada.Post("/settings/account/login", form("login", "Countess")), "/settings/account")
	says(t, ada.Get("/settings/account"), 200, "Your login is changed.", "/countess")
}

func TestChangingTheMailAddress(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := app.As(t, dbtest.User(t, app.DB, "ada"))
	says(t, ada.Post("/settings/account/mail", form("mail", "no address")), 422, "f-mail-problem", `value="no address"`)
	goes(t, ada.Post("/settings/account/mail", form("mail", "new@example.test")), "/settings/account")
	says(t, ada.Get("/settings/account"), 200, "ada@example.test has to agree", "new@example.test has to be confirmed")
	goes(t, ada.Post("/settings/account/mail/cancel", nil), "/settings/account")
	if a := ada.Get("/settings/account"); strings.Contains(main(a.Body), "new@example.test") {
		t.Error("the change still waits")
	}
	ada.Post("/settings/account/mail", form("mail", "new@example.test"))
	app.Clock.Pass(2 * 24 * time.Hour)
	if a := app.As(t, models.Account{ID: 1}).Get("/settings/account"); a.Status != 200 || strings.Contains(main(a.Body), "new@example.test") {
		t.Errorf("a change that can't be confirmed any more waits: %d", a.Status)
	}
}

func TestTheSuspendedLearnWhyAndTakeTheirData(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user := dbtest.User(t, app.DB, "bad")
	dbtest.Suspend(t, app.DB, user)
	bad := app.As(t, user)
	says(t, bad.Get("/settings/account"), 200, "This account is suspended", "a reason", "Jan 15, 2026")
	says(t, bad.Get("/settings/account/export"), 200, `"login":"bad"`)
	for _, p := range []string{"/settings/profile", "/settings/account/login", "/settings/account/mail", "/settings/account/delete", "/settings/appearance",
		"/settings/notifications", "/settings/tokens/new"} {
		if a := bad.Post(p, form("name", "x", "login", "x", "confirm_name", "bad", "language", "fr", "time_zone", "UTC", "expires", "7")); a.Status != 403 {
			t.Errorf("%s answers %d", p, a.Status)
		}
	}
}

func TestTheExportIsAFile(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user := dbtest.User(t, app.DB, "ada")
	ada := app.As(t, user)
	for range 3 {
		a := ada.Get("/settings/account/export")
		says(t, a, 200)
		if d := a.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename=souk-ada-") || a.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("the headers are %v", a.Header)
		}
		if !json.Valid([]byte(a.Body)) {
			t.Errorf("this is no JSON: %s", a.Body)
		}
	}
	says(t, ada.Get("/settings/account/export"), 429)
}

func TestMakingAToken(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := app.As(t, dbtest.User(t, app.DB, "ada"))
	says(t, ada.Get("/settings/tokens"), 200, "No tokens yet")
	says(t, ada.Post("/settings/tokens/new", form("name", "", "expires", "custom", "day", "2001-01-01", "scopes", "root", "scopes", "repo")), 422,
		"f-name-problem", "f-day-problem", "f-scopes-problem", `value="repo" checked`, `value="2001-01-01"`, `value="custom" checked`)
	goes(t, ada.Post("/settings/tokens/new", form("name", "CI", "expires", "30", "scopes", "read:user", "scopes", "read:org")), "/settings/tokens")
	a := ada.Get("/settings/tokens")
	secret := regexp.MustCompile(`soukp_[0-9A-Za-z]{36}`).FindString(a.Body)
	says(t, a, 200, "Your new token: CI", "<code>read:user</code>", "<code>read:org</code>")
	if !models.WellFormedAccessToken(secret) {
		t.Fatalf("the page shows no token: %s", main(a.Body))
	}
	a = ada.Get("/settings/tokens")
	if says(t, a, 200, "…"+secret[len(secret)-4:]); strings.Contains(a.Body, secret) {
		t.Error("the token is shown twice")
	}

	program := app.Visitor(t)
	program.Header().Set("Authorization", "Bearer "+secret)
	says(t, program.Get("/api/v1/user"), 200, `"login":"ada"`)
	id := regexp.MustCompile(`/settings/tokens/(\d+)/revoke`).FindStringSubmatch(a.Body)[0]
	says(t, ada.Get(id), 200, "CI", "Revoke token")
	goes(t, ada.Post(id, nil), "/settings/tokens")
	says(t, ada.Get("/settings/tokens"), 200, "The token is revoked", "Revoked")
	says(t, program.Get("/api/v1/user"), 401)
}

// A cookie that someone planted shows nothing: only a token of one's own is
// ever shown.
func TestOnlyOnesOwnTokenIsShown(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := app.As(t, dbtest.User(t, app.DB, "ada"))
	foreign := dbtest.AccessToken(t, app.DB, dbtest.User(t, app.DB, "mallory"))
	for _, planted := range []string{foreign, models.NewAccessTokenSecret(), "soukp_x", "%22%3E"} {
		ada.SetCookie("fresh_token", planted)
		if a := ada.Get("/settings/tokens"); a.Status != 200 || strings.Contains(a.Body, planted) {
			t.Errorf("%q is shown (%d)", planted, a.Status)
		}
	}
}

func TestSomeoneElsesTokenIsNotThere(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := app.As(t, dbtest.User(t, app.DB, "ada"))
	dbtest.AccessToken(t, app.DB, dbtest.User(t, app.DB, "bob"))
	var id string
	app.DB.Read(t.Context()).Raw(`SELECT id::text FROM access_tokens`).Scan(&id)
	for _, n := range []string{id, "0", "-1", "x", "99999999999999999999"} {
		says(t, ada.Get("/settings/tokens/"+n+"/revoke"), 404)
		says(t, ada.Post("/settings/tokens/"+n+"/revoke", nil), 404)
	}
}

func TestDeletingTheAccount(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user, bob := dbtest.User(t, app.DB, "ada"), dbtest.User(t, app.DB, "bob")
	acme := dbtest.Organization(t, app.DB, "acme", user)
	dbtest.Repository(t, app.DB, user, "engine", dbtest.Private)
	ada := app.As(t, user)
	says(t, ada.Get("/settings/account/delete"), 200, "You are the only owner", "/orgs/acme/people", "ada/engine", "One repository")
	if a := ada.Get("/settings/account/delete"); strings.Contains(a.Body, "confirm_name") {
		t.Error("the form is there although something stands against it")
	}
	says(t, ada.Post("/settings/account/delete", form("confirm_name", "ada")), 409)
	dbtest.Member(t, app.DB, acme, bob, models.RoleOwner)
	says(t, ada.Get("/settings/account/delete"), 200, "go on without you: acme", "confirm_name", "30 days")
	says(t, ada.Post("/settings/account/delete", form("confirm_name", "Adam")), 422, "f-confirm_name-problem", `value="Adam"`)
	elsewhere := app.As(t, user)
	goes(t, ada.Post("/settings/account/delete", form("confirm_name", "ada")), "/")
	says(t, ada.Get("/"), 200, "Your account is deleted")
	goes(t, elsewhere.Get("/settings/profile"), "/login?return_to=%2Fsettings%2Fprofile")
	if a := elsewhere.Post("/settings/profile", form("name", "Ghost")); a.Status != 401 {
		t.Errorf("another session answers %d", a.Status)
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user := dbtest.User(t, app.DB, "ada")
	for range 20 {
		dbtest.AccessToken(t, app.DB, user, "repo", "user")
		dbtest.Repository(t, app.DB, user, strings.ToLower(models.NewAccessTokenSecret()[6:20]))
	}
	ada := app.As(t, user)
	for path, want := range map[string]int64{ // and one for the session
		"/settings/profile": 2, "/settings/account": 2, "/settings/appearance": 2, "/settings/notifications": 2, "/settings/tokens": 2,
		"/settings/tokens/new": 1, "/settings/account/delete": 3, // with what was bought
	} {
		if n := dbtest.Statements(app.DB, func() { ada.Get(path) }); n != want {
			t.Errorf("%s takes %d statements, want %d", path, n, want)
		}
	}
}
