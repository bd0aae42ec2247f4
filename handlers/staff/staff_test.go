package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// site is a site with ada, and someone of the staff in each role.
type site struct {
	*apptest.App
	t      *testing.T
	people map[string]models.Account
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{App: apptest.New(t), t: t, people: map[string]models.Account{}}
	for _, login := range []string{"ada", "helper", "judge", "boss"} {
		s.people[login] = dbtest.User(t, s.DB, login)
	}
	dbtest.MakeStaff(t, s.DB, s.people["helper"], models.StaffSupport)
	dbtest.MakeStaff(t, s.DB, s.people["judge"], models.StaffReviewer)
	dbtest.MakeStaff(t, s.DB, s.people["boss"], models.StaffAdministrator)
	return s
}

func (s *site) as(login string) *apptest.Browser { return s.As(s.t, s.people[login]) }

func want(t *testing.T, a apptest.Answer, status int, parts ...string) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	for _, p := range parts {
		if !strings.Contains(a.Body, p) {
			t.Errorf("it lacks %q:\n%s", p, a.Body)
		}
	}
}

func wantGone(t *testing.T, a apptest.Answer, location string) {
	t.Helper()
	if a.Status != http.StatusSeeOther || a.Location != location {
		t.Fatalf("status %d, to %q, want %q: %s", a.Status, a.Location, location, a.Body)
	}
}

var (
	because = url.Values{"reason": {"asked by phone"}}
	decided = url.Values{"decision": {"asked by phone"}}
)

func TestPagesOfTheStaff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	acme := dbtest.Organization(t, s.DB, "acme", s.people["ada"])
	dbtest.Suspend(t, s.DB, acme)
	boss, helper := s.as("boss"), s.as("helper")
	want(t, boss.Get("/staff"), 200, "Staff desk", `href="/staff/audit"`, "Suspended accounts")
	if a := helper.Get("/staff"); strings.Contains(a.Body, "/staff/audit") {
		t.Error("support is shown a page that it may not see")
	}
	want(t, helper.Get("/staff/accounts?q=ada"), 200, `href="/staff/accounts/ada"`, "a…@example.test")
	want(t, helper.Get("/staff/accounts?q=zzz"), 200, "No account is called that")
	want(t, helper.Get("/staff/accounts?q=%00&after=%ff"), 200)
	a := helper.Get("/staff/accounts/ada")
	want(t, a, 200, "Act for ada", `href="/staff/accounts/acme"`)
	if strings.Contains(a.Body, "Suspend ada") {
		t.Error("support may suspend")
	}
	want(t, boss.Get("/staff/accounts/ada"), 200, "Suspend ada")
	want(t, boss.Get("/staff/accounts/acme"), 200, "Suspended since", "a reason", "Reinstate acme")
	want(t, boss.Get("/staff/accounts/nobody"), 404)
	want(t, boss.Get("/staff/accounts/%00"), 404)
	want(t, boss.Get("/staff/team?login=helper"), 200, `value="helper"`, "Set the role")
	if a := helper.Get("/staff/team"); a.Status != 200 || strings.Contains(a.Body, "Set the role") {
		t.Errorf("support's team page: %d", a.Status)
	}
	for _, lang := range []string{"ja", "zh-CN", "fr"} {
		for _, path := range []string{"/staff", "/staff/accounts", "/staff/accounts/ada", "/staff/team", "/staff/audit"} {
			want(t, boss.Get("/"+lang+path), 200, `lang="`+lang+`"`)
		}
	}
	for name, statements := range map[string]int64{"/staff": 2, "/staff/accounts": 2, "/staff/accounts/ada": 4, "/staff/team": 2, "/staff/audit": 2} {
		if n := dbtest.Statements(s.DB, func() { boss.Get(name) }); n != statements {
			t.Errorf("%s takes %d statements, not %d", name, n, statements)
		}
	}
}

