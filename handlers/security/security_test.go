package security_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/factors/factorstest"
	"souk/web"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const password = "seven wooden boats leave"

// person is a user with a password.
func person(t *testing.T, app *apptest.App, login string) models.Account {
	t.Helper()
	u := dbtest.User(t, app.DB, login)
	hash, err := app.Verbs.Identity.HashPassword(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, app, `UPDATE users SET password_hash = $1 WHERE account_id = $2`, hash, u.ID)
	return u
}

func exec(t *testing.T, app *apptest.App, sql string, args ...any) {
	t.Helper()
	if _, err := app.DB.Pool().Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, what string, a apptest.Answer, status int, parts ...string) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("%s: status %d, want %d, to %s: %s", what, a.Status, status, a.Location, a.Body)
	}
	for _, p := range parts {
		if !strings.Contains(a.Body, p) {
			t.Errorf("%s: the page lacks %s:\n%s", what, p, a.Body)
		}
	}
}

func wantTo(t *testing.T, what string, a apptest.Answer, location string) {
	t.Helper()
	if a.Status != http.StatusSeeOther || a.Location != location {
		t.Fatalf("%s: status %d to %q, want %q: %s", what, a.Status, a.Location, location, a.Body)
	}
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// hidden are the hidden fields of the first form that has some.
func hidden(body string) url.Values {
	v := url.Values{}
	_, body, _ = strings.Cut(body, "<main")
	for _, form := range strings.Split(body, "<form")[1:] {
		form, _, _ = strings.Cut(form, "</form>")
		for _, m := range hiddenField.FindAllStringSubmatch(form, -1) {
			v.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
		}
		if len(v) > 0 && !strings.Contains(form, "data-passkey") {
			return v
		}
		v = url.Values{}
	}
	return v
}

// setUp sets an authenticator app up as a person does, and returns its secret
// and the recovery codes.
func setUp(t *testing.T, app *apptest.App, b *apptest.Browser) (secret string, codes []string) {
	t.Helper()
	page := b.Get("/settings/security/two-factor")
	want(t, "the setup", page, http.StatusOK, `src="data:image/png;base64,`)
	m := regexp.MustCompile(`secret=([A-Z2-7]{32})`).FindStringSubmatch(page.Body)
	if m == nil {
		t.Fatalf("there is no secret on the page: %s", page.Body)
	}
	form := hidden(page.Body)
	form.Set("code", "000000")
	wrong := b.Post("/settings/security/two-factor", form)
	want(t, "a wrong code", wrong, http.StatusUnprocessableEntity, m[1], `href="#f-code"`)
	form.Set("code", factorstest.Code(t, m[1], app.Clock.Now()))
	done := b.Post("/settings/security/two-factor", form)
	want(t, "the right code", done, http.StatusOK)
	for _, c := range regexp.MustCompile(`<li><code>([^<]+)</code></li>`).FindAllStringSubmatch(done.Body, -1) {
		codes = append(codes, c[1])
	}
	if len(codes) != models.RecoveryCodes || done.Header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("%d codes, %s", len(codes), done.Header.Get("Cache-Control"))
	}
	return m[1], codes
}

