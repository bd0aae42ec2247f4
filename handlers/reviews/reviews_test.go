package reviews_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const logoHash = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func content(name string) models.ListingContent {
	return models.ListingContent{
		Name: name, Tagline: "Drives nails into issues",
		Introduction: "Finds the issues that stick out and drives them in, one after the other, until the board is flat.",
		Description:  "## What it does\n\nIt looks at each issue and decides what to do about it. You can say which ones it leaves alone, and it tells you what it did.",
		Categories:   []string{"testing"}, HomepageURL: "https://hammer.dev",
		Links:    models.Links{Support: "https://hammer.dev/help", Privacy: "https://hammer.dev/privacy", Terms: "https://hammer.dev/terms"},
		Contacts: []models.Contact{{Role: models.ContactTechnical, Mail: "t@hammer.dev"}, {Role: models.ContactSecurity, Mail: "s@hammer.dev"}},
		Data:     models.DataHandling{Accessed: "Issues and their comments", Stored: new(false), ThirdParties: "Nobody"},
		Logo:     &models.Picture{Hash: logoHash}, Purchase: models.PurchaseHere,
		Plans: []models.PlanTerm{{Name: "Free", Kind: models.PlanFree, Description: "Everything"}},
	}
}

// world is a site with an integrator, a reviewer, and a listing that is ready.
type world struct {
	*apptest.App
	t                                 *testing.T
	ada, grace, linus, ken, root, eve models.Account
	listing                           int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{App: apptest.New(t), t: t}
	for login, to := range map[string]*models.Account{"ada": &w.ada, "grace": &w.grace, "linus": &w.linus, "ken": &w.ken, "root": &w.root, "eve": &w.eve} {
		*to = dbtest.User(t, w.DB, login)
	}
	dbtest.MakeStaff(t, w.DB, w.grace, models.StaffReviewer)
	dbtest.MakeStaff(t, w.DB, w.linus, models.StaffReviewer)
	dbtest.MakeStaff(t, w.DB, w.ken, models.StaffSupport)
	dbtest.MakeStaff(t, w.DB, w.root, models.StaffAdministrator)
	w.exec(`INSERT INTO categories (slug, names, position) VALUES ('testing', '{"en": "Testing"}', 1)`)
	w.exec(`INSERT INTO images (hash, media_type, bytes, width, height, created_at) VALUES ($1, 'image/png', 'x', 300, 300, now())`, logoHash)
	w.listing = w.draft("hammer", content("Hammer"))
	return w
}

func (w *world) draft(slug string, c models.ListingContent) int64 {
	return dbtest.Draft(w.t, w.DB, dbtest.App(w.t, w.DB, w.ada, slug), c)
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.DB.Pool().Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) id() string {
	w.t.Helper()
	var id int64
	if err := w.DB.Pool().QueryRow(w.t.Context(), `SELECT coalesce(max(id), 0) FROM listing_submissions`).Scan(&id); err != nil {
		w.t.Fatal(err)
	}
	return strconv.FormatInt(id, 10)
}

func (w *world) state() (s string) {
	w.t.Helper()
	if err := w.DB.Pool().QueryRow(w.t.Context(), `SELECT state FROM listings WHERE id = $1`, w.listing).Scan(&s); err != nil {
		w.t.Fatal(err)
	}
	return s
}

var agreed = url.Values{"agree": {"true"}, "note": {"Try it with the account demo"}}

func (w *world) submit(slug string) {
	w.t.Helper()
	if a := w.As(w.t, w.ada).Post("/marketplace/manage/"+slug+"/review", agreed); a.Status != http.StatusSeeOther {
		w.t.Fatalf("handing in: %d %s", a.Status, text(a.Body))
	}
}

func text(body string) string {
	if i := strings.Index(body, "settings-body"); i >= 0 {
		body = body[i:]
	}
	return body[:min(len(body), 1500)]
}

