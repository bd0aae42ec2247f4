package staff_test

import (
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
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/staff"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a site with one of each role of the staff, and ada and acme, whom
// they look after.
type world struct {
	*staff.Service
	t        *testing.T
	db       *db.DB
	identity *identity.Service
	log      *audit.Service
	now      time.Time

	ada, acme models.Account
	people    map[models.StaffRole]models.Account
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: time.Now().UTC().Truncate(time.Second), people: map[models.StaffRole]models.Account{}}
	queue, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return w.now }
	n := notices.New(w.db, queue, now)
	w.identity = identity.New(w.db, queue, n, now)
	w.log = audit.New(w.db, now)
	w.Service = staff.New(w.db, queue, n, w.identity, now)
	w.ada = dbtest.User(t, w.db, "ada")
	w.acme = dbtest.Organization(t, w.db, "acme", w.ada)
	for _, role := range models.StaffRoles() {
		w.people[role] = dbtest.User(t, w.db, "the-"+string(role))
		dbtest.MakeStaff(t, w.db, w.people[role], role)
	}
	return w
}

// as is someone of the staff in a session that was just confirmed.
func (w *world) as(role models.StaffRole) models.Actor {
	a := w.people[role]
	return models.Actor{UserID: a.ID, Login: a.Login, Staff: role, MailVerified: true, SessionID: 1, SudoUntil: w.now.Add(time.Minute)}
}

