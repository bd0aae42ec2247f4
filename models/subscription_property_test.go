package models_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"souk/models"
)

// life plays a subscription through by random acts and the passing of time, with
// charges that sometimes fail, and notes every second that was paid for.
type life struct {
	env   models.BillingEnv
	plans []models.Plan
	now   time.Time
	sub   models.Subscription
	ended bool
	paid  []models.BillLine // of bills that were paid, in their order
	kind  models.AccountKind
	owed  *models.Bill
}

var lifeZones = []string{"UTC", "Europe/Paris", "America/New_York", "Asia/Tokyo", "Pacific/Apia"}

func newLife(t *rapid.T) *life {
	minor := func(label string) *int64 { return new(rapid.Int64Range(1, 5_000_00).Draw(t, label)) }
	l := &life{kind: models.KindOrganization, now: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, 3*365*86400).Draw(t, "start")) * time.Second)}
	l.env = models.BillingEnv{GraceDays: rapid.IntRange(0, models.MaxGraceDays).Draw(t, "grace"), TransferDays: 14,
		Tax: models.TaxRule{Name: "VAT", Millionths: rapid.SampledFrom([]int64{0, 81_000, 190_000, 200_000}).Draw(t, "tax"), Inclusive: rapid.Bool().Draw(t, "inclusive")}}
	for i := range 4 {
		p := models.Plan{ID: int64(i + 1), Number: i + 1, Name: string(rune('A' + i)), Kind: models.PlanFlatRate, Currency: "EUR", State: models.PlanPublished,
			Audience: models.AudienceEveryone, Version: 1, MonthlyMinor: minor("monthly"), YearlyMinor: minor("yearly")}
		switch i {
		case 0:
			p.Kind, p.MonthlyMinor, p.YearlyMinor = models.PlanFree, nil, nil
		case 2:
			p.Kind, p.UnitName = models.PlanPerUnit, "seat"
		case 3:
			p.TrialDays = rapid.IntRange(1, 45).Draw(t, "trial")
		}
		l.plans = append(l.plans, p)
	}
	return l
}

func (l *life) terms(t *rapid.T) models.Terms {
	return models.Terms{Plan: rapid.SampledFrom(l.plans).Draw(t, "plan"), Period: rapid.SampledFrom(models.Periods()).Draw(t, "period"), Units: rapid.Int64Range(1, 20).Draw(t, "units")}
}

// take carries a turn out as billing does: what needs a payment holds only if that
// succeeds.
func (l *life) take(t *rapid.T, turn *models.Turn) {
	ok := !turn.Charges() || rapid.IntRange(0, 3).Draw(t, "luck") > 0
	switch {
	case turn.Bill != nil && ok:
		l.check(t, turn)
		l.paid = append(l.paid, turn.Bill.Lines...)
		l.sub, l.owed = turn.After.Paid(), nil
	case turn.Required:
		return // nothing holds
	case turn.Charges():
		l.sub, l.owed = turn.After.Failed(&l.env, turn.At, l.now), turn.Bill
	case turn.Act == models.ActRetry && l.owed != nil && rapid.Bool().Draw(t, "retried"):
		l.paid = append(l.paid, l.owed.Lines...)
		l.sub, l.owed = turn.After.Paid(), nil
	case turn.Act == models.ActRetry:
		l.sub = turn.After.Failed(&l.env, turn.At, l.now)
	default:
		l.sub = turn.After
	}
	l.ended = l.sub.State == models.SubscriptionEnded
}

// check holds that bills add up and never go below nothing.
func (l *life) check(t *rapid.T, turn *models.Turn) {
	b := turn.Bill
	var sum int64
	for i := range b.Lines {
		line := &b.Lines[i]
		sum += line.Amount()
		if !line.From.Before(line.Until) {
			t.Fatalf("a line is for no time: %+v", line)
		}
		if line.Kind != models.LineUnused && (line.Amount() < 0 || line.Minor > line.Whole) {
			t.Fatalf("a line costs %d of %d", line.Amount(), line.Whole)
		}
	}
	if b.Net+b.Tax != b.Total || b.Net < 0 || b.Tax < 0 || !b.Rule.Inclusive && b.Net != sum || b.Rule.Inclusive && b.Total != sum {
		t.Fatalf("the bill doesn't add up: %+v", b)
	}
}

// pass lets time go by to a moment, one thing after the other.
func (l *life) pass(t *rapid.T, to time.Time) {
	for next := l.sub.Next(); !l.ended && !next.IsZero() && !next.After(to); next = l.sub.Next() {
		l.now = next
		turn := l.sub.Pass(&l.env)
		if turn.At.After(to) || turn.At.Before(l.sub.Start) {
			t.Fatalf("%s happens at %s, not between %s and %s", turn.Act, turn.At, l.sub.Start, to)
		}
		l.take(t, turn)
		if after := l.sub.Next(); !after.IsZero() && after.Before(next) {
			t.Fatalf("after %s at %s time goes back to %s", turn.Act, next, after)
		}
	}
	l.now = to
}

