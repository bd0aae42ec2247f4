package checks_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/checks"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/outside"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// network answers for addresses as a test says, and otherwise 200.
type network struct {
	mu     sync.Mutex
	status map[string]int
	fails  map[string]error
}

func (n *network) Reach(_ context.Context, address string) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.fails[address]; err != nil {
		return 0, err
	}
	if s, ok := n.status[address]; ok {
		return s, nil
	}
	return 200, nil
}

type world struct {
	*checks.Service
	t       *testing.T
	db      *db.DB
	out     *network
	makers  models.Account
	owner   models.Account
	listing int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	queue, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: d, out: &network{status: map[string]int{}, fails: map[string]error{}}}
	now := func() time.Time { return dbtest.Epoch.Add(48 * time.Hour) }
	w.Service = checks.New(d, notices.New(d, queue, now), w.out, now)
	w.owner = dbtest.User(t, d, "ada")
	w.makers = dbtest.Organization(t, d, "makers", w.owner)
	app := dbtest.App(t, d, w.makers, "hammer")
	w.listing = dbtest.Draft(t, d, app, models.ListingContent{})
	return w
}

// submit hands content in and returns the submission's id.
func (w *world) submit(c models.ListingContent) (id int64) {
	w.t.Helper()
	c.Slug, c.Type = "hammer", models.GitHubApp
	if c.Name == "" {
		c.Name = "Hammer"
	}
	b, err := json.Marshal(c)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.db.Pool().Exec(w.t.Context(), "UPDATE listing_submissions SET state = 'withdrawn' WHERE listing_id = $1", w.listing); err != nil {
		w.t.Fatal(err)
	}
	err = w.db.Pool().QueryRow(w.t.Context(), `INSERT INTO listing_submissions (listing_id, state, content, submitter_id, submitted_at)
		VALUES ($1, 'submitted', $2, $3, $4) RETURNING id`, w.listing, b, w.owner.ID, dbtest.Epoch.Add(47*time.Hour)).Scan(&id)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// rules are what a check found in a submission, in order, and how it came out.
func (w *world) rules(submission int64, name models.CheckName) (outcome models.CheckOutcome, rules string) {
	w.t.Helper()
	var b []byte
	err := w.db.Pool().QueryRow(w.t.Context(), "SELECT outcome, findings FROM submission_checks WHERE submission_id = $1 AND name = $2", submission, name).Scan(&outcome, &b)
	if err != nil {
		w.t.Fatalf("%s: %v", name, err)
	}
	var found []models.Finding
	if err := json.Unmarshal(b, &found); err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, f := range found {
		all = append(all, f.Rule)
	}
	slices.Sort(all)
	return outcome, strings.Join(all, " ")
}

func (w *world) expect(submission int64, name models.CheckName, outcome models.CheckOutcome, rules string) {
	w.t.Helper()
	if o, r := w.rules(submission, name); o != outcome || r != rules {
		w.t.Errorf("%s came out %s with %q, want %s with %q", name, o, r, outcome, rules)
	}
}

func (w *world) picture(hash string, width, height int, phash int64) {
	w.t.Helper()
	_, err := w.db.Pool().Exec(w.t.Context(), `INSERT INTO images (hash, media_type, bytes, width, height, phash) VALUES ($1, 'image/png', '', $2, $3, $4)`, hash, width, height, phash)
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.out.status = map[string]int{"https://a.example/gone": 404, "https://a.example/shy": 403, "https://a.example/ill": 503}
	w.out.fails = map[string]error{
		"https://nowhere.example": &net.DNSError{IsNotFound: true},
		"http://10.0.0.1/":        outside.ErrPrivate,
		"https://slow.example":    context.DeadlineExceeded,
	}
	id := w.submit(models.ListingContent{HomepageURL: "https://a.example/", Links: models.Links{
		Support: "mailto:help@a.example", Privacy: "https://a.example/gone", Terms: "https://a.example/shy", Status: "https://a.example/ill",
		Company: "https://nowhere.example", Pricing: "http://10.0.0.1/", Documentation: "https://slow.example"}})
	if err := w.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.expect(id, models.CheckLinks, models.CheckFail, "dead_host dead_link failing_link private_link silent_link")

	// The owners are told once, however often it is done.
	if err := w.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	var told int
	var link string
	if err := w.db.Pool().QueryRow(t.Context(), "SELECT count(*), min(link) FROM notifications WHERE account_id = $1 AND kind = 'checks_failed'", w.owner.ID).Scan(&told, &link); err != nil || told != 1 || link != "/marketplace/manage/hammer/review" {
		t.Errorf("told %d times of %s: %v", told, link, err)
	}
	var checked bool
	if err := w.db.Pool().QueryRow(t.Context(), "SELECT checked_at IS NOT NULL FROM listing_submissions WHERE id = $1", id).Scan(&checked); err != nil || !checked {
		t.Errorf("checked: %v, %v", checked, err)
	}
}

func TestPictures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.picture("logo", 400, 400, 0)
	w.picture("tiny", 100, 100, -1)
	w.picture("wide", 1600, 900, 0)
	w.picture("alike", 1610, 900, 0)
	w.picture("tall", 1200, 1600, 0)
	good := models.ListingContent{Logo: &models.Picture{Hash: "logo"}, Screenshots: []models.Picture{{Hash: "wide"}, {Hash: "alike"}}}
	id := w.submit(good)
	if err := w.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.expect(id, models.CheckImages, models.CheckPass, "")
	w.expect(id, models.CheckLogos, models.CheckPass, "")

	bad := models.ListingContent{Logo: &models.Picture{Hash: "tiny"}, Feature: &models.FeatureCard{Picture: models.Picture{Hash: "lost"}},
		Screenshots: []models.Picture{{Hash: "wide"}, {Hash: "tall"}, {Hash: "wide"}}}
	id = w.submit(bad)
	if err := w.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.expect(id, models.CheckImages, models.CheckFail, "picture_missing picture_shape picture_small picture_twice")
}