func (w *world) number(query string, args ...any) (n int) {
	w.t.Helper()
	if err := w.db.Pool().QueryRow(w.t.Context(), query, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// verbs are all that staff does.
func (w *world) verbs() map[string]func(models.Actor) error {
	ctx := w.t.Context()
	return map[string]func(models.Actor) error{
		"desk":      func(a models.Actor) error { _, err := w.Desk(ctx, a); return err },
		"accounts":  func(a models.Actor) error { _, _, err := w.Accounts(ctx, a, "", ""); return err },
		"account":   func(a models.Actor) error { _, err := w.Account(ctx, a, "ada"); return err },
		"team":      func(a models.Actor) error { _, err := w.Team(ctx, a); return err },
		"act":       func(a models.Actor) error { _, err := w.Act(ctx, a, "ada", "helps"); return err },
		"suspend":   func(a models.Actor) error { return w.Suspend(ctx, a, "ada", "spam") },
		"reinstate": func(a models.Actor) error { return w.Reinstate(ctx, a, "ada", "sorry") },
		"role":      func(a models.Actor) error { return w.SetRole(ctx, a, "ada", models.StaffSupport) },
		"user":      func(a models.Actor) error { _, err := w.AddUser(ctx, a, staff.NewUser{}); return err },
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reads := []string{"desk", "accounts", "account", "team"}
	change := func(a models.Actor, how func(*models.Actor)) models.Actor { how(&a); return a }
	admin := w.as(models.StaffAdministrator)
	for _, c := range []struct {
		name  string
		actor models.Actor
		want  map[string]error // the others: ErrNotFound, and user: ErrForbidden
	}{
		{"anonymous", models.Actor{}, nil},
		{"stranger", models.Actor{UserID: w.ada.ID, Login: "ada", SudoUntil: w.now.Add(time.Hour)}, nil},
		{"staff who acts for someone", change(admin, func(a *models.Actor) { a.ActingFor = &models.ActingFor{StaffID: 1} }), nil},
		{"staff by a token", change(admin, func(a *models.Actor) { a.TokenID = 1 }), nil},
		{"suspended staff", change(admin, func(a *models.Actor) { a.Suspended = true }), nil},
		{"support", w.as(models.StaffSupport), map[string]error{"act": nil, "suspend": models.ErrForbidden, "reinstate": models.ErrForbidden, "role": models.ErrForbidden}},
		{"reviewer", w.as(models.StaffReviewer), map[string]error{"act": nil, "suspend": models.ErrForbidden, "reinstate": models.ErrForbidden, "role": models.ErrForbidden}},
		{"administrator", admin, map[string]error{"act": nil, "suspend": nil, "reinstate": nil, "role": nil}},
		{"administrator, not confirmed", change(admin, func(a *models.Actor) { a.SudoUntil = w.now }),
			map[string]error{"act": models.ErrSudoNeeded, "suspend": models.ErrSudoNeeded, "reinstate": models.ErrSudoNeeded, "role": models.ErrSudoNeeded}},
	} {
		for name, do := range w.verbs() {
			want, ok := c.want[name]
			if !ok {
				want = models.ErrNotFound
			}
			if c.want != nil && strings.Contains(strings.Join(reads, " "), name) {
				want = nil
			}
			if name == "user" {
				want = models.ErrForbidden
			}
			if err := do(c.actor); !errors.Is(err, want) {
				t.Errorf("%s as %s: %v, want %v", name, c.name, err, want)
			}
			w.reset()
		}
	}
}

// reset takes back what verbs did to ada.
func (w *world) reset() {
	w.t.Helper()
	for _, statement := range []string{"UPDATE accounts SET suspended_at = NULL", "UPDATE users SET staff = '' WHERE account_id NOT IN (SELECT id FROM accounts WHERE login LIKE 'the-%')"} {
		if _, err := w.db.Pool().Exec(w.t.Context(), statement); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestNobodyReachesAbove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, role := range models.StaffRoles() {
		for _, over := range models.StaffRoles() {
			want := models.ErrAboveYou
			if role.Above(over) {
				want = nil
			}
			check := func(name string, err error) {
				if want == nil && err != nil || want != nil && !errors.Is(err, want) {
					t.Errorf("%s %s a %s: %v", role, name, over, err)
				}
			}
			_, err := w.Act(t.Context(), w.as(role), "the-"+string(over), "helps")
			check("acts for", err)
			if role == models.StaffAdministrator {
				check("suspends", w.Suspend(t.Context(), w.as(role), "the-"+string(over), "spam"))
				check("reinstates", w.Reinstate(t.Context(), w.as(role), "the-"+string(over), "sorry"))
			}
		}
	}
	if err := w.Suspend(t.Context(), models.Operator(), "the-administrator", "gone rogue"); err != nil {
		t.Errorf("the operator: %v", err)
	}
}

func TestReasonsAreNeeded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.as(models.StaffAdministrator)
	for why, want := range map[string]error{"": models.ErrReasonNeeded, " \n ": models.ErrReasonNeeded, strings.Repeat("x", 501): models.ErrTooLong, "a\x00b": models.ErrControl} {
		_, acted := w.Act(t.Context(), admin, "ada", why)
		for _, err := range []error{w.Suspend(t.Context(), admin, "ada", why), w.Reinstate(t.Context(), admin, "ada", why), acted} {
			if known, ok := errors.AsType[*models.Error](err); !ok || !errors.Is(err, want) || known.Field != "reason" {
				t.Errorf("%.10q: %v", why, err)
			}
		}
	}
	for _, login := range []string{"nobody", "", "a/b", "a\x00", strings.Repeat("a", 1000)} {
		if err := w.Suspend(t.Context(), admin, login, "spam"); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%.10q: %v", login, err)
		}
	}
}

func TestSuspending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.as(models.StaffAdministrator)
	session := dbtest.Session(t, w.db, w.ada, w.now, true)
	token := dbtest.AccessToken(t, w.db, w.ada, "repo")
	for range 2 { // the second time changes nothing
		if err := w.Suspend(t.Context(), admin, "Ada", "spam"); err != nil {
			t.Fatal(err)
		}
	}
	d, err := w.Account(t.Context(), admin, "ada")
	if err != nil || d.SuspendedAt == nil || d.SuspendedReason != "spam" {
		t.Errorf("the dossier says %+v, %v", d, err)
	}
	for name, resume := range map[string]func() (*models.Viewer, error){
		"session": func() (*models.Viewer, error) { return w.identity.Resume(t.Context(), session, models.Visit{}) },
		"token":   func() (*models.Viewer, error) { return w.identity.ResumeToken(t.Context(), token, models.Visit{}) },
	} {
		v, err := resume()
		if err != nil || v == nil || !errors.Is(v.Actor.MayAct(), models.ErrSuspended) || !errors.Is(v.Actor.MayByToken(""), models.ErrSuspended) {
			t.Errorf("the %s: %+v, %v", name, v, err)
		}
	}
	if err := w.Reinstate(t.Context(), admin, "ada", "sorry"); err != nil {
		t.Fatal(err)
	}
	if v, err := w.identity.Resume(t.Context(), session, models.Visit{}); err != nil || v.Actor.MayAct() != nil {
		t.Errorf("afterwards: %+v, %v", v, err)
	}
	if err := w.Suspend(t.Context(), admin, "acme", "spam"); err != nil {
		t.Fatal(err)
	}
	page, err := w.log.Read(t.Context(), admin, audit.Log{Account: &w.ada.ID}, models.AuditFilter{}, 0)
	if err != nil || len(page.Events) != 2 {
		t.Fatalf("%+v, %v", page, err)
	}
	if e := page.Events[1]; e.Action != "account.suspend" || e.ActorLogin != "the-administrator" || e.Description != "spam" || e.After["suspended"] != true {
		t.Errorf("the log says %+v", e)
	}
	// ada hears of herself, twice, and as an owner of acme.
	if n := w.number("SELECT count(*) FROM notifications WHERE account_id = $1 AND kind IN ('suspended', 'reinstated')", w.ada.ID); n != 3 {
		t.Errorf("ada is told %d times", n)
	}
}

func TestActing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	support := w.as(models.StaffSupport)
	secret, err := w.Act(t.Context(), support, "ada", "asked by phone")
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.identity.Resume(t.Context(), secret, models.Visit{})
	if err != nil || v == nil || v.Login != "ada" || v.Actor.ActingFor == nil || v.Actor.ActingFor.Login != "the-support" || v.Actor.ActingFor.Reason != "asked by phone" {
		t.Fatalf("it stands for %+v, %v", v, err)
	}
	a := v.Actor
	for name, got := range map[string]error{
		"manage oneself": a.MayManageSelf(), "confirm": a.MayConfirm(), "take data": a.MayTakeData(), "end sessions": a.MayEndSessions(), "tidy the inbox": a.MayTidyInbox(),
	} {
		if !errors.Is(got, models.ErrNotForActing) {
			t.Errorf("to %s: %v", name, got)
		}
	}
	if a.Sudo(w.now) || a.MayAct() != nil || a.MayStaff(models.StaffSupport) == nil {
		t.Error("it may too much or too little")
	}
	if n := w.number("SELECT count(*) FROM notifications WHERE account_id = $1 AND kind = 'staff_acted' AND params->>'staff' = 'the-support'", w.ada.ID); n != 1 {
		t.Errorf("ada is told %d times", n)
	}
	if _, err := w.EndActing(t.Context(), support); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("who doesn't act ends it: %v", err)
	}
	if id, err := w.EndActing(t.Context(), a); err != nil || id != support.UserID {
		t.Errorf("it ends as %d, %v", id, err)
	}
	if v, err := w.identity.Resume(t.Context(), secret, models.Visit{}); v != nil || err != nil {
		t.Errorf("afterwards it stands for %+v, %v", v, err)
	}
	page, err := w.log.Read(t.Context(), a, audit.Log{Account: &w.ada.ID}, models.AuditFilter{}, 0)
	if err != nil || len(page.Events) != 2 || page.Events[1].Action != "staff.act" || page.Events[1].ActorLogin != "the-support" ||
		page.Events[0].Action != "staff.act_end" || page.Events[0].ActorLogin != "ada" || page.Events[0].StaffLogin != "the-support" {
		t.Errorf("the log says %+v, %v", page, err)
	}
	for _, login := range []string{"acme", "nobody"} {
		if _, err := w.Act(t.Context(), support, login, "helps"); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("for %s: %v", login, err)
		}
	}
	if _, err := w.Act(t.Context(), models.Operator(), "ada", "helps"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("by the operator: %v", err)
	}
}

