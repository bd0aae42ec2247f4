package audits_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func record(t *testing.T, app *apptest.App, actor models.Account, e models.AuditEvent) {
	t.Helper()
	by := models.Actor{UserID: actor.ID, Login: actor.Login, Visit: models.Visit{IP: "192.0.2.7", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}}
	e.At = app.Clock.Now()
	if err := app.DB.Tx(t.Context(), func(tx *db.Tx) error { return audit.Record(t.Context(), tx, by, e) }); err != nil {
		t.Fatal(err)
	}
}

func TestOnesOwnLog(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada, eve := dbtest.User(t, app.DB, "ada"), dbtest.User(t, app.DB, "eve")
	b := app.As(t, ada)
	a := b.Get("/settings/audit-log")
	if a.Status != 200 || !strings.Contains(a.Body, "No event matches") || a.Header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("an empty log: %d %s", a.Status, a.Body)
	}
	record(t, app, ada, models.AuditEvent{Action: "profile.change", AccountID: &ada.ID, Before: map[string]any{"name": "Ada", "bio": "same"}, After: map[string]any{"name": "<script>", "bio": "same"}})
	record(t, app, ada, models.AuditEvent{Action: "future.thing", AccountID: &ada.ID, TargetName: "gizmo"})
	record(t, app, eve, models.AuditEvent{Action: "user.rename", AccountID: &eve.ID, TargetName: "mallory"})
	if _, err := app.DB.Pool().Exec(t.Context(), "UPDATE users SET time_zone = 'Asia/Tokyo' WHERE account_id = $1", ada.ID); err != nil {
		t.Fatal(err)
	}
	a = b.Get("/settings/audit-log")
	for _, part := range []string{"Changed the profile", "<del>Ada</del>", "<ins>&lt;script&gt;</ins>", "One change", "future.thing gizmo", "192.0.2.7", "Firefox · Linux", " JST", `href="/settings/audit-log/export?format=csv"`} {
		if !strings.Contains(a.Body, part) {
			t.Errorf("it lacks %q:\n%s", part, a.Body)
		}
	}
	if strings.Contains(a.Body, "mallory") {
		t.Error("it shows eve's")
	}
	a = b.Get("/ja/settings/audit-log?q=action:profile.*")
	if !strings.Contains(a.Body, "プロフィールを変更") || strings.Contains(a.Body, "gizmo") || !strings.Contains(a.Body, "export?format=json&amp;q=action%3Aprofile.%2A") {
		t.Errorf("a search in Japanese: %s", a.Body)
	}
	for _, q := range []string{"colour:red", "%00", "%ff", strings.Repeat("x", 400)} {
		a = b.Get("/settings/audit-log?q=" + q)
		if a.Status != 422 || !strings.Contains(a.Body, "aria-invalid") || strings.Contains(a.Body, "gizmo") {
			t.Errorf("%.10s: %d", q, a.Status)
		}
		if a = b.Get("/settings/audit-log/export?format=csv&q=" + q); a.Status != 400 {
			t.Errorf("the file of %.10s: %d", q, a.Status)
		}
	}
	for _, bad := range []string{"?below=x", "?below=99999999999999999999"} {
		if a := b.Get("/settings/audit-log" + bad); a.Status >= 500 {
			t.Errorf("%s: %d", bad, a.Status)
		}
	}
	if n := dbtest.Statements(app.DB, func() { b.Get("/settings/audit-log") }); n != 2 {
		t.Errorf("the page takes %d statements", n)
	}
}

func TestPagesOfALog(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := dbtest.User(t, app.DB, "ada")
	for range audit.PageSize + 1 {
		record(t, app, ada, models.AuditEvent{Action: "user.sign_in", AccountID: &ada.ID})
	}
	b := app.As(t, ada)
	first := b.Get("/settings/audit-log?q=action:user.sign_in")
	if n := strings.Count(first.Body, "<tr id=\"event-"); n != audit.PageSize {
		t.Errorf("the first page has %d events", n)
	}
	_, rest, ok := strings.Cut(first.Body, `rel="next" href="`)
	address, _, _ := strings.Cut(rest, `"`)
	if !ok {
		t.Fatal("there is no next page")
	}
	second := b.Get(strings.ReplaceAll(address, "&amp;", "&"))
	if n := strings.Count(second.Body, "<tr id=\"event-"); n != 1 || strings.Contains(second.Body, `rel="next"`) || !strings.Contains(second.Body, "Newest") {
		t.Errorf("the second page has %d events", n)
	}
}

