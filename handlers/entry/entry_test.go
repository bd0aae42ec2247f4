package entry_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
	"souk/web/paths"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const goodPassword = "violet tractor under seven moons"

const cookie = "souk_session"

// user makes an account with goodPassword and a confirmed address.
func user(t *testing.T, app *apptest.App, login string) models.Account {
	t.Helper()
	a := dbtest.User(t, app.DB, login)
	hash, err := app.Verbs.Identity.HashPassword(t.Context(), goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, app, `UPDATE users SET password_hash = ?, language = 'fr', theme = 'dark' WHERE account_id = ?`, hash, a.ID)
	return a
}

func exec(t *testing.T, app *apptest.App, statement string, args ...any) {
	t.Helper()
	if err := app.DB.Read(t.Context()).Exec(statement, args...).Error; err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, app *apptest.App, statement string, args ...any) (n int) {
	t.Helper()
	if err := app.DB.Read(t.Context()).Raw(statement, args...).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func mint(t *testing.T, app *apptest.App, purpose models.Purpose, a models.Account, subject string) string {
	t.Helper()
	token, err := app.Verbs.Identity.Mint(t.Context(), purpose, &a.ID, subject)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// form is a form with these names and values in turn.
func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func credentials(login string) url.Values { return form("login", login, "password", goodPassword) }

// leads fails unless an answer redirects to address.
func leads(t *testing.T, what string, a apptest.Answer, address string) {
	t.Helper()
	if a.Status != http.StatusSeeOther || a.Location != address {
		t.Errorf("%s: %d to %q, want %q", what, a.Status, a.Location, address)
	}
}

// signedIn reports whether the browser is somebody's. An address with a prefix
// leads nowhere else, whatever the browser's language.
func signedIn(b *apptest.Browser) bool { return b.Get("/fr/logout").Status == http.StatusOK }

func TestPagesInEveryLanguage(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := user(t, app, "ada")
	reset := mint(t, app, models.PurposeResetPassword, ada, "ada@example.test")
	link := mint(t, app, models.PurposeSignIn, ada, "")
	pages := map[string][]string{
		paths.Join:                      {`autocomplete="username"`, `autocomplete="email"`, `type="email"`, `autocomplete="new-password"`},
		paths.Login + "?return_to=%2Fx": {`autocomplete="username webauthn"`, `autocomplete="current-password"`, `data-passkey="get"`, `value="/x"`},
		paths.PasswordReset:             {`autocomplete="username"`},
		paths.PasswordResetSent:         nil,
		paths.PasswordResetLink(reset):  {`autocomplete="new-password"`, "ada"},
		paths.LoginLink(link):           {"ada", "<form"},
	}
	for _, purpose := range []models.Purpose{models.PurposeVerifyMail, models.PurposeNewMail, models.PurposeOldMail} {
		pages[paths.Verify(mint(t, app, purpose, ada, "new@example.test"))] = []string{"ada", "new@example.test", "<form"}
	}
	org, err := app.Verbs.Identity.Mint(t.Context(), models.PurposeOrgMail, nil, "12 office@example.test")
	if err != nil {
		t.Fatal(err)
	}
	pages[paths.Verify(org)] = []string{"office@example.test", "<form"}
	for path, wants := range pages {
		seen := map[string]bool{}
		for _, lang := range models.Languages() {
			a := app.Visitor(t).Get(paths.Localized(lang, path))
			if a.Status != http.StatusOK || !strings.Contains(a.Body, `<html lang="`+lang+`"`) || strings.Count(a.Body, "<h1") != 1 {
				t.Errorf("%s in %s: %d", path, lang, a.Status)
			}
			for _, w := range append(wants, `name="robots" content="noindex"`) {
				if !strings.Contains(a.Body, w) {
					t.Errorf("%s in %s has no %s", path, lang, w)
				}
			}
			_, h1, _ := strings.Cut(a.Body, "<h1")
			h1, _, _ = strings.Cut(h1, "</h1>")
			if seen[h1] {
				t.Errorf("%s in %s is headed as in another language: %s", path, lang, h1)
			}
			seen[h1] = true
		}
	}
	// Looking at a link doesn't use it up.
	if n := count(t, app, `SELECT count(*) FROM single_use_tokens WHERE used_at IS NOT NULL`); n != 0 {
		t.Errorf("%d links were used up by looking", n)
	}
}

func TestJoiningInJapanese(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	b := app.Visitor(t)
	a := b.Post("/ja/join", form("login", "hanako", "mail", "hanako@example.test", "password", goodPassword, "return_to", "/docs",
		// what nobody may choose
		"staff", "administrator", "mail_verified_at", "2026-01-01", "verified", "true", "kind", "organization", "id", "1", "account_id", "1",
		"two_factor_at", "2026-01-01", "Language", "fr"))
	leads(t, "joining", a, "/ja/docs")
	if b.Cookie("/", cookie) == "" || b.Cookie("/", "lang") != "ja" {
		t.Error("hanako isn't let in, or not in Japanese")
	}
	if a := b.Get("/ja/docs"); !strings.Contains(a.Body, "hanako") {
		t.Error("the page doesn't know hanako")
	}
	if n := count(t, app, `SELECT count(*) FROM users u JOIN accounts a ON a.id = u.account_id WHERE a.login = 'hanako' AND a.kind = 'user'
		AND u.language = 'ja' AND u.staff = '' AND u.mail_verified_at IS NULL AND u.two_factor_at IS NULL AND a.verified_at IS NULL`); n != 1 {
		t.Error("the account isn't as it should be")
	}
	leads(t, "joining once more", b.Get("/ja/join"), "/ja")
}

func TestFormsComeBackWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := user(t, app, "ada")
	token := mint(t, app, models.PurposeResetPassword, ada, "ada@example.test")
	for name, c := range map[string]struct {
		path     string
		form     url.Values
		problems []string // fields
		kept     []string
	}{
		"joining": {paths.Join, form("login", "Not a login!", "mail", `"><script>`, "password", "secret-one", "return_to", "/x"),
			[]string{"login", "mail", "password"}, []string{"Not a login!", "&#34;&gt;&lt;script&gt;", `value="/x"`}},
		"joining as ada": {paths.Join, form("login", "ada", "mail", "b@example.test", "password", goodPassword), []string{"login"}, []string{`value="ada"`, "b@example.test"}},
		"signing in":     {paths.Login, form("login", "ada", "password", "secret-one", "return_to", "/x"), []string{"login"}, []string{`value="ada"`, `value="/x"`}},
		"resetting":      {paths.PasswordReset, form("login", ""), []string{"login"}, nil},
		"a new password": {paths.PasswordResetLink(token), form("password", "secret-one"), []string{"password"}, []string{"ada"}},
	} {
		a := app.Visitor(t).Post(c.path, c.form)
		if a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.Status)
		}
		for _, field := range c.problems {
			if !strings.Contains(a.Body, `id="f-`+field+`-problem"`) || !strings.Contains(a.Body, `href="#f-`+field+`"`) {
				t.Errorf("%s: nothing is said beside %s", name, field)
			}
		}
		if n := strings.Count(a.Body, `-problem"`+">"); n != len(c.problems) {
			t.Errorf("%s: %d problems are said, want %d", name, n, len(c.problems))
		}
		for _, kept := range c.kept {
			if !strings.Contains(a.Body, kept) {
				t.Errorf("%s: %s is lost", name, kept)
			}
		}
		if strings.Contains(a.Body, "secret-one") || strings.Contains(a.Body, goodPassword) {
			t.Errorf("%s: the page has the password", name)
		}
	}
	if n := count(t, app, `SELECT count(*) FROM sessions`); n != 0 {
		t.Errorf("somebody was let in %d times", n)
	}
}

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user(t, app, "ada")
	b := app.Visitor(t)
	leads(t, "signing in", b.Post(paths.Login, credentials("ada@example.test")), "/fr")
	if b.Cookie("/", "lang") != "fr" || b.Cookie("/", "theme") != "dark" {
		t.Error("the browser isn't as ada likes it")
	}
	old := b.Cookie("/", cookie)
	leads(t, "coming back", b.Get("/fr/login?return_to=%2Fdocs"), "/fr/docs")
	thief := app.Visitor(t)
	thief.SetCookie(cookie, old)
	if !signedIn(thief) {
		t.Fatal("the cookie isn't what signs in")
	}
	leads(t, "signing out", b.Post("/fr/logout", nil), "/fr")
	if b.Cookie("/", cookie) != "" || signedIn(b) {
		t.Error("ada is still signed in")
	}
	thief.SetCookie(cookie, old)
	if signedIn(thief) {
		t.Error("a stolen cookie works after signing out")
	}

	here, there := app.Visitor(t), app.Visitor(t)
	here.Post(paths.Login, credentials("ada"))
	there.Post(paths.Login, credentials("ada"))
	leads(t, "signing out everywhere", here.Post("/fr/logout", form("everywhere", "true")), "/fr")
	if signedIn(here) || signedIn(there) {
		t.Error("ada is still signed in")
	}
}

