package hooks_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/hooks"
	"souk/models/secretbox"
)

// listenApp sets the address of the app's own webhook, has it signed, and takes the
// ping.
func (w *world) listenApp() (secret string) {
	w.t.Helper()
	desk := w.OfApps()
	_, err := desk.Save(w.t.Context(), w.as(w.ada), w.hammer.Slug, models.HookSettings{URL: w.in.URL, Active: true, Content: models.HookJSON})
	w.must(err)
	secret, err = desk.Rotate(w.t.Context(), w.as(w.ada), w.hammer.Slug, "", false)
	w.must(err)
	w.work()
	return secret
}

// tell has the app be told something of an installation, and returns the event's id.
func (w *world) tell(installation int64, event, action string) (guid string) {
	w.t.Helper()
	w.must(w.db.Tx(w.t.Context(), func(tx *db.Tx) error {
		var b pgx.Batch
		job, err := hooks.Tell(&b, hooks.AppEvent{AppID: w.hammer.ID, InstallationID: installation, Event: event, Action: action,
			Payload: map[string]any{"action": action, "installation": installation}, At: w.now()})
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

func (w *world) told() (n int) {
	w.t.Helper()
	return int(w.row(`SELECT count(*) FROM hook_events WHERE app_id = $1 AND event <> 'ping'`, w.hammer.ID))
}

func TestAnAppIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret := w.listenApp()
	guid := w.tell(41, models.EventInstallation, models.InstallationCreated)
	w.work()
	all := w.in.requests()
	if len(all) != 2 || all[0].header.Get("X-GitHub-Event") != "ping" || !strings.Contains(all[0].body, `"type":"App"`) {
		t.Fatalf("%+v", all)
	}
	got := all[1]
	for name, want := range map[string]string{"X-Github-Delivery": guid, "X-Github-Event": "installation", "X-Github-Hook-Id": itoa(w.hammer.ID),
		"X-Github-Hook-Installation-Target-Id": itoa(w.hammer.ID), "X-Github-Hook-Installation-Target-Type": "integration", "Content-Type": "application/json"} {
		w.want(name, got.header.Get(name), want)
	}
	if !signed(&got, secret) {
		t.Errorf("%+v", got)
	}
	told, err := w.OfApps().Told(t.Context(), w.as(w.bob), "hammer", guid)
	w.must(err)
	if told.State != models.HookDelivered || told.InstallationID != 41 || len(told.Attempts) != 1 {
		t.Errorf("%+v", told)
	}
	// The desk of purchases knows nothing of it, nor does the other way around.
	if _, err := w.Told(t.Context(), w.as(w.bob), "hammer", guid); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
	w.listen()
	purchase := w.emit(w.subscriptions[0], models.HookPurchased)
	if _, err := w.OfApps().Told(t.Context(), w.as(w.bob), "hammer", purchase); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := w.OfApps().Told(t.Context(), w.as(w.eve), "hammer", guid); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// What nobody listens to isn't kept, nor what an app didn't ask for.
func TestAnAppIsToldWhatItListensTo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		active bool
		events string
		event  string
		want   int
	}{
		"installations go to all":        {true, "{}", models.EventInstallation, 1},
		"authorizations too":             {true, "{}", models.EventAppAuthorization, 1},
		"what was asked for":             {true, "{push,repository}", models.EventRepository, 1},
		"what wasn't":                    {true, "{push}", models.EventRepository, 0},
		"no active webhook":              {false, "{repository}", models.EventInstallation, 0},
		"no active webhook, but it asks": {false, "{repository}", models.EventRepository, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.row(`UPDATE apps SET webhook_active = $2, webhook_url = $3, events = $4::text[] WHERE id = $1 RETURNING id`, w.hammer.ID, c.active, w.in.URL, c.events)
			w.tell(41, c.event, "x")
			w.work()
			if n := w.told(); n != c.want {
				t.Errorf("%d events, want %d", n, c.want)
			}
			if n := len(w.in.requests()); n != c.want {
				t.Errorf("%d requests, want %d", n, c.want)
			}
		})
	}
}

// Of one installation an app hears in order; the others don't wait for it.
func TestOneOrderAnInstallation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listenApp()
	first := w.tell(41, models.EventInstallation, models.InstallationCreated)
	second := w.tell(41, models.EventInstallation, models.InstallationDeleted)
	other := w.tell(42, models.EventInstallation, models.InstallationCreated)
	w.in.does(func(_ int, r *request, out http.ResponseWriter) {
		if r.guid() == first {
			out.WriteHeader(http.StatusBadGateway)
		}
	})
	w.work()
	w.want("the first one", w.state(first), "waiting 1")
	w.want("what follows it", w.state(second), "waiting 0")
	w.want("another installation's", w.state(other), "delivered 1")
	w.in.does(nil)
	w.pass(models.HookWait(1))
	w.tend()
	w.want("the first one", w.state(first), "delivered 2")
	w.want("what follows it", w.state(second), "delivered 1")
}

