package tryouts_test

import (
	"errors"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/tryouts"
)

type stage struct {
	t       *testing.T
	db      *db.DB
	tryouts *tryouts.Service
	now     time.Time
	org     models.Account
	ada     models.Actor
	bob     models.Actor
	other   models.Actor
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, db: dbtest.New(t), now: dbtest.Epoch}
	ada, bob, other := dbtest.User(t, s.db, "ada"), dbtest.User(t, s.db, "bob"), dbtest.User(t, s.db, "other")
	s.org = dbtest.Organization(t, s.db, "tools", ada, bob)
	dbtest.Draft(t, s.db, dbtest.App(t, s.db, s.org, "hammer"), models.ListingContent{Name: "Hammer", Plans: []models.PlanTerm{
		{Name: "Team", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(3000)), TrialDays: 14},
		{Name: "Seats", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(500)), UnitName: "seat"},
	}})
	s.tryouts = tryouts.New(s.db, func() time.Time { return s.now })
	s.ada, s.bob = s.actor(ada), s.actor(bob)
	s.other = models.Actor{UserID: other.ID, Login: other.Login, MailVerified: true}
	return s
}

func (s *stage) actor(a models.Account) models.Actor {
	return models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true,
		Memberships: []models.Membership{{OrganizationID: s.org.ID, Login: s.org.Login, Role: models.RoleOwner}}}
}

func start(plan int) tryouts.Start {
	return tryouts.Start{Kind: models.KindOrganization, Order: models.TryoutOrder{Plan: plan, Period: models.Monthly, Units: 1}}
}

func (s *stage) tryout(actor models.Actor) *models.Tryout {
	s.t.Helper()
	d, err := s.tryouts.Desk(s.t.Context(), actor, "hammer")
	if err != nil {
		s.t.Fatal(err)
	}
	return d.Tryout
}

func (s *stage) do(actor models.Actor, step models.TryoutStep) error {
	return s.tryouts.Do(s.t.Context(), actor, "hammer", func(*models.Tryout) (models.TryoutStep, error) { return step, nil })
}

func TestATryoutIsOnesOwn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	if s.tryout(s.ada) != nil {
		t.Fatal("one runs before it began")
	}
	if err := s.tryouts.Begin(t.Context(), s.ada, "hammer", start(1)); err != nil {
		t.Fatal(err)
	}
	if got := s.tryout(s.ada); got.State() != models.TryoutTrial || len(got.Events) != 1 {
		t.Fatalf("%+v", got)
	}
	if s.tryout(s.bob) != nil {
		t.Error("somebody else's tryout is shown")
	}
	if err := s.tryouts.Begin(t.Context(), s.bob, "hammer", start(2)); err != nil {
		t.Fatal(err)
	}
	end := s.tryout(s.ada).Purchase.End
	if err := s.do(s.ada, models.TryoutStep{Act: models.TryoutClock, To: end}); err != nil {
		t.Fatal(err)
	}
	if a, b := s.tryout(s.ada), s.tryout(s.bob); a.State() != models.TryoutPaid || !a.Now.Equal(end) || b.Now.Equal(end) {
		t.Errorf("ada's clock shows %s, bob's %s", a.Now, b.Now)
	}
	if err := s.do(s.ada, models.TryoutStep{Act: models.ActBuy, Order: start(1).Order}); !errors.Is(err, models.ErrTryoutBought) {
		t.Errorf("bought twice: %v", err)
	}
	if err := s.tryouts.Begin(t.Context(), s.ada, "hammer", start(2)); err != nil || s.tryout(s.ada).State() != models.TryoutPaid || len(s.tryout(s.ada).Events) != 1 {
		t.Errorf("it can't be begun again: %v", err)
	}
	for range 2 {
		if err := s.tryouts.End(t.Context(), s.ada, "hammer"); err != nil || s.tryout(s.ada) != nil {
			t.Fatalf("it doesn't end: %v", err)
		}
	}
	if err := s.do(s.ada, models.TryoutStep{Act: models.ActCancel}); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a step of none: %v", err)
	}
	var audited string
	if err := s.db.Pool().QueryRow(t.Context(), `SELECT string_agg(action, ' ' ORDER BY id) FROM audit_events`).Scan(&audited); err != nil ||
		audited != "tryout.begin tryout.begin tryout.begin tryout.end" {
		t.Errorf("recorded is %q (%v)", audited, err)
	}
}

func TestATryoutTouchesNothingElse(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	tables := func() (counts string) {
		err := s.db.Pool().QueryRow(t.Context(), `SELECT concat_ws(' ', (SELECT count(*) FROM plans), (SELECT count(*) FROM plan_versions),
			(SELECT count(*) FROM notifications), (SELECT count(*) FROM river_job), (SELECT count(*) FROM listing_drafts))`).Scan(&counts)
		if err != nil {
			t.Fatal(err)
		}
		return counts
	}
	before := tables()
	if err := s.tryouts.Begin(t.Context(), s.ada, "hammer", start(1)); err != nil {
		t.Fatal(err)
	}
	if err := s.do(s.ada, models.TryoutStep{Act: models.TryoutClock, To: s.now.AddDate(2, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	if after := tables(); after != before {
		t.Errorf("%s became %s", before, after)
	}
	if n := dbtest.Statements(s.db, func() { s.tryout(s.ada) }); n != 4 {
		t.Errorf("the page takes %d statements", n)
	}
}

func TestWhoTries(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, actor := range []models.Actor{{}, s.other} {
		_, err := s.tryouts.Desk(t.Context(), actor, "hammer")
		for _, err := range []error{err, s.tryouts.Begin(t.Context(), actor, "hammer", start(1)), s.do(actor, models.TryoutStep{Act: models.ActCancel}), s.tryouts.End(t.Context(), actor, "hammer")} {
			if !errors.Is(err, models.ErrNotFound) && !errors.Is(err, models.ErrSignInNeeded) {
				t.Errorf("%q: %v", actor.Login, err)
			}
		}
	}
	for _, bad := range []tryouts.Start{{Kind: "robot", Order: start(1).Order}, {Kind: models.KindUser}, start(9)} {
		if err := s.tryouts.Begin(t.Context(), s.ada, "hammer", bad); err == nil || s.tryout(s.ada) != nil {
			t.Errorf("%+v began: %v", bad, err)
		}
	}
}

func TestLeftTryoutsGo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	if err := s.tryouts.Begin(t.Context(), s.ada, "hammer", start(1)); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(models.TryoutLifetime - time.Hour)
	if err := s.tryouts.Begin(t.Context(), s.bob, "hammer", start(1)); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(2 * time.Hour)
	if n, err := s.tryouts.Prune(t.Context()); n != 1 || err != nil || s.tryout(s.ada) != nil || s.tryout(s.bob) == nil {
		t.Errorf("%d tryouts went: %v", n, err)
	}
}
