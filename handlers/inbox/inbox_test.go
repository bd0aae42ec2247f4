package inbox_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/notices"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func tell(t *testing.T, app *apptest.App, who models.Account, n notices.Notice) int64 {
	t.Helper()
	err := app.DB.Tx(t.Context(), func(tx *db.Tx) error { return app.Verbs.Notices.Tell(t.Context(), tx, n, who.ID) })
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	if err := app.DB.Read(context.Background()).Raw(`SELECT max(id) FROM notifications`).Scan(&id).Error; err != nil {
		t.Fatal(err)
	}
	return id
}

func invitation(organization string) notices.Notice {
	return notices.Notice{Kind: models.NoticeInvitation, Link: "/orgs/" + organization + "/invitation",
		Params: map[string]string{"organization": organization, "inviter": "grace", "role": "billing_manager"}}
}

func TestInbox(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := dbtest.User(t, app.DB, "ada")
	b := app.As(t, ada)
	if a := b.Get("/notifications"); a.Status != 200 || !strings.Contains(a.Body, "Nothing waits for you") || a.Header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("%d: %s", a.Status, a.Body)
	}
	first := tell(t, app, ada, invitation("acme"))
	app.Clock.Pass(3 * time.Hour)
	second := tell(t, app, ada, notices.Notice{Kind: models.NoticeTokenExpires, Link: "/settings/tokens",
		Params: map[string]string{"name": "<b>ci</b>", "at": "2026-12-01T09:00:00Z"}})

	a := b.Get("/notifications")
	for _, want := range []string{
		"grace invites you to join acme (role: billing manager)", "3 hours ago", "just now",
		"&lt;b&gt;ci&lt;/b&gt;", "Dec 1, 2026, 09:00 UTC", fmt.Sprintf(`href="/notifications/%d"`, first), "Notifications, 2 unread", `aria-current="page"`,
	} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Index(a.Body, fmt.Sprintf("/notifications/%d\"", second)) > strings.Index(a.Body, fmt.Sprintf("/notifications/%d\"", first)) {
		t.Error("the older one stands first")
	}

	// In Japanese the texts and the links are too.
	a = b.Get("/ja/notifications")
	if !strings.Contains(a.Body, "grace さんから acme への招待が届いています（役割：請求管理者）") || !strings.Contains(a.Body, fmt.Sprintf(`href="/ja/notifications/%d"`, first)) {
		t.Errorf("%s", a.Body)
	}

	// Following one leads on, and it is read; done, it is gone from here.
	if a := b.Get(fmt.Sprintf("/ja/notifications/%d", first)); a.Status != http.StatusSeeOther || a.Location != "/ja/orgs/acme/invitation" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	if a := b.Get("/notifications?view=unread"); strings.Contains(a.Body, "grace invites") || !strings.Contains(a.Body, "Notifications, 1 unread") {
		t.Errorf("%s", a.Body)
	}
	a = b.Post(fmt.Sprintf("/notifications/%d/done", first), url.Values{"view": {""}, "page": {"1"}})
	if a.Status != http.StatusSeeOther || a.Location != "/notifications" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	if a := b.Get("/notifications"); strings.Contains(a.Body, "grace invites") || !strings.Contains(a.Body, "Marked as done.") {
		t.Errorf("%s", a.Body)
	}
	if a := b.Get("/notifications?view=done"); !strings.Contains(a.Body, "grace invites") {
		t.Errorf("%s", a.Body)
	}
	if a := b.Post(fmt.Sprintf("/notifications/%d/restore", first), url.Values{"view": {"done"}}); a.Location != "/notifications?view=done" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	// All of them, but not what came since the page was shown.
	third := tell(t, app, ada, invitation("umbrella"))
	if a := b.Post("/notifications/done", url.Values{"up_to": {fmt.Sprint(second)}}); a.Location != "/notifications" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	a = b.Get("/notifications")
	if strings.Contains(a.Body, "grace invites you to join acme") || !strings.Contains(a.Body, "umbrella") || !strings.Contains(a.Body, "All marked as done.") {
		t.Errorf("%s", a.Body)
	}
	if a := b.Post("/notifications/read", url.Values{"up_to": {fmt.Sprint(third)}}); a.Location != "/notifications" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	if a := b.Get("/notifications"); !strings.Contains(a.Body, "umbrella") || strings.Contains(a.Body, "Notifications, 1 unread") {
		t.Errorf("%s", a.Body)
	}
}

