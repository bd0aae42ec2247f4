package review_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/review"
)

func TestFromDraftToPublic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.submit()
	if w.state() != models.ListingSubmitted || w.submission(id) != models.SubmissionSubmitted || w.jobs("check_submission") != 1 {
		t.Errorf("handed in: %s, %s, %d checks", w.state(), w.submission(id), w.jobs("check_submission"))
	}
	if who := w.told(models.NoticeSubmitted); !sameStrings(who, "ada", "owner2") {
		t.Errorf("told of the handing in: %v", who)
	}
	w.must(w.review.Claim(ctx, w.as("grace"), id))
	if w.state() != models.ListingInReview {
		t.Errorf("claimed, and the listing is %s", w.state())
	}
	w.must(w.review.Decide(ctx, w.as("grace"), id, review.Decision{Act: models.ActRequestChanges, Reasons: []string{"unclear"}, Words: "What is a board?"}))
	if w.state() != models.ListingChangesRequested || w.submission(id) != models.SubmissionChangesRequested {
		t.Errorf("sent back: %s, %s", w.state(), w.submission(id))
	}
	w.edit(func(c *models.ListingContent) { c.Tagline = "Drives nails into boards" })
	second := w.submit()
	w.must(w.review.Decide(ctx, w.as("linus"), second, review.Decision{Act: models.ActApprove, Words: "Thank you"}))
	if w.state() != models.ListingPublished || !value[bool](w, `SELECT public AND claimed_at IS NOT NULL AND published_at IS NOT NULL FROM listings WHERE id = $1`, w.listing) {
		t.Error("approved, and not public")
	}
	if got := value[string](w, `SELECT tagline FROM listings WHERE id = $1`, w.listing); got != "Drives nails into boards" {
		t.Errorf("live is %q", got)
	}
	if got := value[int](w, `SELECT b.revision - l.revision FROM listing_submissions b JOIN listings l ON l.id = b.listing_id WHERE b.id = $1`, second); got != 0 {
		t.Error("the submission doesn't say which revision it became")
	}
	if w.jobs("index_listings") == 0 {
		t.Error("search doesn't hear of it")
	}
	if acts := w.acts(); acts != "submit claim request_changes submit claim approve" {
		t.Errorf("history: %s", acts)
	}
	for _, kind := range []models.NotificationKind{models.NoticeInReview, models.NoticeChangesRequested, models.NoticeApproved} {
		if len(w.told(kind)) < 2 {
			t.Errorf("nobody was told: %s", kind)
		}
	}
	if n := value[int](w, `SELECT count(*) FROM audit_events WHERE action LIKE 'listing.%' AND account_id = $1`, w.maker.ID); n != 6 {
		t.Errorf("%d steps in the audit log", n)
	}
}

func TestWhatKeepsFromHandingIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hand := func(actor models.Actor, in review.Handing) error {
		_, err := w.review.Submit(ctx, actor, "hammer", in)
		return err
	}
	agreed := review.Handing{Agreed: true}
	unproven := w.as("ada")
	unproven.MailVerified = false
	for _, c := range []struct {
		name  string
		actor models.Actor
		in    review.Handing
		want  error
	}{
		{"a visitor", models.Actor{}, agreed, models.ErrSignInNeeded},
		{"a stranger", w.as("linus"), agreed, models.ErrNotFound},
		{"an address that isn't confirmed", unproven, agreed, models.ErrMailNeeded},
		{"no agreement", w.as("ada"), review.Handing{}, models.ErrAgreementNeeded},
		{"a long note", w.as("ada"), review.Handing{Agreed: true, Note: strings.Repeat("x", models.MaxReviewNote+1)}, models.ErrReviewNoteLong},
		{"another version", w.as("ada"), review.Handing{Agreed: true, Version: 7}, models.ErrSubmissionStale},
	} {
		if err := hand(c.actor, c.in); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	w.edit(func(c *models.ListingContent) { c.Tagline = "" })
	if err := hand(w.as("ada"), agreed); !errors.Is(err, models.ErrNotReady) {
		t.Errorf("without a tagline: %v", err)
	}
	w.edit(func(c *models.ListingContent) { c.Tagline = "Drives nails" })
	w.exec(`UPDATE apps SET public = false`)
	if err := hand(w.as("ada"), agreed); !errors.Is(err, models.ErrNotReady) {
		t.Errorf("a private app: %v", err)
	}
	w.exec(`UPDATE apps SET public = true`)
	w.must(hand(w.as("ada"), agreed))
	w.must(hand(w.as("ada"), agreed)) // the second click
	if n := value[int](w, `SELECT count(*) FROM listing_submissions`); n != 1 {
		t.Errorf("%d submissions after two clicks", n)
	}
	w.edit(func(c *models.ListingContent) { c.Tagline = "Drives more nails" })
	if err := hand(w.as("ada"), agreed); !errors.Is(err, models.ErrSubmissionOpen) {
		t.Errorf("a second one beside it: %v", err)
	}
	w.must(w.review.Withdraw(ctx, w.as("ada"), "hammer"))
	if w.state() != models.ListingDraft {
		t.Errorf("withdrawn, and the listing is %s", w.state())
	}
	if err := w.review.Withdraw(ctx, w.as("ada"), "hammer"); !errors.Is(err, models.ErrSubmissionDecided) {
		t.Errorf("withdrawn twice: %v", err)
	}
}

func TestWhoMayDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.submit()
	approve := review.Decision{Act: models.ActApprove}
	unsure, member := w.as("grace"), w.as("grace")
	unsure.SudoUntil = time.Time{}
	member.Memberships = []models.Membership{{OrganizationID: w.maker.ID, Role: models.RoleMember}}
	acting := w.as("grace")
	acting.ActingFor = &models.ActingFor{StaffID: 1}
	for _, c := range []struct {
		name  string
		actor models.Actor
		want  error
	}{
		{"a visitor", models.Actor{}, models.ErrNotFound},
		{"the integrator", w.as("ada"), models.ErrNotFound},
		{"support", w.as("ken"), models.ErrForbidden},
		{"a reviewer of the same organization", member, models.ErrOwnListing},
		{"a session that isn't confirmed", unsure, models.ErrSudoNeeded},
		{"a reviewer as somebody else", acting, models.ErrNotFound},
	} {
		if err := w.review.Decide(ctx, c.actor, id, approve); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if err := w.review.Claim(ctx, member, id); !errors.Is(err, models.ErrOwnListing) {
		t.Errorf("claimed one's own: %v", err)
	}
	for _, c := range []struct {
		d    review.Decision
		want error
	}{
		{review.Decision{Act: models.ActReject}, models.ErrReviewReason},
		{review.Decision{Act: models.ActReject, Reasons: []string{"spam"}, Words: " "}, models.ErrReviewWordsNeeded},
		{review.Decision{Act: models.ActRequestChanges, Reasons: []string{"nonsense"}, Words: "x"}, models.ErrReviewReason},
		{review.Decision{}, models.ErrReviewDecision},
		{review.Decision{Act: models.ActTakeDown}, models.ErrReviewDecision},
		{review.Decision{Act: models.ActRollBack, Reasons: []string{"spam"}, Words: "x"}, models.ErrReviewDecision},
	} {
		if err := w.review.Decide(ctx, w.as("grace"), id, c.d); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.d, err, c.want)
		}
	}
	if w.state() != models.ListingSubmitted {
		t.Errorf("refused, and the listing is %s", w.state())
	}
	w.must(w.review.Decide(ctx, w.as("root"), id, approve))
}

func TestClaimsLastADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.submit()
	w.must(w.review.Claim(ctx, w.as("grace"), id))
	w.must(w.review.Claim(ctx, w.as("grace"), id))
	if err := w.review.Claim(ctx, w.as("linus"), id); !errors.Is(err, models.ErrSubmissionClaimed) {
		t.Errorf("claimed by two: %v", err)
	}
	if err := w.review.Release(ctx, w.as("linus"), id); !errors.Is(err, models.ErrSubmissionClaimed) {
		t.Errorf("released another's: %v", err)
	}
	if err := w.review.Decide(ctx, w.as("linus"), id, review.Decision{Act: models.ActApprove}); !errors.Is(err, models.ErrSubmissionClaimed) {
		t.Errorf("decided on another's: %v", err)
	}
	w.now = w.now.Add(23 * time.Hour)
	w.must(w.review.Annotate(ctx, w.as("grace"), id, "Asked a colleague"))
	w.now = w.now.Add(23 * time.Hour)
	if n, err := w.review.ReleaseLapsed(ctx); n != 0 || err != nil {
		t.Errorf("released %d that were worked on (%v)", n, err)
	}
	w.now = w.now.Add(time.Hour)
	if n, err := w.review.ReleaseLapsed(ctx); n != 1 || err != nil || w.state() != models.ListingSubmitted {
		t.Errorf("released %d (%v), the listing is %s", n, err, w.state())
	}
	w.must(w.review.Claim(ctx, w.as("linus"), id))
	w.must(w.review.Release(ctx, w.as("linus"), id))
	w.must(w.review.Release(ctx, w.as("linus"), id))
	w.must(w.review.Claim(ctx, w.as("linus"), id))
	w.now = w.now.Add(models.ClaimLifetime)
	w.must(w.review.Claim(ctx, w.as("grace"), id)) // before the job comes by
	if acts := w.acts(); acts != "submit claim release claim release claim release claim" {
		t.Errorf("history: %s", acts)
	}
}

