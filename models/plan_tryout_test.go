package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// tryoutPlans are one of each kind.
func tryoutPlans() []TryoutPlan {
	var plans []TryoutPlan
	for i, t := range []PlanTerm{
		{Name: "Free", Kind: PlanFree},
		{Name: "Basic", Kind: PlanFlatRate, MonthlyMinor: new(int64(1000)), YearlyMinor: new(int64(10000)), TrialDays: 14},
		{Name: "Team", Kind: PlanFlatRate, MonthlyMinor: new(int64(3000)), YearlyMinor: new(int64(30000))},
		{Name: "Seats", Kind: PlanPerUnit, MonthlyMinor: new(int64(500)), UnitName: "seat", MinUnits: new(int64(2)), MaxUnits: new(int64(50))},
		{Name: "Yen", Kind: PlanFlatRate, MonthlyMinor: new(int64(1500)), Currency: "JPY"},
		{Name: "Old", Kind: PlanFlatRate, MonthlyMinor: new(int64(100)), State: PlanRetired},
		{Name: "Users", Kind: PlanFlatRate, MonthlyMinor: new(int64(100)), Audience: AudienceUsers},
		{Name: "Broken", Kind: PlanFlatRate, MonthlyMinor: new(int64(1 << 62))},
	} {
		t.Number = i + 1
		plans = append(plans, TryoutPlan{ID: int64(100 + i), Term: t})
	}
	return plans
}

func newTryout() *Tryout {
	at := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	return &Tryout{Plans: tryoutPlans(), Began: at, Now: at, Buyer: TryoutAccount{ID: 7, Login: "acme", Kind: KindOrganization},
		Sender: TryoutAccount{ID: 3, Login: "ann", Kind: KindUser}}
}

func monthly(plan int, units ...int64) TryoutOrder { return tryoutOrder(plan, Monthly, units...) }

func tryoutOrder(plan int, period Period, units ...int64) TryoutOrder {
	return TryoutOrder{Plan: plan, Period: period, Units: append(units, 1)[0]}
}

func (t *Tryout) must(tb testing.TB, steps ...TryoutStep) *Tryout {
	tb.Helper()
	for _, s := range steps {
		if err := t.Apply(s); err != nil {
			tb.Fatalf("%+v: %v", s, err)
		}
	}
	return t
}

func buyStep(o TryoutOrder) TryoutStep    { return TryoutStep{Act: ActBuy, Order: o} }
func changeStep(o TryoutOrder) TryoutStep { return TryoutStep{Act: ActChange, Order: o} }

func (t *Tryout) next(tb testing.TB) *Tryout {
	tb.Helper()
	return t.must(tb, TryoutStep{Act: TryoutClock, To: t.Next()})
}

func days(t *Tryout, n int) TryoutStep {
	return TryoutStep{Act: TryoutClock, To: t.Now.AddDate(0, 0, n)}
}

// summary is what came of the events since, on one line.
func (t *Tryout) summary(since int) string {
	var parts []string
	for _, e := range t.Events[since:] {
		var charges, hooks []string
		if c := e.Charge; c != nil {
			var lines []string
			for _, l := range c.Bill.Lines {
				lines = append(lines, fmt.Sprintf("%+d", l.Minor))
			}
			line := fmt.Sprintf("%s=%d %s", strings.Join(lines, ""), c.Bill.Total, c.Bill.Currency)
			if c.Declined {
				line += " declined"
			}
			charges = append(charges, line)
		}
		for _, h := range e.Webhooks {
			hooks = append(hooks, string(h.Action))
		}
		parts = append(parts, fmt.Sprintf("%s %s charged [%s] told [%s]", e.At.Format(time.DateOnly), e.Act, strings.Join(charges, ", "), strings.Join(hooks, ", ")))
	}
	state := string(t.State())
	if p := t.Purchase; p != nil {
		if p.Pending != nil {
			state += ", pending"
		}
		if !p.End.IsZero() {
			state += " until " + p.End.Format(time.DateOnly)
		}
	}
	return strings.Join(parts, "; ") + " -> " + state
}