func TestLookAlikes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := dbtest.Organization(t, w.db, "toolbox", w.owner)
	w.picture("theirs", 400, 400, 0x0f0f0f0f)
	w.picture("mine", 400, 400, 0x0f0f0f0e)
	w.picture("unlike", 400, 400, -1)
	theirs := dbtest.Listing(t, w.db, dbtest.Named("hamrner", "Hаmmer"), dbtest.By(other)) // a Cyrillic а
	dbtest.Listing(t, w.db, dbtest.Named("saw", "Saw"), dbtest.By(other))
	dbtest.Listing(t, w.db, dbtest.Named("own", "Hammer"), dbtest.By(w.makers)) // one may name one's own alike
	if _, err := w.db.Pool().Exec(t.Context(), "UPDATE listings SET logo_hash = 'theirs', description = 'Drives nails.' WHERE id = $1", theirs.ID); err != nil {
		t.Fatal(err)
	}
	id := w.submit(models.ListingContent{Description: "Drives nails.", Logo: &models.Picture{Hash: "mine"}})
	if err := w.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.expect(id, models.CheckNamed, models.CheckWarn, "name_same")
	w.expect(id, models.CheckLogos, models.CheckWarn, "logo_like")
	w.expect(id, models.CheckSpam, models.CheckWarn, "copied_text")

	id = w.submit(models.ListingContent{Name: "Toolb0x", Description: "Something else.", Logo: &models.Picture{Hash: "unlike"}})
	if err := w.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.expect(id, models.CheckNamed, models.CheckWarn, "name_same_account")
	w.expect(id, models.CheckLogos, models.CheckPass, "")
	w.expect(id, models.CheckSpam, models.CheckPass, "")
}

func TestTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submit(models.ListingContent{Name: "GitHub Hammer", Description: "Set ghp_" + strings.Repeat("a1B2", 9)})
	if err := w.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.expect(id, models.CheckReserved, models.CheckWarn, "trademark")
	w.expect(id, models.CheckSecrets, models.CheckFail, "pasted_secret")
	if o, rules := w.rules(id, models.CheckFields); o != models.CheckFail || rules == "" {
		t.Errorf("an empty listing came out %s: %q", o, rules)
	}
	// What was decided on meanwhile, or is gone, is left alone.
	if _, err := w.db.Pool().Exec(t.Context(), "UPDATE listing_submissions SET state = 'withdrawn', checked_at = NULL WHERE id = $1", id); err != nil {
		t.Fatal(err)
	}
	for _, one := range []int64{id, id + 1000} {
		if err := w.Run(t.Context(), one); err != nil {
			t.Errorf("%d: %v", one, err)
		}
	}
	var checked bool
	if err := w.db.Pool().QueryRow(t.Context(), "SELECT checked_at IS NOT NULL FROM listing_submissions WHERE id = $1", id).Scan(&checked); err != nil || checked {
		t.Errorf("one that was withdrawn was checked again: %v, %v", checked, err)
	}
}

// A check that can't be done is told apart from one that found nothing, and is
// done again.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.picture("logo", 400, 400, 0)
	id := w.submit(models.ListingContent{Logo: &models.Picture{Hash: "logo"}})
	if _, err := w.db.Pool().Exec(t.Context(), "ALTER TABLE images RENAME COLUMN phash TO away"); err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), id); !errors.Is(err, checks.ErrUnfinished) {
		t.Fatalf("without a column: %v", err)
	}
	w.expect(id, models.CheckLogos, models.CheckError, "")
	w.expect(id, models.CheckImages, models.CheckPass, "")
	if _, err := w.db.Pool().Exec(t.Context(), "ALTER TABLE images RENAME COLUMN away TO phash"); err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.expect(id, models.CheckLogos, models.CheckPass, "")
}
