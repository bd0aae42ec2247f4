package deliveries_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const page = "/marketplace/manage/hammer/webhook"

// shop is a site where ada sells hammer, whose app listens on this machine.
type shop struct {
	*apptest.App
	t       *testing.T
	ada     models.Account
	listing int64
	app     *httptest.Server

	mu     sync.Mutex
	status int
	got    []string // ids of what was taken or refused
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{App: apptest.New(t), t: t, status: http.StatusOK}
	s.ada = dbtest.User(t, s.DB, "ada")
	s.listing = dbtest.Draft(t, s.DB, dbtest.App(t, s.DB, s.ada, "hammer"), models.ListingContent{})
	s.app = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.got = append(s.got, r.Header.Get("X-GitHub-Delivery"))
		w.WriteHeader(s.status)
		_, _ = w.Write([]byte("<b>heard</b>"))
	}))
	t.Cleanup(s.app.Close)
	return s
}

// happen has something happen that the app is to be told of.
func (s *shop) happen(guid string) {
	s.t.Helper()
	_, err := s.DB.Pool().Exec(s.t.Context(), `INSERT INTO hook_events (guid, listing_id, event, action, payload, state, created_at)
		VALUES ($1, $2, 'marketplace_purchase', 'purchased', '{"action":"purchased"}', 'waiting', $3)`, guid, s.listing, s.Clock.Now())
	if err != nil {
		s.t.Fatal(err)
	}
}

// deliver sends what waits, as a worker would.
func (s *shop) deliver() {
	s.t.Helper()
	var guid string
	err := s.DB.Pool().QueryRow(s.t.Context(), `SELECT guid::text FROM hook_events WHERE listing_id = $1 ORDER BY id DESC LIMIT 1`, s.listing).Scan(&guid)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.Verbs.Hooks.Deliver(s.t.Context(), guid); err != nil {
		s.t.Fatal(err)
	}
}

func see(t *testing.T, a apptest.Answer, status int, words ...string) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	for _, w := range words {
		if !strings.Contains(a.Body, w) {
			t.Errorf("no %q in\n%s", w, a.Body)
		}
	}
}

func goesTo(t *testing.T, a apptest.Answer, address string) {
	t.Helper()
	if a.Status != http.StatusSeeOther || a.Location != address {
		t.Fatalf("%d %s %s", a.Status, a.Location, a.Body)
	}
}

var secretText = regexp.MustCompile(`<code>([a-z2-7]{52})</code>`)

func TestTheDesk(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := s.As(t, s.ada)
	see(t, b.Get(page), 200, "There is no address yet", "Nothing has happened yet", "Set the address")
	see(t, b.Get(page+"/settings"), 200, "A secret is made for you", `name="active"`)
	see(t, b.Post(page+"/settings", url.Values{"url": {"ftp://x"}, "active": {"true"}, "content_type": {"xml"}}), 422, `value="ftp://x"`, `href="#f-url"`, `href="#f-content_type"`)
	goesTo(t, b.Post(page+"/settings", url.Values{"url": {s.app.URL}, "active": {"true"}, "content_type": {"json"}}), page)
	fresh := b.Get(page)
	see(t, fresh, 200, "Your new webhook secret", s.app.URL, "The webhook is saved", "ping")
	found := secretText.FindStringSubmatch(fresh.Body)
	if found == nil {
		t.Fatalf("no secret in\n%s", fresh.Body)
	}
	if again := b.Get(page); strings.Contains(again.Body, found[1]) {
		t.Error("it is shown twice")
	}
	b.SetCookie("fresh_hook_secret", "a secret that somebody planted")
	if planted := b.Get(page); strings.Contains(planted.Body, "planted") {
		t.Error("anybody's secret is shown")
	}
	s.deliver()
	see(t, b.Get(page+"?state=delivered"), 200, "200 OK", "Delivered")

	// An event that isn't taken, with all that was said, and again.
	const guid = "01890a5d-ac96-774b-bcce-b302099a8051"
	s.happen(guid)
	s.status = http.StatusBadGateway
	s.deliver()
	see(t, b.Get(page+"?state=waiting"), 200, "marketplace_purchase.purchased", "502 Bad Gateway", "Waiting")
	event := page + "/deliveries/" + guid
	see(t, b.Get(event), 200, guid, "502 Bad Gateway", "&lt;b&gt;heard&lt;/b&gt;", "X-Hub-Signature-256: sha256=", "&#34;action&#34;: &#34;purchased&#34;", "Send now", "Next attempt")
	s.status = http.StatusOK
	goesTo(t, b.Post(event+"/redeliver", nil), event)
	s.deliver()
	see(t, b.Get(event), 200, "The event is on its way", "Send again", "Sent again", "200 OK")
	if n := len(s.got); n != 3 || s.got[1] != guid || s.got[2] != guid {
		t.Errorf("%v", s.got)
	}
	see(t, b.Get(page+"/deliveries/"+"made-up"), 404)
	see(t, b.Get(page+"?state=lost"), 400)
	see(t, b.Get(page+"?page=9"), 400)
	see(t, s.As(t, dbtest.User(t, s.DB, "eve")).Get(event), 404)
}