func TestSecondFactorFromEndToEnd(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := person(t, app, "ada")
	b := app.As(t, ada)
	want(t, "the overview", b.Get("/settings/security"), http.StatusOK, `href="/settings/security/two-factor"`)
	secret, codes := setUp(t, app, b)
	want(t, "the overview", b.Get("/settings/security"), http.StatusOK, "10 codes left", `href="/settings/security/two-factor/disable"`)

	app.Clock.Pass(time.Minute)
	v := app.Visitor(t)
	wantTo(t, "without a sign-in", v.Get("/login/second"), "/login")
	in := url.Values{"login": {"ada"}, "password": {password}, "return_to": {"/docs?a=b"}}
	wantTo(t, "the password", v.Post("/login", in), "/login/second")
	if a := v.Get("/settings/security"); a.Status != http.StatusSeeOther {
		t.Fatal("the password alone signs in")
	}
	want(t, "the page", v.Get("/login/second"), http.StatusOK, `autocomplete="one-time-code"`, "ada")
	want(t, "a wrong code", v.Post("/login/second", url.Values{"code": {"000000"}}), http.StatusUnprocessableEntity, `href="#f-code"`)
	wantTo(t, "the right code", v.Post("/login/second", url.Values{"code": {factorstest.Code(t, secret, app.Clock.Now())}}), "/docs?a=b")
	want(t, "signed in", v.Get("/settings/security"), http.StatusOK)
	wantTo(t, "the page afterwards", v.Get("/login/second"), "/")

	other := app.Visitor(t)
	wantTo(t, "the password", other.Post("/login", in), "/login/second")
	wantTo(t, "the same code again", func() apptest.Answer {
		a := other.Post("/login/second", url.Values{"code": {factorstest.Code(t, secret, app.Clock.Now())}})
		want(t, "the same code again", a, http.StatusUnprocessableEntity)
		return other.Post("/login/second", url.Values{"code": {codes[0]}})
	}(), "/docs?a=b")
	want(t, "one code less", b.Get("/settings/security"), http.StatusOK, "9 codes left")

	late := app.Visitor(t)
	wantTo(t, "the password", late.Post("/login", in), "/login/second")
	app.Clock.Pass(models.SecondFactorLifetime)
	wantTo(t, "too late", late.Post("/login/second", url.Values{"code": {codes[1]}}), "/login")
}

// Recovery codes are made again, and the app goes.
func TestCodesAndTurningOff(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	b := app.As(t, person(t, app, "ada"))
	if a := b.Get("/settings/security/recovery-codes"); a.Status != http.StatusNotFound {
		t.Errorf("codes without a second factor: %d", a.Status)
	}
	_, codes := setUp(t, app, b)
	want(t, "the codes", b.Get("/settings/security/recovery-codes"), http.StatusOK, "10 codes left")
	fresh := b.Post("/settings/security/recovery-codes", url.Values{})
	want(t, "new codes", fresh, http.StatusOK, `download="souk-recovery-codes-ada.txt"`)
	if strings.Contains(fresh.Body, codes[0]) {
		t.Error("the new codes are the old ones")
	}
	want(t, "the question", b.Get("/settings/security/two-factor/disable"), http.StatusOK, `class="consequences"`)
	wantTo(t, "turned off", b.Post("/settings/security/two-factor/disable", url.Values{}), "/settings/security")
	want(t, "the overview", b.Get("/settings/security"), http.StatusOK, "authenticator app is turned off")
	wantTo(t, "nothing left to turn off", b.Get("/settings/security/two-factor/disable"), "/settings/security")

	// An organization that wants a second factor keeps it on.
	app.Clock.Pass(time.Hour)
	b = app.As(t, models.Account{ID: idOf(t, app, "ada")})
	setUp(t, app, b)
	org := dbtest.Organization(t, app.DB, "acme", models.Account{ID: idOf(t, app, "ada")})
	exec(t, app, `UPDATE organizations SET two_factor_required_at = now() WHERE account_id = $1`, org.ID)
	want(t, "the overview", b.Get("/settings/security"), http.StatusOK, "required by acme")
	want(t, "the question", b.Get("/settings/security/two-factor/disable"), http.StatusOK, "organization")
	if a := b.Post("/settings/security/two-factor/disable", url.Values{}); a.Status != http.StatusConflict {
		t.Errorf("turned off all the same: %d", a.Status)
	}
}

