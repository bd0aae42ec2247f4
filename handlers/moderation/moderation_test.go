package moderation_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// cast is a marketplace with the listing checker of acme, which owner-1 owns,
// two reviewers, an administrator and somebody who reports.
type cast struct {
	*apptest.App
	t                                         *testing.T
	owner, reporter, reviewer, another, admin models.Account
	acme                                      models.Account
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{App: apptest.New(t), t: t}
	for login, a := range map[string]*models.Account{"owner-1": &c.owner, "reporter-1": &c.reporter, "reviewer-1": &c.reviewer, "reviewer-2": &c.another, "admin-1": &c.admin} {
		*a = dbtest.User(t, c.DB, login)
	}
	dbtest.MakeStaff(t, c.DB, c.reviewer, models.StaffReviewer)
	dbtest.MakeStaff(t, c.DB, c.another, models.StaffReviewer)
	dbtest.MakeStaff(t, c.DB, c.admin, models.StaffAdministrator)
	c.acme = dbtest.Organization(t, c.DB, "acme", c.owner)
	dbtest.Listing(t, c.DB, dbtest.Named("checker", "Checker"), dbtest.By(c.acme), dbtest.In("testing"), dbtest.WithPlan(models.Plan{}))
	return c
}

func (c *cast) exec(sql string, args ...any) {
	c.t.Helper()
	if err := c.DB.Read(c.t.Context()).Exec(sql, args...).Error; err != nil {
		c.t.Fatal(err)
	}
}

// expect fails unless the answer has the status, and each text or, after "!",
// has it not.
func expect(t *testing.T, what string, a apptest.Answer, status int, texts ...string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("%s: status %d, want %d; %s %s", what, a.Status, status, a.Location, main(a.Body))
		return
	}
	for _, text := range texts {
		without, not := strings.CutPrefix(text, "!")
		if strings.Contains(a.Body, without) == not {
			t.Errorf("%s: %q is %v there: %s", what, without, not, main(a.Body))
		}
	}
}