// While two secrets are live, a receiver that knows either can check what it gets.
func TestTheSecretOfAnAppIsRenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.listenApp()
	desk := w.OfApps()
	fresh, err := desk.Rotate(t.Context(), w.as(w.ada), "hammer", "", false)
	w.must(err)
	w.tell(41, models.EventInstallation, "created")
	w.work()
	got := w.in.requests()[1]
	if !signed(&got, fresh) || got.header.Get("X-Hub-Signature-256-Other") == "" {
		t.Errorf("%+v", got.header)
	}
	if _, err := desk.Rotate(t.Context(), w.as(w.ada), "hammer", "", false); !errors.Is(err, models.ErrHookTwoSecrets) {
		t.Errorf("%v", err)
	}
	own, err := desk.OwnSecret(t.Context(), w.as(w.ada), "hammer", fresh)
	w.must(err)
	if stale, err := desk.OwnSecret(t.Context(), w.as(w.ada), "hammer", old); err != nil || stale || !own {
		t.Errorf("own %v, old %v, %v", own, stale, err)
	}
	w.must(desk.EndOld(t.Context(), w.as(w.ada), "hammer"))
	w.tell(41, models.EventInstallation, "deleted")
	w.work()
	if got := w.in.requests()[2]; !signed(&got, fresh) || got.header.Get("X-Hub-Signature-256-Other") != "" {
		t.Errorf("%+v", got.header)
	}
}

// Who sets an app's webhook elsewhere begins anew: with a ping, and without the secret
// that somebody else may know.
func TestTheWebhookIsSetElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listenApp()
	_, err := w.OfApps().Rotate(t.Context(), w.as(w.ada), "hammer", "", false)
	w.must(err)
	box, err := secretbox.New("the secret of a test, which is no secret")
	w.must(err)
	sealed, err := box.Seal(secretbox.WebhookSecrets, w.hammer.ID, []byte("a secret from a form"))
	w.must(err)
	w.row(`UPDATE apps SET webhook_secret = $2 WHERE id = $1 RETURNING id`, w.hammer.ID, sealed)
	w.must(w.db.Tx(t.Context(), func(tx *db.Tx) error { return w.WebhookSet(t.Context(), tx, w.as(w.bob), w.hammer.ID, true) }))
	w.work()
	got := w.in.requests()[1]
	if got.header.Get("X-GitHub-Event") != "ping" || !signed(&got, "a secret from a form") || got.header.Get("X-Hub-Signature-256-Other") != "" ||
		!strings.Contains(got.body, `"login":"bob"`) {
		t.Errorf("%+v", got)
	}
}

