package hooks_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/hooks"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// While two secrets are live, a receiver that knows either takes every event: the
// old one signs the other header first, and the first again is at once.
func TestTwoSecretsAreLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.listen()
	fresh, err := w.Rotate(t.Context(), w.as(w.bob), "hammer", "", false)
	w.must(err)
	if fresh == old || len(fresh) < 32 {
		t.Fatalf("%q", fresh)
	}
	knows := func(secret string) {
		w.in.does(func(_ int, r *request, out http.ResponseWriter) {
			if !signed(r, secret) {
				out.WriteHeader(http.StatusUnauthorized)
			}
		})
	}
	for _, c := range []struct{ secret, want string }{{old, "delivered 2"}, {fresh, "delivered 1"}} {
		knows(c.secret)
		guid := w.emit(w.subscriptions[0], models.HookChanged)
		w.work()
		w.want("who knows one of them", w.state(guid), c.want)
	}
	all := w.in.requests()
	if both := all[len(all)-1].header; both.Get("X-Hub-Signature-256-Other") == "" || both.Get("X-Hub-Signature-Other") == "" {
		t.Errorf("%v", both)
	}
	if _, err := w.Rotate(t.Context(), w.as(w.bob), "hammer", "", false); !errors.Is(err, models.ErrHookTwoSecrets) {
		t.Errorf("a third: %v", err)
	}
	// After a week, or when it is ended, the old one signs nothing.
	w.pass(models.HookOldSecret)
	knows(old)
	late := w.emit(w.subscriptions[1], models.HookChanged)
	w.work()
	w.want("the old one alone, too late", w.state(late), "waiting 1")
	if r := w.in.requests(); r[len(r)-1].header.Get("X-Hub-Signature-256-Other") != "" {
		t.Error("it signs still")
	}
	mine, err := w.Rotate(t.Context(), w.as(w.ada), "hammer", "a secret of my own", false)
	w.must(err)
	if mine != "a secret of my own" {
		t.Errorf("%q", mine)
	}
	w.must(w.EndOld(t.Context(), w.as(w.ada), "hammer"))
	if err := w.EndOld(t.Context(), w.as(w.ada), "hammer"); !errors.Is(err, models.ErrHookOneSecret) {
		t.Errorf("again: %v", err)
	}
	if own, err := w.OwnSecret(t.Context(), w.as(w.ada), "hammer", mine); err != nil || !own {
		t.Errorf("%v, %v", own, err)
	}
	if own, err := w.OwnSecret(t.Context(), w.as(w.ada), "hammer", fresh); err != nil || own {
		t.Errorf("%v, %v", own, err)
	}
	// No table holds one in the clear.
	for _, secret := range []string{old, fresh, mine} {
		for _, table := range []string{"hook_endpoints", "hook_attempts", "audit_events", "notifications", "river_job"} {
			if n := w.row(`SELECT count(*) FROM `+table+` x WHERE strpos(x::text, $1) > 0`, secret); n != 0 {
				t.Errorf("%s holds a secret", table)
			}
		}
	}
	if n := w.row(`SELECT count(*) FROM notifications WHERE kind = 'hook_secret' AND account_id = $1`, w.bob.ID); n != 3 {
		t.Errorf("bob was told %d times", n)
	}
}

func TestWhoMayLookAfterAWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guid := w.emit(w.subscriptions[0], models.HookPurchased)
	set := models.HookSettings{URL: w.in.URL, Active: true, Content: models.HookJSON}
	acts := map[string]func(models.Actor) error{
		"desk":      func(a models.Actor) error { _, err := w.Desk(t.Context(), a, "hammer", "", 1); return err },
		"event":     func(a models.Actor) error { _, err := w.Told(t.Context(), a, "hammer", guid); return err },
		"save":      func(a models.Actor) error { _, err := w.Save(t.Context(), a, "hammer", set); return err },
		"rotate":    func(a models.Actor) error { _, err := w.Rotate(t.Context(), a, "hammer", "", true); return err },
		"ping":      func(a models.Actor) error { return w.Ping(t.Context(), a, "hammer") },
		"redeliver": func(a models.Actor) error { return w.Redeliver(t.Context(), a, "hammer", guid) },
	}
	stale := w.as(w.ada)
	stale.SudoUntil = time.Time{}
	for name, act := range acts {
		if err := act(w.as(w.eve)); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s by a stranger: %v", name, err)
		}
		if err := act(models.Actor{}); !errors.Is(err, models.ErrSignInNeeded) && !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s by nobody: %v", name, err)
		}
	}
	for _, name := range []string{"desk", "event", "save", "rotate", "ping", "redeliver"} {
		if err := acts[name](w.as(w.bob)); err != nil {
			t.Errorf("%s by a manager: %v", name, err)
		}
	}
	if err := acts["rotate"](stale); !errors.Is(err, models.ErrSudoNeeded) {
		t.Errorf("rotate with an old session: %v", err)
	}
	if _, err := w.Told(t.Context(), w.as(w.ada), "hammer", "no id"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("no id: %v", err)
	}
	if _, err := w.Desk(t.Context(), w.as(w.ada), "hammer", "lost", 1); !errors.Is(err, models.ErrUnknownChoice) {
		t.Errorf("no state: %v", err)
	}
	if _, err := w.Desk(t.Context(), w.as(w.ada), "hammer", "", 2); !errors.Is(err, models.ErrPageOutOfRange) {
		t.Errorf("no page: %v", err)
	}
}

// Where there is no address, what happens is kept, whoever looks after the app is
// told once, and a range of it is sent again in its order.
func TestWhatHasNoAddressIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var missed []string
	for _, action := range []models.HookAction{models.HookPurchased, models.HookPending, models.HookCancelled} {
		missed = append(missed, w.emit(w.subscriptions[0], action))
	}
	w.work()
	w.want("without an address", w.state(missed[0]), "nowhere 0")
	if err := w.Redeliver(t.Context(), w.as(w.ada), "hammer", missed[0]); !errors.Is(err, models.ErrHookNowhere) {
		t.Errorf("%v", err)
	}
	told := func() int64 {
		return w.row(`SELECT count(*) FROM notifications WHERE kind = 'hook_silent' AND account_id = $1`, w.ada.ID)
	}
	w.tend()
	if told() != 0 {
		t.Error("warned too early")
	}
	w.pass(models.HookSilentAfter)
	w.tend()
	w.pass(time.Hour)
	w.tend()
	if told() != 1 {
		t.Errorf("warned %d times", told())
	}
	w.listen()
	today := hooks.Range{From: w.now().Add(-24 * time.Hour), Until: w.now().Add(time.Hour)}
	_, e, n, err := w.CountRange(t.Context(), w.as(w.bob), "hammer", today)
	w.must(err)
	if n != 3 || !e.Reachable() {
		t.Errorf("%d, %+v", n, e)
	}
	n, err = w.RedeliverRange(t.Context(), w.as(w.bob), "hammer", today)
	w.must(err)
	w.work()
	got := w.in.requests()[1:]
	if n != 3 || len(got) != 3 {
		t.Fatalf("%d, %d requests", n, len(got))
	}
	for i := range got {
		w.want("in order", got[i].guid(), missed[i])
	}
	if n, err := w.RedeliverRange(t.Context(), w.as(w.bob), "hammer", today); err != nil || n != 0 {
		t.Errorf("nothing is missed any more, and %d are sent, %v", n, err)
	}
	today.All = true
	if n, err := w.RedeliverRange(t.Context(), w.as(w.bob), "hammer", today); err != nil || n != 3 {
		t.Errorf("all of them: %d, %v", n, err)
	}
	today.Until = today.From
	if _, err := w.RedeliverRange(t.Context(), w.as(w.bob), "hammer", today); !errors.Is(err, models.ErrHookRange) {
		t.Errorf("no range: %v", err)
	}
}

// One that took things before is warned about after a day, once in each time of
// trouble.
func TestWhoTakesNothingForADayIsWarned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listen()
	told := func() int64 {
		return w.row(`SELECT count(*) FROM notifications WHERE kind = 'hook_failing' AND account_id = $1`, w.bob.ID)
	}
	for round := range int64(2) {
		w.in.fails(http.StatusBadGateway)
		guid := w.emit(w.subscriptions[0], models.HookChanged)
		w.work()
		for range 30 {
			w.pass(time.Hour)
			w.tend()
		}
		if told() != round+1 {
			t.Errorf("told %d times", told())
		}
		w.in.fails(http.StatusOK)
		w.pass(9 * time.Hour)
		w.tend()
		if !strings.HasPrefix(w.state(guid), "delivered") {
			t.Errorf("it is %s", w.state(guid))
		}
	}
	if n := w.row(`SELECT count(*) FROM notifications WHERE kind = 'hook_silent'`); n != 0 {
		t.Errorf("%d were told that it never took anything", n)
	}
}

