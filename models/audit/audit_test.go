package audit_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/db/dbtest"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func service(t *testing.T) (*audit.Service, *db.DB) {
	t.Helper()
	d := dbtest.New(t)
	return audit.New(d, func() time.Time { return now }), d
}

// record writes an event as an actor.
func record(t *testing.T, d *db.DB, actor models.Actor, e models.AuditEvent) {
	t.Helper()
	if err := d.Tx(t.Context(), func(tx *db.Tx) error { return audit.Record(t.Context(), tx, actor, e) }); err != nil {
		t.Fatal(err)
	}
}

func actorOf(a models.Account) models.Actor {
	return models.Actor{UserID: a.ID, Login: a.Login, Visit: models.Visit{IP: "192.0.2.1", UserAgent: "Mozilla/5.0", RequestID: "r1"}}
}

func search(t *testing.T, text string) models.AuditFilter {
	t.Helper()
	f, err := models.ParseAuditFilter(text, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheLogIsAppendOnly(t *testing.T) {
	t.Parallel()
	_, d := service(t)
	ada := dbtest.User(t, d, "ada")
	record(t, d, actorOf(ada), models.AuditEvent{Action: "user.sign_in", AccountID: &ada.ID})
	for _, statement := range []string{
		"UPDATE audit_events SET actor_login = 'eve'",
		"DELETE FROM audit_events",
		"DELETE FROM audit_events WHERE false",
		"TRUNCATE audit_events",
		"WITH gone AS (DELETE FROM audit_events RETURNING id) SELECT count(*) FROM gone",
		"INSERT INTO audit_events (id, at, action) OVERRIDING SYSTEM VALUE VALUES (1, now(), 'x.y') ON CONFLICT (id) DO UPDATE SET action = 'x.y'",
	} {
		if _, err := d.Pool().Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestTheLogOutlivesItsPeople(t *testing.T) {
	t.Parallel()
	s, d := service(t)
	ada := dbtest.User(t, d, "ada")
	record(t, d, actorOf(ada), models.AuditEvent{At: now, Action: "user.rename", AccountID: &ada.ID, TargetKind: "account", TargetID: &ada.ID, TargetName: "ada",
		Before: map[string]any{"login": "ada"}, After: map[string]any{"login": "lovelace"}, Description: "words"})
	if _, err := d.Pool().Exec(t.Context(), "DELETE FROM accounts WHERE id = $1", ada.ID); err != nil {
		t.Fatal(err)
	}
	page, err := s.Read(t.Context(), models.Operator(), audit.Log{Account: &ada.ID}, models.AuditFilter{}, 0)
	if err != nil || len(page.Events) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	e := page.Events[0]
	if e.ActorLogin != "ada" || *e.ActorID != ada.ID || !e.At.Equal(now) || e.IP != "192.0.2.1" || e.UserAgent != "Mozilla/5.0" || e.RequestID != "r1" ||
		e.Before["login"] != "ada" || e.After["login"] != "lovelace" || e.Description != "words" || e.TargetName != "ada" {
		t.Errorf("it says %+v", e)
	}
}

func TestWhoReadsALog(t *testing.T) {
	t.Parallel()
	s, d := service(t)
	ada, grace := dbtest.User(t, d, "ada"), dbtest.User(t, d, "grace")
	acme := dbtest.Organization(t, d, "acme", ada)
	in := func(a models.Account, role models.OrganizationRole, suspended bool) models.Actor {
		actor := actorOf(a)
		actor.Memberships = []models.Membership{{OrganizationID: acme.ID, Login: "acme", Role: role, Suspended: suspended}}
		return actor
	}
	staff := func(role models.StaffRole) models.Actor {
		a := actorOf(grace)
		a.Staff = role
		return a
	}
	acting := actorOf(ada)
	acting.ActingFor = &models.ActingFor{StaffID: grace.ID, Login: "grace"}
	actingStaff := staff(models.StaffAdministrator)
	actingStaff.ActingFor = acting.ActingFor
	suspended := actorOf(ada)
	suspended.Suspended = true
	own, theirs, every := audit.Log{Account: &ada.ID}, audit.Log{Account: &acme.ID}, audit.Log{}
	for _, c := range []struct {
		name  string
		actor models.Actor
		log   audit.Log
		want  error
	}{
		{"one's own", actorOf(ada), own, nil},
		{"one's own, suspended", suspended, own, nil},
		{"one's own, by staff who acts", acting, own, nil},
		{"somebody's", actorOf(grace), own, models.ErrNotFound},
		{"anybody's, anonymous", models.Actor{}, own, models.ErrSignInNeeded},
		{"somebody's, by support", staff(models.StaffSupport), own, nil},
		{"an organization's, by an owner", in(ada, models.RoleOwner, false), theirs, nil},
		{"by a member", in(grace, models.RoleMember, false), theirs, models.ErrForbidden},
		{"by a billing manager", in(grace, models.RoleBillingManager, false), theirs, models.ErrForbidden},
		{"by an owner without a second factor", in(ada, models.RoleOwner, true), theirs, models.ErrNotFound},
		{"by a stranger", actorOf(grace), theirs, models.ErrNotFound},
		{"everyone's, by a stranger", actorOf(grace), every, models.ErrNotFound},
		{"everyone's, by support", staff(models.StaffSupport), every, models.ErrForbidden},
		{"everyone's, by a reviewer", staff(models.StaffReviewer), every, models.ErrForbidden},
		{"everyone's, by an administrator", staff(models.StaffAdministrator), every, nil},
		{"everyone's, by an administrator who acts", actingStaff, every, models.ErrNotFound},
	} {
		_, err := s.Read(t.Context(), c.actor, c.log, models.AuditFilter{}, 0)
		_, exported := s.Export(t.Context(), c.actor, c.log, models.AuditFilter{}, audit.CSV)
		if !errors.Is(err, c.want) || !errors.Is(exported, c.want) {
			t.Errorf("%s: %v, exported %v, want %v", c.name, err, exported, c.want)
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	s, d := service(t)
	ada, grace := dbtest.User(t, d, "ada"), dbtest.User(t, d, "grace")
	acting := actorOf(ada)
	acting.ActingFor = &models.ActingFor{StaffID: grace.ID, Login: "grace"}
	acting.Visit.IP = "192.0.2.9"
	day := 24 * time.Hour
	for _, e := range []struct {
		actor  models.Actor
		at     time.Time
		action models.AuditAction
		target string
		words  string
	}{
		{actorOf(ada), now.Add(-3 * day), "repository.create", "acme/widget", ""},
		{actorOf(ada), now.Add(-2 * day), "repository.rename", "acme/100%_gadget", ""},
		{acting, now.Add(-day), "profile.change", "ada", "as agreed by phone"},
		{actorOf(grace), now, "staff.act", "ada", ""},
	} {
		record(t, d, e.actor, models.AuditEvent{At: e.at, Action: e.action, AccountID: &ada.ID, TargetName: e.target, Description: e.words})
	}
	for text, want := range map[string]string{
		"":                                "staff.act profile.change repository.rename repository.create",
		"actor:ada":                       "profile.change repository.rename repository.create",
		"actor:@grace":                    "staff.act profile.change",
		"action:repository.*":             "repository.rename repository.create",
		"action:repository.rename":        "repository.rename",
		"action:repository":               "",
		"target:widget":                   "repository.create",
		`target:"100%_"`:                  "repository.rename",
		"target:%":                        "repository.rename",
		"ip:192.0.2.9":                    "profile.change",
		"PHONE agreed":                    "profile.change",
		"widget phone":                    "",
		"created:2026-11-18":              "repository.rename",
		"created:2026-11-17..2026-11-18":  "repository.rename repository.create",
		"created:>=2026-11-19 actor:ada":  "profile.change",
		"created:<2026-11-18 repository.": "repository.create",
	} {
		page, err := s.Read(t.Context(), actorOf(ada), audit.Log{Account: &ada.ID}, search(t, text), 0)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range page.Events {
			got = append(got, string(e.Action))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %v, want %s", text, got, want)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	s, d := service(t)
	ada := dbtest.User(t, d, "ada")
	total := 2*audit.PageSize + 7
	for i := range total {
		record(t, d, actorOf(ada), models.AuditEvent{At: now, Action: "user.sign_in", AccountID: &ada.ID, TargetName: fmt.Sprint(i)})
	}
	seen, below, pages := map[string]bool{}, int64(0), 0
	for {
		page, err := s.Read(t.Context(), actorOf(ada), audit.Log{Account: &ada.ID}, models.AuditFilter{}, below)
		if err != nil {
			t.Fatal(err)
		}
		if page.Newer != (pages > 0) {
			t.Errorf("page %d: newer is %v", pages, page.Newer)
		}
		for _, e := range page.Events {
			seen[e.TargetName] = true
		}
		// What is written meanwhile moves nothing.
		record(t, d, actorOf(ada), models.AuditEvent{At: now, Action: "user.sign_in", AccountID: &ada.ID, TargetName: "0"})
		if pages++; page.Older == 0 {
			break
		}
		below = page.Older
	}
	if len(seen) != total || pages != 3 {
		t.Errorf("%d events on %d pages", len(seen), pages)
	}
	n := dbtest.Statements(d, func() {
		if _, err := s.Read(t.Context(), actorOf(ada), audit.Log{Account: &ada.ID}, models.AuditFilter{}, 0); err != nil {
			t.Fatal(err)
		}
	})
	if n != 1 {
		t.Errorf("a page takes %d statements", n)
	}
}

// TestSearchesUseAnIndex looks at the plans for a log that is too long to be
// read as a whole.
func TestSearchesUseAnIndex(t *testing.T) {
	t.Parallel()
	_, d := service(t)
	_, err := d.Pool().Exec(t.Context(), `INSERT INTO audit_events (at, actor_login, staff_login, action, account_id, ip)
		SELECT '2026-01-01'::timestamptz + n * interval '1 minute', 'user' || n % 5000, CASE WHEN n % 1000 = 0 THEN 'grace' ELSE '' END,
			CASE WHEN n % 4000 = 0 THEN 'staff.act' ELSE 'user.sign_in' END, n % 5000, '192.0.' || n % 250 || '.' || n % 199
		FROM generate_series(1, 100000) n`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Pool().Exec(t.Context(), "ANALYZE audit_events"); err != nil {
		t.Fatal(err)
	}
	for condition, index := range map[string]string{
		"account_id = 17": "audit_events_account_idx",
		"account_id = 17 AND actor_login = 'user17'":       "audit_events_account_idx",
		"(actor_login = 'user7' OR staff_login = 'user7')": "audit_events_login_idx",
		"action = 'staff.act'":                             "audit_events_action_idx",
		"ip = '192.0.7.8'":                                 "audit_events_ip_idx",
		"at < '2026-01-03' AND id <= coalesce((SELECT id FROM audit_events WHERE at > '2026-01-03 01:00' ORDER BY at LIMIT 1), 9223372036854775807)": "Index Cond: (id <= ",
		"true": "audit_events_pkey",
	} {
		var plan []string
		rows, err := d.Pool().Query(t.Context(), "EXPLAIN SELECT * FROM audit_events WHERE "+condition+" ORDER BY id DESC LIMIT 51")
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, line)
		}
		if text := strings.Join(plan, "\n"); rows.Err() != nil || !strings.Contains(text, index) || strings.Contains(text, "Seq Scan") {
			t.Errorf("%s:\n%s\n%v", condition, text, rows.Err())
		}
	}
}

// TestOldDaysAreFound takes events whose numbers aren't in the order of time.
func TestOldDaysAreFound(t *testing.T) {
	t.Parallel()
	s, d := service(t)
	ada := dbtest.User(t, d, "ada")
	for _, at := range []string{"2026-01-01T10:00:00Z", "2026-01-02T23:50:00Z", "2026-01-02T05:00:00Z", "2026-01-01T23:59:59Z", "2026-01-02T04:59:59Z", "2026-01-03T00:10:00Z", "2026-01-02T23:00:00Z", "2026-01-04T12:00:00Z"} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		record(t, d, actorOf(ada), models.AuditEvent{At: when, Action: "user.sign_in", AccountID: &ada.ID})
	}
	for text, want := range map[string]int{"created:2026-01-02": 4, "created:<2026-01-02": 2, "created:>=2026-01-03": 2, "created:2026-01-05": 0, "created:2026-01-01": 2, "created:>2025-01-01": 8} {
		page, err := s.Read(t.Context(), models.Operator(), audit.Log{}, search(t, text), 0)
		if err != nil || len(page.Events) != want {
			t.Errorf("%q finds %d, %v, want %d", text, len(page.Events), err, want)
		}
	}
}

func export(t *testing.T, s *audit.Service, actor models.Actor, log audit.Log, text string, format audit.Format) string {
	t.Helper()
	write, err := s.Export(t.Context(), actor, log, search(t, text), format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := write(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExport(t *testing.T) {
	t.Parallel()
	s, d := service(t)
	ada := dbtest.User(t, d, "ada")
	log := audit.Log{Account: &ada.ID}
	evil := []string{`=HYPERLINK("http://evil.test")`, "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", `"quoted", and <b>`, "two\nlines"}
	for _, target := range evil {
		record(t, d, actorOf(ada), models.AuditEvent{At: now, Action: "token.create", AccountID: &ada.ID, TargetName: target,
			After: map[string]any{"scopes": []string{"repo"}, "note": "<&>"}})
	}
	lines := strings.Split(strings.TrimSpace(export(t, s, actorOf(ada), log, "action:token.create", audit.JSONLines)), "\n")
	if len(lines) != len(evil) {
		t.Fatalf("%d lines for %d events", len(lines), len(evil))
	}
	for i, line := range lines {
		var e struct {
			At, Action, Actor, Target, IP string
			ActorID                       int64 `json:"actor_id"`
			After                         map[string]any
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.Target != evil[len(evil)-1-i] || e.At != "2026-11-20T12:00:00Z" || e.Actor != "ada" || e.ActorID != ada.ID || e.After["note"] != "<&>" {
			t.Errorf("line %d is %+v", i, e)
		}
	}
	records, err := csv.NewReader(strings.NewReader(export(t, s, actorOf(ada), log, "action:token.create", audit.CSV))).ReadAll()
	if err != nil || len(records) != len(evil)+1 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	for i, r := range records[1:] {
		want := evil[len(evil)-1-i]
		if strings.ContainsRune("=+-@\t", rune(want[0])) {
			want = "'" + want
		}
		if want == "\r=1" {
			want = "'\r=1"
		}
		if r[9] != want || r[1] != "2026-11-20T12:00:00Z" {
			t.Errorf("record %d is %q, want %q", i, r[9], want)
		}
	}
	for _, r := range records[1:] {
		for _, cell := range r {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
	if got := export(t, s, actorOf(ada), log, "action:audit_log.export", audit.JSONLines); strings.Count(got, "\n") != 3 {
		t.Errorf("the exports are recorded as\n%s", got)
	}
	if _, err := s.Export(t.Context(), actorOf(ada), log, models.AuditFilter{}, "xml"); !errors.Is(err, models.ErrUnknownChoice) {
		t.Errorf("xml: %v", err)
	}
}

// TestExportWhileEventsAreWritten exports what there was when it began, however
// much is written meanwhile, each event once and in order.
func TestExportWhileEventsAreWritten(t *testing.T) {
	t.Parallel()
	s, d := service(t)
	ada := dbtest.User(t, d, "ada")
	log := audit.Log{Account: &ada.ID}
	for range 500 {
		record(t, d, actorOf(ada), models.AuditEvent{At: now, Action: "user.sign_in", AccountID: &ada.ID})
	}
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	for range 3 {
		writing.Go(func() {
			for ctx.Err() == nil {
				err := d.Tx(ctx, func(tx *db.Tx) error {
					return audit.Record(ctx, tx, actorOf(ada), models.AuditEvent{At: now, Action: "user.sign_out", AccountID: &ada.ID})
				})
				if err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		all := strings.Split(strings.TrimSpace(export(t, s, actorOf(ada), log, "", audit.JSONLines)), "\n")
		last, signIns := int64(1<<62), 0
		for _, line := range all {
			var e struct {
				ID     int64
				Action string
			}
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			if e.ID >= last {
				t.Fatalf("event %d stands behind %d", e.ID, last)
			}
			if last = e.ID; e.Action == "user.sign_in" {
				signIns++
			}
		}
		if signIns != 500 {
			t.Errorf("%d of 500 events were exported", signIns)
		}
	}
	stop()
	writing.Wait()
}

// TestABrokenReaderEndsTheExport is a client that goes away.
func TestABrokenReaderEndsTheExport(t *testing.T) {
	t.Parallel()
	s, d := service(t)
	ada := dbtest.User(t, d, "ada")
	record(t, d, actorOf(ada), models.AuditEvent{At: now, Action: "user.sign_in", AccountID: &ada.ID})
	for _, format := range []audit.Format{audit.JSONLines, audit.CSV} {
		write, err := s.Export(t.Context(), actorOf(ada), audit.Log{Account: &ada.ID}, models.AuditFilter{}, format)
		if err != nil {
			t.Fatal(err)
		}
		if err := write(t.Context(), broken{}); !errors.Is(err, errGone) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

var errGone = errors.New("gone")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errGone }
