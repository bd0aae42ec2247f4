package moderation_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/catalog"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/moderation"
	"souk/models/notices"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a marketplace with one listing, checker, of acme, which ada owns; two
// reviewers; and grace, who reports.
type world struct {
	*moderation.Service
	t       *testing.T
	db      *db.DB
	catalog *catalog.Service
	now     time.Time

	ada, acme, grace, linus, barbara models.Account
	checker                          dbtest.Entry
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: time.Now().UTC().Truncate(time.Second)}
	queue, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return w.now }
	n := notices.New(w.db, queue, now)
	w.Service = moderation.New(w.db, queue, n, identity.New(w.db, queue, n, now), now)
	w.catalog = catalog.New(w.db, queue, now, nil)
	w.ada, w.grace = dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "grace")
	w.linus, w.barbara = dbtest.User(t, w.db, "linus"), dbtest.User(t, w.db, "barbara")
	dbtest.MakeStaff(t, w.db, w.linus, models.StaffReviewer)
	dbtest.MakeStaff(t, w.db, w.barbara, models.StaffReviewer)
	w.acme = dbtest.Organization(t, w.db, "acme", w.ada)
	w.checker = dbtest.Listing(t, w.db, dbtest.Named("checker", "Checker"), dbtest.By(w.acme))
	return w
}

func (w *world) as(a models.Account, staff models.StaffRole) models.Actor {
	return models.Actor{UserID: a.ID, Login: a.Login, Staff: staff, MailVerified: true, SessionID: 1, SudoUntil: w.now.Add(time.Minute),
		Visit: models.Visit{IP: "203.0.113.7"}}
}

func (w *world) reviewer() models.Actor { return w.as(w.linus, models.StaffReviewer) }
func (w *world) other() models.Actor    { return w.as(w.barbara, models.StaffReviewer) }
func (w *world) reporter() models.Actor { return w.as(w.grace, "") }

// owner is ada, acting for acme.
func (w *world) owner() models.Actor {
	a := w.as(w.ada, "")
	a.Memberships = []models.Membership{{OrganizationID: w.acme.ID, Login: "acme", Role: models.RoleOwner}}
	return a
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%v, want %v", err, want)
	}
}

func (w *world) text(query string, args ...any) (s string) {
	w.t.Helper()
	if err := w.db.Pool().QueryRow(w.t.Context(), query, args...).Scan(&s); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return s
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Pool().Exec(w.t.Context(), query, args...); err != nil {
		w.t.Fatal(err)
	}
}

// told are the kinds of what somebody was told, in order.
func (w *world) told(a models.Account) string {
	w.t.Helper()
	return w.text(`SELECT coalesce(string_agg(kind, ' ' ORDER BY id), '') FROM notifications WHERE account_id = $1`, a.ID)
}

func (w *world) report(actor models.Actor, words string) error {
	return w.Report(w.t.Context(), actor, "checker", models.ReasonMalware, words)
}

const words = "It asked for my password."

func TestWhoReports(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.refused(w.report(models.Actor{}, words), models.ErrSignInNeeded)
	unproven := w.reporter()
	unproven.MailVerified = false
	w.refused(w.report(unproven, words), models.ErrMailNeeded)
	suspended := w.reporter()
	suspended.Suspended = true
	w.refused(w.report(suspended, words), models.ErrSuspended)
	w.refused(w.Report(ctx, w.reporter(), "nothing", models.ReasonMalware, words), models.ErrNotFound)
	if n := w.text(`SELECT count(*)::text FROM listing_reports`); n != "0" {
		t.Errorf("%s reports", n)
	}

	w.must(w.report(w.reporter(), words))
	w.refused(w.report(w.reporter(), "Once more, to be sure."), models.ErrReported)
	if log := w.text(`SELECT account_id::text FROM audit_events WHERE action = 'report.create'`); log == strconv.FormatInt(w.acme.ID, 10) {
		t.Error("acme reads in its log who reported it")
	}
	s, err := w.Subject(ctx, w.reporter(), "checker")
	w.must(err)
	if !s.Waiting() || !s.There || len(s.Mine) != 1 || s.Mine[0].Words != words {
		t.Errorf("%+v", s)
	}
}

func TestWhatAReportSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		reason models.ModerationReason
		words  string
		want   error
	}{
		"no reason":        {"", words, models.ErrReportReason},
		"made-up reason":   {"boring", words, models.ErrReportReason},
		"staff's reason":   {models.ReasonLegal, words, models.ErrReportReason},
		"no words":         {models.ReasonMalware, "  ", models.ErrReportWords},
		"hardly any words": {models.ReasonOther, "bad", models.ErrReportWords},
		"too many words":   {models.ReasonSpam, strings.Repeat("字", models.MaxReportWords+1), models.ErrTooLong},
		"control":          {models.ReasonSpam, "a\x00b", models.ErrControl},
		"turned around":    {models.ReasonSpam, "a\u202eb", models.ErrControl},
	} {
		err := w.Report(t.Context(), w.reporter(), "checker", c.reason, c.words)
		if _, ok := models.AsProblems(err); !ok || !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.must(w.Report(t.Context(), w.reporter(), "checker", models.ReasonBroken, ""))
}

// Whoever floods staff is held up, by account and by address.
func TestReportsAreThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	flood := func(actor models.Actor) (sent int) {
		for range 7 {
			err := w.Report(t.Context(), actor, dbtest.Listing(t, w.db).Slug, models.ReasonSpam, "")
			switch {
			case err == nil:
				sent++
			case !errors.Is(err, models.ErrTooManyReports):
				t.Fatal(err)
			}
		}
		return sent
	}
	if n := flood(w.reporter()); n != 5 {
		t.Errorf("%d reports at once", n)
	}
	w.now = w.now.Add(time.Hour)
	if n := flood(w.reporter()); n != 2 {
		t.Errorf("%d reports an hour later", n)
	}
	all := 0
	for _, login := range []string{"one", "two", "three", "four", "five", "six"} {
		all += flood(w.as(dbtest.User(t, w.db, login), ""))
	}
	if all > 20 {
		t.Errorf("%d reports from one address", all)
	}
}

func TestStaffDealsWithReports(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.report(w.reporter(), words))
	w.must(w.report(w.as(w.barbara, ""), "It looks like another product."))
	for name, actor := range map[string]models.Actor{"reporter": w.reporter(), "owner": w.owner(), "nobody": {}} {
		if _, err := w.Reports(ctx, actor, "", 1); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s reads reports: %v", name, err)
		}
		if _, err := w.Case(ctx, actor, "checker"); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s reads the case: %v", name, err)
		}
		if err := w.Decide(ctx, actor, "checker", nil, models.ReportDismissed, "no"); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s decides: %v", name, err)
		}
	}
	list, err := w.Reports(ctx, w.reviewer(), "", 1)
	w.must(err)
	if list.Waiting != 2 || list.Total != 1 || len(list.Items) != 1 || list.Items[0].Count != 2 || list.Items[0].Reasons[models.ReasonMalware] != 2 || list.Items[0].Publisher != "acme" {
		t.Errorf("%+v", list)
	}
	c, err := w.Case(ctx, w.reviewer(), "checker")
	w.must(err)
	if len(c.Reports) != 2 || !c.MayDecide || c.Facts.ReportsWait != 2 || c.Facts.Listings != 1 {
		t.Errorf("%+v", c)
	}

	w.refused(w.Decide(ctx, w.reviewer(), "checker", []int64{c.Reports[0].ID}, "perhaps", "x"), models.ErrReportDecision)
	w.refused(w.Decide(ctx, w.reviewer(), "checker", []int64{c.Reports[0].ID}, models.ReportActed, " "), models.ErrAnswerNeeded)
	w.refused(w.Decide(ctx, w.reviewer(), "checker", []int64{}, models.ReportActed, "x"), models.ErrNoReports)
	stale := w.reviewer()
	stale.SudoUntil = w.now.Add(-time.Second)
	w.refused(w.Decide(ctx, stale, "checker", []int64{c.Reports[0].ID}, models.ReportActed, "x"), models.ErrSudoNeeded)

	graces := c.Reports[1].ID // the newest comes first
	w.must(w.Decide(ctx, w.reviewer(), "checker", []int64{graces}, models.ReportDismissed, "It is the usual page of the product."))
	if got := w.told(w.grace); got != "report_dismissed" {
		t.Errorf("grace is told %q", got)
	}
	if got := w.told(w.barbara); got != "" {
		t.Errorf("barbara is told %q", got)
	}
	s, err := w.Subject(ctx, w.reporter(), "checker")
	w.must(err)
	if s.Waiting() || s.Mine[0].Answer == "" {
		t.Errorf("%+v", s)
	}
	w.must(w.report(w.reporter(), "It does so again, a week later."))
	done, err := w.Reports(ctx, w.reviewer(), models.ModerationHandled, 1)
	w.must(err)
	if done.Waiting != 2 || len(done.Items) != 1 || done.Items[0].Count != 1 || done.Items[0].All != 3 {
		t.Errorf("%+v", done)
	}
}