func (w *world) says(a apptest.Answer, status int, want ...string) {
	w.t.Helper()
	if a.Status != status {
		w.t.Fatalf("status %d, want %d: %s", a.Status, status, text(a.Body))
	}
	for _, s := range want {
		if !strings.Contains(a.Body, s) {
			w.t.Errorf("the page doesn't say %q", s)
		}
	}
	if len(a.Body) > 60<<10 {
		w.t.Errorf("the page weighs %d bytes", len(a.Body))
	}
}

// From handing in to public, as people do it: with pages and forms alone.
func TestAListingIsReviewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, grace := w.As(t, w.ada), w.As(t, w.grace)
	w.says(ada.Get("/marketplace/manage/hammer"), 200, "Nobody but you sees this listing", "Hand it in for review", "9 of 9 done")
	w.says(ada.Get("/marketplace/manage/hammer/review"), 200, "Hand in for review", "Note to the reviewer")
	w.says(ada.Post("/marketplace/manage/hammer/review", url.Values{"note": {"my words"}}), 422, "Tick the box", "my words")
	w.submit("hammer")
	w.submit("hammer") // the second click
	page := ada.Get("/marketplace/manage/hammer/review")
	w.says(page, 200, "Where the review stands", "1 of 1", "Nothing was decided yet", "automatic checks are still running", "Withdraw")
	id := w.id()
	w.says(grace.Get("/staff/reviews"), 200, "Hammer", "New listing", "/staff/reviews/"+id)
	w.says(grace.Get("/staff/reviews/"+id), 200, "Drives nails into issues", "Try it with the account demo", "Take it up", "Issues", "https://hammer.dev/privacy")
	if a := grace.Post("/staff/reviews/"+id+"/claim", nil); a.Location != "/staff/reviews/"+id {
		t.Fatalf("claim: %d %s", a.Status, a.Location)
	}
	w.says(grace.Get("/staff/reviews/"+id), 200, "You have this", "Give it back")
	w.says(w.As(t, w.linus).Get("/staff/reviews/"+id), 200, "grace has this")
	w.says(w.As(t, w.linus).Post("/staff/reviews/"+id+"/claim", nil), 409, "Another reviewer has this")
	w.says(ada.Get("/marketplace/manage/hammer/review"), 200, "A reviewer has it now")
	w.says(grace.Post("/staff/reviews/"+id+"/decision", url.Values{"decision": {"request_changes"}, "words": {"typed words"}}), 422, "Choose at least one reason", "typed words")
	w.says(grace.Post("/staff/reviews/"+id+"/notes", url.Values{"note": {" "}}), 422, "Write what others should know")
	if a := grace.Post("/staff/reviews/"+id+"/notes", url.Values{"note": {"secret doubts"}}); a.Status != 303 {
		t.Fatal(a.Status)
	}
	sent := url.Values{"decision": {"request_changes"}, "reasons": {"unclear", "pictures"}, "words": {"What is a board?"}}
	if a := grace.Post("/staff/reviews/"+id+"/decision", sent); a.Location != "/staff/reviews" {
		t.Fatalf("decision: %d %s", a.Status, text(a.Body))
	}
	page = ada.Get("/marketplace/manage/hammer/review")
	w.says(page, 200, "What is a board?", "It isn’t clear what the app does", "The pictures don’t show the app well", "Hand in for review")
	if strings.Contains(page.Body, "secret doubts") || strings.Contains(page.Body, "grace") {
		t.Error("the integrator learns what is for staff alone")
	}
	w.exec(`INSERT INTO listing_drafts (listing_id, version, content, created_at) SELECT listing_id, 2, content || '{"tagline": "Drives nails into boards"}', now() FROM listing_drafts`)
	w.submit("hammer")
	id = w.id()
	if a := grace.Post("/staff/reviews/"+id+"/decision", url.Values{"decision": {"approve"}}); a.Location != "/staff/reviews" {
		t.Fatalf("approval: %d %s", a.Status, text(a.Body))
	}
	w.says(w.Visitor(t).Get("/marketplace/hammer"), 200, "Drives nails into boards")
	w.says(ada.Get("/marketplace/manage/hammer"), 200, "Everyone can see this listing", "See the public page", "Archive the listing")
	w.says(grace.Get("/staff/reviews?view=decided"), 200, "Approved", "Changes requested", "grace")
	w.says(grace.Get("/staff/reviews/"+id), 200, "secret doubts", "Approved")
}