func TestLogsOfOrganizations(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada, bob, eve, boss := dbtest.User(t, app.DB, "ada"), dbtest.User(t, app.DB, "bob"), dbtest.User(t, app.DB, "eve"), dbtest.User(t, app.DB, "boss")
	acme := dbtest.Organization(t, app.DB, "acme", ada)
	dbtest.Member(t, app.DB, acme, bob, models.RoleMember)
	dbtest.MakeStaff(t, app.DB, boss, models.StaffAdministrator)
	record(t, app, ada, models.AuditEvent{Action: "member.add", AccountID: &acme.ID, TargetName: "bob"})
	for _, path := range []string{"/organizations/acme/settings/audit-log", "/organizations/acme/settings/audit-log/export?format=json"} {
		for _, c := range []struct {
			who  models.Account
			want int
		}{{ada, 200}, {bob, 403}, {eve, 404}, {boss, 404}} {
			if a := app.As(t, c.who).Get(path); a.Status != c.want {
				t.Errorf("%s as %s: %d, want %d", path, c.who.Login, a.Status, c.want)
			}
		}
		// A search that can't be read tells strangers nothing.
		if a := app.As(t, eve).Get(path + "&q=colour:red"); a.Status != 404 && a.Status != 422 {
			t.Errorf("%s: %d", path, a.Status)
		}
		if a := app.Visitor(t).Get(path); a.Status != 303 || !strings.HasPrefix(a.Location, "/login?") {
			t.Errorf("%s as nobody: %d", path, a.Status)
		}
	}
	if a := app.As(t, ada).Get("/organizations/ACME/settings/audit-log"); !strings.Contains(a.Body, "Added bob as a member") {
		t.Errorf("acme's log: %s", a.Body)
	}
	if a := app.As(t, boss).Get("/staff/audit?q=target:bob"); a.Status != 200 || !strings.Contains(a.Body, "Added bob as a member") {
		t.Errorf("everyone's log: %d %s", a.Status, a.Body)
	}
	if _, err := app.DB.Pool().Exec(t.Context(), "INSERT INTO account_redirects (login, account_id, created_at) VALUES ('old-acme', $1, now())", acme.ID); err != nil {
		t.Fatal(err)
	}
	if a := app.As(t, ada).Get("/organizations/old-acme/settings/audit-log?q=x"); a.Status != 303 || a.Location != "/organizations/acme/settings/audit-log?q=x" {
		t.Errorf("by the old login: %d to %s", a.Status, a.Location)
	}
	if a := app.As(t, eve).Get("/staff/audit"); a.Status != 404 {
		t.Errorf("everyone's log as eve: %d", a.Status)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := dbtest.User(t, app.DB, "ada")
	record(t, app, ada, models.AuditEvent{Action: "token.create", AccountID: &ada.ID, TargetName: "=1+1"})
	b := app.As(t, ada)
	a := b.Get("/settings/audit-log/export?format=json&q=action:token.*")
	var e struct{ Action, Target string }
	if err := json.Unmarshal([]byte(a.Body), &e); err != nil || e.Target != "=1+1" || a.Header.Get("Content-Type") != "application/x-ndjson; charset=utf-8" {
		t.Errorf("%v, %+v, %v", err, e, a.Header)
	}
	if d := a.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename=souk-audit-ada-") || !strings.HasSuffix(d, ".jsonl") || a.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("the headers: %v", a.Header)
	}
	a = b.Get("/settings/audit-log/export?format=csv&q=action:token.*")
	rows, err := csv.NewReader(strings.NewReader(a.Body)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][9] != "'=1+1" || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("%v, %v, %v", rows, err, a.Header)
	}
	if a := b.Get("/settings/audit-log/export?format=xml"); a.Status != 400 {
		t.Errorf("xml: %d", a.Status)
	}
	if a := b.Get("/settings/audit-log"); strings.Count(a.Body, "Downloaded the audit log") != 2 {
		t.Errorf("downloads aren't in the log: %s", a.Body)
	}
}