func idOf(t *testing.T, app *apptest.App, login string) (id int64) {
	t.Helper()
	if err := app.DB.Pool().QueryRow(t.Context(), `SELECT id FROM accounts WHERE login = $1`, login).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// probe is a sensitive act that answers with what it got.
func probe(app *apptest.App) {
	secure := app.Verbs.People().Security.Confirmed
	app.Echo.Any("/probe", func(c echo.Context) error {
		if _, err := c.FormParams(); err != nil {
			return err
		}
		return c.JSON(http.StatusOK, c.Request().PostForm)
	}, web.SignedIn, web.Active, secure)
}

func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	probe(app)
	b := app.AsUnconfirmed(t, person(t, app, "ada"))
	typed := url.Values{
		"name": {"O’Brien & <b>sons</b> \"ltd\""}, "scopes": {"repo", "admin", "repo"}, "note": {"two\r\nlines\tand a tab"}, "empty": {""},
		"日本語": {"値"}, "password": {"hunter2hunter2"}, "new_Password": {"hunter2hunter2"},
	}
	asked := b.Post("/probe?page=2&q=a%26b", typed)
	want(t, "unconfirmed", asked, http.StatusUnprocessableEntity, `action="/probe?page=2&amp;q=a%26b"`, `name="confirm_password"`)
	if strings.Contains(asked.Body, "hunter2") {
		t.Error("a password comes back")
	}
	kept := hidden(asked.Body)
	typed.Del("password")
	typed.Del("new_Password")
	if fmt.Sprint(kept) != fmt.Sprint(typed) {
		t.Fatalf("kept are %v\nwant     %v", kept, typed)
	}

	kept.Set("confirm_password", "wrong")
	again := b.Post("/probe?page=2&q=a%26b", kept)
	want(t, "a wrong password", again, http.StatusUnprocessableEntity, `href="#f-confirm_password"`)
	if got := hidden(again.Body); fmt.Sprint(got) != fmt.Sprint(typed) || strings.Contains(again.Body, `value="wrong"`) {
		t.Fatalf("kept are then %v", got)
	}
	old := b.Cookie("/", "souk_session")
	kept.Set("confirm_password", password)
	done := b.Post("/probe?page=2&q=a%26b", kept)
	want(t, "the right password", done, http.StatusOK)
	var got url.Values
	if err := json.Unmarshal([]byte(done.Body), &got); err != nil || fmt.Sprint(got) != fmt.Sprint(typed) {
		t.Errorf("the act gets %v, %v\nwant         %v", got, err, typed)
	}
	if now := b.Cookie("/", "souk_session"); now == old || now == "" {
		t.Error("the session keeps its secret")
	}
	want(t, "confirmed now", b.Post("/probe", url.Values{"a": {"b"}}), http.StatusOK)
	stolen := app.Visitor(t)
	stolen.SetCookie("souk_session", old)
	if a := stolen.Get("/settings/security"); a.Status != http.StatusSeeOther {
		t.Errorf("the old cookie is worth %d", a.Status)
	}

	app.Clock.Pass(models.SudoWindow)
	want(t, "a quarter of an hour later", b.Post("/probe", url.Values{"a": {"b"}}), http.StatusUnprocessableEntity)
	wantTo(t, "a page", b.Get("/probe?x=1"), "/sudo?return_to=%2Fprobe%3Fx%3D1")
	body := "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n"
	want(t, "a form in parts", b.Do(http.MethodPost, "/probe", "multipart/form-data; boundary=x", body), http.StatusUnprocessableEntity, `name="a" value="b"`)
	file := "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a.csv\"\r\n\r\nb\r\n--x--\r\n"
	want(t, "a form with a file", b.Do(http.MethodPost, "/probe", "multipart/form-data; boundary=x", file), http.StatusForbidden)
}

