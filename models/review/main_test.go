package review_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/catalog"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/review"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a marketplace with an integrator, their app and its draft, and staff.
type world struct {
	t       *testing.T
	db      *db.DB
	review  *review.Service
	now     time.Time
	maker   models.Account
	app     models.App
	listing int64
	people  map[string]models.Account
	members map[int64][]models.Membership
}

const logoHash = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func content(name string) models.ListingContent {
	return models.ListingContent{
		Slug: strings.ToLower(name), Name: name, Type: models.GitHubApp, Tagline: "Drives nails into issues",
		Introduction: "Finds the issues that stick out and drives them in, one after the other, until the board is flat.",
		Description:  "## What it does\n\nIt looks at each issue and decides what to do about it. You can say which ones it leaves alone, and it tells you what it did.",
		Categories:   []string{"testing"}, HomepageURL: "https://hammer.dev",
		Links:    models.Links{Support: "https://hammer.dev/help", Privacy: "https://hammer.dev/privacy", Terms: "https://hammer.dev/terms"},
		Contacts: []models.Contact{{Role: models.ContactTechnical, Mail: "t@hammer.dev"}, {Role: models.ContactSecurity, Mail: "s@hammer.dev"}},
		Data:     models.DataHandling{Accessed: "Issues and their comments", Stored: new(false), ThirdParties: "Nobody"},
		Logo:     &models.Picture{Hash: logoHash}, Purchase: models.PurchaseHere,
		Plans:       []models.PlanTerm{{Name: "Free", Kind: models.PlanFree, Description: "Everything"}},
		Permissions: models.Grants{"issues": models.LevelRead, "metadata": models.LevelRead}, Events: []string{"issues"},
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	queue, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: d, now: dbtest.Epoch.Add(1000 * time.Hour), people: map[string]models.Account{}, members: map[int64][]models.Membership{}}
	clock := func() time.Time { return w.now }
	n := notices.New(d, queue, clock)
	w.review = review.New(d, queue, catalog.New(d, queue, clock, nil), n, identity.New(d, queue, n, clock), clock)
	for _, login := range []string{"ada", "grace", "linus", "ken", "root", "owner2"} {
		w.people[login] = dbtest.User(t, d, login)
	}
	w.maker = dbtest.Organization(t, d, "toolmakers", w.people["ada"], w.people["owner2"])
	dbtest.MakeStaff(t, d, w.people["grace"], models.StaffReviewer)
	dbtest.MakeStaff(t, d, w.people["linus"], models.StaffReviewer)
	dbtest.MakeStaff(t, d, w.people["ken"], models.StaffSupport)
	dbtest.MakeStaff(t, d, w.people["root"], models.StaffAdministrator)
	w.exec(`INSERT INTO categories (slug, names, position) VALUES ('testing', '{"en": "Testing"}', 1)`)
	w.exec(`INSERT INTO images (hash, media_type, bytes, width, height, created_at) VALUES ($1, 'image/png', 'x', 300, 300, now())`, logoHash)
	w.app = dbtest.App(t, d, w.maker, "hammer")
	w.listing = dbtest.Draft(t, d, w.app, content("Hammer"))
	return w
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Pool().Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

func value[T any](w *world, sql string, args ...any) (v T) {
	w.t.Helper()
	if err := w.db.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&v); err != nil {
		w.t.Fatal(err)
	}
	return v
}

// as is an actor with a confirmed session.
func (w *world) as(login string) models.Actor {
	p := w.people[login]
	a := models.Actor{UserID: p.ID, Login: login, SessionID: 1, MailVerified: true, SudoUntil: w.now.Add(time.Minute)}
	switch login {
	case "ada", "owner2":
		a.Memberships = []models.Membership{{OrganizationID: w.maker.ID, Login: "toolmakers", Role: models.RoleOwner}}
	case "grace", "linus":
		a.Staff = models.StaffReviewer
	case "ken":
		a.Staff = models.StaffSupport
	case "root":
		a.Staff = models.StaffAdministrator
	}
	return a
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// edit changes the draft.
func (w *world) edit(do func(*models.ListingContent)) {
	w.t.Helper()
	c := value[models.ListingContent](w, `SELECT content FROM listing_drafts WHERE listing_id = $1 ORDER BY version DESC LIMIT 1`, w.listing)
	do(&c)
	b, err := json.Marshal(c)
	w.must(err)
	w.exec(`INSERT INTO listing_drafts (listing_id, version, content, created_at)
		SELECT $1, max(version) + 1, $2::jsonb, $3 FROM listing_drafts WHERE listing_id = $1`, w.listing, string(b), w.now)
}

func (w *world) submit() int64 {
	w.t.Helper()
	_, err := w.review.Submit(w.t.Context(), w.as("ada"), "hammer", review.Handing{Agreed: true, Note: "Please"})
	w.must(err)
	return value[int64](w, `SELECT max(id) FROM listing_submissions`)
}

func (w *world) publish() int64 {
	w.t.Helper()
	id := w.submit()
	w.must(w.review.Decide(w.t.Context(), w.as("grace"), id, review.Decision{Act: models.ActApprove}))
	return id
}

func (w *world) state() models.ListingState {
	return value[models.ListingState](w, `SELECT state FROM listings WHERE id = $1`, w.listing)
}

func (w *world) submission(id int64) models.SubmissionState {
	return value[models.SubmissionState](w, `SELECT state FROM listing_submissions WHERE id = $1`, id)
}

// acts are the steps of the listing's history.
func (w *world) acts() string {
	return value[string](w, `SELECT string_agg(act, ' ' ORDER BY id) FROM listing_events WHERE listing_id = $1`, w.listing)
}

// told is who was told of a kind of news.
func (w *world) told(kind models.NotificationKind) []string {
	return value[[]string](w, `SELECT coalesce(array_agg(a.login ORDER BY a.login), '{}') FROM notifications n JOIN accounts a ON a.id = n.account_id WHERE n.kind = $1`, kind)
}

func (w *world) jobs(kind string) int {
	return value[int](w, `SELECT count(*) FROM river_job WHERE kind = $1`, kind)
}

func sameStrings(a []string, b ...string) bool { return slices.Equal(a, b) }
