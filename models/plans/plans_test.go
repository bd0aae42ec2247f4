package plans_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/drafts"
	"souk/models/plans"
)

// stage is an organization with an app and its draft, and people around it.
type stage struct {
	t       *testing.T
	db      *db.DB
	plans   *plans.Service
	now     time.Time
	org     models.Account
	listing int64
	owner   models.Actor
	member  models.Actor
	other   models.Actor
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, db: dbtest.New(t), now: dbtest.Epoch}
	owner, member, other := dbtest.User(t, s.db, "owner"), dbtest.User(t, s.db, "member"), dbtest.User(t, s.db, "other")
	s.org = dbtest.Organization(t, s.db, "tools", owner)
	dbtest.Member(t, s.db, s.org, member, models.RoleMember)
	s.listing = dbtest.Draft(t, s.db, dbtest.App(t, s.db, s.org, "hammer"), models.ListingContent{Name: "Hammer"})
	s.plans = plans.New(s.db, nil, func() time.Time { return s.now })
	s.owner, s.member, s.other = s.actor(owner, models.RoleOwner), s.actor(member, models.RoleMember), s.actor(other, "")
	return s
}

func (s *stage) actor(a models.Account, role models.OrganizationRole) models.Actor {
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true}
	if role != "" {
		actor.Memberships = []models.Membership{{OrganizationID: s.org.ID, Login: s.org.Login, Role: role}}
	}
	return actor
}

func term(name string, monthly int64) models.PlanTerm {
	return models.PlanTerm{Name: name, Kind: models.PlanFlatRate, MonthlyMinor: &monthly, Currency: "USD", Description: "For " + name,
		Audience: models.AudienceEveryone, State: models.PlanPublished}
}

func (s *stage) add(t models.PlanTerm) int {
	s.t.Helper()
	n, err := s.plans.Add(s.t.Context(), s.owner, "hammer", t)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *stage) desk() *plans.Desk {
	s.t.Helper()
	d, err := s.plans.Desk(s.t.Context(), s.owner, "hammer")
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func (s *stage) names() string {
	var all []string
	for _, p := range s.desk().Content.Plans {
		all = append(all, fmt.Sprintf("%d %s", p.Number, p.Name))
	}
	return strings.Join(all, ", ")
}

// publish makes a plan live, as the store does once a revision is approved.
func (s *stage) publish(number int, monthly int64) {
	s.t.Helper()
	if _, err := s.db.Pool().Exec(s.t.Context(), `INSERT INTO plans (listing_id, number, name, kind, monthly_minor, currency, state, created_at, updated_at)
		VALUES ($1, $2, 'Team', 'flat_rate', $3, 'USD', 'published', now(), now())
		ON CONFLICT ON CONSTRAINT plans_number_key DO UPDATE SET monthly_minor = excluded.monthly_minor, price_policy = 'move', notice_days = 60`,
		s.listing, number, monthly); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) audited() string {
	s.t.Helper()
	var all string
	if err := s.db.Pool().QueryRow(s.t.Context(), `SELECT coalesce(string_agg(action, ' ' ORDER BY id), '') FROM audit_events WHERE account_id = $1`, s.org.ID).Scan(&all); err != nil {
		s.t.Fatal(err)
	}
	return all
}

func TestPlansOfADraft(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	team, basic := s.add(term("Team", 3000)), s.add(term("Basic", 1000))
	if got := s.names(); got != "1 Team, 2 Basic" {
		t.Fatalf("the draft has %s", got)
	}
	if err := s.plans.Move(t.Context(), s.owner, "hammer", basic, true); err != nil {
		t.Fatal(err)
	}
	if err := s.plans.Move(t.Context(), s.owner, "hammer", basic, true); err != nil { // no further
		t.Fatal(err)
	}
	was := s.desk().Term(team)
	changed := *was
	changed.MonthlyMinor = new(int64(4000))
	if err := s.plans.Change(t.Context(), s.owner, "hammer", plans.Mark(was), changed); err != nil {
		t.Fatal(err)
	}
	if got := *s.desk().Term(team).MonthlyMinor; got != 4000 || s.names() != "2 Basic, 1 Team" {
		t.Fatalf("Team costs %d in %s", got, s.names())
	}
	if err := s.plans.Remove(t.Context(), s.owner, "hammer", basic); err != nil {
		t.Fatal(err)
	}
	if got := s.names(); got != "1 Team" {
		t.Fatalf("the draft has %s", got)
	}
	if err := s.plans.SetPurchase(t.Context(), s.owner, "hammer", models.PurchaseDirect, "https://hammer.example/buy"); err != nil {
		t.Fatal(err)
	}
	if got := s.audited(); got != "plan.add plan.add plan.order plan.change plan.remove plan.purchase" {
		t.Errorf("recorded is %s", got)
	}
	for _, n := range []int{0, -1, 2, 99} {
		if err := s.plans.Remove(t.Context(), s.owner, "hammer", n); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("plan %d was removed: %v", n, err)
		}
	}
}