func TestARevisionIsCompared(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, grace := w.As(t, w.ada), w.As(t, w.grace)
	w.submit("hammer")
	if a := grace.Post("/staff/reviews/"+w.id()+"/decision", url.Values{"decision": {"approve"}}); a.Status != 303 {
		t.Fatal(text(a.Body))
	}
	w.says(ada.Get("/marketplace/manage/hammer/review"), 200, "There is nothing to hand in")
	w.exec(`INSERT INTO listing_drafts (listing_id, version, content, created_at) SELECT listing_id, 2, content ||
		'{"tagline": "Drives screws into issues", "plans": [{"name": "Free", "kind": "free", "description": "Everything"}, {"name": "Pro", "kind": "flat_rate", "description": "More", "monthly_minor": 900}]}', now() FROM listing_drafts`)
	w.exec(`INSERT INTO app_proposals (app_id, permissions, events, created_at) SELECT id, '{"contents": "write", "issues": "read", "metadata": "read"}', '{issues}', now() FROM apps`)
	w.says(ada.Get("/marketplace/manage/hammer/review"), 200, "nails", "screws", "Contents", "It asks for more than before")
	w.submit("hammer")
	page := grace.Get("/staff/reviews/" + w.id())
	w.says(page, 200, "<del>", "<ins>", "screws", "Plan: Pro", "$9.00", "Contents", "Risk before", "It asks for more than before", "Revision")
	w.says(w.Visitor(t).Get("/marketplace/hammer"), 200, "Drives nails into issues")
	for _, lang := range []string{"zh-CN", "ja", "fr"} {
		for _, path := range []string{"/staff/reviews", "/staff/reviews/" + w.id()} {
			if a := grace.Get("/" + lang + path); a.Status != 200 {
				t.Errorf("%s%s: %d", lang, path, a.Status)
			}
		}
		for _, path := range []string{"/marketplace/manage/hammer", "/marketplace/manage/hammer/review", "/marketplace/manage/hammer/state/archive"} {
			if a := ada.Get("/" + lang + path); a.Status != 200 {
				t.Errorf("%s%s: %d", lang, path, a.Status)
			}
		}
	}
}

func TestSmallEditsOverPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, grace, root := w.As(t, w.ada), w.As(t, w.grace), w.As(t, w.root)
	w.submit("hammer")
	grace.Post("/staff/reviews/"+w.id()+"/decision", url.Values{"decision": {"approve"}})
	w.exec(`INSERT INTO listing_drafts (listing_id, version, content, created_at)
		SELECT listing_id, 2, jsonb_set(content, '{links,support}', '"https://hammer.dev/other"'), now() FROM listing_drafts`)
	w.says(ada.Get("/marketplace/manage/hammer/review"), 200, "Publish the change", "goes live at once")
	w.submit("hammer")
	w.says(w.Visitor(t).Get("/marketplace/hammer"), 200, "https://hammer.dev/other")
	page := grace.Get("/staff/reviews/" + w.id())
	w.says(page, 200, "Live already", "Roll back", "This is live already")
	if strings.Contains(page.Body, `value="reject"`) {
		t.Error("what is live can be rejected")
	}
	if a := grace.Post("/staff/reviews/"+w.id()+"/decision", url.Values{"decision": {"roll_back"}, "reasons": {"links"}, "words": {"It leads elsewhere"}}); a.Status != 303 {
		t.Fatal(text(a.Body))
	}
	w.says(w.Visitor(t).Get("/marketplace/hammer"), 200, "https://hammer.dev/help")
	w.says(root.Get("/staff/review-settings"), 200, "What goes live at once", `value="links" checked`)
	w.says(root.Post("/staff/review-settings", url.Values{"fields": {"links", "plans"}}), 422, "always wait")
	if a := root.Post("/staff/review-settings", url.Values{"fields": {"keywords"}}); a.Status != 303 {
		t.Fatal(a.Status)
	}
	w.says(ada.Get("/marketplace/manage/hammer/review"), 200, "Hand in for review")
}

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submit("hammer")
	id := w.id()
	for _, c := range []struct {
		who    models.Account
		path   string
		status int
	}{
		{w.eve, "/marketplace/manage/hammer", 404}, {w.eve, "/staff/reviews", 404}, {w.ada, "/staff/reviews/" + id, 404},
		{w.ken, "/staff/reviews", 403}, {w.ken, "/staff/reviews/" + id, 403}, {w.grace, "/staff/reviews/999999", 404},
		{w.grace, "/staff/reviews/x", 404}, {w.grace, "/staff/review-settings", 403}, {w.grace, "/staff/reviews?view=none", 400},
		{w.grace, "/staff/reviews?page=9", 400}, {w.ada, "/marketplace/manage/hammer/state/approve", 404}, {w.ada, "/marketplace/manage/hammer/state/unlist", 409},
		{w.grace, "/marketplace/manage/hammer/review", 404},
	} {
		if a := w.As(t, c.who).Get(c.path); a.Status != c.status {
			t.Errorf("%s as %s: %d, want %d", c.path, c.who.Login, a.Status, c.status)
		}
	}
	// A reviewer who belongs to the publisher sees why they can't decide.
	dbtest.MakeStaff(t, w.DB, w.ada, models.StaffReviewer)
	w.says(w.As(t, w.ada).Get("/staff/reviews/"+id), 200, "Someone who has no part in the publisher")
	w.says(w.As(t, w.ada).Post("/staff/reviews/"+id+"/decision", url.Values{"decision": {"approve"}}), 403)
	if w.state() != "submitted" {
		t.Errorf("the listing is %s", w.state())
	}
}

func TestIncompleteListing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.draft("saw", models.ListingContent{Name: "Saw"})
	ada := w.As(t, w.ada)
	w.says(ada.Get("/marketplace/manage/saw"), 200, "To do", "Next: Texts and categories")
	page := ada.Get("/marketplace/manage/saw/review")
	w.says(page, 200, "Do what the checklist still asks for")
	if strings.Contains(page.Body, "Hand in for review") {
		t.Error("an incomplete listing can be handed in")
	}
	w.says(ada.Post("/marketplace/manage/saw/review", agreed), 422, "Do what the checklist still asks for, then hand in", "Try it with the account demo")
}

func TestHidingAndEnding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.As(t, w.ada)
	w.submit("hammer")
	w.As(t, w.grace).Post("/staff/reviews/"+w.id()+"/decision", url.Values{"decision": {"approve"}})
	for _, act := range []string{"unlist", "relist", "archive", "redraft"} {
		w.says(ada.Get("/marketplace/manage/hammer/state/"+act), 200, "Hammer", "Cancel")
		for range 2 { // the second click
			if a := ada.Post("/marketplace/manage/hammer/state/"+act, nil); a.Location != "/marketplace/manage/hammer" {
				t.Fatalf("%s: %d %s", act, a.Status, text(a.Body))
			}
		}
	}
	w.says(ada.Get("/marketplace/manage/hammer"), 200, "ada hid it from search and lists", "ada made it a draft again")
	if a := w.Visitor(t).Get("/marketplace/hammer"); a.Status == 200 {
		t.Error("a draft is public")
	}
}