func TestTheSecretIsRenewed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := s.As(t, s.ada)
	see(t, b.Get(page+"/secret"), 200, "Say where your app listens")
	see(t, b.Post(page+"/secret", nil), 409, "The webhook has no active address")
	b.Post(page+"/settings", url.Values{"url": {s.app.URL}, "active": {"true"}, "content_type": {"form"}})
	b.Get(page)
	see(t, b.Post(page+"/secret", url.Values{"secret": {"short"}}), 422, `value="short"`, `href="#f-secret"`)
	goesTo(t, b.Post("/ja"+page+"/secret", url.Values{"secret": {"a secret of my own"}}), "/ja"+page)
	see(t, b.Get("/ja"+page), 200, "<code>a secret of my own</code>", "2 つのシークレットで署名")
	see(t, b.Get("/fr"+page+"/secret"), 200, "Mettre fin à l’ancien secret")
	see(t, b.Post(page+"/secret", nil), 409, "Two secrets sign already")
	goesTo(t, b.Post(page+"/old-secret", nil), page)
	see(t, b.Get(page), 200, "One secret signs every delivery", "The old secret no longer signs")
	see(t, b.Post(page+"/old-secret", nil), 409)
	see(t, s.AsUnconfirmed(t, s.ada).Post(page+"/secret", nil), 422, "Confirm that it’s you")
	goesTo(t, b.Post(page+"/ping", nil), page)
}

func TestWhatWasMissedIsSentAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := s.As(t, s.ada)
	missed := []string{"01890a5d-ac96-774b-bcce-b302099a8051", "01890a5d-ac96-774b-bcce-b302099a8052"}
	for _, guid := range missed {
		s.happen(guid)
	}
	s.deliver()
	see(t, b.Get(page), 200, "Your app has never received anything", "there is no active address to tell", "No address")
	see(t, b.Get(page+"/redeliver"), 200, "2 events", "The webhook has no active address")
	b.Post(page+"/settings", url.Values{"url": {s.app.URL}, "active": {"true"}, "content_type": {"json"}})
	see(t, b.Get(page+"/redeliver?from=2026-02-30&until=x"), 422, `value="2026-02-30"`, `href="#f-from"`)
	see(t, b.Post(page+"/redeliver", url.Values{"from": {"x"}}), 422)
	day := s.Clock.Now().Format("2006-01-02")
	see(t, b.Get("/zh-CN"+page+"/redeliver?which=missed&from="+day+"&until="+day), 200, "重新发送 2 个事件")
	form := url.Values{"from": {day}, "until": {day}, "which": {"missed"}}
	goesTo(t, b.Post(page+"/redeliver", form), page)
	s.deliver()
	if n := len(s.got); n != 3 || s.got[0] != missed[0] && s.got[1] != missed[0] {
		t.Errorf("%v", s.got)
	}
	see(t, b.Get(page), 200, "The events are on their way")
	goesTo(t, b.Post(page+"/redeliver", form), page)
	see(t, b.Get(page), 200, "There was nothing to send")
}

// However much was told, the desk asks the same.
func TestTheDeskIsFewStatements(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for range 40 {
		_, err := s.DB.Pool().Exec(t.Context(), `INSERT INTO hook_events (guid, listing_id, event, action, payload, state, created_at)
			VALUES (gen_random_uuid(), $1, 'marketplace_purchase', 'purchased', '{}', 'delivered', $2)`, s.listing, s.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
	}
	b := s.As(t, s.ada)
	b.Get(page)
	var a apptest.Answer
	if n := dbtest.Statements(s.DB, func() { a = b.Get(page + "?page=2") }); n > 6 {
		t.Errorf("%d statements", n)
	}
	see(t, a, 200, `rel="prev"`)
	if len(a.Body) > 60_000 {
		t.Errorf("%d bytes", len(a.Body))
	}
}