func main(body string) string {
	_, rest, found := strings.Cut(body, "<main")
	if !found {
		return body
	}
	return rest
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

const script = `<script>alert(1)</script>`

// TestReporting goes from a listing's page to the answer of staff.
func TestReporting(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	visitor := c.Visitor(t)
	expect(t, "the listing", visitor.Get("/marketplace/checker"), 200, `href="/marketplace/checker/report"`, `href="/marketplace/checker/permissions"`, `href="/marketplace/checker/prices"`)
	if a := visitor.Get("/marketplace/checker/report"); a.Status != 303 || a.Location != "/login?return_to=%2Fmarketplace%2Fchecker%2Freport" {
		t.Errorf("a visitor is sent to %d %s", a.Status, a.Location)
	}
	me := c.As(t, c.reporter)
	expect(t, "the form", me.Get("/marketplace/checker/report?reason=malware"), 200, "Report Checker", `value="malware" checked`)
	expect(t, "nothing chosen", me.Post("/marketplace/checker/report", form("words", "typed before")), 422, "typed before", "Choose what is wrong")
	long := strings.Repeat("x", 1900)
	expect(t, "nothing there", me.Post("/marketplace/nothing/report", form("reason", "spam")), 404)
	if a := me.Post("/marketplace/checker/report", form("reason", "malware", "words", "Look: "+script+" "+long)); a.Status != 303 {
		t.Errorf("reported: %d %s", a.Status, main(a.Body))
	}
	expect(t, "once more", me.Get("/marketplace/checker/report"), 200, "Your report waits", "!<textarea")
	expect(t, "twice", me.Post("/marketplace/checker/report", form("reason", "spam")), 409, "already")

	staff := c.As(t, c.reviewer)
	expect(t, "the list", staff.Get("/staff/reports"), 200, "Checker", "acme", "Harmful software")
	expect(t, "none dealt with", staff.Get("/staff/reports?view=handled"), 200, "Nothing here")
	page := staff.Get("/staff/listings/checker")
	expect(t, "the case", page, 200, "&lt;script&gt;", "!"+script, "reporter-1", long)
	_, rest, _ := strings.Cut(page.Body, `name="report" value="`)
	id, _, _ := strings.Cut(rest, `"`)
	expect(t, "no answer", staff.Post("/staff/listings/checker/reports", form("report", id, "decision", "dismissed")), 422, "Write what those concerned", `value="dismissed" checked`)
	expect(t, "none ticked", staff.Post("/staff/listings/checker/reports", form("decision", "dismissed", "answer", "x")), 409)
	unsure := c.AsUnconfirmed(t, c.reviewer)
	if a := unsure.Post("/staff/listings/checker/reports", form("report", id, "decision", "dismissed", "answer", "x")); a.Status == 303 && !strings.HasPrefix(a.Location, "/sudo") {
		t.Errorf("decided without a confirmed session: %d %s", a.Status, a.Location)
	}
	if a := staff.Post("/staff/listings/checker/reports", form("report", id, "decision", "dismissed", "answer", "It is a test "+script)); a.Status != 303 {
		t.Errorf("decided: %d %s", a.Status, main(a.Body))
	}
	expect(t, "dealt with", staff.Get("/staff/reports?view=handled"), 200, "Checker")
	expect(t, "the answer", me.Get("/marketplace/checker/report"), 200, "It is a test &lt;script&gt;", "!"+script, "Dismissed", "<textarea")
	expect(t, "the inbox", me.Get("/notifications"), 200, "leaves the listing as it is")
}

// TestUnconfirmedMail reports nothing.
func TestUnconfirmedMail(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.exec(`UPDATE users SET mail_verified_at = NULL WHERE account_id = ?`, c.reporter.ID)
	expect(t, "without a confirmed address", c.As(t, c.reporter).Post("/marketplace/checker/report", form("reason", "spam")), 403)
}

// TestTakingDown goes from the act to the appeal and back.
func TestTakingDown(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	staff, visitor, owner := c.As(t, c.reviewer), c.Visitor(t), c.As(t, c.owner)
	expect(t, "asked", staff.Get("/staff/listings/checker/take-down"), 200, "Take Checker down", "An order that binds")
	expect(t, "why?", staff.Post("/staff/listings/checker/take-down", form("note", "typed before")), 422, "typed before")
	if a := c.AsUnconfirmed(t, c.reviewer).Get("/staff/listings/checker/take-down"); a.Status != 303 || !strings.HasPrefix(a.Location, "/sudo") {
		t.Errorf("without a confirmed session: %d %s", a.Status, a.Location)
	}
	if a := staff.Post("/staff/listings/checker/take-down", form("reason", "impersonation", "note", "Its logo was "+script+" another's.")); a.Status != 303 {
		t.Fatalf("taken down: %d %s", a.Status, main(a.Body))
	}
	expect(t, "again", staff.Post("/staff/listings/checker/take-down", form("reason", "spam", "note", "twice")), 409)
	for _, path := range []string{"/marketplace/checker", "/ja/marketplace/checker"} {
		expect(t, path, visitor.Get(path), 410, "&lt;script&gt;", "!"+script, `content="noindex"`, "2026")
	}
	expect(t, "the page", visitor.Get("/marketplace/checker"), 410, "It was not clear that it comes from whom it names.")
	api := visitor.Get("/api/v1/listings/checker")
	var problem struct {
		Code    string
		Listing struct{ State, Reason, Note, Since string }
	}
	if err := json.Unmarshal([]byte(api.Body), &problem); err != nil || api.Status != 410 || problem.Code != "listing_taken_down" ||
		problem.Listing.Reason != "impersonation" || problem.Listing.Note == "" || problem.Listing.Since == "" {
		t.Errorf("API: %d %s", api.Status, api.Body)
	}
	expect(t, "nothing to report", c.As(t, c.reporter).Get("/marketplace/checker/report"), 404)

	// The integrator reads why, and appeals once.
	expect(t, "told", owner.Get("/notifications"), 200, "Checker was taken down. Reason: Impersonation")
	expect(t, "why", owner.Get("/marketplace/manage/checker/appeal"), 200, "Impersonation", "&lt;script&gt;", "<textarea")
	expect(t, "nothing said", owner.Post("/marketplace/manage/checker/appeal", form("words", " ")), 422)
	if a := owner.Post("/marketplace/manage/checker/appeal", form("words", "It is our own logo.")); a.Status != 303 {
		t.Errorf("appealed: %d %s", a.Status, main(a.Body))
	}
	expect(t, "waits", owner.Get("/marketplace/manage/checker/appeal"), 200, "Your appeal waits", "!<textarea")
	expect(t, "twice", owner.Post("/marketplace/manage/checker/appeal", form("words", "Please.")), 409)

	// Somebody else judges.
	expect(t, "the list", staff.Get("/staff/appeals"), 200, "Checker", "reviewer-1")
	expect(t, "one's own decision", staff.Post("/staff/listings/checker/appeal", form("decision", "granted", "answer", "x")), 403)
	other := c.As(t, c.another)
	expect(t, "asked", other.Get("/staff/listings/checker/appeal"), 200, "It is our own logo.")
	if a := other.Post("/staff/listings/checker/appeal", form("decision", "granted", "answer", "So it is.")); a.Status != 303 {
		t.Errorf("judged: %d %s", a.Status, main(a.Body))
	}
	expect(t, "back", visitor.Get("/marketplace/checker"), 200, "Checker")
	expect(t, "told", owner.Get("/notifications"), 200, "Checker is back")
	expect(t, "nothing stands", owner.Get("/marketplace/manage/checker/appeal"), 409)
}

// places are all where visitors could find checker or its publisher.
func places() map[string]bool {
	return map[string]bool{ // whether it is there by its address alone, too
		"/marketplace/checker": true, "/apps/checker": true, "/api/v1/listings/checker": true,
		"/publishers/acme": false, "/badges/checker.svg": false, "/og/checker.png": false, "/embed/checker": false, "/logos/checker.svg": false,
		"/api/v1/publishers/acme": false, "/feeds/publisher/acme.atom": false,
	}
}

// lists are pages that would show checker among others.
var lists = []string{"/feeds/new.atom", "/feeds/updated.atom", "/feeds/category/testing.atom", "/sitemaps/listings-0.xml", "/sitemap.xml",
	"/marketplace/compare?apps=checker,other", "/marketplace/category/testing", "/api/v1/listings"}

// TestSuspendedPublisher takes everything of an account out of the marketplace,
// and brings it back.
func TestSuspendedPublisher(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	dbtest.Listing(t, c.DB, dbtest.Named("other", "Other"), dbtest.In("testing"))
	visitor, admin := c.Visitor(t), c.As(t, c.admin)
	see := func(when string, there bool) {
		t.Helper()
		for path := range places() {
			if a := visitor.Get(path); (a.Status == http.StatusOK) != there || !there && a.Status != http.StatusNotFound {
				t.Errorf("%s: %s answers %d", when, path, a.Status)
			}
		}
		for _, path := range lists {
			a := visitor.Get(path)
			if !there && strings.Contains(a.Body, "Checker") {
				t.Errorf("%s: %s shows it", when, path)
			}
		}
		for _, path := range []string{"/feeds/new.atom", "/marketplace/compare?apps=checker,other"} {
			if a := visitor.Get(path); strings.Contains(a.Body, "Checker") != there {
				t.Errorf("%s: %s: %d", when, path, a.Status)
			}
		}
	}
	see("before", true)
	if a := admin.Post("/staff/accounts/acme/suspend", form("decision", "it sells nothing")); a.Status != 303 {
		t.Fatalf("suspended: %d %s", a.Status, main(a.Body))
	}
	see("suspended", false)
	var queued int
	if err := c.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE kind = 'index_listings'`).Scan(&queued); err != nil || queued != 1 {
		t.Errorf("%d jobs for the search, %v", queued, err)
	}
	if a := admin.Post("/staff/accounts/acme/reinstate", form("decision", "it does")); a.Status != 303 {
		t.Fatalf("reinstated: %d %s", a.Status, main(a.Body))
	}
	see("reinstated", true)
	if err := c.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE kind = 'index_listings'`).Scan(&queued); err != nil || queued != 2 {
		t.Errorf("%d jobs for the search, %v", queued, err)
	}
	// What is unlisted vanishes, too.
	c.exec(`UPDATE listings SET state = 'unlisted' WHERE slug = 'checker'`)
	dbtest.Suspend(t, c.DB, c.acme)
	expect(t, "unlisted", visitor.Get("/marketplace/checker"), 404)
}