func worlds(tb testing.TB) []struct {
	name string
	make func() *Tryout
} {
	fails := TryoutStep{Act: TryoutCardFails}
	return []struct {
		name string
		make func() *Tryout
	}{
		{"nothing", newTryout},
		{"nothing, trial had", func() *Tryout { return newTryout().must(tb, buyStep(monthly(2)), TryoutStep{Act: ActCancel}) }},
		{"nothing, card fails", func() *Tryout { return newTryout().must(tb, fails) }},
		{"free", func() *Tryout { return newTryout().must(tb, buyStep(monthly(1))) }},
		{"trial, day 10", func() *Tryout {
			t := newTryout().must(tb, buyStep(monthly(2)))
			return t.must(tb, days(t, 10))
		}},
		{"trial, card fails", func() *Tryout { return newTryout().must(tb, buyStep(monthly(2)), fails) }},
		{"Team, day 10", func() *Tryout {
			t := newTryout().must(tb, buyStep(monthly(3)))
			return t.must(tb, days(t, 10))
		}},
		{"Team, card fails", func() *Tryout {
			t := newTryout().must(tb, buyStep(monthly(3)))
			return t.must(tb, days(t, 10), fails)
		}},
		{"Team by the year, day 100", func() *Tryout {
			t := newTryout().must(tb, buyStep(tryoutOrder(3, Yearly)))
			return t.must(tb, days(t, 100))
		}},
		{"5 Seats, day 14", func() *Tryout {
			t := newTryout().must(tb, buyStep(monthly(4, 5)))
			return t.must(tb, days(t, 14))
		}},
		{"Team, Basic pending", func() *Tryout { return newTryout().must(tb, buyStep(monthly(3)), changeStep(monthly(2))) }},
		{"Team, end pending", func() *Tryout { return newTryout().must(tb, buyStep(monthly(3)), TryoutStep{Act: ActCancel}) }},
		{"Team, past due", func() *Tryout { return newTryout().must(tb, buyStep(monthly(3)), fails).next(tb).next(tb) }},
		{"Team, past due, card works", func() *Tryout {
			return newTryout().must(tb, buyStep(monthly(3)), fails).next(tb).next(tb).must(tb, TryoutStep{Act: TryoutCardWorks})
		}},
		{"Team, pause pending", func() *Tryout { return newTryout().must(tb, buyStep(monthly(3)), TryoutStep{Act: ActPause}) }},
		{"Team, paused", func() *Tryout { return newTryout().must(tb, buyStep(monthly(3)), TryoutStep{Act: ActPause}).next(tb) }},
	}
}

