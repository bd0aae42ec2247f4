package claims_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/catalog"
	"souk/models/claims"
	"souk/models/db/dbtest"
	"souk/models/drafts"
	"souk/models/jobs"
	"souk/models/notices"
)

func TestWhoMayDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.proven(w.ada, "acme", "")
	support, stale, acting := w.as(w.grace), w.as(w.grace), w.as(w.grace)
	support.Staff, stale.SudoUntil, acting.ActingFor = models.StaffSupport, w.now, &models.ActingFor{}
	member := w.as(w.linus)
	member.Memberships = []models.Membership{{OrganizationID: w.acme.ID, Role: models.RoleMember}}
	for name, c := range map[string]struct {
		actor models.Actor
		want  error
	}{
		"nobody":             {models.Actor{}, models.ErrNotFound},
		"the claimant":       {w.as(w.ada), models.ErrNotFound},
		"support":            {support, models.ErrForbidden},
		"an old session":     {stale, models.ErrSudoNeeded},
		"acting for someone": {acting, models.ErrNotFound},
		"one of acme":        {member, models.ErrOwnListing},
	} {
		w.refused(name, w.Decide(t.Context(), c.actor, id, approve()), c.want)
	}
	w.refused("an unknown claim", w.Decide(t.Context(), w.as(w.grace), 999, approve()), models.ErrNotFound)
	// A reviewer who claims it as well decides on nobody's claim of it.
	mine := w.begin(w.linus, "linus", "")
	w.refused("a rival", w.Decide(t.Context(), w.as(w.linus), id, approve()), models.ErrOwnListing)
	c, err := w.Case(t.Context(), w.as(w.linus), id)
	if err != nil || c.MayDecide {
		t.Errorf("may decide: %v", err)
	}
	w.must(w.Withdraw(t.Context(), w.as(w.linus), "stray", mine))
	w.must(w.Decide(t.Context(), w.as(w.linus), id, claims.Decision{State: models.ClaimRefused, Answer: "No"}))
	if w.owner() != "oldco" || w.told(w.ada, models.NoticeClaimRefused) != 1 {
		t.Error("something changed, or ada wasn't told")
	}
	_, err = w.List(t.Context(), w.as(w.ada), "", 1)
	w.refused("the list", err, models.ErrNotFound)
	_, err = w.Case(t.Context(), w.as(w.ada), id)
	w.refused("the case", err, models.ErrNotFound)
	w.refused("a note", w.Note(t.Context(), w.as(w.ada), id, "x"), models.ErrNotFound)
}

func TestBadDecisions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.proven(w.ada, "acme", "")
	err := w.Decide(t.Context(), w.as(w.grace), id, claims.Decision{State: "expired"})
	if p, _ := models.AsProblems(err); len(p) != 2 {
		t.Errorf("not all that is wrong: %v", err)
	}
	err = w.Decide(t.Context(), w.as(w.grace), id, claims.Decision{State: models.ClaimApproved, Answer: "a\u202eb", Others: strings.Repeat("x", 1001)})
	if p, _ := models.AsProblems(err); len(p) != 2 {
		t.Errorf("not all that is wrong: %v", err)
	}
	w.begin(w.eve, "eve", "")
	w.refused("without words to the other", w.Decide(t.Context(), w.as(w.grace), id, claims.Decision{State: models.ClaimApproved, Answer: "Yes"}), models.ErrClaimOthers)
	dbtest.Suspend(t, w.db, w.acme)
	w.refused("a suspended claimant", w.Decide(t.Context(), w.as(w.grace), id, approve()), models.ErrClaimGone)
	w.exec(`UPDATE accounts SET suspended_at = NULL`)
	w.exec(`INSERT INTO apps (account_id, slug, kind, name, registered_at) SELECT $1, 'app-' || n, 'oauth_app', 'App', now() FROM generate_series(1, $2::int) n`, w.acme.ID, models.MaxAppsOf)
	w.refused("a hundred apps", w.Decide(t.Context(), w.as(w.grace), id, approve()), models.ErrTooManyApps)
	if w.owner() != "oldco" || w.state(id) != models.ClaimProven {
		t.Error("something changed")
	}
}

