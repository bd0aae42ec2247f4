package hooks_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/outside"
)

func TestAnEventIsDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret := w.listen()
	if got := w.in.requests(); len(got) != 1 || got[0].header.Get("X-GitHub-Event") != "ping" || !strings.Contains(got[0].body, `"url":"`+w.in.URL+`"`) ||
		strings.Contains(got[0].body, secret) || !signed(&got[0], secret) {
		t.Fatalf("the ping: %+v", got)
	}
	w.in.does(func(_ int, _ *request, out http.ResponseWriter) {
		out.Header().Set("X-Answer", "42")
		out.WriteHeader(http.StatusAccepted)
		_, _ = out.Write([]byte("thank you"))
	})
	guid := w.emit(w.subscriptions[0], models.HookPurchased)
	w.work()
	got := w.in.requests()[1]
	for name, want := range map[string]string{"X-Github-Delivery": guid, "X-Github-Event": "marketplace_purchase", "X-Github-Hook-Id": itoa(w.listing),
		"X-Github-Hook-Installation-Target-Id": itoa(w.listing), "X-Github-Hook-Installation-Target-Type": "marketplace::listing",
		"Content-Type": "application/json", "User-Agent": "Souk-Hookshot/1"} {
		w.want(name, got.header.Get(name), want)
	}
	if !signed(&got, secret) || !strings.Contains(got.body, `"action":"purchased"`) {
		t.Errorf("%+v", got)
	}
	told, err := w.Told(t.Context(), w.as(w.bob), "hammer", guid)
	w.must(err)
	if told.State != models.HookDelivered || told.DeliveredAt == nil || told.Account != "acme" || len(told.Attempts) != 1 {
		t.Fatalf("%+v", told)
	}
	a := told.Attempts[0]
	if a.Status != 202 || a.ResponseBody != "thank you" || a.ResponseHeaders["X-Answer"] != "42" || a.URL != w.in.URL || a.Redelivery ||
		a.RequestHeaders["X-Hub-Signature-256"] != got.header.Get("X-Hub-Signature-256") {
		t.Errorf("%+v", a)
	}
	// Nothing comes twice by itself.
	w.must(w.Deliver(t.Context(), guid))
	w.tend()
	if n := len(w.in.requests()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

// What isn't taken is tried for three days with the same id, then given up, and can
// be sent again.
func TestFailuresAreTriedForThreeDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listen()
	w.in.fails(http.StatusInternalServerError)
	guid, began := w.emit(w.subscriptions[0], models.HookPurchased), w.now()
	w.work()
	w.want("after the first attempt", w.state(guid), "waiting 1")
	for w.now().Sub(began) < 4*24*time.Hour {
		w.pass(10 * time.Minute)
		w.tend()
	}
	all := w.in.requests()[1:]
	if len(all) < 10 || len(all) > 20 {
		t.Errorf("%d attempts", len(all))
	}
	for i := range all {
		w.want("id", all[i].guid(), guid)
	}
	if !strings.HasPrefix(w.state(guid), "failed ") {
		t.Errorf("it is %s", w.state(guid))
	}
	var last time.Time
	w.must(w.db.Pool().QueryRow(t.Context(), `SELECT max(a.at) FROM hook_attempts a JOIN hook_events e ON e.id = a.event_id WHERE e.guid = $1`, guid).Scan(&last))
	if d := last.Sub(began); d < 3*24*time.Hour || d > 3*24*time.Hour+9*time.Hour {
		t.Errorf("the last attempt came after %s", d)
	}
	w.in.fails(http.StatusOK)
	w.must(w.Redeliver(t.Context(), w.as(w.bob), "hammer", guid))
	w.work()
	w.want("sent again", w.state(guid), "delivered 1")
	w.want("with the same id", w.in.requests()[len(all)+1].guid(), guid)
	// What was taken stays so, even if it isn't taken again.
	w.in.fails(http.StatusTeapot)
	w.must(w.Redeliver(t.Context(), w.as(w.bob), "hammer", guid))
	w.work()
	w.want("sent once more", w.state(guid), "delivered 1")
	w.pass(time.Hour)
	w.tend()
	if n := len(w.in.requests()); n != len(all)+3 {
		t.Errorf("%d requests", n)
	}
	told, err := w.Told(t.Context(), w.as(w.ada), "hammer", guid)
	w.must(err)
	if a := told.Attempts[0]; !a.Redelivery || a.Status != http.StatusTeapot {
		t.Errorf("%+v", a)
	}
}