// Nobody of the staff decides on their own listing, or on their organization's.
func TestNobodyDecidesOnTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	own := w.owner()
	own.Staff = models.StaffAdministrator
	w.refused(w.TakeDown(ctx, own, "checker", models.ReasonSpam, "a fact"), models.ErrOwnListing)
	w.must(w.report(w.reporter(), words))
	w.refused(w.Decide(ctx, own, "checker", nil, models.ReportDismissed, "no"), models.ErrOwnListing)
	w.must(w.TakeDown(ctx, w.reviewer(), "checker", models.ReasonSpam, "a fact"))
	w.refused(w.Restore(ctx, own, "checker", "mine"), models.ErrOwnListing)
	w.must(w.Appeal(ctx, w.owner(), "checker", "it is no spam"))
	w.refused(w.Judge(ctx, own, "checker", models.AppealGranted, "mine"), models.ErrOwnListing)
}

func TestTakeDownAppealRestore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.report(w.reporter(), words))
	w.refused(w.TakeDown(ctx, w.reviewer(), "checker", "", "a fact"), models.ErrTakedownReason)
	w.refused(w.TakeDown(ctx, w.reviewer(), "checker", models.ReasonMalware, ""), models.ErrPublicNote)
	w.refused(w.TakeDown(ctx, w.as(w.linus, models.StaffSupport), "checker", models.ReasonMalware, "a fact"), models.ErrForbidden)
	w.refused(w.Appeal(ctx, w.owner(), "checker", "why"), models.ErrNothingToAppeal)

	w.must(w.TakeDown(ctx, w.reviewer(), "checker", models.ReasonMalware, "It asked for passwords."))
	gone, err := w.catalog.Listing(ctx, "en", "checker")
	w.refused(err, models.ErrListingTakenDown)
	why, ok := errors.AsType[*models.ListingGone](err)
	if gone != nil || !ok || why.Reason != models.ReasonMalware || why.Note != "It asked for passwords." || !why.Since.Equal(w.now) {
		t.Errorf("%+v", why)
	}
	if got := w.told(w.ada); got != "listing_taken_down" {
		t.Errorf("ada is told %q", got)
	}
	if got := w.told(w.grace); got != "report_acted" {
		t.Errorf("grace is told %q", got)
	}
	if got := w.text(`SELECT string_agg(args->>'ids', ' ') FROM river_job WHERE kind = 'index_listings'`); got == "" {
		t.Error("the search doesn't follow")
	}
	if got := w.text(`SELECT act || ' ' || from_state || ' ' || to_state || ' ' || words FROM listing_events`); got != "take_down published taken_down It asked for passwords." {
		t.Error(got)
	}
	if got := w.text(`SELECT description FROM audit_events WHERE action = 'listing.take_down' AND account_id = $1`, w.acme.ID); got != "It asked for passwords." {
		t.Error(got)
	}
	w.refused(w.TakeDown(ctx, w.other(), "checker", models.ReasonSpam, "again"), models.ErrListingState)

	// An appeal: once, by who answers for the listing.
	w.refused(w.Appeal(ctx, w.reporter(), "checker", "why"), models.ErrNotFound)
	w.refused(w.Appeal(ctx, w.owner(), "checker", "  "), models.ErrAppealWords)
	w.must(w.Appeal(ctx, w.owner(), "checker", "That was our sign-in page."))
	w.refused(w.Appeal(ctx, w.owner(), "checker", "Please."), models.ErrAppealed)
	list, err := w.Appeals(ctx, w.reviewer(), "", 1)
	w.must(err)
	if list.Waiting != 1 || len(list.Items) != 1 || list.Items[0].DecidedBy != "linus" || list.Items[0].Act != models.ActTakeDown {
		t.Errorf("%+v", list)
	}

	// Judged by somebody else.
	w.refused(w.Judge(ctx, w.reviewer(), "checker", models.AppealGranted, "well"), models.ErrOwnDecision)
	w.refused(w.Judge(ctx, w.other(), "checker", "maybe", "well"), models.ErrReportDecision)
	w.must(w.Judge(ctx, w.other(), "checker", models.AppealGranted, "It is theirs indeed."))
	if d, err := w.catalog.Listing(ctx, "en", "checker"); err != nil || d.Listing.State != models.ListingPublished {
		t.Errorf("%v", err)
	}
	if got := w.told(w.ada); got != "listing_taken_down listing_restored" {
		t.Errorf("ada is told %q", got)
	}
	w.refused(w.Judge(ctx, w.other(), "checker", models.AppealDenied, "no"), models.ErrNoAppeal)

	// A new decision can be appealed against anew; denied, it stays.
	w.must(w.TakeDown(ctx, w.reviewer(), "checker", models.ReasonBroken, "It can't be set up."))
	w.must(w.Appeal(ctx, w.owner(), "checker", "It can."))
	w.must(w.Judge(ctx, w.other(), "checker", models.AppealDenied, "We tried."))
	c, err := w.Contest(ctx, w.owner(), "checker")
	w.must(err)
	if c.Plea == nil || c.Plea.Decision != models.AppealDenied || c.Plea.Answer != "We tried." {
		t.Errorf("%+v", c.Plea)
	}
	w.refused(w.Appeal(ctx, w.owner(), "checker", "Once more."), models.ErrAppealed)
	if _, err := w.catalog.Listing(ctx, "en", "checker"); !errors.Is(err, models.ErrListingTakenDown) {
		t.Error(err)
	}
	w.must(w.Restore(ctx, w.reviewer(), "checker", "Mended."))
	if _, err := w.catalog.Listing(ctx, "en", "checker"); err != nil {
		t.Error(err)
	}
	w.refused(w.Restore(ctx, w.reviewer(), "checker", "Mended."), models.ErrListingState)
}