// An earlier wrongful owner keeps nothing that leads to the app.
func TestAContestedClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.proven(w.eve, "eve", "")
	w.must(w.Decide(t.Context(), w.as(w.grace), first, approve()))
	app, listing := w.stray.App.ID, w.stray.ID
	was := value[string](w, `SELECT client_id FROM apps WHERE id = $1`, app)
	dbtest.Manager(t, w.db, w.stray.App, w.linus)
	w.exec(`INSERT INTO app_keys (app_id, public_key, fingerprint, created_at) VALUES ($1, 'x', 'SHA256:x', now())`, app)
	w.exec(`INSERT INTO app_secrets (app_id, secret_hash, tail, created_at) VALUES ($1, 'x', 'tail', now())`, app)
	w.exec(`INSERT INTO app_manifests (token_hash, manifest, app_id, created_at, expires_at) VALUES ('x', '{}', $1, now(), now() + interval '1 hour')`, app)
	w.exec(`UPDATE apps SET webhook_secret = 'x', webhook_active = true, webhook_url = 'https://evil.example', callback_urls = '{https://evil.example/cb}', device_flow = true,
		homepage_url = 'https://evil.example' WHERE id = $1`, app)
	w.exec(`INSERT INTO listing_revisions (listing_id, number, state, content) VALUES ($1, 1, 'published', '{"homepage_url": "https://stray.example"}')`, listing)
	w.exec(`INSERT INTO listing_drafts (listing_id, version, content, author_id, created_at) VALUES ($1, 1, '{"name": "Evil"}', $2, now())`, listing, w.eve.ID)
	w.exec(`INSERT INTO listing_submissions (listing_id, state, content, submitted_at) VALUES ($1, 'submitted', '{"name": "Evil"}', now())`, listing)
	w.exec(`UPDATE listings SET contacts = '[{"role": "security", "mail": "eve@evil.example"}]', purchase = 'direct', purchase_url = 'https://evil.example/buy' WHERE id = $1`, listing)

	_, err := w.Begin(t.Context(), w.as(w.ada), "stray", "acme", "Mine!")
	w.refused("without words", err, models.ErrClaimWords)
	id := w.proven(w.ada, "acme", "We have made it since 2019; eve has nothing to do with it.")
	if w.told(w.eve, models.NoticeClaimContested) != 1 {
		t.Error("who has it wasn't told")
	}
	c, err := w.Case(t.Context(), w.as(w.grace), id)
	w.must(err)
	if !c.Losers() || !c.Claim.Contested || len(c.Rivals) != 1 || c.Rivals[0].State != models.ClaimApproved || len(c.Owners) != 1 {
		t.Errorf("%+v", c)
	}
	w.refused("a manager decides", w.Decide(t.Context(), w.as(w.linus), id, approve()), models.ErrOwnListing)
	w.must(w.Decide(t.Context(), w.as(w.grace), id, approve()))
	if w.owner() != "acme" || w.told(w.eve, models.NoticeClaimLost) != 1 || w.told(w.linus, models.NoticeClaimLost) != 1 || w.told(w.ada, models.NoticeClaimLost) != 0 {
		t.Errorf("it belongs to %s, or the wrong people were told", w.owner())
	}
	if n := value[int](w, `SELECT (SELECT count(*) FROM app_managers) + (SELECT count(*) FROM app_keys) + (SELECT count(*) FROM app_secrets)
		+ (SELECT count(*) FROM app_manifests) + (SELECT count(*) FROM listing_drafts) + (SELECT count(*) FROM listing_submissions WHERE state = 'submitted')`); n != 0 {
		t.Errorf("%d ways in are left", n)
	}
	if !value[bool](w, `SELECT client_id <> $2 AND webhook_secret IS NULL AND NOT webhook_active AND webhook_url = '' AND callback_urls = '{}' AND NOT device_flow
		FROM apps WHERE id = $1`, app, was) {
		t.Error("the app still answers to who had it")
	}
	if !value[bool](w, `SELECT contacts = '[]' AND purchase_url = '' AND previous_publisher = 'eve' AND transferred_at IS NOT NULL FROM listings WHERE id = $1`, listing) {
		t.Error("the listing still leads to who had it")
	}
	if got := value[string](w, `SELECT cause || ' ' || from_login || ' ' || to_login FROM app_owner_changes ORDER BY id DESC LIMIT 1`); got != "transferred eve acme" {
		t.Errorf("the ledger says %s", got)
	}
	if value[int](w, `SELECT count(*) FROM audit_events WHERE account_id = $1 AND action = 'listing.hand_over'`, w.eve.ID) != 1 {
		t.Error("the log of who had it doesn't say so")
	}
}