// Each kind of account is asked for what it has, and each answer opens the
// window.
func TestConfirmationByWhatOneHas(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	probe(app)
	ada := person(t, app, "ada")
	secret, _ := setUp(t, app, app.As(t, ada))
	app.Clock.Pass(time.Minute)

	b := app.AsUnconfirmed(t, ada)
	asked := b.Post("/probe", url.Values{"a": {"b"}})
	want(t, "password and app", asked, http.StatusUnprocessableEntity, `name="confirm_password"`, `name="confirm_code"`)
	want(t, "a wrong code", b.Post("/probe", url.Values{"a": {"b"}, "confirm_code": {"000000"}}), http.StatusUnprocessableEntity, `href="#f-confirm_code"`)
	want(t, "the right code", b.Post("/probe", url.Values{"a": {"b"}, "confirm_code": {factorstest.Code(t, secret, app.Clock.Now())}}), http.StatusOK, `{"a":["b"]}`)

	none := dbtest.User(t, app.DB, "none")
	b = app.AsUnconfirmed(t, none)
	want(t, "nothing", b.Post("/probe", url.Values{"a": {"b"}}), http.StatusUnprocessableEntity, `href="/settings/security/password"`)
	want(t, "the form for a first password", b.Get("/settings/security/password"), http.StatusOK)
	want(t, "a bad one", b.Post("/settings/security/password", url.Values{"password": {"short"}}), http.StatusUnprocessableEntity, `href="#f-password"`)
	wantTo(t, "a first password", b.Post("/settings/security/password", url.Values{"password": {password}}), "/settings/security")
	want(t, "with it", b.Post("/probe", url.Values{"confirm_password": {password}}), http.StatusOK)

	var last apptest.Answer
	b = app.AsUnconfirmed(t, ada)
	for range 30 {
		if last = b.Post("/probe", url.Values{"a": {"b"}, "confirm_password": {"wrong"}}); last.Status != http.StatusUnprocessableEntity {
			break
		}
	}
	want(t, "too many tries", last, http.StatusTooManyRequests, `name="a" value="b"`)
}

func TestStaffCantConfirmForSomeone(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	probe(app)
	ada, staff := person(t, app, "ada"), person(t, app, "staff-person")
	dbtest.MakeStaff(t, app.DB, staff, models.StaffAdministrator)
	b := app.As(t, ada)
	exec(t, app, `UPDATE sessions SET staff_id = $1, staff_reason = 'a reason' WHERE account_id = $2`, staff.ID, ada.ID)
	for _, path := range []string{"/probe", "/sudo", "/settings/security/two-factor", "/settings/security/recovery-codes", "/settings/security/passkeys/new"} {
		want(t, path, b.Get(path), http.StatusForbidden)
	}
	want(t, "a write", b.Post("/probe", url.Values{"confirm_password": {password}}), http.StatusForbidden)
	want(t, "another password", b.Post("/settings/security/password", url.Values{"current": {password}, "password": {"another seven wooden boats"}}), http.StatusForbidden)
}

func TestSudoPage(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := person(t, app, "ada")
	wantTo(t, "a stranger", app.Visitor(t).Get("/sudo?return_to=/docs"), "/login?return_to=%2Fsudo%3Freturn_to%3D%2Fdocs")
	b := app.AsUnconfirmed(t, ada)
	want(t, "the page", b.Get("/sudo?return_to=/docs"), http.StatusOK, `name="return_to" value="/docs"`, `action="/sudo"`)
	want(t, "a wrong password", b.Post("/sudo", url.Values{"return_to": {"/docs"}, "confirm_password": {"wrong"}}), http.StatusUnprocessableEntity,
		`name="return_to" value="/docs"`, `href="#f-confirm_password"`)
	wantTo(t, "the right one", b.Post("/sudo", url.Values{"return_to": {"/docs"}, "confirm_password": {password}}), "/docs")
	wantTo(t, "confirmed already", b.Get("/sudo?return_to=/docs"), "/docs")
	wantTo(t, "nowhere to go", b.Get("/sudo"), "/settings/security")
	for _, elsewhere := range []string{"https://evil.test", "//evil.test", `/\evil.test`, "javascript:alert(1)"} {
		wantTo(t, elsewhere, b.Get("/sudo?return_to="+url.QueryEscape(elsewhere)), "/")
		b := app.AsUnconfirmed(t, ada)
		wantTo(t, elsewhere, b.Post("/sudo", url.Values{"return_to": {elsewhere}, "confirm_password": {password}}), "/")
	}
	fr := app.AsUnconfirmed(t, ada)
	fr.Header().Set("Accept-Language", "fr")
	wantTo(t, "in French", fr.Get("/fr/settings/security/two-factor"), "/fr/sudo?return_to=%2Fsettings%2Fsecurity%2Ftwo-factor")
	wantTo(t, "in French", fr.Post("/fr/sudo", url.Values{"return_to": {"/settings/security/two-factor"}, "confirm_password": {password}}), "/fr/settings/security/two-factor")
}