// TestActingEnds by time, with the role, with a suspension, and when the person
// becomes staff.
func TestActingEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*world) error{
		"time": func(w *world) error { w.now = w.now.Add(models.ActingLifetime); return nil },
		"role": func(w *world) error { return w.SetRole(w.t.Context(), models.Operator(), "the-support", "") },
		"other role": func(w *world) error {
			return w.SetRole(w.t.Context(), models.Operator(), "the-support", models.StaffReviewer)
		},
		"suspension": func(w *world) error { return w.Suspend(w.t.Context(), models.Operator(), "the-support", "spam") },
		"promotion": func(w *world) error {
			return w.SetRole(w.t.Context(), models.Operator(), "ada", models.StaffAdministrator)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			secret, err := w.Act(t.Context(), w.as(models.StaffSupport), "ada", "helps")
			if err != nil {
				t.Fatal(err)
			}
			w.now = w.now.Add(models.ActingLifetime - time.Second)
			if v, err := w.identity.Resume(t.Context(), secret, models.Visit{}); v == nil || err != nil {
				t.Fatalf("it ends too early: %v", err)
			}
			w.now = w.now.Add(time.Second - models.ActingLifetime)
			if err := end(w); err != nil {
				t.Fatal(err)
			}
			if v, err := w.identity.Resume(t.Context(), secret, models.Visit{}); v != nil || err != nil {
				t.Errorf("it stands for %+v, %v", v, err)
			}
		})
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.as(models.StaffAdministrator)
	session := dbtest.Session(t, w.db, w.ada, w.now, true)
	for login, want := range map[string]error{"nobody": models.ErrNoSuchUser, "acme": models.ErrNoSuchUser, "": models.ErrNoSuchUser} {
		if err := w.SetRole(t.Context(), admin, login, models.StaffSupport); !errors.Is(err, want) {
			t.Errorf("%q: %v", login, err)
		}
	}
	if err := w.SetRole(t.Context(), admin, "ada", "king"); !errors.Is(err, models.ErrUnknownStaffRole) {
		t.Errorf("a king: %v", err)
	}
	if err := w.SetRole(t.Context(), admin, "the-administrator", ""); !errors.Is(err, models.ErrLastAdmin) {
		t.Errorf("the last administrator: %v", err)
	}
	if err := w.SetRole(t.Context(), admin, "the-administrator", models.StaffReviewer); !errors.Is(err, models.ErrLastAdmin) {
		t.Errorf("the last administrator: %v", err)
	}
	for range 2 {
		if err := w.SetRole(t.Context(), admin, "Ada", models.StaffAdministrator); err != nil {
			t.Fatal(err)
		}
	}
	// A session that was there before has to be confirmed for what the role can do.
	v, err := w.identity.Resume(t.Context(), session, models.Visit{})
	if err != nil || v == nil || v.Actor.Staff != models.StaffAdministrator || v.Actor.Sudo(w.now) {
		t.Errorf("ada's session: %+v, %v", v, err)
	}
	if err := w.SetRole(t.Context(), v.Actor, "the-administrator", ""); !errors.Is(err, models.ErrSudoNeeded) {
		t.Errorf("unconfirmed: %v", err)
	}
	team, err := w.Team(t.Context(), admin)
	if err != nil || len(team) != 4 || team[0].Login != "ada" || team[0].Role != models.StaffAdministrator {
		t.Errorf("the team is %+v, %v", team, err)
	}
	if n := w.number("SELECT count(*) FROM audit_events WHERE action = 'staff.role'"); n != 1 {
		t.Errorf("%d events", n)
	}
}

