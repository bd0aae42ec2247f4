package deliveries_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models/db/dbtest"
)

const appPage = "/settings/apps/hammer/webhook"

// deliverApp sends what waits for the app, as a worker would.
func (s *shop) deliverApp() {
	s.t.Helper()
	var guid string
	err := s.DB.Pool().QueryRow(s.t.Context(), `SELECT guid::text FROM hook_events WHERE app_id IS NOT NULL ORDER BY id DESC LIMIT 1`).Scan(&guid)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.Verbs.Hooks.Deliver(s.t.Context(), guid); err != nil {
		s.t.Fatal(err)
	}
}

// tellApp has something happen to an installation of the app.
func (s *shop) tellApp(guid string) {
	s.t.Helper()
	_, err := s.DB.Pool().Exec(s.t.Context(), `INSERT INTO hook_events (guid, app_id, installation_id, event, action, payload, state, created_at)
		SELECT $1, id, 41, 'installation', 'created', '{"action":"created"}', 'waiting', $2 FROM apps WHERE slug = 'hammer'`, guid, s.Clock.Now())
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestTheDeskOfAnApp(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	if _, err := s.DB.Pool().Exec(t.Context(), `UPDATE apps SET webhook_active = false, webhook_url = ''`); err != nil {
		t.Fatal(err)
	}
	b := s.As(t, s.ada)
	see(t, b.Get(appPage), 200, "There is no address yet", "Nothing has happened yet", "where it is installed and removed", "Set the address")
	see(t, b.Get(appPage+"/settings"), 200, "Where your app listens", "Deliveries aren’t signed yet")
	see(t, b.Post(appPage+"/settings", url.Values{"url": {"ftp://x"}, "active": {"true"}, "content_type": {"xml"}}), 422, `value="ftp://x"`, `href="#f-url"`, `href="#f-content_type"`)
	goesTo(t, b.Post(appPage+"/settings", url.Values{"url": {s.app.URL}, "active": {"true"}, "content_type": {"json"}}), appPage)
	unsigned := b.Get(appPage)
	see(t, unsigned, 200, s.app.URL, "The webhook is saved", "deliveries aren’t signed", "Sign deliveries")
	if strings.Contains(unsigned.Body, "Your new webhook secret") {
		t.Error("a secret is made unasked")
	}
	see(t, b.Get(appPage+"/secret"), 200, "it checks the signature")
	goesTo(t, b.Post(appPage+"/secret", nil), appPage)
	fresh := b.Get(appPage)
	see(t, fresh, 200, "Your new webhook secret", "One secret signs every delivery", "Renew secret")
	if secretText.FindString(fresh.Body) == "" {
		t.Errorf("no secret in\n%s", fresh.Body)
	}
	s.deliverApp()
	const guid = "01890a5d-ac96-774b-bcce-b302099a8051"
	s.tellApp(guid)
	s.status = http.StatusBadGateway
	s.deliverApp()
	see(t, b.Get("/fr"+appPage+"?state=waiting"), 200, "installation.created", "502 Bad Gateway")
	event := appPage + "/deliveries/" + guid
	see(t, b.Get(event), 200, guid, "502 Bad Gateway", "X-GitHub-Hook-Installation-Target-Type: integration", "X-Hub-Signature-256: sha256=", "Send now")
	s.status = http.StatusOK
	goesTo(t, b.Post(event+"/redeliver", nil), event)
	s.deliverApp()
	see(t, b.Get(event), 200, "Sent again", "200 OK")
	see(t, b.Get(page+"/deliveries/"+guid), 404)
	see(t, s.As(t, dbtest.User(t, s.DB, "eve")).Get(event), 404)
	goesTo(t, b.Post(appPage+"/ping", nil), appPage)
	see(t, b.Get(appPage+"/redeliver"), 200, "There is nothing to send")
	see(t, b.Get("/settings/apps/hammer"), 200, `href="`+appPage+`"`)
}

// A form of the app's settings that changes the webhook has it tested, too.
func TestTheFormOfAllSettingsSendsATestEvent(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := s.As(t, s.ada)
	var version string
	if err := s.DB.Pool().QueryRow(t.Context(), `SELECT version::text FROM apps WHERE slug = 'hammer'`).Scan(&version); err != nil {
		t.Fatal(err)
	}
	a := b.Post("/settings/apps/hammer", url.Values{"version": {version}, "name": {"hammer"}, "url": {"https://hammer.example"}, "public": {"true"},
		"webhook_active": {"true"}, "webhook_url": {"https://hammer.invalid/hook"}, "webhook_secret": {"a secret of ours"}})
	if a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	see(t, b.Get(appPage), 200, ">ping</code>", "https://hammer.invalid/hook", "One secret signs every delivery")
}

// However much was told, the desk asks the same.
func TestTheDeskOfAnAppIsFewStatements(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	_, err := s.DB.Pool().Exec(t.Context(), `INSERT INTO hook_events (guid, app_id, installation_id, event, action, payload, state, created_at)
		SELECT gen_random_uuid(), a.id, n, 'installation', 'created', '{}', 'delivered', $1 FROM apps a, generate_series(1, 40) n WHERE a.slug = 'hammer'`, s.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	b := s.As(t, s.ada)
	b.Get(appPage)
	var a apptest.Answer
	if n := dbtest.Statements(s.DB, func() { a = b.Get(appPage + "?page=2") }); n > 6 {
		t.Errorf("%d statements", n)
	}
	see(t, a, 200, `rel="prev"`)
	if len(a.Body) > 60_000 {
		t.Errorf("%d bytes", len(a.Body))
	}
}
