package repos_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/repos"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is the verbs on a database of a test's own, at a time that stands still
// unless the test moves it.
type world struct {
	*repos.Service
	t        *testing.T
	db       *db.DB
	identity *identity.Service
	now      time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	queue, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: d, now: time.Now().UTC().Truncate(time.Second)}
	clock := func() time.Time { return w.now }
	n := notices.New(d, queue, clock)
	w.identity = identity.New(d, queue, n, clock)
	w.Service = repos.New(d, n, w.identity, clock)
	return w
}

// as is a user as a request of theirs would have them, as things are now.
func (w *world) as(a models.Account) models.Actor {
	w.t.Helper()
	v, err := w.identity.Resume(context.Background(), dbtest.Session(w.t, w.db, a, w.now, true), models.Visit{})
	if err != nil || v == nil {
		w.t.Fatalf("nobody is signed in (%v)", err)
	}
	return v.Actor
}

func (w *world) find(actor models.Actor, login, name string) *repos.Details {
	w.t.Helper()
	d, err := w.Find(w.t.Context(), actor, login, name, models.LevelToSee)
	if err != nil {
		w.t.Fatalf("%s/%s: %v", login, name, err)
	}
	return d
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if err := w.db.Read(context.Background()).Exec(sql, args...).Error; err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	if err := w.db.Read(context.Background()).Raw(sql, args...).Row().Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) notices(a models.Account, kind models.NotificationKind) int {
	return w.count("SELECT count(*) FROM notifications WHERE account_id = ? AND kind = ?", a.ID, kind)
}

func (w *world) logged(action string) int {
	return w.count("SELECT count(*) FROM audit_events WHERE action = ?", action)
}

// want fails unless err is one of these; nil is no error.
func want(t *testing.T, what string, err error, wanted ...error) {
	t.Helper()
	for _, w := range wanted {
		if err == nil && w == nil || w != nil && errors.Is(err, w) {
			return
		}
	}
	t.Errorf("%s: %v, want %v", what, err, wanted)
}
