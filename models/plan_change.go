package models

import "time"

// Buyers are those whom another price of a plan concerns.
type Buyers string

// The buyers: who buys from now on, whose trial runs, and who pays already.
const (
	BuyersNew    Buyers = "new"
	BuyersTrial  Buyers = "trial"
	BuyersPaying Buyers = "paying"
)

// PriceEffect is what another price means for some buyers, for one period and,
// where the plan is priced per unit, for one unit. Before is nil where the plan
// wasn't offered for the period, After where they can't buy it any more.
//
// Those who have bought pay After from the first payment that falls due at From
// or later; Kept means that they go on paying Before as long as they stay.
type PriceEffect struct {
	Buyers Buyers
	Period Period
	Before *Money
	After  *Money
	Kept   bool
	From   time.Time
}

// Pays is what falls due on a day: nil where nothing does, because the plan isn't
// offered for the period.
func (e *PriceEffect) Pays(due time.Time) *Money {
	if e.Kept || due.Before(e.From) {
		return e.Before
	}
	return e.After
}

// PriceChange says what becomes of what buyers pay when old turns into next at
// now, for each period whose price is another. There is nothing to say while old
// was no plan that anybody could buy.
//
// With PriceKeep those who have bought keep their price. With PriceMove they are
// told at once and pay the new one when they next renew, or their trial ends, but
// no sooner than notice days from now; a lower price needs no notice. What they
// agreed to in another currency, or for another kind of plan, is never moved, nor
// is a period that is offered no more. What has become free is free for everyone
// from their next renewal on.
func PriceChange(old, next *Plan, policy PricePolicy, notice int, now time.Time) []PriceEffect {
	if old.State == PlanDraft {
		return nil
	}
	var effects []PriceEffect
	for _, period := range []Period{Monthly, Yearly} {
		before, after := unitPrice(old, period), unitPrice(next, period)
		if samePrice(before, after) && (old.Kind == next.Kind || before == nil) {
			continue
		}
		effects = append(effects, PriceEffect{Buyers: BuyersNew, Period: period, Before: before, After: after, From: now})
		if before == nil {
			continue // nobody has bought it for this period
		}
		e := moved(PriceEffect{Period: period, Before: before, After: after}, policy, notice, now)
		e.Kept = e.Kept || old.Kind != next.Kind && !next.Free()
		if e.Buyers = BuyersTrial; old.TrialDays > 0 {
			effects = append(effects, e)
		}
		e.Buyers = BuyersPaying
		effects = append(effects, e)
	}
	return effects
}

func moved(e PriceEffect, policy PricePolicy, notice int, now time.Time) PriceEffect {
	e.From = now
	if e.After != nil && e.After.Zero() {
		return e
	}
	e.Kept = policy != PriceMove || e.After == nil || e.After.Currency != e.Before.Currency
	if !e.Kept && e.After.Minor > e.Before.Minor {
		e.From = now.AddDate(0, 0, notice)
	}
	return e
}

// unitPrice is the price of one unit, nil where the plan isn't offered for the
// period. What is free has no currency.
func unitPrice(p *Plan, period Period) *Money {
	if p.Free() {
		return &Money{}
	}
	if m, ok := p.Price(period, 1); ok {
		return &m
	}
	return nil
}

func samePrice(a, b *Money) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// PriceTag is one version of a plan's price, since EffectiveAt. Its policy says
// what it meant for those who had bought before.
type PriceTag struct {
	Version      int         `json:"version"`
	Kind         PlanKind    `json:"kind"`
	MonthlyMinor *int64      `json:"monthly_minor"`
	YearlyMinor  *int64      `json:"yearly_minor"`
	Currency     string      `json:"currency"`
	UnitName     string      `json:"unit_name"`
	TrialDays    int         `json:"trial_days"`
	PricePolicy  PricePolicy `json:"price_policy"`
	NoticeDays   int         `json:"notice_days"`
	EffectiveAt  time.Time   `json:"effective_at"`
}

// Plan is the plan as it was with this price.
func (v *PriceTag) Plan() Plan {
	return Plan{Kind: v.Kind, MonthlyMinor: v.MonthlyMinor, YearlyMinor: v.YearlyMinor, Currency: v.Currency, UnitName: v.UnitName,
		TrialDays: v.TrialDays, State: PlanPublished, PricePolicy: v.PricePolicy, NoticeDays: v.NoticeDays}
}