func TestInboxIsOnesOwn(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada, eve := dbtest.User(t, app.DB, "ada"), dbtest.User(t, app.DB, "eve")
	id := tell(t, app, ada, invitation("acme"))
	b := app.As(t, eve)
	if a := b.Get("/notifications"); strings.Contains(a.Body, "grace") {
		t.Error("eve sees what ada is told")
	}
	for _, path := range []string{fmt.Sprintf("/notifications/%d", id), "/notifications/999999", "/notifications/x", "/notifications/99999999999999999999"} {
		if a := b.Get(path); a.Status != http.StatusNotFound || strings.Contains(a.Body, "acme") {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
	for _, act := range []string{"done", "restore"} {
		if a := b.Post(fmt.Sprintf("/notifications/%d/%s", id, act), nil); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", act, a.Status)
		}
	}
	b.Post("/notifications/done", url.Values{"up_to": {fmt.Sprint(id)}})
	if a := app.As(t, ada).Get("/notifications?view=unread"); !strings.Contains(a.Body, "grace invites") {
		t.Error("eve has changed ada's inbox")
	}

	anyone := app.Visitor(t)
	if a := anyone.Get("/notifications?view=done"); a.Status != http.StatusSeeOther || a.Location != "/login?return_to="+url.QueryEscape("/notifications?view=done") {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	if a := anyone.Post(fmt.Sprintf("/notifications/%d/done", id), nil); a.Status != http.StatusUnauthorized {
		t.Errorf("%d", a.Status)
	}
}

// A notification leads nowhere but to this site, whatever is in the table.
func TestNotificationsStayHere(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := dbtest.User(t, app.DB, "ada")
	for link, want := range map[string]string{"https://evil.example/": "/", "//evil.example": "/", "/\\evil.example": "/", "": "/notifications"} {
		n := invitation("acme")
		n.Link = link
		if a := app.As(t, ada).Get(fmt.Sprintf("/notifications/%d", tell(t, app, ada, n))); a.Location != want {
			t.Errorf("%q leads to %s", link, a.Location)
		}
	}
}

func TestInboxHasPages(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := dbtest.User(t, app.DB, "ada")
	var last int64
	for range notices.PerPage + 1 {
		last = tell(t, app, ada, invitation("acme"))
	}
	b := app.As(t, ada)
	if a := b.Get("/notifications"); !strings.Contains(a.Body, `href="/notifications?page=2"`) || strings.Count(a.Body, "grace invites") != 2*notices.PerPage {
		t.Errorf("%d", strings.Count(a.Body, "grace invites")) // the link, and what its button is about
	}
	if a := b.Get("/fr/notifications?page=2"); !strings.Contains(a.Body, `rel="prev" href="/fr/notifications"`) {
		t.Errorf("%s", a.Body)
	}
	for address, want := range map[string]int{
		"/notifications?page=3": http.StatusBadRequest, "/notifications?page=x": http.StatusBadRequest, "/notifications?view=all": http.StatusBadRequest,
	} {
		if a := b.Get(address); a.Status != want {
			t.Errorf("%s: %d", address, a.Status)
		}
	}
	// The last one of the last page done, the one before is shown.
	var oldest int64
	if err := app.DB.Read(t.Context()).Raw(`SELECT min(id) FROM notifications`).Scan(&oldest).Error; err != nil {
		t.Fatal(err)
	}
	if a := b.Post(fmt.Sprintf("/notifications/%d/done", oldest), url.Values{"page": {"2"}}); a.Location != "/notifications" {
		t.Errorf("%s", a.Location)
	}
	if a := b.Post(fmt.Sprintf("/notifications/%d/done", last), url.Values{"view": {"//evil"}, "page": {"1"}}); a.Location != "/notifications" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	// One statement says who asks, one how many there are, one which.
	if n := dbtest.Statements(app.DB, func() { b.Get("/notifications") }); n != 3 {
		t.Errorf("the inbox takes %d statements", n)
	}
}

func TestSuspendedPeopleReadOn(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := dbtest.User(t, app.DB, "ada")
	id := tell(t, app, ada, invitation("acme"))
	dbtest.Suspend(t, app.DB, ada)
	b := app.As(t, ada)
	if a := b.Get("/notifications"); !strings.Contains(a.Body, "grace invites") {
		t.Errorf("%d", a.Status)
	}
	if a := b.Post(fmt.Sprintf("/notifications/%d/done", id), nil); a.Status != http.StatusForbidden {
		t.Errorf("%d", a.Status)
	}
}