// A receiver that redirects, hangs, answers late, is gone, or stands in a private
// network.
func TestReceiversThatGiveNoAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *outside.Options) { o.PostTimeout = 150 * time.Millisecond })
	w.listen()
	over := make(chan struct{})
	end := sync.OnceFunc(func() { close(over) })
	defer end()
	for _, c := range []struct {
		name    string
		answer  func(int, *request, http.ResponseWriter)
		problem string
		status  int
	}{
		{"redirects", func(_ int, _ *request, out http.ResponseWriter) {
			out.Header().Set("Location", w.in.URL+"/elsewhere")
			out.WriteHeader(http.StatusFound)
		}, "redirect", http.StatusFound},
		{"hangs", func(int, *request, http.ResponseWriter) { <-over }, "timeout", 0},
		{"breaks off", func(int, *request, http.ResponseWriter) { panic(http.ErrAbortHandler) }, "other", 0},
	} {
		before := len(w.in.requests())
		w.in.does(c.answer)
		guid := w.emit(w.subscriptions[0], models.HookChanged)
		w.work()
		told, err := w.Told(t.Context(), w.as(w.ada), "hammer", guid)
		w.must(err)
		if len(told.Attempts) != 1 || told.Attempts[0].Problem != c.problem || told.Attempts[0].Status != c.status || told.State != models.HookWaiting {
			t.Errorf("%s: %+v", c.name, told)
		}
		if n := len(w.in.requests()); n != before+1 {
			t.Errorf("%s: %d requests", c.name, n-before)
		}
		// Once it answers, it gets the same again.
		w.in.fails(http.StatusOK)
		w.pass(6 * time.Minute)
		w.tend()
		w.want(c.name, w.state(guid), "delivered 2")
	}
	end()
	w.in.Close()
	guid := w.emit(w.subscriptions[0], models.HookChanged)
	w.work()
	told, err := w.Told(t.Context(), w.as(w.ada), "hammer", guid)
	w.must(err)
	w.want("gone", told.Attempts[0].Problem, "refused")
}

func TestPrivateNetworksAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *outside.Options) { o.AllowPrivate = false })
	w.listen()
	guid := w.emit(w.subscriptions[0], models.HookPurchased)
	w.work()
	told, err := w.Told(t.Context(), w.as(w.ada), "hammer", guid)
	w.must(err)
	if len(w.in.requests()) != 0 || told.Attempts[0].Problem != "private" || told.State != models.HookWaiting {
		t.Errorf("%+v", told)
	}
}

// Of one subscription the events go out in their order; of others they don't wait.
func TestEventsOfASubscriptionKeepTheirOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listen()
	sick := true
	w.in.does(func(_ int, r *request, out http.ResponseWriter) {
		if sick && strings.Contains(r.body, `"action":"purchased"`) {
			out.WriteHeader(http.StatusBadGateway)
		}
	})
	first, second := w.emit(w.subscriptions[0], models.HookPurchased), w.emit(w.subscriptions[0], models.HookChanged)
	third, other := w.emit(w.subscriptions[0], models.HookCancelled), w.emit(w.subscriptions[1], models.HookChanged)
	w.work()
	for guid, want := range map[string]string{first: "waiting 1", second: "waiting 0", third: "waiting 0", other: "delivered 1"} {
		w.want("while the first isn't taken", w.state(guid), want)
	}
	w.in.mu.Lock()
	sick = false
	w.in.mu.Unlock()
	w.pass(2 * time.Minute)
	w.tend()
	var order []string
	for _, r := range w.in.requests()[1:] {
		order = append(order, r.guid())
	}
	if want := []string{first, other, first, second, third}; !slices.Equal(order, want) {
		t.Errorf("%v, want %v", order, want)
	}
}