// The one reviewer that there is judges appeals alone.
func TestTheOnlyReviewerJudges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	dbtest.MakeStaff(t, w.db, w.barbara, "")
	// Somebody of the staff who owns the listing is nobody who could judge.
	dbtest.MakeStaff(t, w.db, w.ada, models.StaffAdministrator)
	w.must(w.TakeDown(ctx, w.reviewer(), "checker", models.ReasonSpam, "a fact"))
	w.must(w.Appeal(ctx, w.owner(), "checker", "no"))
	w.must(w.Judge(ctx, w.reviewer(), "checker", models.AppealDenied, "yes"))
}

// What was unlisted is unlisted again.
func TestRestoredToWhereItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(`UPDATE listings SET state = 'unlisted'`)
	w.must(w.TakeDown(t.Context(), w.reviewer(), "checker", models.ReasonSpam, "a fact"))
	w.must(w.Restore(t.Context(), w.reviewer(), "checker", "sorry"))
	if got := w.text(`SELECT state || ' ' || taken_down_reason || taken_down_note FROM listings`); got != "unlisted " {
		t.Error(got)
	}
}

func TestAppealAgainstRejection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.exec(`UPDATE listings SET state = 'rejected', published_at = NULL`)
	w.exec(`INSERT INTO listing_events (listing_id, at, act, from_state, to_state, actor_id, by_staff, reasons, words)
		VALUES ($1, $2, 'reject', 'in_review', 'rejected', $3, true, '{quality}', 'Too little.')`, w.checker.ID, w.now, w.linus.ID)
	w.must(w.Appeal(ctx, w.owner(), "checker", "It is enough."))
	w.refused(w.Judge(ctx, w.reviewer(), "checker", models.AppealGranted, "well"), models.ErrOwnDecision)
	w.must(w.Judge(ctx, w.other(), "checker", models.AppealGranted, "It is."))
	if got := w.text(`SELECT state FROM listings`); got != string(models.ListingDraft) {
		t.Error(got)
	}
	if got := w.told(w.ada); got != "listing_reopened" {
		t.Errorf("ada is told %q", got)
	}
	if _, err := w.Contest(ctx, w.owner(), "checker"); !errors.Is(err, models.ErrNothingToAppeal) {
		t.Error(err)
	}
}