// TestSudoMatrix walks everything sensitive with a session that isn't confirmed.
func TestSudoMatrix(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := person(t, app, "ada")
	confirmed := app.As(t, ada)
	setUp(t, app, confirmed)
	addPasskey(t, app, confirmed, "key")
	passkey := fmt.Sprintf("/settings/security/passkeys/%d", passkeyOf(t, app))
	before := state(t, app)
	b := app.AsUnconfirmed(t, ada)
	for _, path := range []string{"/settings/security/two-factor", "/settings/security/two-factor/disable", "/settings/security/recovery-codes",
		"/settings/security/passkeys/new", passkey + "/delete", "/settings/security/password/remove"} {
		wantTo(t, "GET "+path, b.Get(path), "/sudo?return_to="+url.QueryEscape(path))
		if path == "/settings/security/passkeys/new" {
			continue // it has no form of its own
		}
		want(t, "POST "+path, b.Post(path, url.Values{"x": {"y"}}), http.StatusUnprocessableEntity, `action="`+path+`"`, `name="x" value="y"`)
	}
	for _, path := range []string{"/settings/security/passkeys/begin", "/settings/security/passkeys/finish"} {
		want(t, "POST "+path, b.Post(path, url.Values{"credential": {"{}"}}), http.StatusForbidden)
	}
	if after := state(t, app); after != before {
		t.Errorf("something changed: %s\nit was %s", after, before)
	}
	for _, path := range []string{"/settings/security", "/settings/security/password", passkey} {
		want(t, "GET "+path, b.Get(path), http.StatusOK)
	}
}