func TestRulesForPlans(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.add(term("Team", 3000))
	for name, bad := range map[string]models.PlanTerm{
		"no name":         term("", 100),
		"the same name":   term("team", 100),
		"no price":        {Name: "A", Kind: models.PlanFlatRate, State: models.PlanPublished},
		"nothing to pay":  term("B", 0),
		"less than that":  term("C", -1),
		"too much":        term("D", models.MaxPriceMinor+1),
		"no kind":         {Name: "E", State: models.PlanPublished},
		"no such kind":    {Name: "F", Kind: "gift", State: models.PlanPublished},
		"five points":     {Name: "G", Kind: models.PlanFree, Bullets: []string{"1", "2", "3", "4", "5"}},
		"no unit":         {Name: "H", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(1))},
		"limits reversed": {Name: "I", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(1)), UnitName: "seat", MinUnits: new(int64(9)), MaxUnits: new(int64(2))},
		"an endless try":  {Name: "J", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(1)), TrialDays: 366},
		"a made-up coin":  {Name: "K", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(1)), Currency: "XYZ"},
	} {
		_, err := s.plans.Add(t.Context(), s.owner, "hammer", bad)
		lint, ok := errors.AsType[*plans.LintError](err)
		if !ok || !models.Blocking(lint.Findings) || !errors.Is(err, models.ErrPlanLint) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []struct {
		how     models.Purchase
		address string
	}{{models.PurchaseDirect, ""}, {models.PurchaseDirect, "javascript:alert(1)"}, {models.PurchaseDirect, "ftp://hammer.example"}, {"barter", ""}} {
		if err := s.plans.SetPurchase(t.Context(), s.owner, "hammer", bad.how, bad.address); err == nil {
			t.Errorf("bought %s at %q", bad.how, bad.address)
		}
	}
	for i := range models.MaxPlans - 1 {
		s.add(term(fmt.Sprintf("Plan %d", i), int64(100+i)))
	}
	if _, err := s.plans.Add(t.Context(), s.owner, "hammer", term("One more", 99)); !errors.Is(err, models.ErrPlanLint) {
		t.Errorf("eleven plans are for sale: %v", err)
	}
	draft := term("One more", 99)
	draft.State = models.PlanDraft
	s.add(draft)
	if got := s.audited(); strings.Count(got, "plan.") != models.MaxPlans+1 {
		t.Errorf("recorded is %s", got)
	}
}

// What buyers have seen is retired, not removed, and its number stays its own.
func TestLivePlansStay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	n := s.add(term("Team", 3000))
	s.publish(n, 3000)
	if err := s.plans.Remove(t.Context(), s.owner, "hammer", n); !errors.Is(err, models.ErrPlanLive) {
		t.Errorf("a live plan was removed: %v", err)
	}
	was := s.desk().Term(n)
	hidden := *was
	hidden.State = models.PlanDraft
	if err := s.plans.Change(t.Context(), s.owner, "hammer", plans.Mark(was), hidden); !errors.Is(err, models.ErrUnknownChoice) {
		t.Errorf("a live plan became a draft: %v", err)
	}
	hidden.State = models.PlanRetired
	if err := s.plans.Change(t.Context(), s.owner, "hammer", plans.Mark(was), hidden); err != nil {
		t.Error(err)
	}
	s.publish(7, 100) // from a revision before
	if got := s.add(term("New", 100)); got != 8 {
		t.Errorf("a new plan has the number %d, which is another's", got)
	}
	fresh := s.desk().Term(8)
	gone := *fresh
	gone.State = models.PlanRetired
	if err := s.plans.Change(t.Context(), s.owner, "hammer", plans.Mark(fresh), gone); !errors.Is(err, models.ErrUnknownChoice) {
		t.Errorf("what was never for sale is retired: %v", err)
	}
}

// Of two who change the same plan the second is told; different plans are changed
// beside each other, and none is lost.
func TestTwoEditors(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var numbers []int
	for i := range 8 {
		numbers = append(numbers, s.add(term(fmt.Sprintf("Plan %d", i), int64(1000+i))))
	}
	d := s.desk()
	var all sync.WaitGroup
	var told sync.Map
	for _, n := range numbers {
		for _, price := range []int64{5000, 6000} {
			changed := *d.Term(n)
			changed.MonthlyMinor = new(price + int64(n))
			mark := plans.Mark(d.Term(n))
			all.Go(func() {
				err := s.plans.Change(t.Context(), s.owner, "hammer", mark, changed)
				told.Store(fmt.Sprint(n, price), err)
			})
		}
	}
	all.Wait()
	after := s.desk()
	for _, n := range numbers {
		a, _ := told.Load(fmt.Sprint(n, int64(5000)))
		b, _ := told.Load(fmt.Sprint(n, int64(6000)))
		if (a == nil) == (b == nil) || a != nil && !errors.Is(a.(error), models.ErrPlanChanged) || b != nil && !errors.Is(b.(error), models.ErrPlanChanged) {
			t.Errorf("plan %d: %v and %v", n, a, b)
		}
		if got := *after.Term(n).MonthlyMinor; got != 5000+int64(n) && got != 6000+int64(n) {
			t.Errorf("plan %d costs %d", n, got)
		}
	}
}