// A session that somebody else put into the browser is never the one that goes
// on.
func TestSessionsAreNotFixed(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user(t, app, "ada")
	mallory := user(t, app, "mallory")
	b := app.As(t, mallory)
	planted := b.Cookie("/", cookie)
	b.Post(paths.Login, credentials("ada"))
	if now := b.Cookie("/", cookie); now == planted || now == "" {
		t.Error("ada goes on in the session that was planted")
	}
	m := app.Visitor(t)
	m.SetCookie(cookie, planted)
	if signedIn(m) {
		t.Error("the session that was planted is still good")
	}
	b = app.Visitor(t)
	b.SetCookie(cookie, "made-up-by-mallory")
	b.Post(paths.Login, credentials("ada"))
	if b.Cookie("/", cookie) == "made-up-by-mallory" {
		t.Error("a made-up secret was taken")
	}
}

func TestSigningInLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user(t, app, "ada")
	for to, want := range map[string]string{
		"/settings/profile":             "/fr/settings/profile",
		"/docs?a=b&c=//d":               "/fr/docs?a=b&c=//d",
		"/ja/docs":                      "/ja/docs",
		"":                              "/fr",
		"https://evil.test/":            "/fr",
		"//evil.test":                   "/fr",
		"/\\evil.test":                  "/fr",
		"\\\\evil.test":                 "/fr",
		"/\t/evil.test":                 "/fr",
		"/%09/evil.test":                "/fr/%09/evil.test",
		"///evil.test":                  "/fr",
		"javascript:alert(1)":           "/fr",
		"/x\r\nSet-Cookie: a=b":         "/fr",
		"evil.test":                     "/fr",
		"/%2F/evil.test":                "/fr",
		"/%5Cevil.test":                 "/fr",
		"http:evil.test":                "/fr",
		" //evil.test":                  "/fr",
		"/docs#" + "fragment":           "/fr/docs#fragment",
		"/" + strings.Repeat("a", 3000): "/fr",
	} {
		f := credentials("ada")
		f.Set("return_to", to)
		b := app.Visitor(t)
		leads(t, fmt.Sprintf("return_to %.40q", to), b.Post(paths.Login, f), want)
		exec(t, app, `DELETE FROM throttles`)
	}
}