// race does something from several sides at once, and returns what each got.
func race(does ...func() error) []error {
	errs := make([]error, len(does))
	var all sync.WaitGroup
	start := make(chan struct{})
	for i, do := range does {
		all.Go(func() {
			<-start
			errs[i] = do()
		})
	}
	close(start)
	all.Wait()
	return errs
}

func TestTwoTakeItDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	down := func(a models.Actor, note string) func() error {
		return func() error { return w.TakeDown(t.Context(), a, "checker", models.ReasonSpam, note) }
	}
	errs := race(down(w.reviewer(), "one"), down(w.other(), "two"))
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("%v", errs)
	}
	if err := errors.Join(errs...); !errors.Is(err, models.ErrListingState) {
		t.Error(err)
	}
	if got := w.text(`SELECT count(*)::text FROM listing_events WHERE act = 'take_down'`); got != "1" {
		t.Errorf("taken down %s times", got)
	}
	if got := w.told(w.ada); got != "listing_taken_down" {
		t.Errorf("ada is told %q", got)
	}
}

// Restored and appealed against at once: either there is nothing to appeal
// against any more, or the appeal is granted with it. None waits for ever.
func TestRestoredWhileAppealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 5 {
		w.must(w.TakeDown(t.Context(), w.reviewer(), "checker", models.ReasonSpam, "a fact"))
		errs := race(
			func() error { return w.Restore(t.Context(), w.other(), "checker", "sorry") },
			func() error { return w.Appeal(t.Context(), w.owner(), "checker", "no") })
		w.must(errs[0])
		if errs[1] != nil && !errors.Is(errs[1], models.ErrNothingToAppeal) {
			t.Error(errs[1])
		}
		if got := w.text(`SELECT count(*)::text FROM listing_appeals WHERE decision = ''`); got != "0" {
			t.Fatalf("%s appeals wait for ever", got)
		}
	}
}

func TestTwoReportAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	send := func() error { return w.report(w.reporter(), words) }
	sent := 0
	for _, err := range race(send, send, send) {
		if err == nil {
			sent++
		} else if !errors.Is(err, models.ErrReported) {
			t.Error(err)
		}
	}
	if sent != 1 {
		t.Errorf("%d reports of one person", sent)
	}
}

func TestListsAreOneStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.report(w.reporter(), words))
	for range 3 {
		e := dbtest.Listing(t, w.db, dbtest.By(w.acme))
		w.exec(`INSERT INTO listing_reports (listing_id, reporter_id, reason, created_at) VALUES ($1, $2, 'spam', $3)`, e.ID, w.grace.ID, w.now)
	}
	for name, do := range map[string]func() error{
		"reports": func() error { _, err := w.Reports(ctx, w.reviewer(), "", 1); return err },
		"handled": func() error { _, err := w.Reports(ctx, w.reviewer(), models.ModerationHandled, 1); return err },
		"appeals": func() error { _, err := w.Appeals(ctx, w.reviewer(), "", 1); return err },
		"subject": func() error { _, err := w.Subject(ctx, w.reporter(), "checker"); return err },
	} {
		if n := dbtest.Statements(w.db, func() { w.must(do()) }); n != 1 {
			t.Errorf("%s: %d statements", name, n)
		}
	}
	if n := dbtest.Statements(w.db, func() { _, err := w.Case(ctx, w.reviewer(), "checker"); w.must(err) }); n != 2 {
		t.Errorf("case: %d statements", n)
	}
	if _, err := w.Reports(ctx, w.reviewer(), "", 2); !errors.Is(err, models.ErrPageOutOfRange) {
		t.Error(err)
	}
	if _, err := w.Reports(ctx, w.reviewer(), "everything", 1); !errors.Is(err, models.ErrUnknownChoice) {
		t.Error(err)
	}
}