// Two prove to be the integrator: both stand first in the list, and one of them
// gets it.
func TestTwoClaimants(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := dbtest.Listing(t, w.db, dbtest.Named("other", "Other"), func(e *dbtest.Entry) { e.App.HomepageURL = "https://other.example" })
	w.exec(`INSERT INTO listing_claims (listing_id, account_id, state, contested, challenge, method, created_at, expires_at, proven_at)
		VALUES ($1, $2, 'proven', false, 'x', 'dns', now(), now(), now() - interval '9 days')`, other.ID, w.eve.ID)
	one, two := w.proven(w.ada, "acme", ""), w.proven(w.eve, "eve", "")
	var list *claims.List
	n := dbtest.Statements(w.db, func() {
		var err error
		list, err = w.List(t.Context(), w.as(w.grace), "", 1)
		w.must(err)
	})
	if n != 1 || list.Waiting != 3 || list.Items[0].ID != one || list.Items[1].ID != two || !list.Items[0].Contested || list.Items[2].Contested {
		t.Errorf("%d statements, %+v", n, list)
	}
	_, err := w.List(t.Context(), w.as(w.grace), "", 2)
	w.refused("a second page", err, models.ErrPageOutOfRange)
	_, err = w.List(t.Context(), w.as(w.grace), "all", 1)
	w.refused("another view", err, models.ErrUnknownChoice)
	n = dbtest.Statements(w.db, func() {
		_, err := w.Case(t.Context(), w.as(w.grace), one)
		w.must(err)
	})
	if n != 5 {
		t.Errorf("a case takes %d statements", n)
	}
	errs := make([]error, 2)
	var all sync.WaitGroup
	for i, id := range []int64{one, two} {
		all.Go(func() { errs[i] = w.Decide(t.Context(), w.as([]models.Account{w.grace, w.linus}[i]), id, approve()) })
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), models.ErrClaimOver) {
		t.Fatalf("%v, %v", errs[0], errs[1])
	}
	won, lost := "acme", two
	if errs[0] != nil {
		won, lost = "eve", one
	}
	if w.owner() != won || w.state(lost) != models.ClaimRefused || value[int](w, `SELECT count(*) FROM app_owner_changes`) != 1 {
		t.Errorf("it belongs to %s; the other claim is %s", w.owner(), w.state(lost))
	}
	if w.told(w.ada, models.NoticeClaimRefused)+w.told(w.eve, models.NoticeClaimRefused) != 1 {
		t.Error("who lost wasn't told once")
	}
	list, err = w.List(t.Context(), w.as(w.grace), models.ClaimsDecided, 1)
	if err != nil || list.Total != 2 {
		t.Errorf("%+v, %v", list, err)
	}
}

// What is granted while an import runs stays the claimant's.
func TestGrantedWhileAnImportRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	queue, err := jobs.NewQueue(w.db)
	w.must(err)
	c := catalog.New(w.db, queue, func() time.Time { return w.now }, nil)
	id := w.proven(w.ada, "acme", "")
	var granted, imported error
	var all sync.WaitGroup
	all.Go(func() { granted = w.Decide(t.Context(), w.as(w.grace), id, approve()) })
	all.Go(func() {
		for i := range 5 {
			entry := fmt.Sprintf(`{"souk":"catalogue","version":1}
{"listing":{"slug":"stray","name":"Stray","type":"github_app","publisher":"oldco","homepage_url":"https://stray.example","tagline":"Imported %d"}}
`, i)
			_, err := c.Import(t.Context(), strings.NewReader(entry), catalog.ImportOptions{})
			imported = errors.Join(imported, err)
		}
	})
	all.Wait()
	if granted != nil || imported != nil || w.owner() != "acme" {
		t.Errorf("granted: %v, imported: %v; it belongs to %s", granted, imported, w.owner())
	}
	entry := `{"souk":"catalogue","version":1}
{"listing":{"slug":"stray","name":"Another","type":"github_app","publisher":"oldco"}}
`
	report, err := c.Import(t.Context(), strings.NewReader(entry), catalog.ImportOptions{})
	w.must(err)
	if report.Listings.Claimed != 1 || w.owner() != "acme" {
		t.Errorf("an import afterwards: %+v; it belongs to %s", report, w.owner())
	}
	if !value[bool](w, `SELECT claimed_at IS NOT NULL FROM listings WHERE slug = 'stray'`) {
		t.Error("it is unclaimed again")
	}
}