func TestAnotherSiteCannotSignInOrOut(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := user(t, app, "ada")
	for path, f := range map[string]url.Values{
		paths.Login: credentials("ada"), paths.Logout: nil, paths.PasswordReset: form("login", "ada"),
		paths.Join: form("login", "eve", "mail", "eve@example.test", "password", goodPassword),
		paths.LoginLink(mint(t, app, models.PurposeSignIn, ada, "")): nil,
	} {
		for _, site := range []string{"cross-site", "same-site"} {
			b := app.As(t, ada)
			b.Header().Set("Sec-Fetch-Site", site)
			b.Header().Set("Origin", "https://evil.test")
			if a := b.Post(path, f); a.Status != http.StatusForbidden {
				t.Errorf("%s from %s: %d", path, site, a.Status)
			}
		}
	}
	if n := count(t, app, `SELECT count(*) FROM sessions`); n != 10 {
		t.Errorf("there are %d sessions, want those of ada's browsers", n)
	}
}

// same compares all that a stranger sees of two answers: status, headers, body
// but for the name that was typed.
func same(t *testing.T, what string, a, b apptest.Answer, typedA, typedB string) {
	t.Helper()
	if a.Status != b.Status || a.Location != b.Location {
		t.Errorf("%s: %d to %s, or %d to %s", what, a.Status, a.Location, b.Status, b.Location)
	}
	names := func(h http.Header) []string { return slices.Sorted(maps.Keys(h)) }
	if !slices.Equal(names(a.Header), names(b.Header)) {
		t.Errorf("%s: headers %v, or %v", what, names(a.Header), names(b.Header))
	}
	for _, h := range []string{"Content-Type", "Cache-Control", "Vary", "Retry-After", "Referrer-Policy"} {
		if a.Header.Get(h) != b.Header.Get(h) {
			t.Errorf("%s: %s is %q, or %q", what, h, a.Header.Get(h), b.Header.Get(h))
		}
	}
	if len(a.Header["Set-Cookie"]) != len(b.Header["Set-Cookie"]) {
		t.Errorf("%s: cookies %v, or %v", what, a.Header["Set-Cookie"], b.Header["Set-Cookie"])
	}
	if strings.ReplaceAll(a.Body, typedA, "") != strings.ReplaceAll(b.Body, typedB, "") {
		t.Errorf("%s: the pages differ", what)
	}
}

func TestAnswersDoNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user(t, app, "ada")
	try := func(path string, f url.Values) apptest.Answer { return app.Visitor(t).Post(path, f) }
	wrong := func(login string) url.Values { return form("login", login, "password", "not the password") }
	same(t, "signing in", try(paths.Login, wrong("ada")), try(paths.Login, wrong("bob")), "ada", "bob")
	same(t, "signing in by mail", try(paths.Login, wrong("ada@example.test")), try(paths.Login, wrong("bob@example.test")), "ada", "bob")
	same(t, "a forgotten password", try(paths.PasswordReset, form("login", "ada@example.test")), try(paths.PasswordReset, form("login", "bob@example.test")), "ada", "bob")
	same(t, "a forgotten password", try(paths.PasswordReset, form("login", "ada")), try(paths.PasswordReset, form("login", "bob")), "ada", "bob")
	same(t, "joining", try(paths.Join, form("login", "one", "mail", "ada@example.test", "password", goodPassword)),
		try(paths.Join, form("login", "two", "mail", "bob@example.test", "password", goodPassword)), "one", "two")
	for range 12 {
		try(paths.Login, wrong("ada"))
		try(paths.Login, wrong("bob"))
	}
	a, b := try(paths.Login, wrong("ada")), try(paths.Login, wrong("bob"))
	if a.Status != http.StatusTooManyRequests {
		t.Errorf("guessing goes on: %d", a.Status)
	}
	same(t, "too many tries", a, b, "ada", "bob")
}

func TestASecondFactorIsAskedFor(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := user(t, app, "ada")
	exec(t, app, `UPDATE users SET two_factor_at = now() WHERE account_id = ?`, ada.ID)
	token := mint(t, app, models.PurposeResetPassword, ada, "ada@example.test")
	for what, in := range map[string]func(b *apptest.Browser) apptest.Answer{
		"a password": func(b *apptest.Browser) apptest.Answer { return b.Post(paths.Login, credentials("ada")) },
		"a link": func(b *apptest.Browser) apptest.Answer {
			return b.Post(paths.LoginLink(mint(t, app, models.PurposeSignIn, ada, "")), nil)
		},
		"a new password": func(b *apptest.Browser) apptest.Answer {
			return b.Post(paths.PasswordResetLink(token), form("password", goodPassword))
		},
	} {
		b := app.Visitor(t)
		leads(t, what, in(b), paths.LoginSecond)
		if b.Cookie("/", cookie) != "" || b.Cookie("/", "second") == "" || signedIn(b) {
			t.Errorf("%s: somebody is let in, or nobody waits", what)
		}
		b.SetCookie(cookie, b.Cookie("/", "second"))
		if signedIn(b) {
			t.Errorf("%s: the secret that waits signs in", what)
		}
	}
}

