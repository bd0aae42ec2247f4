package hooks_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/hooks"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/outside"
	"souk/models/secretbox"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// request is what a receiver got.
type request struct {
	header http.Header
	body   string
}

// guid is the event's id.
func (r *request) guid() string { return r.header.Get("X-GitHub-Delivery") }

// receiver is an integrator's server on this machine, which answers as it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []request
	answer func(n int, r *request, w http.ResponseWriter) // n counts from 1
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, in *http.Request) {
		body, _ := io.ReadAll(in.Body)
		one := request{header: in.Header, body: string(body)}
		r.mu.Lock()
		r.got = append(r.got, one)
		n, answer := len(r.got), r.answer
		r.mu.Unlock()
		if answer != nil {
			answer(n, &one, w)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// does has the receiver answer otherwise from now on.
func (r *receiver) does(answer func(n int, r *request, w http.ResponseWriter)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// fails has it answer every request with a status.
func (r *receiver) fails(status int) {
	r.does(func(_ int, _ *request, w http.ResponseWriter) { w.WriteHeader(status) })
}

// requests is what it got.
func (r *receiver) requests() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]request(nil), r.got...)
}

// signed checks both signatures of a request by hand.
func signed(r *request, secret string) bool {
	old, now := hmac.New(sha1.New, []byte(secret)), hmac.New(sha256.New, []byte(secret))
	old.Write([]byte(r.body))
	now.Write([]byte(r.body))
	return r.header.Get("X-Hub-Signature") == "sha1="+hex.EncodeToString(old.Sum(nil)) &&
		r.header.Get("X-Hub-Signature-256") == "sha256="+hex.EncodeToString(now.Sum(nil))
}

// world is a marketplace with the app hammer, which ada's organization sells and
// bob looks after, and two customers.
type world struct {
	*hooks.Service
	t     *testing.T
	db    *db.DB
	queue *jobs.Queue
	in    *receiver

	mu    sync.Mutex
	clock time.Time

	ada, bob, eve models.Account
	hammer        models.App
	listing       int64
	subscriptions [2]int64
}

func newWorld(t *testing.T, options ...func(*outside.Options)) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), in: newReceiver(t), clock: time.Now().UTC().Truncate(time.Second)}
	o := outside.Options{AllowPrivate: true}
	for _, change := range options {
		change(&o)
	}
	box, err := secretbox.New("the secret of a test, which is no secret")
	w.must(err)
	w.queue, err = jobs.NewQueue(w.db)
	w.must(err)
	w.Service = hooks.New(w.db, w.queue, notices.New(w.db, w.queue, w.now), box, outside.New(o), &models.Site{Base: "https://souk.example"}, w.now)
	w.AllowInsecure()
	for login, a := range map[string]*models.Account{"ada": &w.ada, "bob": &w.bob, "eve": &w.eve} {
		*a = dbtest.User(t, w.db, login)
	}
	tools := dbtest.Organization(t, w.db, "tools", w.ada)
	w.hammer = dbtest.App(t, w.db, tools, "hammer")
	dbtest.Manager(t, w.db, w.hammer, w.bob)
	w.listing = dbtest.Draft(t, w.db, w.hammer, models.ListingContent{})
	dbtest.Seller(t, w.db, tools)
	plan := w.row(`INSERT INTO plans (listing_id, number, name, kind, monthly_minor, yearly_minor, unit_name, trial_days, bullets, state)
		VALUES ($1, 1, 'Team', 'per_unit', 900, 9900, 'seat', 14, '{Fast}', 'published') RETURNING id`, w.listing)
	for i, login := range []string{"acme", "zeta"} {
		buyer := dbtest.Organization(t, w.db, login, w.eve)
		w.subscriptions[i] = w.row(`INSERT INTO subscriptions (listing_id, seller_id, account_id, plan_id, plan_version, period, units, state, zone,
				anchor, period_start, period_end, created_at, updated_at)
			VALUES ($1, $2, $3, $4, 1, 'month', 5, 'active', 'UTC', $5, $5, $6, $5, $5) RETURNING id`,
			w.listing, tools.ID, buyer.ID, plan, w.now(), w.now().AddDate(0, 1, 0))
	}
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

// pass lets time pass.
func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) row(sql string, args ...any) (id int64) {
	w.t.Helper()
	w.must(w.db.Pool().QueryRow(context.Background(), sql, args...).Scan(&id))
	return id
}

// as is a person with a session that was confirmed lately.
func (w *world) as(a models.Account) models.Actor {
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true, SessionID: 1, SudoUntil: w.now().Add(time.Hour)}
	if a.ID == w.ada.ID {
		actor.Memberships = []models.Membership{{OrganizationID: *w.hammer.AccountID, Login: "tools", Role: models.RoleOwner}}
	}
	return actor
}

// listen sets the address of the webhook, takes the ping, and returns the secret.
func (w *world) listen() (secret string) {
	w.t.Helper()
	secret, err := w.Save(w.t.Context(), w.as(w.ada), "hammer", models.HookSettings{URL: w.in.URL, Active: true, Content: models.HookJSON})
	w.must(err)
	w.work()
	return secret
}

// emit has something happen to a subscription, and returns the id of the event.
func (w *world) emit(subscription int64, action models.HookAction) (guid string) {
	w.t.Helper()
	w.must(w.db.Tx(w.t.Context(), func(tx *db.Tx) error {
		var b pgx.Batch
		job, err := hooks.Emit(&b, hooks.Event{ListingID: w.listing, SubscriptionID: subscription, Event: models.EventPurchase, Action: action,
			Payload: map[string]any{"action": action, "subscription": subscription}, At: w.now()})
		if err != nil {
			return err
		}
		guid = job.GUID
		if err := tx.Pgx.SendBatch(w.t.Context(), &b).Close(); err != nil {
			return err
		}
		return w.queue.Enqueue(w.t.Context(), tx, job)
	}))
	return guid
}

// work carries out every job that is queued, as workers would.
func (w *world) work() {
	w.t.Helper()
	rows, err := w.db.Pool().Query(w.t.Context(), `DELETE FROM river_job WHERE kind = 'deliver_hook' RETURNING args ->> 'guid'`)
	w.must(err)
	guids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	for _, guid := range guids {
		w.must(w.Deliver(w.t.Context(), guid))
	}
}

// tend is a minute's tick, and the work that it finds.
func (w *world) tend() {
	w.t.Helper()
	w.must(w.Tend(w.t.Context()))
	w.work()
}

// state is where an event stands, and how often it was tried.
func (w *world) state(guid string) string {
	w.t.Helper()
	var state string
	var tries int
	w.must(w.db.Pool().QueryRow(w.t.Context(), `SELECT state, tries FROM hook_events WHERE guid = $1`, guid).Scan(&state, &tries))
	return fmt.Sprintf("%s %d", state, tries)
}

func (w *world) want(what, got, want string) {
	w.t.Helper()
	if got != want {
		w.t.Errorf("%s: %s, want %s", what, got, want)
	}
}