// TestTryoutTransitions holds what becomes of each step from each standing to the
// table that a reviewer has read: testdata/tryout.golden.
func TestTryoutTransitions(t *testing.T) {
	t.Parallel()
	steps := []struct {
		name string
		of   func(*Tryout) TryoutStep
	}{
		{"buy Basic", func(*Tryout) TryoutStep { return buyStep(monthly(2)) }},
		{"buy Team", func(*Tryout) TryoutStep { return buyStep(monthly(3)) }},
		{"change to Free", func(*Tryout) TryoutStep { return changeStep(monthly(1)) }},
		{"change to Basic", func(*Tryout) TryoutStep { return changeStep(monthly(2)) }},
		{"change to Basic by the year", func(*Tryout) TryoutStep { return changeStep(tryoutOrder(2, Yearly)) }},
		{"change to Team", func(*Tryout) TryoutStep { return changeStep(monthly(3)) }},
		{"change to Team by the year", func(*Tryout) TryoutStep { return changeStep(tryoutOrder(3, Yearly)) }},
		{"change to 4 Seats", func(*Tryout) TryoutStep { return changeStep(monthly(4, 4)) }},
		{"change to 10 Seats", func(*Tryout) TryoutStep { return changeStep(monthly(4, 10)) }},
		{"change to 51 Seats", func(*Tryout) TryoutStep { return changeStep(monthly(4, 51)) }},
		{"change to Yen", func(*Tryout) TryoutStep { return changeStep(monthly(5)) }},
		{"pause", func(*Tryout) TryoutStep { return TryoutStep{Act: ActPause} }},
		{"resume", func(*Tryout) TryoutStep { return TryoutStep{Act: ActResume} }},
		{"cancel", func(*Tryout) TryoutStep { return TryoutStep{Act: ActCancel} }},
		{"take back", func(*Tryout) TryoutStep { return TryoutStep{Act: ActTakeBack} }},
		{"clock to what is next", func(t *Tryout) TryoutStep { return TryoutStep{Act: TryoutClock, To: t.Next()} }},
		{"clock on by 65 days", func(t *Tryout) TryoutStep { return days(t, 65) }},
		{"card fails", func(*Tryout) TryoutStep { return TryoutStep{Act: TryoutCardFails} }},
		{"card works", func(*Tryout) TryoutStep { return TryoutStep{Act: TryoutCardWorks} }},
	}
	var table strings.Builder
	for _, w := range worlds(t) {
		fmt.Fprintf(&table, "%s\n", w.name)
		for _, s := range steps {
			tried := w.make()
			since := len(tried.Events)
			outcome := ""
			if err := tried.Apply(s.of(tried)); err != nil {
				outcome = "refused: " + err.Error()
				if len(tried.Events) != since {
					t.Errorf("%s, %s: refused, and yet something came of it", w.name, s.name)
				}
			} else {
				outcome = tried.summary(since)
			}
			fmt.Fprintf(&table, "  %-28s %s\n", s.name, outcome)
		}
	}
	const file = "testdata/tryout.golden"
	if os.Getenv("UPDATE_TRYOUT") != "" {
		if err := os.WriteFile(file, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(table.String(), "\n")
	for i, line := range strings.Split(string(want), "\n") {
		if i >= len(got) || got[i] != line {
			t.Fatalf("line %d of %s differs (UPDATE_TRYOUT=1 writes it again):\n%s\n%s", i+1, file, line, append(got, "")[min(i, len(got))])
		}
	}
	if len(got) != len(strings.Split(string(want), "\n")) {
		t.Fatalf("%s has other lines (UPDATE_TRYOUT=1 writes it again)", file)
	}
}

// Whatever is played, what is charged for a period that was changed on the way is
// what its parts come to, and nothing is ever paid back.
func TestChargesAddUp(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		tried := newTryout()
		for range 60 {
			order := tryoutOrder(1+random.IntN(8), Periods()[random.IntN(2)], 1+random.Int64N(60))
			step := TryoutStep{Act: TryoutActs()[random.IntN(len(TryoutActs()))], Order: order,
				To: tried.Now.Add(time.Duration(random.Int64N(int64(40 * 24 * time.Hour)))).Truncate(time.Second)}
			before, _ := json.Marshal(tried)
			events := len(tried.Events)
			if err := tried.Apply(step); err != nil {
				if after, _ := json.Marshal(tried); string(after) != string(before) || len(tried.Events) != events {
					t.Fatalf("%+v was refused (%v) and changed something:\n%s\n%s", step, err, before, after)
				}
				continue
			}
			for _, e := range tried.Events[events:] {
				soundCharges(t, tried, e)
			}
			soundPurchase(t, tried)
		}
	}
}

func soundCharges(t *testing.T, tried *Tryout, e TryoutEvent) {
	t.Helper()
	if c := e.Charge; c != nil {
		var sum int64
		for _, l := range c.Bill.Lines {
			sum += l.Minor
			if l.Minor > l.Whole || -l.Minor > l.Whole || !l.Until.After(l.From) {
				t.Fatalf("a line is more than the whole: %+v", l)
			}
		}
		if sum != c.Bill.Total || sum < 0 {
			t.Fatalf("the lines come to %d, the total is %d", sum, c.Bill.Total)
		}
	}
	for _, h := range e.Webhooks {
		if h.Effective.Before(e.At) {
			t.Fatalf("%s takes effect before it is told", h.Action)
		}
	}
}

func soundPurchase(t *testing.T, tried *Tryout) {
	t.Helper()
	p := tried.Purchase
	if p == nil {
		return
	}
	if !p.End.IsZero() && (!p.End.After(tried.Now) || p.Start.After(tried.Now)) {
		t.Fatalf("it is %s, and the period goes from %s to %s", tried.Now, p.Start, p.End)
	}
	if p.Pending != nil && p.End.IsZero() {
		t.Fatal("a change waits for an end that never comes")
	}
	if !p.OnTrial() && !p.End.IsZero() && p.Due == nil && p.End.Day() != p.Anchor.Day() && p.End.AddDate(0, 0, 1).Day() != 1 {
		t.Fatalf("the period ends on %s, reckoned from %s", p.End, p.Anchor)
	}
}

func TestTryoutRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		order TryoutOrder
		want  error
	}{
		{monthly(99), ErrTryoutPlan}, {monthly(0), ErrTryoutPlan}, {monthly(6), ErrTryoutPlan}, {monthly(7), ErrTryoutAccount}, {monthly(8), ErrTryoutPlan},
		{monthly(4, 1), ErrTryoutUnits}, {monthly(4, 51), ErrTryoutUnits}, {monthly(4, 0), ErrTryoutUnits}, {tryoutOrder(4, Yearly, 5), ErrTryoutPeriod},
	} {
		if err := newTryout().Apply(buyStep(c.order)); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, not %v", c.order, err, c.want)
		}
	}
	tried := newTryout()
	for _, to := range []time.Time{{}, tried.Now, tried.Now.AddDate(0, 0, -1), tried.Now.AddDate(6, 0, 0)} {
		if err := tried.Apply(TryoutStep{Act: TryoutClock, To: to}); !errors.Is(err, ErrTryoutClock) {
			t.Errorf("the clock went to %s: %v", to, err)
		}
	}
	if err := tried.Apply(TryoutStep{Act: ActRenew}); !errors.Is(err, ErrUnknownChoice) {
		t.Errorf("an act of time was taken: %v", err)
	}
	for range MaxTryoutEvents {
		tried.must(t, TryoutStep{Act: TryoutCardFails})
	}
	if err := tried.Apply(TryoutStep{Act: TryoutCardWorks}); !errors.Is(err, ErrTryoutFull) {
		t.Errorf("a step too many: %v", err)
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	tried := newTryout().must(t, buyStep(monthly(2)))
	for _, c := range []struct {
		to         TryoutReach
		date, want string
	}{
		{ReachTrialEnd, "", "2026-02-14T09:00:00Z"}, {ReachNext, "", "2026-02-11T09:00:00Z"}, {ReachDay, "", "2026-02-01T09:00:00Z"},
		{ReachMonth, "", "2026-02-28T09:00:00Z"}, {ReachDate, "2026-05-06", "2026-05-06T09:00:00Z"},
		{ReachDate, "yesterday", ""}, {ReachDate, "2026-02-30", ""}, {ReachDate, "", ""}, {"nowhere", "", ""},
	} {
		got, err := tried.Reach(c.to, c.date)
		if c.want == "" && !errors.Is(err, ErrTryoutClock) || c.want != "" && got.Format(time.RFC3339) != c.want {
			t.Errorf("%s %s: %s, %v", c.to, c.date, got, err)
		}
	}
	if _, err := newTryout().Reach(ReachNext, ""); !errors.Is(err, ErrTryoutClock) {
		t.Error("nothing is bought, and yet something is next")
	}
}