func TestTheQueueIsPagedAndCheap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 30 {
		id := w.draft(fmt.Sprintf("tool%d", i), content(fmt.Sprintf("Tool %d", i)))
		w.exec(`INSERT INTO listing_submissions (listing_id, state, content, submitted_at)
			SELECT listing_id, 'submitted', content, $2::timestamptz + make_interval(hours => $3) FROM listing_drafts WHERE listing_id = $1`, id, dbtest.Epoch, i)
	}
	w.exec(`INSERT INTO submission_checks (submission_id, name, outcome, findings, ran_at)
		SELECT max(id), 'links', 'fail', '[{"rule": "dead_link", "severity": "error", "params": {"address": "https://x.dev", "status": "404"}}]', now() FROM listing_submissions`)
	w.exec(`UPDATE listing_submissions SET checked_at = now() WHERE id = (SELECT max(id) FROM listing_submissions)`)
	grace := w.As(t, w.grace)
	first := grace.Get("/staff/reviews")
	w.says(first, 200, "Tool 0", "Tool 24", "page=2")
	if strings.Contains(first.Body, "Tool 25") || strings.Index(first.Body, "Tool 3<") > strings.Index(first.Body, "Tool 4<") {
		t.Error("the first page isn't the oldest twenty-five")
	}
	w.says(grace.Get("/staff/reviews?page=2"), 200, "Tool 29")
	found := grace.Get("/staff/reviews?checks=found")
	w.says(found, 200, "Tool 29", "Links")
	if strings.Contains(found.Body, "Tool 3<") {
		t.Error("the filter by checks lets others through")
	}
	if strings.Contains(grace.Get("/staff/reviews?kind=revision").Body, "Tool 3<") {
		t.Error("the filter by kind lets others through")
	}
	w.says(grace.Get("/staff/reviews/"+w.id()), 200, "answers with 404")
	for path, most := range map[string]int64{"/staff/reviews": 2, "/staff/reviews/" + w.id(): 11} {
		if got := dbtest.Statements(w.DB, func() { grace.Get(path) }); got > most {
			t.Errorf("%s takes %d statements, want %d at most", path, got, most)
		}
	}
	ada := w.As(t, w.ada)
	for path, most := range map[string]int64{"/marketplace/manage/tool3": 14, "/marketplace/manage/tool3/review": 14} {
		if got := dbtest.Statements(w.DB, func() { ada.Get(path) }); got > most {
			t.Errorf("%s takes %d statements, want %d at most", path, got, most)
		}
	}
}

// Look-alikes that the checks found stand next to the listing.
func TestLookalikes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Listing(t, w.DB, dbtest.Named("hamrner", "Hamrner"))
	w.submit("hammer")
	w.exec(`INSERT INTO submission_checks (submission_id, name, outcome, findings, ran_at)
		SELECT max(id), 'names', 'warn', '[{"rule": "name_same", "severity": "warning", "field": "name", "params": {"name": "Hamrner", "slug": "hamrner"}}]', now() FROM listing_submissions`)
	w.exec(`UPDATE listing_submissions SET checked_at = now()`)
	w.says(w.As(t, w.grace).Get("/staff/reviews/"+w.id()), 200, "Looks like others", `href="/marketplace/hamrner"`, "This one")
	w.says(w.As(t, w.ada).Get("/marketplace/manage/hammer/review"), 200, "The automatic checks found something", "Similar names", "Choose a name that nobody takes")
}

// Hostile words are text and nothing else.
func TestHostileContent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	evil := content("Evil")
	evil.Tagline, evil.Links.Privacy = `"><script>alert(1)</script>`, "javascript:alert(1)"
	evil.Description = strings.Repeat(`<img src=x onerror=alert(1)> `, 600)
	id := w.draft("evil", evil)
	w.exec(`INSERT INTO listing_submissions (listing_id, state, content, note, submitted_at)
		SELECT listing_id, 'submitted', content, '</p><script>alert(2)</script>', now() FROM listing_drafts WHERE listing_id = $1`, id)
	body := w.As(t, w.grace).Get("/staff/reviews/" + w.id()).Body
	for _, bad := range []string{"<script>alert", "<img src=x", `href="javascript`} {
		if strings.Contains(body, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
}