// What is live is the draft of whoever gets it.
func TestTheIntegratorGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	queue, err := jobs.NewQueue(w.db)
	w.must(err)
	now := func() time.Time { return w.now }
	desk := drafts.New(w.db, notices.New(w.db, queue, now), now)
	_, _, err = desk.Current(t.Context(), w.as(w.ada), "stray")
	w.refused("before", err, models.ErrNotFound)
	w.must(w.Decide(t.Context(), w.as(w.grace), w.proven(w.ada, "acme", ""), approve()))
	d, st, err := desk.Current(t.Context(), w.as(w.ada), "stray")
	w.must(err)
	if d.Content.Tagline != "Finds what strayed" || d.Content.Publisher != "acme" || !st.Claimed || !st.Registered() {
		t.Errorf("%+v", d)
	}
	if _, err := desk.Change(t.Context(), w.as(w.ada), "stray", func(c *models.ListingContent) error { c.Tagline = "Ours"; return nil }); err != nil {
		t.Errorf("they can't write: %v", err)
	}
}

// The page of a publisher whose apps were all claimed leads to who claimed them.
func TestThePublishersPageLeadsOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	queue, err := jobs.NewQueue(w.db)
	w.must(err)
	c := catalog.New(w.db, queue, func() time.Time { return w.now }, nil)
	w.must(w.Decide(t.Context(), w.as(w.grace), w.proven(w.ada, "acme", ""), approve()))
	p, err := c.Publisher(t.Context(), "en", "oldco")
	if err != nil || p.Login != "acme" {
		t.Errorf("%+v, %v", p, err)
	}
	second := dbtest.Listing(t, w.db, dbtest.Named("second", "Second"), dbtest.By(w.oldco))
	if p, err := c.Publisher(t.Context(), "en", "oldco"); err != nil || p.Login != "oldco" {
		t.Errorf("while it has one: %+v, %v", p, err)
	}
	w.exec(`UPDATE apps SET account_id = $2, registered_at = now() WHERE id = $1`, second.App.ID, w.eve.ID)
	_, err = c.Publisher(t.Context(), "en", "oldco")
	w.refused("claimed by two", err, models.ErrNotFound)
}

// What a listing named when it was imported proves it still, where somebody has
// it and has changed it.
func TestWhatAnImportNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	queue, err := jobs.NewQueue(w.db)
	w.must(err)
	c := catalog.New(w.db, queue, func() time.Time { return w.now }, nil)
	_, err = c.Import(t.Context(), strings.NewReader(`{"souk":"catalogue","version":1}
{"listing":{"slug":"made","name":"Made","type":"github_app","homepage_url":"https://made.example","links":{"repository":"https://gitlab.com/made/made"}}}
`), catalog.ImportOptions{})
	w.must(err)
	w.exec(`UPDATE listings SET claimed_at = now(), links = '{}' WHERE slug = 'made'`)
	w.exec(`UPDATE apps SET homepage_url = 'https://evil.example', registered_at = now(), account_id = $1 WHERE slug = 'made'`, w.eve.ID)
	sub, err := w.Subject(t.Context(), w.as(w.ada), "made")
	w.must(err)
	var names []string
	for _, p := range sub.Places {
		names = append(names, p.Name())
	}
	if got := strings.Join(names, " "); got != "evil.example made.example gitlab.com/made/made" {
		t.Errorf("it can be proven at %s", got)
	}
}

// Two claims of one account at once are one.
func TestTwoClaimsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	errs := make([]error, 4)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { _, errs[i] = w.Begin(t.Context(), w.as(w.ada), "stray", "acme", "") })
	}
	all.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else if !errors.Is(err, models.ErrClaimed) {
			t.Error(err)
		}
	}
	if n := value[int](w, `SELECT count(*) FROM listing_claims`); made != 1 || n != 1 {
		t.Errorf("%d were made, %d are there", made, n)
	}
}

// What is withdrawn while it is granted is one or the other.
func TestWithdrawnWhileItIsGranted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.proven(w.ada, "acme", "")
	var granted, withdrawn error
	var all sync.WaitGroup
	all.Go(func() { granted = w.Decide(t.Context(), w.as(w.grace), id, approve()) })
	all.Go(func() { withdrawn = w.Withdraw(t.Context(), w.as(w.ada), "stray", id) })
	all.Wait()
	if (granted == nil) == (withdrawn == nil) || (granted == nil) != (w.owner() == "acme") || !errors.Is(errors.Join(granted, withdrawn), models.ErrClaimOver) {
		t.Errorf("granted: %v, withdrawn: %v; it belongs to %s", granted, withdrawn, w.owner())
	}
}