// Two reviewers decide at once, each also clicks twice: one decision stands, and
// it is published once.
func TestReviewersRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submit()
	ctx := t.Context()
	type result struct {
		who string
		err error
	}
	results := make(chan result)
	var start sync.WaitGroup
	start.Add(1)
	decide := map[string]review.Decision{
		"grace": {Act: models.ActApprove},
		"linus": {Act: models.ActReject, Reasons: []string{"spam"}, Words: "No"},
	}
	for who, d := range decide {
		for range 4 {
			actor := w.as(who)
			go func() {
				start.Wait()
				results <- result{who, w.review.Decide(ctx, actor, id, d)}
			}()
		}
	}
	start.Done()
	won := map[string]int{}
	for range 8 {
		r := <-results
		switch {
		case r.err == nil:
			won[r.who]++
		case !errors.Is(r.err, models.ErrSubmissionDecided) && !errors.Is(r.err, models.ErrSubmissionClaimed):
			t.Errorf("%s: %v", r.who, r.err)
		}
	}
	if len(won) != 1 {
		t.Errorf("winners: %v", won)
	}
	for who, n := range won {
		if n != 4 {
			t.Errorf("%s clicked four times, %d went well", who, n)
		}
	}
	if n := value[int](w, `SELECT count(*) FROM listing_events WHERE act IN ('approve', 'reject')`); n != 1 {
		t.Errorf("%d decisions in the history", n)
	}
	if n := value[int](w, `SELECT count(*) FROM listing_revisions WHERE listing_id = $1`, w.listing); n != won["grace"]/4 {
		t.Errorf("published %d times", n)
	}
}

// Handing in from many windows at once makes one submission.
func TestHandingInRaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, actor := t.Context(), w.as("ada")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := w.review.Submit(ctx, actor, "hammer", review.Handing{Agreed: true}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := value[int](w, `SELECT count(*) FROM listing_submissions`); n != 1 {
		t.Errorf("%d submissions", n)
	}
}

// Whether withdrawing or approving comes first, the other is refused.
func TestWithdrawingRacesWithApproval(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.submit()
	ada, grace := w.as("ada"), w.as("grace")
	var withdrawn, approved error
	var both sync.WaitGroup
	both.Go(func() { withdrawn = w.review.Withdraw(ctx, ada, "hammer") })
	both.Go(func() { approved = w.review.Decide(ctx, grace, id, review.Decision{Act: models.ActApprove}) })
	both.Wait()
	if (withdrawn == nil) == (approved == nil) {
		t.Errorf("withdrawn: %v, approved: %v", withdrawn, approved)
	}
	if public := w.state() == models.ListingPublished; public != (approved == nil) {
		t.Errorf("the listing is %s", w.state())
	}
}