func TestWhoWritesPlans(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	n := s.add(term("Team", 3000))
	unproven := s.owner
	unproven.MailVerified = false
	for name, c := range map[string]struct {
		actor models.Actor
		want  error
	}{"nobody": {models.Actor{}, models.ErrSignInNeeded}, "a stranger": {s.other, models.ErrNotFound}, "a member": {s.member, nil}, "an owner without an address": {unproven, nil}} {
		errs := map[string]error{}
		_, errs["desk"] = s.plans.Desk(t.Context(), c.actor, "hammer")
		_, errs["add"] = s.plans.Add(t.Context(), c.actor, "hammer", term("X", 1))
		errs["change"] = s.plans.Change(t.Context(), c.actor, "hammer", "", models.PlanTerm{Number: n})
		errs["move"] = s.plans.Move(t.Context(), c.actor, "hammer", n, true)
		errs["remove"] = s.plans.Remove(t.Context(), c.actor, "hammer", n)
		errs["purchase"] = s.plans.SetPurchase(t.Context(), c.actor, "hammer", models.PurchaseHere, "")
		for verb, err := range errs {
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("%s, %s: %v", name, verb, err)
			}
		}
	}
	if _, err := s.plans.Desk(t.Context(), s.owner, "nothing-there"); !errors.Is(err, models.ErrNotFound) {
		t.Error(err)
	}
}

func TestPriceHistory(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	n := s.add(term("Team", 3000))
	s.publish(n, 3000)
	if _, err := s.plans.Prices(t.Context(), "hammer"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a draft's prices are public: %v", err)
	}
	if _, err := s.db.Pool().Exec(t.Context(), `UPDATE listings SET state = 'published', published_at = now() WHERE id = $1`, s.listing); err != nil {
		t.Fatal(err)
	}
	s.publish(n, 3600)
	s.publish(n, 3600) // no other price, no other version
	var h *plans.History
	if n := dbtest.Statements(s.db, func() {
		var err error
		if h, err = s.plans.Prices(t.Context(), "hammer"); err != nil {
			t.Fatal(err)
		}
	}); n != 1 {
		t.Errorf("the history takes %d statements", n)
	}
	if len(h.Plans) != 1 || len(h.Plans[0].Versions) != 2 {
		t.Fatalf("%+v", h)
	}
	now, before := h.Plans[0].Versions[0], h.Plans[0].Versions[1]
	if *now.MonthlyMinor != 3600 || now.PricePolicy != models.PriceMove || now.NoticeDays != 60 || *before.MonthlyMinor != 3000 || now.Version != before.Version+1 || now.EffectiveAt.IsZero() {
		t.Errorf("%+v after %+v", now, before)
	}
	if _, err := s.db.Pool().Exec(t.Context(), `DELETE FROM plan_versions`); err == nil {
		t.Error("the history can be rewritten")
	}
	for state, want := range map[models.ListingState]error{models.ListingUnlisted: nil, models.ListingTakenDown: models.ErrNotFound, models.ListingArchived: models.ErrNotFound} {
		if _, err := s.db.Pool().Exec(t.Context(), `UPDATE listings SET state = $2 WHERE id = $1`, s.listing, state); err != nil {
			t.Fatal(err)
		}
		if _, err := s.plans.Prices(t.Context(), "hammer"); !errors.Is(err, want) {
			t.Errorf("%s: %v", state, err)
		}
	}
	if _, err := s.plans.Prices(t.Context(), "nothing-there"); !errors.Is(err, models.ErrNotFound) {
		t.Error(err)
	}
}

// The order that an integrator chose is the one of the draft that begins with what
// is live.
func TestOrderIsKept(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.add(term("One", 100))
	d := s.desk()
	if n := dbtest.Statements(s.db, func() { s.desk() }); n != 3 {
		t.Errorf("the page takes %d statements", n)
	}
	if found := d.Of(1); models.Blocking(found) {
		t.Errorf("%+v", found)
	}
	if _, err := s.db.Pool().Exec(t.Context(), `INSERT INTO plans (listing_id, number, position, name, kind, state, created_at, updated_at)
		VALUES ($1, 1, 2, 'Last', 'free', 'published', now(), now()), ($1, 2, 1, 'First', 'free', 'published', now(), now())`, s.listing); err != nil {
		t.Fatal(err)
	}
	live, err := drafts.Live(t.Context(), s.db.Pool(), s.listing)
	if err != nil || len(live.Plans) != 2 || live.Plans[0].Name != "First" {
		t.Errorf("%+v, %v", live.Plans, err)
	}
}