func TestUnlisted(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.exec(`UPDATE listings SET state = 'unlisted'`)
	visitor := c.Visitor(t)
	expect(t, "the page", visitor.Get("/marketplace/checker"), 200, "open to whoever has its address", `content="noindex"`, "!ld+json", "!/og/checker.png", "!/badges/checker.svg", "!?compare=")
	for path, byAddress := range places() {
		if a := visitor.Get(path); (a.Status == http.StatusOK) != byAddress {
			t.Errorf("%s answers %d", path, a.Status)
		}
	}
	for _, path := range lists {
		if a := visitor.Get(path); strings.Contains(a.Body, "Checker") {
			t.Errorf("%s shows it", path)
		}
	}
	expect(t, "API", visitor.Get("/api/v1/listings/checker"), 200, `"state":"unlisted"`)
	expect(t, "can be reported", c.As(t, c.reporter).Get("/marketplace/checker/report"), 200)
}

func TestArchivedAndUnborn(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	visitor := c.Visitor(t)
	for state, want := range map[string]int{"archived": 410, "rejected": 404, "draft": 404, "submitted": 404, "in_review": 404, "changes_requested": 404} {
		c.exec(`UPDATE listings SET state = ?`, state)
		expect(t, state, visitor.Get("/marketplace/checker"), want)
		expect(t, state+" in the API", visitor.Get("/api/v1/listings/checker"), want, `"code"`)
	}
	c.exec(`UPDATE listings SET state = 'archived'`)
	expect(t, "archived", visitor.Get("/marketplace/checker"), 410, "has taken Checker out of the marketplace", "!Reason")
	c.exec(`UPDATE listings SET published_at = NULL`)
	expect(t, "never public", visitor.Get("/marketplace/checker"), 404)
}