func TestWhatIsLiveStaysWhileTheNextIsReviewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.publish()
	if _, err := w.review.Submit(ctx, w.as("ada"), "hammer", review.Handing{Agreed: true}); !errors.Is(err, models.ErrNothingToSubmit) {
		t.Errorf("the same again: %v", err)
	}
	w.edit(func(c *models.ListingContent) {
		c.Tagline = "Another"
		c.Plans = append(c.Plans, models.PlanTerm{Name: "Pro", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(900)), Description: "More"})
	})
	id := w.submit()
	w.must(w.review.Claim(ctx, w.as("grace"), id))
	live := func() string { return value[string](w, `SELECT tagline FROM listings WHERE id = $1`, w.listing) }
	if w.state() != models.ListingPublished || live() != "Drives nails into issues" {
		t.Errorf("while it is reviewed: %s, %q", w.state(), live())
	}
	w.must(w.review.Decide(ctx, w.as("grace"), id, review.Decision{Act: models.ActReject, Reasons: []string{"pricing"}, Words: "No"}))
	if w.state() != models.ListingPublished || w.submission(id) != models.SubmissionRejected || live() != "Drives nails into issues" {
		t.Errorf("rejected: %s, %s, %q", w.state(), w.submission(id), live())
	}
	// Exactly what was handed in is published, whatever the draft says by then.
	third := w.submit()
	w.edit(func(c *models.ListingContent) { c.Tagline = "Slipped in later" })
	w.must(w.review.Decide(ctx, w.as("grace"), third, review.Decision{Act: models.ActApprove}))
	if live() != "Another" || value[int](w, `SELECT count(*) FROM plans WHERE listing_id = $1 AND state = 'published'`, w.listing) != 2 {
		t.Errorf("published: %q", live())
	}
	// A listing that its integrator hides stays hidden when a revision is approved.
	w.must(w.review.Move(ctx, w.as("ada"), "hammer", models.ActUnlist))
	fourth := w.submit()
	w.must(w.review.Decide(ctx, w.as("grace"), fourth, review.Decision{Act: models.ActApprove}))
	if w.state() != models.ListingUnlisted || live() != "Slipped in later" {
		t.Errorf("unlisted: %s, %q", w.state(), live())
	}
}

func TestSmallEditsAreLiveAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.publish()
	support := func() string {
		return value[string](w, `SELECT links ->> 'support' FROM listings WHERE id = $1`, w.listing)
	}
	hand := func() bool {
		t.Helper()
		after, err := w.review.Submit(ctx, w.as("ada"), "hammer", review.Handing{Agreed: true})
		w.must(err)
		return after
	}
	w.edit(func(c *models.ListingContent) { c.Links.Support = "https://hammer.dev/first" })
	if !hand() || support() != "https://hammer.dev/first" {
		t.Fatalf("a link waits: %s", support())
	}
	if !hand() { // the second click
		t.Error("the second click waits")
	}
	w.edit(func(c *models.ListingContent) {
		c.Contacts = append(c.Contacts, models.Contact{Role: models.ContactFinance, Mail: "f@hammer.dev"})
	})
	if !hand() {
		t.Error("a contact waits")
	}
	if n := value[int](w, `SELECT count(*) FROM listing_submissions WHERE afterwards AND state = 'submitted'`); n != 1 {
		t.Errorf("%d small edits wait for a reviewer", n)
	}
	// With a text beside it, everything waits.
	w.edit(func(c *models.ListingContent) { c.Links.Support, c.Tagline = "https://hammer.dev/second", "Another" })
	if hand() || support() != "https://hammer.dev/first" {
		t.Errorf("a text went live: %s", support())
	}
	after := value[int64](w, `SELECT id FROM listing_submissions WHERE afterwards AND state = 'submitted'`)
	if err := w.review.Decide(ctx, w.as("grace"), after, review.Decision{Act: models.ActReject, Reasons: []string{"links"}, Words: "x"}); !errors.Is(err, models.ErrReviewDecision) {
		t.Errorf("rejected what is live: %v", err)
	}
	w.must(w.review.Decide(ctx, w.as("grace"), after, review.Decision{Act: models.ActRollBack, Reasons: []string{"links"}, Words: "It leads elsewhere"}))
	if support() != "https://hammer.dev/help" || value[int](w, `SELECT jsonb_array_length(contacts) FROM listings WHERE id = $1`, w.listing) != 2 {
		t.Errorf("rolled back: %s", support())
	}
	if w.state() != models.ListingPublished || len(w.told(models.NoticeRolledBack)) != 2 {
		t.Errorf("rolled back: %s, told %v", w.state(), w.told(models.NoticeRolledBack))
	}
}