// TestTheLastTwoAdministratorsTakeEachOthersRole at once: one must be left.
func TestTheLastTwoAdministratorsTakeEachOthersRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.MakeStaff(t, w.db, w.ada, models.StaffAdministrator)
	admin := w.as(models.StaffAdministrator)
	other := admin
	other.UserID, other.Login = w.ada.ID, "ada"
	for round := range 10 {
		var both sync.WaitGroup
		errs := make([]error, 2)
		both.Go(func() { errs[0] = w.SetRole(t.Context(), admin, "ada", "") })
		both.Go(func() { errs[1] = w.SetRole(t.Context(), other, "the-administrator", "") })
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || errs[0] != nil && !errors.Is(errs[0], models.ErrLastAdmin) || errs[1] != nil && !errors.Is(errs[1], models.ErrLastAdmin) {
			t.Fatalf("round %d: %v", round, errs)
		}
		if n := w.number("SELECT count(*) FROM users WHERE staff = 'administrator'"); n != 1 {
			t.Fatalf("round %d leaves %d administrators", round, n)
		}
		dbtest.MakeStaff(t, w.db, w.ada, models.StaffAdministrator)
		dbtest.MakeStaff(t, w.db, w.people[models.StaffAdministrator], models.StaffAdministrator)
	}
}

func TestFindingAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Account(t, w.db, func(a *models.Account) { a.Login = "ada-imported" }) // nobody's
	for i := range 60 {
		dbtest.User(t, w.db, fmt.Sprintf("many%02d", i))
	}
	support, admin := w.as(models.StaffSupport), w.as(models.StaffAdministrator)
	for text, want := range map[string]string{
		"ada": "ada", "ADA@example.test": "ada", "acme@example.test": "acme", "da": "", "%": "", "_": "", "the-": "the-administrator the-reviewer the-support", "\x00": "", "many00": "many00",
	} {
		list, more, err := w.Accounts(t.Context(), support, text, "")
		var got []string
		for _, f := range list {
			got = append(got, f.Login)
		}
		if err != nil || more || strings.Join(got, " ") != want {
			t.Errorf("%q finds %v, %v, %v", text, got, more, err)
		}
	}
	first, more, err := w.Accounts(t.Context(), support, "many", "")
	if err != nil || !more || len(first) != 50 {
		t.Fatalf("%d, %v, %v", len(first), more, err)
	}
	rest, more, err := w.Accounts(t.Context(), support, "many", first[49].Login)
	if err != nil || more || len(rest) != 10 || rest[0].Login != "many50" {
		t.Errorf("%d, %v, %v", len(rest), more, err)
	}
	if rest[0].Mail != "m…@example.test" {
		t.Errorf("support reads %q", rest[0].Mail)
	}
	if list, _, err := w.Accounts(t.Context(), admin, "ada", ""); err != nil || list[0].Mail != "ada@example.test" {
		t.Errorf("an administrator reads %+v, %v", list, err)
	}
	n := dbtest.Statements(w.db, func() {
		if _, _, err := w.Accounts(t.Context(), support, "many", ""); err != nil {
			t.Fatal(err)
		}
	})
	if n != 1 {
		t.Errorf("a page takes %d statements", n)
	}
}