// An app that ends is told of the end of its installations, signed, and forgotten then.
func TestAnAppIsToldOfItsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hammer = dbtest.App(t, w.db, models.Account{ID: *w.hammer.AccountID, Login: "tools"}, "saw")
	secret := w.listenApp()
	guid := w.tell(41, models.EventInstallation, models.InstallationDeleted)
	w.must(w.db.Tx(t.Context(), func(tx *db.Tx) error { return hooks.Farewell(t.Context(), tx, w.hammer.ID, w.now()) }))
	w.row(`DELETE FROM apps WHERE id = $1 RETURNING id`, w.hammer.ID)
	w.in.fails(http.StatusBadGateway)
	w.work()
	w.in.does(nil)
	w.pass(models.HookWait(1))
	w.tend()
	all := w.in.requests()
	if last := all[len(all)-1]; last.guid() != guid || !signed(&last, secret) || w.state(guid) != "delivered 2" {
		t.Errorf("%s %+v", w.state(guid), last)
	}
	w.pass(models.HookAppsFor + time.Hour)
	w.tend()
	if n := w.row(`SELECT (SELECT count(*) FROM hook_events) + (SELECT count(*) FROM hook_endpoints)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// What apps were told is forgotten after a while; what was bought isn't, nor what still
// waits.
func TestWhatAppsWereToldIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listen()
	w.listenApp()
	w.emit(w.subscriptions[0], models.HookPurchased)
	w.tell(41, models.EventInstallation, "created")
	w.work()
	w.in.fails(http.StatusBadGateway)
	waits := w.tell(42, models.EventInstallation, "created")
	w.row(`UPDATE hook_events SET created_at = created_at - interval '40 days' WHERE guid <> $1 RETURNING 1`, waits)
	w.must(w.Tend(t.Context()))
	if n := w.told(); n != 1 {
		t.Errorf("%d events of apps", n)
	}
	if n := w.row(`SELECT count(*) FROM hook_events WHERE event = 'marketplace_purchase'`); n != 1 {
		t.Errorf("%d purchases", n)
	}
}

// Those who keep an app are told once that it takes nothing.
func TestIntegratorsAreWarnedOfTheirApps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listenApp()
	w.in.fails(http.StatusInternalServerError)
	w.tell(41, models.EventInstallation, "created")
	w.work()
	w.tend()
	warned := func() int64 { return w.row(`SELECT count(*) FROM notifications WHERE kind = 'app_hook_failing'`) }
	if n := warned(); n != 0 {
		t.Fatalf("%d warnings at once", n)
	}
	w.pass(models.HookFailingFor)
	w.tend()
	w.tend()
	if n := warned(); n != 2 {
		t.Errorf("%d warnings, want one for ada and one for bob", n)
	}
}

// An app that takes nothing is spared; another address begins anew.
func TestAnAppsWebhookIsMended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listenApp()
	w.in.fails(http.StatusInternalServerError)
	for i := range int64(models.HookTroubled) {
		w.tell(41+i, models.EventInstallation, "created")
	}
	w.work()
	_, e, err := w.OfApps().Endpoint(t.Context(), w.as(w.ada), "hammer")
	w.must(err)
	if e.Hold.IsZero() || e.FailingFrom == nil {
		t.Fatalf("%+v", e)
	}
	version := w.row(`SELECT version FROM apps WHERE id = $1`, w.hammer.ID)
	_, err = w.OfApps().Save(t.Context(), w.as(w.ada), "hammer", models.HookSettings{URL: w.in.URL + "/new", Active: true, Content: models.HookForm})
	w.must(err)
	_, e, err = w.OfApps().Endpoint(t.Context(), w.as(w.ada), "hammer")
	w.must(err)
	if !e.Hold.IsZero() || e.FailingFrom != nil || e.Content != models.HookForm || e.URL != w.in.URL+"/new" {
		t.Errorf("%+v", e)
	}
	if now := w.row(`SELECT version FROM apps WHERE id = $1`, w.hammer.ID); now == version {
		t.Error("a form of the app's settings that was opened before is still good")
	}
}

// OAuth Apps, and those that were only imported, have no webhook of their own.
func TestOnlyRegisteredGitHubAppsAreTold(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"an OAuth App": `UPDATE apps SET kind = 'oauth_app', permissions = NULL, events = NULL, scopes = '{}' WHERE id = $1 RETURNING id`,
		"an import":    `UPDATE apps SET registered_at = NULL, client_id = NULL WHERE id = $1 RETURNING id`,
	} {
		w := newWorld(t)
		w.row(sql, w.hammer.ID)
		if _, _, err := w.OfApps().Endpoint(t.Context(), w.as(w.ada), "hammer"); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