// Rolling back leaves alone what was changed again since.
func TestRollingBackAfterALaterRevision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.publish()
	w.edit(func(c *models.ListingContent) { c.Links.Support = "https://hammer.dev/bad" })
	small := w.submit()
	w.edit(func(c *models.ListingContent) { c.Links.Support, c.Tagline = "https://hammer.dev/good", "Another" })
	later := w.submit()
	w.must(w.review.Decide(ctx, w.as("grace"), later, review.Decision{Act: models.ActApprove}))
	w.must(w.review.Decide(ctx, w.as("grace"), small, review.Decision{Act: models.ActRollBack, Reasons: []string{"links"}, Words: "Bad"}))
	if got := value[string](w, `SELECT tagline || ' ' || (links ->> 'support') FROM listings WHERE id = $1`, w.listing); got != "Another https://hammer.dev/good" {
		t.Errorf("live is %s", got)
	}
}

func TestStaffSaysWhatIsSmall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.publish()
	for _, who := range []string{"ada", "grace", "ken"} {
		if err := w.review.SetSmallParts(ctx, w.as(who), nil); err == nil {
			t.Errorf("%s set it", who)
		}
	}
	if err := w.review.SetSmallParts(ctx, w.as("root"), []string{"links", "plans"}); !errors.Is(err, models.ErrSmallField) {
		t.Errorf("plans at once: %v", err)
	}
	w.must(w.review.SetSmallParts(ctx, w.as("root"), []string{"keywords"}))
	parts, err := w.review.SmallParts(ctx, w.as("root"))
	if err != nil || len(parts) != 1 || parts[0] != models.PartKeywords {
		t.Errorf("set to %v (%v)", parts, err)
	}
	w.edit(func(c *models.ListingContent) { c.Links.Support = "https://hammer.dev/first" })
	if after, err := w.review.Submit(ctx, w.as("ada"), "hammer", review.Handing{Agreed: true}); after || err != nil {
		t.Errorf("a link doesn't wait (%v)", err)
	}
	// Even a setting written by hand lets no price through.
	w.must(w.review.Withdraw(ctx, w.as("ada"), "hammer"))
	w.exec(`UPDATE marketplace_settings SET value = '["plans", "links", "texts"]'`)
	w.edit(func(c *models.ListingContent) { c.Plans[0].Description = "Another" })
	if after, err := w.review.Submit(ctx, w.as("ada"), "hammer", review.Handing{Agreed: true}); after || err != nil {
		t.Errorf("a plan doesn't wait (%v)", err)
	}
	if n := value[int](w, `SELECT count(*) FROM audit_events WHERE action = 'marketplace.small_edits'`); n != 1 {
		t.Errorf("%d changes in the audit log", n)
	}
}

func TestPermissionsWaitForTheReview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.publish()
	propose := func(level string) {
		w.exec(`INSERT INTO app_proposals (app_id, permissions, events, created_at) VALUES ($1, jsonb_build_object('contents', $2::text, 'issues', 'read', 'metadata', 'read'), '{issues}', $3)
			ON CONFLICT (app_id) DO UPDATE SET permissions = excluded.permissions`, w.app.ID, level, w.now)
	}
	asks := func() string {
		return value[string](w, `SELECT permissions ->> 'contents' FROM apps WHERE id = $1`, w.app.ID)
	}
	propose("read")
	id := w.submit()
	c, err := w.review.Case(ctx, w.as("grace"), id)
	w.must(err)
	if c.Changes.Access == nil || !c.Changes.Access.Broader || c.Changed {
		t.Errorf("the reviewer sees %+v", c.Changes.Access)
	}
	// Proposed after handing in: what was shown is approved, the rest waits.
	propose("write")
	if c, err = w.review.Case(ctx, w.as("grace"), id); err != nil || !c.Changed {
		t.Errorf("the reviewer isn't told (%v)", err)
	}
	w.must(w.review.Decide(ctx, w.as("grace"), id, review.Decision{Act: models.ActApprove}))
	if asks() != "read" {
		t.Errorf("the app asks for %s", asks())
	}
	if got := value[string](w, `SELECT permissions ->> 'contents' FROM app_proposals WHERE app_id = $1`, w.app.ID); got != "write" {
		t.Errorf("proposed is %s", got)
	}
	if n := value[int](w, `SELECT count(*) FROM app_permission_changes WHERE app_id = $1`, w.app.ID); n != 2 {
		t.Errorf("%d entries in the ledger", n)
	}
	next := w.submit()
	w.must(w.review.Decide(ctx, w.as("grace"), next, review.Decision{Act: models.ActApprove}))
	if asks() != "write" || value[int](w, `SELECT count(*) FROM app_proposals`) != 0 {
		t.Errorf("the app asks for %s", asks())
	}
}

