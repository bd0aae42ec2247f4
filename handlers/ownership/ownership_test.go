package ownership_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// site is one where ada owns tools, which has the app hammer, and where bob and
// cleo have nothing to do with it yet.
type site struct {
	*apptest.App
	t              *testing.T
	ada, bob, cleo models.Account
	tools          models.Account
	hammer         models.App
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{App: apptest.New(t), t: t}
	s.ada, s.bob, s.cleo = dbtest.User(t, s.DB, "ada"), dbtest.User(t, s.DB, "bob"), dbtest.User(t, s.DB, "cleo")
	s.tools = dbtest.Organization(t, s.DB, "tools", s.ada)
	s.hammer = dbtest.App(t, s.DB, s.tools, "hammer")
	return s
}

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	if err := s.DB.Read(s.t.Context()).Exec(sql, args...).Error; err != nil {
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

func goes(t *testing.T, a apptest.Answer, to string) {
	t.Helper()
	if a.Status != http.StatusSeeOther || a.Location != to {
		t.Fatalf("%d to %q, want %q: %s", a.Status, a.Location, to, a.Body)
	}
}

func TestManagersComeAndGo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, bob := s.As(t, s.ada), s.As(t, s.bob)
	const page = "/settings/apps/hammer/managers"
	see(t, ada.Get(page), http.StatusOK, "No managers yet")
	see(t, ada.Post(page, url.Values{"login": {"nobody"}}), http.StatusUnprocessableEntity, `value="nobody"`, "Nobody who could look after the app")
	goes(t, ada.Post(page, url.Values{"login": {"bob"}}), page)
	see(t, ada.Get(page), http.StatusOK, "The manager is added", ">bob<")
	if l := s.Letters(t, "bob@example.test"); len(l) != 1 || l[0].Subject != "You manage Hammer now" {
		t.Errorf("%+v", l)
	}
	menu := bob.Get("/settings/apps/hammer/secrets")
	see(t, menu, http.StatusOK, "/settings/apps/hammer/keys", "/settings/apps/hammer/leave")
	if strings.Contains(menu.Body, "hammer/advanced") || strings.Contains(menu.Body, "hammer/managers") {
		t.Error("a manager is led where only owners may go")
	}
	see(t, bob.Get(page), http.StatusForbidden)
	see(t, bob.Get("/settings/apps/hammer/leave"), http.StatusOK, "Stop managing it")
	goes(t, bob.Post("/settings/apps/hammer/leave", nil), "/settings/apps")
	see(t, bob.Get("/settings/apps/hammer/secrets"), http.StatusNotFound)
	ada.Post(page, url.Values{"login": {"bob"}})
	goes(t, ada.Post(page+"/bob/remove", nil), page)
	see(t, ada.Get(page), http.StatusOK, "The manager is removed", "No managers yet")
}

func TestAnAppChangesHands(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	listing := dbtest.Draft(t, s.DB, s.hammer, models.ListingContent{})
	s.exec(`UPDATE listings SET state = 'published', published_at = now() WHERE id = ?`, listing)
	dbtest.Manager(t, s.DB, s.hammer, s.bob)
	ada, cleo, visitor := s.As(t, s.ada), s.As(t, s.cleo), s.Visitor(t)
	see(t, visitor.Get("/marketplace/hammer/permissions"), http.StatusOK, "Permission history of Hammer", "1 entry")

	see(t, ada.Get("/settings/apps/hammer/advanced"), http.StatusOK, "Transfer …", "Go to the listing")
	see(t, ada.Get("/settings/apps/hammer/transfer"), http.StatusOK, "seven days to accept", "1 manager loses the rights", "For 90 days its page says")
	a := ada.Post("/settings/apps/hammer/transfer", url.Values{"account": {"nobody"}, "confirm_name": {"hammer"}})
	see(t, a, http.StatusUnprocessableEntity, `value="nobody"`, `value="hammer"`, "There is no person or organization", "Type the app’s name exactly")
	goes(t, ada.Post("/settings/apps/hammer/transfer", url.Values{"account": {"cleo"}, "confirm_name": {"Hammer"}}), "/settings/apps/hammer/advanced")
	see(t, ada.Get("/settings/apps/hammer/advanced"), http.StatusOK, "Offered to cleo", "Withdraw the offer")
	letters := s.Letters(t, "cleo@example.test")
	if len(letters) != 1 {
		t.Fatalf("%+v", letters)
	}
	offer := s.Link(t, letters[0], "/offer")
	see(t, cleo.Get(offer), http.StatusOK, "Take Hammer?", "tools wants to hand this app on to cleo")
	goes(t, ada.Post("/settings/apps/hammer/transfer/withdraw", nil), "/settings/apps/hammer/advanced")
	see(t, cleo.Get(offer), http.StatusGone, "The offer is over")

	ada.Post("/settings/apps/hammer/transfer", url.Values{"account": {"cleo"}, "confirm_name": {"Hammer"}})
	goes(t, cleo.Post(offer+"/decline", nil), "/settings/apps")
	ada.Post("/settings/apps/hammer/transfer", url.Values{"account": {"cleo"}, "confirm_name": {"Hammer"}})
	goes(t, cleo.Post(offer+"/accept", nil), "/settings/apps/hammer")
	see(t, cleo.Get("/settings/apps/hammer/secrets"), http.StatusOK, "The app is yours now")
	see(t, ada.Get("/settings/apps/hammer/advanced"), http.StatusNotFound)
	// What a visitor read before isn't what the next one reads.
	see(t, s.Visitor(t).Get("/marketplace/hammer/permissions"), http.StatusOK, "Transferred from tools to cleo", "2 entries")
	see(t, s.Visitor(t).Get("/ja/marketplace/hammer/permissions"), http.StatusOK, "tools から cleo へ譲渡")
}

func TestAnAppEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	listing := dbtest.Draft(t, s.DB, s.hammer, models.ListingContent{Name: "Hammer of all"})
	ada := s.As(t, s.ada)
	const page = "/settings/apps/hammer/delete"
	see(t, ada.Get(page), http.StatusOK, "The listing “Hammer of all” goes", "1 saved version of its draft", "For 90 days nobody but you")
	see(t, ada.Post(page, url.Values{"confirm_name": {"hammer"}}), http.StatusUnprocessableEntity, "Type the app’s name exactly", `value="hammer"`)
	s.exec(`UPDATE listings SET state = 'unlisted' WHERE id = ?`, listing)
	see(t, ada.Post(page, url.Values{"confirm_name": {"Hammer"}}), http.StatusConflict, "The listing comes first")
	s.exec(`UPDATE listings SET state = 'archived' WHERE id = ?`, listing)
	goes(t, ada.Post(page, url.Values{"confirm_name": {"Hammer"}}), "/settings/apps")
	see(t, s.Visitor(t).Get("/apps/hammer"), http.StatusNotFound)
}

func TestAppsWithoutAListingHaveAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(`UPDATE apps SET description = ? WHERE id = ?`, "It **drives** nails.\n\n<script>alert(1)</script>\n\n[bad](javascript:alert(1)) ![x](https://spy.example/x.png)", s.hammer.ID)
	a := s.Visitor(t).Get("/apps/hammer")
	see(t, a, http.StatusOK, "<h1>Hammer</h1>", "<strong>drives</strong>", "isn’t listed in the marketplace", ">tools<", "https://hammer.example", "<code>issues</code>")
	for _, bad := range []string{"alert(1)</script>", "javascript:", "spy.example", "Settings of this app"} {
		if strings.Contains(a.Body, bad) {
			t.Errorf("it holds %q", bad)
		}
	}
	see(t, s.As(t, s.ada).Get("/zh-CN/apps/hammer"), http.StatusOK, "此应用的设置")
	s.exec(`UPDATE apps SET public = false WHERE id = ?`, s.hammer.ID)
	see(t, s.Visitor(t).Get("/apps/hammer"), http.StatusNotFound)
	see(t, s.As(t, s.bob).Get("/apps/hammer"), http.StatusNotFound)
	see(t, s.As(t, s.ada).Get("/apps/hammer"), http.StatusOK, "it is private")
	// One with a listing is shown as that has it.
	dbtest.Listing(t, s.DB, dbtest.Named("checker", "Checker"))
	see(t, s.Visitor(t).Get("/apps/checker"), http.StatusOK, "/marketplace/checker")
}

func TestTheLedgerSpeaks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := dbtest.Listing(t, s.DB, dbtest.Named("checker", "Checker"), dbtest.By(s.tools), func(e *dbtest.Entry) {
		e.App.Permissions, e.App.Events = models.Grants{"issues": "read"}, []string{"issues"}
	})
	s.exec(`UPDATE apps SET registered_at = now() WHERE id = ?`, e.App.ID)
	s.exec(`UPDATE apps SET permissions = '{"issues": "write", "brand_new": "read"}', events = '{push}' WHERE id = ?`, e.App.ID)
	see(t, s.Visitor(t).Get("/marketplace/checker/permissions"), http.StatusOK, "What it asked for at first", "Imported", "Claimed by tools", "Asks for more",
		"Raised", "brand_new", "Something that isn’t described here yet", "Events removed", "3 entries")
	see(t, s.Visitor(t).Get("/marketplace/checker/permissions?page=2"), http.StatusBadRequest)
	see(t, s.Visitor(t).Get("/marketplace/nothing/permissions"), http.StatusNotFound)
	for _, lang := range []string{"zh-CN", "ja", "fr"} {
		see(t, s.Visitor(t).Get("/"+lang+"/marketplace/checker/permissions"), http.StatusOK, "brand_new")
	}
}