// Who is killed between the request and its record leaves an event that is sent
// again.
func TestAKilledSenderLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listen()
	guid := w.emit(w.subscriptions[0], models.HookPurchased)
	ctx, kill := context.WithCancel(t.Context())
	w.in.does(func(int, *request, http.ResponseWriter) { kill() })
	if err := w.Deliver(ctx, guid); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	w.in.fails(http.StatusOK)
	// The other way: nobody could even give it back.
	if _, err := w.db.Pool().Exec(t.Context(), `UPDATE hook_events SET claimed_until = $2 WHERE guid = $1 AND state = 'waiting'`, guid, w.now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	w.tend()
	w.want("while it may be on its way", w.state(guid), "waiting 0")
	w.pass(2 * time.Minute)
	w.tend()
	w.want("afterwards", w.state(guid), "delivered 1")
	got := w.in.requests()[1:]
	if len(got) != 2 || got[0].guid() != guid || got[1].guid() != guid {
		t.Errorf("%d requests", len(got))
	}
}

// Many workers with the same jobs send each event once.
func TestEachIsSentOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listen()
	var guids []string
	for i := range 20 {
		guids = append(guids, w.emit(w.subscriptions[i%2], models.HookChanged))
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, guid := range guids {
				if err := w.Deliver(t.Context(), guid); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	seen := map[string]int{}
	var orders [2][]string
	for _, r := range w.in.requests()[1:] {
		seen[r.guid()]++
		i := slices.Index(guids, r.guid())
		orders[i%2] = append(orders[i%2], r.guid())
	}
	for _, guid := range guids {
		if seen[guid] != 1 {
			t.Errorf("%s was sent %d times", guid, seen[guid])
		}
	}
	for i := range orders {
		for j, guid := range orders[i] {
			if guid != guids[2*j+i] {
				t.Fatalf("subscription %d: %v", i, orders[i])
			}
		}
	}
}

// A receiver in trouble is asked now and then, by one at a time; once it answers, it
// gets everything.
func TestAReceiverInTroubleIsSpared(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listen()
	w.in.fails(http.StatusServiceUnavailable)
	for range 60 {
		w.row(`INSERT INTO hook_events (guid, listing_id, event, action, payload, state, created_at)
			VALUES (gen_random_uuid(), $1, 'marketplace_purchase', 'changed', '{}', 'waiting', $2) RETURNING id`, w.listing, w.now())
	}
	for range 10 {
		w.pass(time.Minute)
		w.tend()
	}
	if n := len(w.in.requests()) - 1; n < 5 || n > 12 {
		t.Errorf("%d attempts in ten minutes", n)
	}
	w.in.fails(http.StatusOK)
	w.pass(6 * time.Minute)
	w.tend()
	if n := w.row(`SELECT count(*) FROM hook_events WHERE state <> 'delivered'`); n != 0 {
		t.Errorf("%d wait", n)
	}
}

// What comes back may be anything.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listen()
	w.in.does(func(_ int, _ *request, out http.ResponseWriter) {
		for i := range 200 {
			out.Header().Set("X-Many-"+itoa(int64(i)), strings.Repeat("y", 100))
		}
		out.Header().Set("X-Bytes", "\xff\xfe")
		out.WriteHeader(http.StatusBadRequest)
		_, _ = out.Write([]byte("<script>\x00\xff" + strings.Repeat("é", 40_000)))
	})
	guid := w.emit(w.subscriptions[0], models.HookPurchased)
	w.work()
	told, err := w.Told(t.Context(), w.as(w.ada), "hammer", guid)
	w.must(err)
	a := told.Attempts[0]
	if a.Status != http.StatusBadRequest || len(a.ResponseBody) > outside.MaxAnswer+20 || len(a.ResponseHeaders) > 50 || !strings.HasPrefix(a.ResponseBody, "<script>\uFFFD\uFFFDé") {
		t.Errorf("%d, %d bytes, %d headers", a.Status, len(a.ResponseBody), len(a.ResponseHeaders))
	}
	// Attempts are forgotten, events are not.
	w.pass(models.HookAttemptsFor + time.Hour)
	w.in.fails(http.StatusOK)
	w.must(w.Tend(t.Context()))
	if n := w.row(`SELECT count(*) FROM hook_attempts`); n != 0 {
		t.Errorf("%d attempts are kept", n)
	}
	if n := w.row(`SELECT count(*) FROM hook_events`); n != 2 {
		t.Errorf("%d events are left", n)
	}
}