// state is everything that a second factor is made of.
func state(t *testing.T, app *apptest.App) (s string) {
	t.Helper()
	err := app.DB.Pool().QueryRow(t.Context(), `SELECT concat_ws(' ', (SELECT string_agg(u::text, ' ' ORDER BY account_id) FROM users u),
		(SELECT string_agg(p::text, ' ' ORDER BY id) FROM passkeys p), (SELECT string_agg(r::text, ' ' ORDER BY id) FROM recovery_codes r))`).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func passkeyOf(t *testing.T, app *apptest.App) (id int64) {
	t.Helper()
	if err := app.DB.Pool().QueryRow(t.Context(), `SELECT max(id) FROM passkeys`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func addPasskey(t *testing.T, app *apptest.App, b *apptest.Browser, name string) *factorstest.Authenticator {
	t.Helper()
	device := factorstest.New(t, app.URL)
	begin := b.Post("/settings/security/passkeys/begin", url.Values{})
	want(t, "begin", begin, http.StatusOK)
	if begin.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a challenge may be kept: %s", begin.Header.Get("Cache-Control"))
	}
	done := b.Post("/settings/security/passkeys/finish", url.Values{"name": {name}, "credential": {string(device.Create([]byte(begin.Body)))}})
	want(t, "finish", done, http.StatusOK, `{"location":"/settings/security`)
	return device
}

func TestPasskeysOverHTTP(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	probe(app)
	ada := person(t, app, "ada")
	b := app.As(t, ada)
	want(t, "the page", b.Get("/settings/security/passkeys/new"), http.StatusOK, `data-begin="/settings/security/passkeys/begin"`)
	device := addPasskey(t, app, b, "My <key>")
	want(t, "the overview", b.Get("/settings/security"), http.StatusOK, "My &lt;key&gt;", "0 codes left")

	// Signing in with nothing else.
	v := app.Visitor(t)
	signIn := func(path string, v *apptest.Browser, more url.Values) apptest.Answer {
		begin := v.Post(path+"/begin", more)
		want(t, "begin", begin, http.StatusOK)
		form := url.Values{"credential": {string(device.Get([]byte(begin.Body)))}}
		for k, x := range more {
			form[k] = x
		}
		return v.Post(path+"/finish", form)
	}
	want(t, "finish", signIn("/login/passkey", v, url.Values{"return_to": {"/docs"}}), http.StatusOK, `{"location":"/docs"}`)
	want(t, "signed in", v.Get("/settings/security"), http.StatusOK)
	want(t, "which is a confirmation", v.Get("/settings/security/two-factor"), http.StatusOK)
	want(t, "elsewhere", signIn("/login/passkey", app.Visitor(t), url.Values{"return_to": {"//evil.test"}}), http.StatusOK, `{"location":"/"}`)

	// Another browser can't finish what one began.
	begin := v.Post("/login/passkey/begin", nil)
	want(t, "begin", begin, http.StatusOK)
	thief := app.Visitor(t)
	want(t, "another browser", thief.Post("/login/passkey/finish", url.Values{"credential": {string(device.Get([]byte(begin.Body)))}}), http.StatusBadRequest)

	// After the password.
	second := app.Visitor(t)
	wantTo(t, "the password", second.Post("/login", url.Values{"login": {"ada"}, "password": {password}, "return_to": {"/docs"}}), "/login/second")
	want(t, "the page", second.Get("/login/second"), http.StatusOK, `data-begin="/login/second/passkey/begin"`)
	want(t, "finish", signIn("/login/second/passkey", second, nil), http.StatusOK, `{"location":"/docs"}`)
	want(t, "signed in", second.Get("/settings/security"), http.StatusOK)
	want(t, "without a sign-in", app.Visitor(t).Post("/login/second/passkey/begin", nil), http.StatusGone)

	// As a confirmation, of a page and of a form.
	late := app.AsUnconfirmed(t, ada)
	want(t, "finish", signIn("/sudo/passkey", late, url.Values{"return_to": {"/docs"}}), http.StatusOK, `{"location":"/docs"}`)
	want(t, "confirmed", late.Post("/probe", url.Values{"a": {"b"}}), http.StatusOK)
	late = app.AsUnconfirmed(t, ada)
	want(t, "the question", late.Post("/probe", url.Values{"a": {"b"}}), http.StatusUnprocessableEntity, `data-then="again"`, `id="again"`)
	want(t, "finish", signIn("/sudo/passkey", late, nil), http.StatusOK, `{"location":""}`)
	want(t, "the form again", late.Post("/probe", url.Values{"a": {"b"}, "confirm_password": {""}}), http.StatusOK, `{"a":["b"]`)

	// Its name, and its end.
	path := fmt.Sprintf("/settings/security/passkeys/%d", passkeyOf(t, app))
	want(t, "the name", b.Get(path), http.StatusOK, `value="My &lt;key&gt;"`)
	want(t, "no name", b.Post(path, url.Values{"name": {" "}}), http.StatusUnprocessableEntity, `href="#f-name"`)
	wantTo(t, "another name", b.Post(path, url.Values{"name": {"Laptop"}}), "/settings/security")
	eve := app.As(t, person(t, app, "eve"))
	for _, p := range []string{path, path + "/delete", "/settings/security/passkeys/x", "/settings/security/passkeys/999999"} {
		want(t, "another's "+p, eve.Get(p), http.StatusNotFound)
	}
	want(t, "another's", eve.Post(path, url.Values{"name": {"Mine"}}), http.StatusNotFound)
	want(t, "another's", eve.Post(path+"/delete", nil), http.StatusNotFound)

	wantTo(t, "no password", b.Post("/settings/security/password/remove", nil), "/settings/security")
	want(t, "the last way in", b.Get(path+"/delete"), http.StatusOK, "Set a password")
	want(t, "the last way in", b.Post(path+"/delete", nil), http.StatusConflict)
	wantTo(t, "a password again", b.Post("/settings/security/password", url.Values{"password": {"another seven wooden boats"}}), "/settings/security")
	want(t, "the question", b.Get(path+"/delete"), http.StatusOK, "Laptop", `class="consequences"`)
	wantTo(t, "removed", b.Post(path+"/delete", nil), "/settings/security")
	want(t, "one factor", b.Get("/settings/security"), http.StatusOK, "passkey is removed")
}

func TestSessions(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := person(t, app, "ada")
	phone, laptop, other := app.As(t, ada), app.As(t, ada), app.As(t, ada)
	eve := app.As(t, person(t, app, "eve"))
	exec(t, app, `UPDATE sessions SET ip = '203.0.113.9', user_agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'
		WHERE id = (SELECT min(id) FROM sessions WHERE account_id = $1)`, ada.ID)
	page := laptop.Get("/settings/security")
	want(t, "the list", page, http.StatusOK, "Safari · iPhone", "203.0.113.9", "Unknown device", "this one")
	ends := regexp.MustCompile(`action="(/settings/security/sessions/\d+/end)"`).FindAllStringSubmatch(page.Body, -1)
	if len(ends) != 2 {
		t.Fatalf("%d sessions can be ended", len(ends))
	}
	ids := []string{ends[0][1], ends[1][1]}
	slices.Sort(ids)
	want(t, "another's", eve.Post(ids[0], nil), http.StatusNotFound)
	wantTo(t, "the phone", laptop.Post(ids[0], nil), "/settings/security")
	if a := phone.Get("/settings/security"); a.Status != http.StatusSeeOther {
		t.Errorf("the phone is still signed in: %d", a.Status)
	}
	want(t, "the others", other.Get("/settings/security"), http.StatusOK)
	wantTo(t, "all others", laptop.Post("/settings/security/sessions/end", nil), "/settings/security")
	if a := other.Get("/settings/security"); a.Status != http.StatusSeeOther {
		t.Errorf("the other is still signed in: %d", a.Status)
	}
	want(t, "this one", laptop.Get("/settings/security"), http.StatusOK)
	want(t, "somebody else", eve.Get("/settings/security"), http.StatusOK)

	again := app.As(t, ada)
	wantTo(t, "another password", laptop.Post("/settings/security/password", url.Values{"current": {password}, "password": {"another seven wooden boats"}}), "/settings/security")
	want(t, "this one", laptop.Get("/settings/security"), http.StatusOK, "The password is changed")
	if a := again.Get("/settings/security"); a.Status != http.StatusSeeOther {
		t.Errorf("another password leaves others signed in: %d", a.Status)
	}
	want(t, "a wrong password", laptop.Post("/settings/security/password", url.Values{"current": {"wrong"}, "password": {"another seven wooden boats"}}),
		http.StatusUnprocessableEntity, `href="#f-current"`)
}

func TestTheOverviewCostsThreeStatements(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := person(t, app, "ada")
	b := app.As(t, ada)
	for range 5 {
		addPasskey(t, app, b, "")
		app.As(t, ada)
	}
	before := app.DB.Statements()
	want(t, "the overview", b.Get("/settings/security"), http.StatusOK)
	if n := app.DB.Statements() - before; n != 3 {
		t.Errorf("it takes %d statements", n)
	}
}

// Every page is there in every language, for an account that has everything and
// one that has nothing.
func TestPagesInEveryLanguage(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := person(t, app, "ada")
	all := app.As(t, ada)
	setUp(t, app, all)
	addPasskey(t, app, all, "key")
	passkey := fmt.Sprintf("/settings/security/passkeys/%d", passkeyOf(t, app))
	nothing, late := app.As(t, dbtest.User(t, app.DB, "none")), app.AsUnconfirmed(t, ada)
	for _, lang := range models.Languages()[1:] {
		pages := map[string]*apptest.Browser{"/sudo": late}
		for _, p := range []string{"", "/password", "/password/remove", "/two-factor", "/two-factor/disable", "/recovery-codes", "/passkeys/new"} {
			pages["/settings/security"+p] = all
		}
		pages[passkey], pages[passkey+"/delete"] = all, all
		for p, b := range pages {
			want(t, lang+p, b.Get("/"+lang+p), http.StatusOK, `<html lang="`+lang+`"`, "<h1>")
		}
		for _, p := range []string{"", "/password", "/password/remove", "/two-factor", "/passkeys/new"} {
			want(t, lang+p, nothing.Get("/"+lang+"/settings/security"+p), http.StatusOK, `<html lang="`+lang+`"`)
		}
	}
}