// An app whose listing was never public changes at once. What was handed in then
// isn't what it asks for, and nobody approves what they haven't seen.
func TestPermissionsThatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submit()
	w.exec(`UPDATE apps SET permissions = '{"contents": "write"}' WHERE id = $1`, w.app.ID)
	if err := w.review.Decide(t.Context(), w.as("grace"), id, review.Decision{Act: models.ActApprove}); !errors.Is(err, models.ErrAccessChanged) {
		t.Errorf("approved: %v", err)
	}
	if w.state() != models.ListingSubmitted {
		t.Errorf("the listing is %s", w.state())
	}
}

func TestMovingWithoutReview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	move := func(act models.ListingAct) error { return w.review.Move(ctx, w.as("ada"), "hammer", act) }
	if err := move(models.ActUnlist); !errors.Is(err, models.ErrListingState) {
		t.Errorf("a draft was unlisted: %v", err)
	}
	if err := move(models.ActApprove); !errors.Is(err, models.ErrListingState) {
		t.Errorf("an integrator approved: %v", err)
	}
	if err := w.review.Move(ctx, w.as("grace"), "hammer", models.ActArchive); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a reviewer archived: %v", err)
	}
	w.publish()
	indexed := w.jobs("index_listings")
	w.must(move(models.ActUnlist))
	w.must(move(models.ActUnlist))
	if w.jobs("index_listings") != indexed+1 || w.state() != models.ListingUnlisted {
		t.Error("search doesn't hear of it, or twice")
	}
	w.must(move(models.ActRelist))
	w.edit(func(c *models.ListingContent) { c.Tagline = "Another" })
	id := w.submit()
	w.must(move(models.ActArchive))
	if w.submission(id) != models.SubmissionWithdrawn || value[bool](w, `SELECT public FROM listings WHERE id = $1`, w.listing) {
		t.Error("archived, and something of it goes on")
	}
	w.must(move(models.ActRedraft))
	w.publish()
	if w.state() != models.ListingPublished {
		t.Errorf("published again: %s", w.state())
	}
}

// Transition is what moderation takes its steps by.
func TestTransition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.publish()
	step := func(who string, act models.ListingAct) error {
		return w.db.Tx(ctx, func(tx *db.Tx) error {
			st, err := apps.OfListing(ctx, tx.Pgx, w.as(who), "hammer", true)
			if err != nil {
				return err
			}
			return review.Transition(ctx, tx, w.as(who), st, act, []string{"spam"}, "Why", w.now)
		})
	}
	if err := step("ada", models.ActTakeDown); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("an integrator took it down: %v", err)
	}
	w.must(w.review.Move(ctx, w.as("ada"), "hammer", models.ActUnlist))
	w.must(step("grace", models.ActTakeDown))
	if err := step("grace", models.ActTakeDown); !errors.Is(err, models.ErrListingState) {
		t.Errorf("taken down twice: %v", err)
	}
	w.must(step("grace", models.ActRestore))
	if w.state() != models.ListingUnlisted {
		t.Errorf("restored to %s, was unlisted", w.state())
	}
	if got := value[string](w, `SELECT from_state || ' ' || to_state || ' ' || by_staff || ' ' || reasons[1] || ' ' || words FROM listing_events ORDER BY id DESC LIMIT 1`); got != "taken_down unlisted true spam Why" {
		t.Errorf("history: %s", got)
	}
}

func TestSchemaMatchesNouns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	check := value[string](w, `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'listing_submissions_state'`)
	if n := strings.Count(check, "::text"); n < len(models.SubmissionStates()) {
		t.Errorf("%d states in %s", n, check)
	}
	for _, s := range models.SubmissionStates() {
		if !strings.Contains(check, "'"+string(s)+"'") {
			t.Errorf("the schema doesn't know %s", s)
		}
	}
	for _, step := range models.SubmissionActs() {
		if _, _, err := step.Act.Step(models.ListingPublished, ""); err != nil {
			t.Errorf("%s can't be done with a listing that is live: %v", step.Act, err)
		}
	}
}
