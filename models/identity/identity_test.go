package identity_test

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const goodPassword = "violet tractor under seven moons"

// world is a service on a database of its own, and a clock.
type world struct {
	*identity.Service
	db *db.DB

	mu  sync.Mutex
	now time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{db: dbtest.New(t), now: time.Now().UTC().Truncate(time.Second)}
	w.Service = w.instance(t)
	return w
}

// instance is another instance of the program on the same database.
func (w *world) instance(t testing.TB) *identity.Service {
	t.Helper()
	q, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	return identity.New(w.db, q, notices.New(w.db, q, w.clock), w.clock)
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

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

// from is somebody who isn't signed in, at an address.
func from(ip string) models.Actor {
	return models.Actor{Visit: models.Visit{IP: ip, UserAgent: firefox, RequestID: "r"}}
}

var visitor = from("192.0.2.1")

// join makes an account with goodPassword and returns who its owner is, signed
// in.
func (w *world) join(t testing.TB, login string) models.Actor {
	t.Helper()
	e, err := w.Join(t.Context(), visitor, identity.Join{Login: login, Mail: login + "@example.test", Password: goodPassword, Language: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	return w.resumed(t, e.Session)
}

// verified is join with a confirmed address.
func (w *world) verified(t testing.TB, login string) models.Actor {
	t.Helper()
	a := w.join(t, login)
	w.exec(t, `UPDATE users SET mail_verified_at = ? WHERE account_id = ?`, w.clock(), a.UserID)
	a.MailVerified = true
	return a
}

// resumed is who a session's secret stands for.
func (w *world) resumed(t testing.TB, secret string) models.Actor {
	t.Helper()
	v, err := w.Resume(t.Context(), secret, visitor.Visit)
	if err != nil {
		t.Fatal(err)
	}
	if v == nil {
		t.Fatal("the session stands for nobody")
	}
	return v.Actor
}

// over fails unless a session's secret stands for nobody any more.
func (w *world) over(t testing.TB, secret string) {
	t.Helper()
	if v, err := w.Resume(t.Context(), secret, visitor.Visit); err != nil || v != nil {
		t.Errorf("the session still stands for %+v (%v)", v, err)
	}
}

func (w *world) exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	if err := w.db.Read(t.Context()).Exec(statement, args...).Error; err != nil {
		t.Fatal(err)
	}
}

func (w *world) count(t testing.TB, statement string, args ...any) (n int) {
	t.Helper()
	if err := w.db.Read(t.Context()).Raw(statement, args...).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// mails are the messages that are queued, the first one first; they are taken.
func (w *world) mails(t testing.TB) []jobs.SendMail {
	t.Helper()
	var rows []string
	err := w.db.Read(t.Context()).Raw(`WITH gone AS (DELETE FROM river_job WHERE kind = 'send_mail' RETURNING id, args)
		SELECT args::text FROM gone ORDER BY id`).Scan(&rows).Error
	if err != nil {
		t.Fatal(err)
	}
	all := make([]jobs.SendMail, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r), &all[i]); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// mail is the only message that is queued, which must be this one.
func (w *world) mail(t testing.TB, message string) jobs.SendMail {
	t.Helper()
	all := w.mails(t)
	if len(all) != 1 || all[0].Message != message {
		t.Fatalf("the mails are %+v, want one %s", all, message)
	}
	return all[0]
}

// token is the token that the mail's link gets, made as its worker does.
func (w *world) token(t testing.TB, m jobs.SendMail) string {
	t.Helper()
	if m.Token == nil {
		t.Fatalf("%s has no link", m.Message)
	}
	var account *int64
	if m.Token.AccountID != 0 {
		account = &m.Token.AccountID
	}
	token, err := w.Mint(t.Context(), m.Token.Purpose, account, m.Token.Subject)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// actions are what the account's log says was done, the first one first.
func (w *world) actions(t testing.TB, account int64) (all []string) {
	t.Helper()
	err := w.db.Read(t.Context()).Raw(`SELECT action FROM audit_events WHERE account_id = ? ORDER BY id`, account).Scan(&all).Error
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// atOnce runs do n times at once and returns how often it came off. Any error
// but these fails the test.
func atOnce(t testing.TB, n int, do func(i int) error, expected ...error) (done int) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			err := do(i)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
				return
			}
			for _, e := range expected {
				if errors.Is(err, e) {
					return
				}
			}
			t.Errorf("number %d: %v", i, err)
		})
	}
	close(start)
	all.Wait()
	return done
}

func wants(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) || (want == nil && err != nil) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}