func TestLinksFromMails(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	b := app.Visitor(t)
	b.Post(paths.Join, form("login", "ada", "mail", "ada@example.test", "password", goodPassword))
	var ada models.Account
	if err := app.DB.Read(t.Context()).Raw(`SELECT id, login FROM accounts WHERE login = 'ada'`).Take(&ada).Error; err != nil {
		t.Fatal(err)
	}
	path := paths.Verify(mint(t, app, models.PurposeVerifyMail, ada, "ada@example.test"))
	for range 3 {
		if a := b.Get(path); a.Status != http.StatusOK {
			t.Fatalf("looking at the link: %d", a.Status)
		}
	}
	// Mail is often read in another browser.
	leads(t, "confirming", app.Visitor(t).Post(path, nil), paths.Login)
	if n := count(t, app, `SELECT count(*) FROM users WHERE mail_verified_at IS NOT NULL`); n != 1 {
		t.Error("the address isn't confirmed")
	}
	for _, a := range []apptest.Answer{b.Get(path), b.Post(path, nil), b.Get(paths.Verify("made-up-made-up-made-up-made")), b.Get(paths.LoginLink("x")), b.Get(paths.PasswordResetLink("x"))} {
		if a.Status != http.StatusGone {
			t.Errorf("a used or made-up link: %d", a.Status)
		}
	}
	if !signedIn(b) {
		t.Error("confirming signed ada out")
	}
	path, err := app.Verbs.Identity.SignInLink(t.Context(), models.Operator(), ada.ID)
	if err != nil || path != paths.LoginLink(strings.TrimPrefix(path, "/login/link/")) {
		t.Fatalf("the link is %s, %v", path, err)
	}
	other := app.Visitor(t)
	if a := other.Get(path); a.Status != http.StatusOK || signedIn(other) {
		t.Errorf("looking at a sign-in link: %d", a.Status)
	}
	leads(t, "using it", other.Post(path, nil), "/")
	if !signedIn(other) {
		t.Error("the link doesn't sign in")
	}
}

func TestResettingAPassword(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := user(t, app, "ada")
	before := app.As(t, ada)
	stolen := before.Cookie("/", cookie)
	b := app.Visitor(t)
	leads(t, "asking", b.Post("/fr/password-reset", form("login", "ada@example.test")), "/fr/password-reset/sent")
	path := paths.PasswordResetLink(mint(t, app, models.PurposeResetPassword, ada, "ada@example.test"))
	leads(t, "setting another", b.Post(path, form("password", "nine copper kettles by the river")), "/fr")
	if !signedIn(b) {
		t.Error("ada isn't let in")
	}
	thief := app.Visitor(t)
	thief.SetCookie(cookie, stolen)
	if signedIn(thief) {
		t.Error("a stolen cookie works after a reset")
	}
}

func TestSuspendedPeopleGetIn(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := user(t, app, "ada")
	dbtest.Suspend(t, app.DB, ada)
	b := app.Visitor(t)
	leads(t, "signing in", b.Post(paths.Login, credentials("ada")), "/fr")
	leads(t, "signing out", b.Post("/fr/logout", nil), "/fr")
}

// FuzzLogin sends anything that a form can hold: the answer is never our fault,
// and nobody is let in.
func FuzzLogin(f *testing.F) {
	f.Add("ada", "password", "/x")
	f.Add("ada@example.test", "\x00\xff", "//evil.test")
	f.Add("' OR 1=1 --", strings.Repeat("x", 2000), "\r\n")
	f.Add("аda", "%s%d", "javascript:")
	app := apptest.New(f)
	dbtest.User(f, app.DB, "ada")
	f.Fuzz(func(t *testing.T, login, password, returnTo string) {
		app.Clock.Pass(24 * time.Hour)
		b := app.Visitor(t)
		for _, path := range []string{paths.Login, paths.Join, paths.PasswordReset} {
			a := b.Post(path, form("login", login, "password", password, "mail", login, "return_to", returnTo))
			if a.Status >= 500 || path == paths.Login && a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s with %q, %q: %d", path, login, password, a.Status)
			}
			if a.Status == http.StatusSeeOther && !strings.HasPrefix(a.Location, "/") || strings.HasPrefix(a.Location, "//") {
				t.Errorf("%s leads to %q", path, a.Location)
			}
			b = app.Visitor(t)
		}
	})
}