// The body is GitHub's, key by key.
func TestPurchasePayload(t *testing.T) {
	t.Parallel()
	tried := newTryout().must(t, buyStep(monthly(4, 5)), changeStep(monthly(4, 3)))
	body, err := json.MarshalIndent(tried.Payload(&tried.Events[1].Webhooks[0], "https://souk.example"), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/pending_change.json"
	if os.Getenv("UPDATE_TRYOUT") != "" {
		if err := os.WriteFile(file, append(body, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(body)+"\n" != string(want) {
		t.Errorf("the payload is\n%s", body)
	}
	free := newTryout().must(t, buyStep(monthly(1)))
	p := free.Payload(&free.Events[0].Webhooks[0], "")
	if p.Purchase.Billing != nil || p.Purchase.TrialEnds != nil || p.Previous != nil || p.Purchase.Plan.Bullets == nil || p.Purchase.Plan.Unit != nil {
		t.Errorf("what is free has no next date: %+v", p.Purchase)
	}
}

// A tryout comes back from JSON as it was, or a step would be taken from somewhere
// else.
func TestTryoutIsKept(t *testing.T) {
	t.Parallel()
	for _, w := range worlds(t) {
		was := w.make()
		text, err := json.Marshal(was)
		if err != nil {
			t.Fatal(err)
		}
		var is Tryout
		if err := json.Unmarshal(text, &is); err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal(&is)
		if string(again) != string(text) || is.State() != was.State() {
			t.Errorf("%s: %s came back as %s", w.name, text, again)
		}
	}
	if !slices.Contains(TryoutStates(), newTryout().State()) {
		t.Error("a state that isn't listed")
	}
}
