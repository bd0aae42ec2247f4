package profiles_test

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/profiles"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a database with the verbs on it, and a clock.
type world struct {
	t        *testing.T
	db       *db.DB
	identity *identity.Service
	*profiles.Service

	mu  sync.Mutex
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := &world{t: t, db: dbtest.New(t), now: time.Now().UTC().Truncate(time.Second)}
	queue, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	told := notices.New(w.db, queue, w.clock)
	w.identity = identity.New(w.db, queue, told, w.clock)
	w.Service = profiles.New(w.db, queue, told, w.identity, w.clock)
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// actor is a user in a session that was just confirmed.
func (w *world) actor(a models.Account) models.Actor {
	return models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true, SessionID: 1, SudoUntil: w.clock().Add(models.SudoWindow),
		Visit: models.Visit{IP: "192.0.2.1", UserAgent: "Testing"}}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused holds an error to a sentinel.
func (w *world) refused(err error, want *models.Error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("got %v, want %v", err, want)
	}
}

func one[T any](w *world, query string, args ...any) T {
	w.t.Helper()
	var v T
	if err := w.db.Read(w.t.Context()).Raw(query, args...).Scan(&v).Error; err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Exec(query, args...).Error)
}

// logged are the actions in an account's log, the oldest first.
func (w *world) logged(account int64) []string {
	w.t.Helper()
	var actions []string
	w.must(w.db.Read(w.t.Context()).Raw(`SELECT action FROM audit_events WHERE account_id = ? ORDER BY id`, account).Scan(&actions).Error)
	return actions
}

// mails are the messages that wait to be sent.
func (w *world) mails() []jobs.SendMail {
	w.t.Helper()
	var texts []string
	w.must(w.db.Read(w.t.Context()).Raw(`SELECT args::text FROM river_job WHERE kind = ? ORDER BY id`, jobs.SendMail{}.Kind()).Scan(&texts).Error)
	all := make([]jobs.SendMail, len(texts))
	for i, text := range texts {
		w.must(json.Unmarshal([]byte(text), &all[i]))
	}
	return all
}
