package orgs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/factors"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/orgs"
	"souk/models/outside"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is an organization acme with an owner ada, a member bob and a billing
// manager bill, and eve, who has nothing to do with it.
type world struct {
	t        *testing.T
	db       *db.DB
	orgs     *orgs.Service
	identity *identity.Service
	notices  *notices.Service
	outside  *elsewhere
	acme     models.Account

	ada, bob, bill, eve models.Account

	mu    sync.Mutex
	clock time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), clock: time.Now().UTC().Truncate(time.Second), outside: &elsewhere{}}
	queue, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	w.notices = notices.New(w.db, queue, w.now)
	w.identity = identity.New(w.db, queue, w.notices, w.now)
	w.orgs = orgs.New(w.db, queue, w.notices, w.identity, w.outside, w.now)
	w.ada, w.bob = dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	w.bill, w.eve = dbtest.User(t, w.db, "bill"), dbtest.User(t, w.db, "eve")
	w.acme = dbtest.Organization(t, w.db, "acme", w.ada)
	dbtest.Member(t, w.db, w.acme, w.bob, models.RoleMember)
	dbtest.Member(t, w.db, w.acme, w.bill, models.RoleBillingManager)
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// as is a user with a session that was confirmed just now.
func (w *world) as(user models.Account) models.Actor { return w.session(user, true) }

func (w *world) session(user models.Account, sudo bool) models.Actor {
	w.t.Helper()
	v, err := w.identity.Resume(w.t.Context(), dbtest.Session(w.t, w.db, user, w.now(), sudo), models.Visit{IP: "192.0.2.1"})
	if err != nil || v == nil {
		w.t.Fatalf("no session for %s: %v", user.Login, err)
	}
	return v.Actor
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context()).Exec(sql, args...).Error; err != nil {
		w.t.Fatal(err)
	}
}

// text is one value of the database, as text; "" for none.
func (w *world) text(sql string, args ...any) string {
	w.t.Helper()
	var s *string
	if err := w.db.Read(w.t.Context()).Raw(`SELECT (`+sql+`)::text`, args...).Row().Scan(&s); err != nil {
		w.t.Fatal(err)
	}
	if s == nil {
		return ""
	}
	return *s
}

// role is what a user is in acme: a role, "" for none, "suspended" behind.
func (w *world) role(user models.Account) string {
	return w.text(`SELECT role || CASE WHEN suspended_at IS NULL THEN '' ELSE ' suspended' END FROM memberships
		WHERE organization_id = ? AND account_id = ?`, w.acme.ID, user.ID)
}

// told is what a user was told in the inbox, the latest first.
func (w *world) told(user models.Account) string {
	return w.text(`SELECT string_agg(kind, ' ' ORDER BY id DESC) FROM notifications WHERE account_id = ?`, user.ID)
}

// sent is to whom a message was sent.
func (w *world) sent(message string) string {
	return w.text(`SELECT string_agg(args ->> 'to', ' ' ORDER BY id) FROM river_job WHERE kind = 'send_mail' AND args ->> 'message' = ?`, message)
}

// logged are the actions in acme's log, in order.
func (w *world) logged() string {
	return w.text(`SELECT string_agg(action, ' ' ORDER BY id) FROM audit_events WHERE account_id = ?`, w.acme.ID)
}

func (w *world) factor(user models.Account, has bool) {
	w.t.Helper()
	err := w.db.Tx(w.t.Context(), func(tx *db.Tx) error { return w.setFactor(tx, user, has) })
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) setFactor(tx *db.Tx, user models.Account, has bool) error {
	// As models/factors does it: the person, then their organizations.
	var required bool
	err := errors.Join(
		tx.Exec(`SELECT FROM users WHERE account_id = ? FOR UPDATE`, user.ID).Error,
		tx.Exec(`SELECT FROM organizations o JOIN memberships m ON m.organization_id = o.account_id WHERE m.account_id = ? ORDER BY o.account_id FOR SHARE OF o`, user.ID).Error,
		tx.Raw(`SELECT EXISTS (SELECT FROM organizations o JOIN memberships m ON m.organization_id = o.account_id
			WHERE m.account_id = ? AND o.two_factor_required_at IS NOT NULL)`, user.ID).Row().Scan(&required))
	if err != nil || !has && required {
		return err
	}
	err = tx.Exec(`UPDATE users SET two_factor_at = CASE WHEN ? THEN now() END WHERE account_id = ?`, has, user.ID).Error
	if err != nil || !has {
		return err
	}
	return factors.EndSuspensions(w.t.Context(), tx, models.Actor{UserID: user.ID, Login: user.Login})
}

// must fails the test unless err is want.
func (w *world) must(what string, err, want error) {
	w.t.Helper()
	if want == nil && err != nil || !errors.Is(err, want) {
		w.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// elsewhere is the network of a test that needs none.
type elsewhere struct {
	mu      sync.Mutex
	records map[string][]string
	files   map[string]string
}

func (e *elsewhere) put(d *models.Domain) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.records == nil {
		e.records = map[string][]string{}
	}
	e.records[d.Record()] = []string{"v=spf1 -all", d.Challenge}
}

func (e *elsewhere) clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.records, e.files = nil, nil
}

func (e *elsewhere) LookupTXT(_ context.Context, name string) ([]string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.records[name], nil
}

func (e *elsewhere) Fetch(_ context.Context, address, _ string) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if text, ok := e.files[address]; ok {
		return []byte(text), nil
	}
	return nil, &outside.StatusError{Status: 404}
}

// together runs each of the acts at once and returns what became of them.
func together(acts ...func() error) []error {
	results, ready := make([]error, len(acts)), make(chan struct{})
	var all sync.WaitGroup
	for i, act := range acts {
		all.Go(func() {
			<-ready
			results[i] = act()
		})
	}
	close(ready)
	all.Wait()
	return results
}

// codes are errors as their codes, for comparing.
func codes(errs []error) string {
	var all []string
	for _, err := range errs {
		if known, ok := errors.AsType[*models.Error](err); ok {
			all = append(all, known.Code)
		} else {
			all = append(all, fmt.Sprint(err))
		}
	}
	return strings.Join(all, " ")
}