func TestDossiers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Session(t, w.db, w.ada, w.now, false)
	dbtest.AccessToken(t, w.db, w.ada)
	dbtest.Repository(t, w.db, w.acme, "widget")
	dbtest.Account(t, w.db, func(a *models.Account) { a.Login = "imported" })
	d, err := w.Account(t.Context(), w.as(models.StaffSupport), "ADA")
	if err != nil || d.Login != "ada" || d.Kind != models.KindUser || d.Sessions != 1 || d.Tokens != 1 || !d.MailVerified || d.Mail != "a…@example.test" ||
		d.LastSeen == nil || len(d.Organizations) != 1 || d.Organizations[0] != (staff.Belonging{Login: "acme", Role: models.RoleOwner}) || !d.MayAct || d.MayDecide {
		t.Errorf("ada: %+v, %v", d, err)
	}
	d, err = w.Account(t.Context(), w.as(models.StaffAdministrator), "acme")
	if err != nil || d.Kind != models.KindOrganization || d.Repositories != 1 || d.Members != 1 || len(d.Organizations) != 1 || d.Organizations[0].Login != "ada" || d.MayAct || !d.MayDecide {
		t.Errorf("acme: %+v, %v", d, err)
	}
	d, err = w.Account(t.Context(), w.as(models.StaffSupport), "the-reviewer")
	if err != nil || d.Staff != models.StaffReviewer || d.MayAct || d.MayDecide {
		t.Errorf("the reviewer: %+v, %v", d, err)
	}
	for _, login := range []string{"nobody", "imported", "a\x00"} {
		if _, err := w.Account(t.Context(), w.as(models.StaffSupport), login); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%q: %v", login, err)
		}
	}
	desk, err := w.Desk(t.Context(), w.as(models.StaffSupport))
	if err != nil || desk.Users != 4 || desk.Organizations != 1 || desk.Repositories != 1 || desk.Suspended != 0 {
		t.Errorf("the desk: %+v, %v", desk, err)
	}
}

func TestAddingUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, err := w.AddUser(t.Context(), models.Operator(), staff.NewUser{Login: "Grace", Name: " Grace ", Mail: "Grace@Example.test", Password: "a passphrase nobody would guess"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.Account(t.Context(), w.as(models.StaffAdministrator), "grace")
	if err != nil || d.ID != id || d.Name != "Grace" || d.Mail != "Grace@example.test" || !d.MailVerified {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := w.identity.SignIn(t.Context(), models.Actor{}, identity.SignIn{Name: "grace", Password: "a passphrase nobody would guess"}); err != nil {
		t.Errorf("signing in: %v", err)
	}
	for _, c := range []struct {
		in   staff.NewUser
		want error
	}{
		{staff.NewUser{Login: "grace", Mail: "x@example.test"}, models.ErrLoginTaken},
		{staff.NewUser{Login: "other", Mail: "grace@example.test"}, models.ErrMailTaken},
		{staff.NewUser{Login: "other", Mail: "x@example.test", Password: "short"}, models.ErrPasswordShort},
		{staff.NewUser{Login: "other", Mail: "nowhere"}, models.ErrMailForm},
		{staff.NewUser{Login: "settings", Mail: "x@example.test"}, models.ErrLoginReserved},
	} {
		if _, err := w.AddUser(t.Context(), models.Operator(), c.in); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c.in, err)
		}
	}
	if n := w.number("SELECT count(*) FROM audit_events WHERE action = 'user.create' AND actor_login = 'operator' AND account_id = $1", id); n != 1 {
		t.Errorf("%d events", n)
	}
}