// A transaction that ends late doesn't hide its events from who reads on.
func TestTheListMissesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	slow, err := w.db.Pool().Begin(t.Context())
	w.must(err)
	defer func() { _ = slow.Rollback(t.Context()) }()
	var b pgx.Batch
	late, err := hooks.Emit(&b, hooks.Event{ListingID: w.listing, SubscriptionID: w.subscriptions[1], Event: models.EventPurchase, Action: models.HookChanged, Payload: 1, At: w.now()})
	w.must(err)
	w.must(slow.SendBatch(t.Context(), &b).Close())
	first, second := w.emit(w.subscriptions[0], models.HookPurchased), w.emit(w.subscriptions[0], models.HookCancelled)

	events, more, err := w.After(t.Context(), w.hammer.ID, 0, 1)
	w.must(err)
	if len(events) != 1 || !more || events[0].GUID != first || events[0].Position != 1 {
		t.Fatalf("%+v", events)
	}
	events, more, err = w.After(t.Context(), w.hammer.ID, 1, 10)
	w.must(err)
	if len(events) != 1 || more || events[0].GUID != second || events[0].Position != 2 {
		t.Fatalf("%+v", events)
	}
	w.must(slow.Commit(t.Context()))
	events, _, err = w.After(t.Context(), w.hammer.ID, 2, 10)
	w.must(err)
	if len(events) != 1 || events[0].GUID != late.GUID || events[0].Position != 3 {
		t.Fatalf("%+v", events)
	}
	w.listen() // a ping isn't part of it
	if events, _, err := w.After(t.Context(), w.hammer.ID, 0, 10); err != nil || len(events) != 3 {
		t.Errorf("%+v, %v", events, err)
	}
	if _, _, err := w.After(t.Context(), 0, 0, 10); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("no app: %v", err)
	}
}

// Readers at the same time give each event one place.
func TestPlacesAreGivenOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	done := make(chan error, 6)
	for i := range 6 {
		go func() {
			for range 10 {
				if i%2 == 0 {
					w.emit(w.subscriptions[i/3], models.HookChanged)
				} else if _, _, err := w.After(t.Context(), w.hammer.ID, 0, 100); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 6 {
		w.must(<-done)
	}
	events, _, err := w.After(t.Context(), w.hammer.ID, 0, 100)
	w.must(err)
	if len(events) != 30 {
		t.Errorf("%d events", len(events))
	}
	for i := range events {
		if events[i].Position != int64(i)+1 {
			t.Fatalf("%d. has the place %d", i+1, events[i].Position)
		}
	}
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	plans, total, err := w.Plans(t.Context(), w.hammer.ID, hooks.Page{Number: 1, PerPage: 30})
	w.must(err)
	if total != 1 || len(plans) != 1 || plans[0].Name != "Team" || *plans[0].MonthlyMinor != 900 {
		t.Fatalf("%+v", plans)
	}
	all, total, err := w.Accounts(t.Context(), w.hammer.ID, plans[0].ID, hooks.Page{Number: 2, PerPage: 1})
	w.must(err)
	if total != 2 || len(all) != 1 || all[0].Account.Login != "zeta" || all[0].Terms.Units != 5 {
		t.Fatalf("%+v", all)
	}
	newest, _, err := w.Accounts(t.Context(), w.hammer.ID, plans[0].ID, hooks.Page{Number: 1, PerPage: 5, Updated: true, Newest: true})
	w.must(err)
	if newest[0].Account.Login != "zeta" {
		t.Errorf("%+v", newest)
	}
	if _, _, err := w.Accounts(t.Context(), w.hammer.ID+1, plans[0].ID, hooks.Page{Number: 1, PerPage: 5}); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("another's plan: %v", err)
	}
	_, err = w.db.Pool().Exec(t.Context(), `UPDATE subscriptions SET state = 'ended', ended_at = $2 WHERE id = $1`, w.subscriptions[1], w.now())
	w.must(err)
	if _, err := w.Account(t.Context(), w.hammer.ID, all[0].Account.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("who cancelled: %v", err)
	}
}