// TestALifeOfASubscription holds, for random lives: what is served is paid but for
// the grace, no second is paid for twice, what is given back was paid, and nothing
// moves backwards.
func TestALifeOfASubscription(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		zone := rapid.SampledFrom(lifeZones).Draw(t, "zone")
		offer := models.Offer{Kind: l.kind, Terms: l.terms(t), Zone: zone, Trialled: rapid.Bool().Draw(t, "trialled"), Coupon: drawCoupon(t)}
		turn, err := models.Subscribe(offer, &l.env, l.now)
		if err != nil {
			t.Fatalf("what is offered can't be bought: %v", err)
		}
		l.take(t, turn)
		if l.sub.Zone == "" {
			return // it wasn't paid
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			if l.ended {
				break
			}
			l.step(t)
		}
		l.settle(t)
	})
}

func drawCoupon(t *rapid.T) *models.Discount {
	switch rapid.IntRange(0, 2).Draw(t, "coupon") {
	case 1:
		return &models.Discount{Code: "PERCENT", Percent: rapid.Int64Range(1, 100).Draw(t, "percent"), Left: rapid.IntRange(-1, 3).Filter(func(n int) bool { return n != 0 }).Draw(t, "left")}
	case 2:
		return &models.Discount{Code: "AMOUNT", Minor: rapid.Int64Range(1, 100_00).Draw(t, "off"), Currency: "EUR", Left: 2}
	}
	return nil
}

func (l *life) step(t *rapid.T) {
	var turn *models.Turn
	var err error
	switch rapid.IntRange(0, 7).Draw(t, "act") {
	case 0, 1, 2:
		l.pass(t, l.now.Add(time.Duration(rapid.Int64Range(1, 40*86400).Draw(t, "seconds"))*time.Second))
		return
	case 3, 4:
		turn, err = l.sub.Change(l.terms(t), l.kind, true, &l.env, l.now)
	case 5:
		turn, err = l.sub.TakeBack(l.now)
	case 6:
		turn, err = l.sub.Pause(&l.env, l.now)
		if l.sub.State == models.SubscriptionPaused {
			turn, err = l.sub.Resume(&l.env, l.now)
		}
	case 7:
		if rapid.IntRange(0, 3).Draw(t, "really") > 0 {
			return
		}
		turn, err = l.sub.Cancel(&l.env, l.now)
	}
	if err == nil {
		l.foretell(t, turn)
		l.take(t, turn)
	}
}

// foretell holds that the calendar that is shown is what time then does.
func (l *life) foretell(t *rapid.T, turn *models.Turn) {
	until := turn.At.AddDate(1, 0, 0)
	entries := turn.Calendar(&l.env, until)
	if turn.Charges() {
		if len(entries) == 0 || entries[0].Bill != turn.Bill {
			t.Fatalf("what is paid now isn't shown first")
		}
		entries = entries[1:]
	}
	s := turn.After.Paid()
	for i, e := range entries {
		passed := s.Pass(&l.env)
		if passed.Act != e.Act || !passed.At.Equal(e.At) || (passed.Bill == nil) != (e.Bill == nil) || passed.Bill != nil && passed.Bill.Total != e.Bill.Total {
			t.Fatalf("entry %d foretells %s at %s, and %s comes at %s", i, e.Act, e.At, passed.Act, passed.At)
		}
		s = passed.After.Paid()
	}
}

// settle walks through all that was paid: each stretch of time belongs to at most
// one line at a time, those given back taken off.
func (l *life) settle(t *rapid.T) {
	var until time.Time
	for _, line := range l.paid {
		switch line.Kind {
		case models.LineUnused:
			if !line.Until.Equal(until) && !until.IsZero() && line.Until.After(until) {
				t.Fatalf("time until %s is given back, paid was until %s", line.Until, until)
			}
		default:
			if line.From.Before(until) && !givenBack(l.paid, line.From) {
				t.Fatalf("the time from %s is paid twice, until %s", line.From, until)
			}
			until = line.Until
		}
	}
	if l.sub.State == models.SubscriptionPastDue && l.sub.Due.Until.After(l.sub.Due.Since.AddDate(0, 0, l.env.GraceDays)) {
		t.Fatalf("served unpaid from %s until %s, with a grace of %d days", l.sub.Due.Since, l.sub.Due.Until, l.env.GraceDays)
	}
	if l.sub.State == models.SubscriptionActive && !l.sub.Free() && l.sub.End.After(until) {
		t.Fatalf("served until %s, paid until %s", l.sub.End, until)
	}
}

func givenBack(lines []models.BillLine, at time.Time) bool {
	for _, line := range lines {
		if line.Kind == models.LineUnused && line.From.Equal(at) {
			return true
		}
	}
	return false
}