// TestWhatAPageTells holds what the page says of a listing beside its texts.
func TestWhatAPageTells(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	visitor := c.Visitor(t)
	expect(t, "imported", visitor.Get("/marketplace/checker"), 200, "This listing was imported", "/marketplace/checker/claim", "!id=\"data\"", "!changed hands")
	c.exec(`UPDATE listings SET claimed_at = now(), purchase = 'direct', purchase_url = 'https://shop.example/buy', contacts = '[{"role": "security", "mail": "security@acme.example"}]',
		data_handling = '{"accessed": "Source code <b>", "stored": false, "third_parties": "None"}', previous_publisher = 'globex', transferred_at = ?`, c.Clock.Now())
	c.exec(`UPDATE plans SET kind = 'per_unit', monthly_minor = 400, unit_name = 'seat', min_units = 2, max_units = 50`)
	page := visitor.Get("/marketplace/checker")
	expect(t, "told", page, 200, "!This listing was imported", "Buy at shop.example", "/marketplace/checker/setup?to=purchase", "Source code &lt;b&gt;", "Who else gets it", `href="#data"`,
		"Before, it belonged to globex", "has named whom to tell", "!security@acme.example", "From 2 to 50 × seat", "not here")
	if len(page.Body) > 60<<10 {
		t.Errorf("the page weighs %d bytes", len(page.Body))
	}
	api := visitor.Get("/api/v1/listings/checker")
	expect(t, "API", api, 200, `"claimed":true`, `"purchase":"direct"`, `"from":"globex"`, `"min_units":2`, "!security@acme.example")
	c.Clock.Pass(91 * 24 * time.Hour)
	expect(t, "three months later", visitor.Get("/marketplace/checker"), 200, "!changed hands")
	for _, path := range []string{"/marketplace/checker", "/ja/marketplace/checker", "/api/v1/listings/checker"} {
		visitor.Get(path)
		if n := dbtest.Statements(c.DB, func() { visitor.Get(path) }); n != 1 {
			t.Errorf("%s takes %d statements", path, n)
		}
	}
}

// TestStaffLists pins how many statements the pages of staff take, whatever is on
// them: one, and that of the session.
func TestStaffLists(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	for range 25 {
		e := dbtest.Listing(t, c.DB, dbtest.By(c.acme))
		c.exec(`INSERT INTO listing_reports (listing_id, reporter_id, reason, words, created_at) VALUES (?, ?, 'other', 'something odd', ?)`, e.ID, c.reporter.ID, c.Clock.Now())
	}
	staff := c.As(t, c.reviewer)
	for _, path := range []string{"/staff/reports", "/staff/reports?page=2", "/staff/appeals"} {
		expect(t, path, staff.Get(path), 200)
		if n := dbtest.Statements(c.DB, func() { staff.Get(path) }); n > 2 {
			t.Errorf("%s takes %d statements", path, n)
		}
	}
	expect(t, "beyond", staff.Get("/staff/reports?page=3"), 400)
	expect(t, "no such view", staff.Get("/staff/reports?view=all"), 400)
}