func TestSuspensions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	boss, ada := s.as("boss"), s.as("ada")
	token := s.Visitor(t)
	token.Header().Set("Authorization", "Bearer "+dbtest.AccessToken(t, s.DB, s.people["ada"], "user"))
	want(t, token.Get("/api/v1/user"), 200)
	want(t, boss.Post("/staff/accounts/ada/suspend", url.Values{"decision": {"<b>"}, "x": {"y"}}), 303)
	want(t, boss.Post("/staff/accounts/ada/reinstate", decided), 303)
	want(t, boss.Post("/staff/accounts/ada/suspend", url.Values{"decision": {" "}}), 422, "Give a reason", "aria-invalid")
	wantGone(t, boss.Post("/staff/accounts/ada/suspend", url.Values{"decision": {"spam <script>"}}), "/staff/accounts/ada")
	a := boss.Get("/staff/accounts/ada")
	want(t, a, 200, "The account is suspended.", "spam &lt;script&gt;", "Reinstate ada")

	want(t, ada.Get("/settings/account"), 200, "suspended", "spam &lt;script&gt;")
	want(t, ada.Get("/settings/audit-log"), 200, "Suspended ada", "boss")
	want(t, ada.Get("/settings/account/export"), 200)
	want(t, ada.Post("/settings/profile", url.Values{"name": {"Ada"}}), 403)
	want(t, token.Get("/api/v1/user"), 403)
	want(t, s.as("helper").Get("/ada"), 200)
	want(t, s.Visitor(t).Get("/ada"), 404)
	wantGone(t, boss.Post("/staff/accounts/ada/reinstate", decided), "/staff/accounts/ada")
	want(t, token.Get("/api/v1/user"), 200)
	want(t, ada.Get("/notifications"), 200, "was suspended by the staff", "is no longer suspended")

	letters := s.Letters(t, "ada@example.test")
	if len(letters) != 4 || !strings.Contains(letters[0].Text, "asked by phone") {
		t.Errorf("ada got %d letters: %+v", len(letters), letters)
	}
}

func TestActing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("helper")
	own := b.Cookie("/", "souk_session")
	want(t, b.Post("/staff/accounts/ada/act", url.Values{}), 422, "Give a reason")
	wantGone(t, b.Post("/staff/accounts/ada/act", because), "/ada")
	if b.Cookie("/", "souk_session") == own || b.Cookie("/", "staff_session") != "" || b.Cookie("/acting/end", "staff_session") != own {
		t.Fatal("the cookies aren't what they should be")
	}
	want(t, b.Get("/settings/profile"), 200, `action="/acting/end"`, "standing-acting", "helper")
	want(t, b.Get("/ja/settings/profile"), 200, `action="/acting/end"`)
	want(t, b.Get("/staff"), 404)
	wantGone(t, b.Post("/settings/profile", url.Values{"name": {"Ada L."}}), "/settings/profile")

	// How ada signs in is out of reach, whatever is tried.
	for _, path := range []string{"/settings/security/password", "/settings/security/password/remove", "/settings/security/two-factor", "/settings/security/recovery-codes",
		"/settings/security/sessions/end", "/settings/account/mail", "/settings/account/login", "/settings/account/delete", "/settings/tokens/new", "/sudo", "/notifications/done"} {
		form := url.Values{"password": {"a passphrase nobody would guess"}, "mail": {"evil@example.test"}, "login": {"evil"}, "name": {"x"}, "confirm_password": {"x"}}
		if a := b.Post(path, form); a.Status != 403 {
			t.Errorf("POST %s: %d to %s", path, a.Status, a.Location)
		}
	}
	want(t, b.Get("/settings/account/export"), 403)
	want(t, s.as("ada").Get("/settings/audit-log"), 200, "Began to act for ada", "by helper of the staff", "asked by phone", "profile.change")

	wantGone(t, b.Post("/acting/end", nil), "/staff/accounts/ada")
	if b.Cookie("/", "souk_session") != own || b.Cookie("/acting/end", "staff_session") != "" {
		t.Error("the session of one's own isn't back")
	}
	want(t, b.Get("/staff/accounts/ada"), 200, "You no longer act")
	want(t, b.Post("/acting/end", nil), 404)
	want(t, s.Visitor(t).Post("/acting/end", nil), 401)
}

// TestActingAfterAPassword takes the way on which the session gets another
// secret in the same request.
func TestActingAfterAPassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const password = "a passphrase nobody would guess"
	hash, err := s.Verbs.Identity.HashPassword(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.Pool().Exec(t.Context(), "UPDATE users SET password_hash = $1", hash); err != nil {
		t.Fatal(err)
	}
	b := s.AsUnconfirmed(t, s.people["helper"])
	own := b.Cookie("/", "souk_session")
	want(t, b.Post("/staff/accounts/ada/act", because), 422, `name="reason" value="asked by phone"`, "confirm_password")
	wantGone(t, b.Post("/staff/accounts/ada/act", url.Values{"reason": {"asked by phone"}, "confirm_password": {password}}), "/ada")
	if kept := b.Cookie("/acting/end", "staff_session"); kept == own || kept == "" {
		t.Error("the secret that was kept is none any more")
	}
	wantGone(t, b.Post("/acting/end", nil), "/staff/accounts/ada")
	want(t, b.Get("/staff"), 200)
	// Nobody but staff is even asked.
	want(t, s.AsUnconfirmed(t, s.people["ada"]).Post("/staff/accounts/boss/act", because), 404)
	want(t, s.AsUnconfirmed(t, s.people["helper"]).Post("/staff/accounts/ada/suspend", decided), 422)
}

func TestActingEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	begin := func() *apptest.Browser {
		b := s.as("helper")
		wantGone(t, b.Post("/staff/accounts/ada/act", because), "/ada")
		return b
	}
	late := begin()
	s.Clock.Pass(models.ActingLifetime)
	if a := late.Get("/settings/profile"); a.Status != 303 || !strings.HasPrefix(a.Location, "/login?") {
		t.Errorf("after an hour: %d to %s", a.Status, a.Location)
	}
	if late.Cookie("/", "souk_session") != "" {
		t.Error("the dead session's cookie stays")
	}

	// Somebody else's session in the cookie is no way in.
	planted := begin()
	planted.SetCookie("staff_session", dbtest.Session(t, s.DB, s.people["boss"], s.Clock.Now(), true))
	if a := planted.Post("/acting/end", nil); a.Location != "/staff/accounts/ada" && a.Location != "/login" {
		t.Errorf("it leads to %s", a.Location)
	}
	if b := planted.Get("/staff/audit"); b.Status == 200 {
		t.Error("helper became boss")
	}

	demoted := begin()
	if err := s.Verbs.Staff.SetRole(t.Context(), models.Operator(), "helper", ""); err != nil {
		t.Fatal(err)
	}
	if a := demoted.Get("/settings/profile"); a.Status != 303 {
		t.Errorf("after the role is gone: %d", a.Status)
	}
}

// TestTheKeptSessionMustStillBeGood ends where it isn't: at the sign-in page.
func TestTheKeptSessionMustStillBeGood(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("helper")
	wantGone(t, b.Post("/staff/accounts/ada/act", because), "/ada")
	if _, err := s.DB.Pool().Exec(t.Context(), "DELETE FROM sessions WHERE account_id = $1", s.people["helper"].ID); err != nil {
		t.Fatal(err)
	}
	wantGone(t, b.Post("/acting/end", nil), "/login")
	if b.Cookie("/", "souk_session") != "" {
		t.Error("a session is left")
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	boss := s.as("boss")
	wantGone(t, boss.Post("/staff/team", url.Values{"login": {"ada"}, "role": {"reviewer"}}), "/staff/team")
	want(t, boss.Get("/staff/team"), 200, "The role was changed.", `href="/staff/accounts/ada"`)
	want(t, s.as("ada").Get("/staff"), 200)
	wantGone(t, boss.Post("/staff/team", url.Values{"login": {"ada"}, "role": {"none"}}), "/staff/team")
	want(t, s.as("ada").Get("/staff"), 404)
	want(t, boss.Post("/staff/team", url.Values{"login": {"no<body"}, "role": {"reviewer"}}), 422, "Nobody has this login", `value="no&lt;body"`)
	for _, role := range []string{"", "king"} {
		want(t, boss.Post("/staff/team", url.Values{"login": {"judge"}, "role": {role}}), 422, "Choose one of the roles")
	}
	want(t, boss.Post("/staff/team", url.Values{"login": {"boss"}, "role": {"none"}}), 409, "There must be one administrator")
	want(t, s.as("judge").Post("/staff/team", url.Values{"login": {"judge"}, "role": {"administrator"}}), 403)
	// Other sites' pages can't make anyone staff.
	evil := s.as("boss")
	evil.Header().Set("Sec-Fetch-Site", "cross-site")
	want(t, evil.Post("/staff/team", url.Values{"login": {"ada"}, "role": {"administrator"}}), 403)
	// Demotion works in a session that is open.
	open := s.as("helper")
	want(t, open.Get("/staff"), 200)
	wantGone(t, boss.Post("/staff/team", url.Values{"login": {"helper"}, "role": {"none"}}), "/staff/team")
	want(t, open.Get("/staff"), 404)
	s.Clock.Pass(time.Hour)
	want(t, boss.Post("/staff/team", url.Values{"login": {"ada"}, "role": {"administrator"}}), 422)
	want(t, s.as("ada").Get("/staff"), 404)
}
