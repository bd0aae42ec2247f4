package models

import "time"

// PlanKind is the way a plan is priced (GitHub: FREE, FLAT_RATE, PER_UNIT).
type PlanKind string

// The kinds of plan.
const (
	PlanFree     PlanKind = "free"
	PlanFlatRate PlanKind = "flat_rate"
	PlanPerUnit  PlanKind = "per_unit"
)

// PlanState is where a plan stands in its life.
type PlanState string

// The states of a plan.
const (
	PlanDraft     PlanState = "draft"
	PlanPublished PlanState = "published"
	PlanRetired   PlanState = "retired"
)

// PlanStates maps each state to those that may follow it.
func PlanStates() map[PlanState][]PlanState {
	return map[PlanState][]PlanState{
		PlanDraft:     {PlanPublished},
		PlanPublished: {PlanRetired},
		PlanRetired:   {PlanPublished},
	}
}

// Audience says which accounts a plan is offered to.
type Audience string

// The audiences of a plan.
const (
	AudienceEveryone      Audience = "everyone"
	AudienceUsers         Audience = "users"
	AudienceOrganizations Audience = "organizations"
)

// Limits of plans. GitHub allows 10 published ones with 4 bullets each.
const (
	MaxPlans      = 10 // published at a time
	MaxKeptPlans  = 50 // with drafts and retired ones
	MaxBullets    = 4
	MaxTrialDays  = 365
	MaxPriceMinor = 100_000_000_00
)

// Plan is what a listing offers for a price. Prices are in minor units of
// Currency (cents); nil means that the listing offers no such period. AsOf is
// the day on which an imported price was seen, where that is known.
type Plan struct {
	ID           int64
	ListingID    int64
	Number       int
	Name         string
	Kind         PlanKind
	Description  string
	MonthlyMinor *int64
	YearlyMinor  *int64
	Currency     string
	UnitName     string
	TrialDays    int
	Bullets      []string
	Audience     Audience
	State        PlanState
	MinUnits     *int64      // nil: one
	MaxUnits     *int64      // nil: as many as one likes
	Capacity     *int64      // how many units all buyers may hold together; nil: no limit
	Version      int         // counts changes of its price
	PricePolicy  PricePolicy // what the last of them means for those who had bought
	NoticeDays   int         // how long ahead they are told
	AsOf         *time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Free reports whether the plan costs nothing.
func (p *Plan) Free() bool { return p.Kind == PlanFree }

// Period is the time that one payment covers.
type Period string

// The periods a plan can be paid for.
const (
	Monthly Period = "month"
	Yearly  Period = "year"
)

// Price is what units of the plan cost for one period, and false where the
// plan is not offered for that period. A flat rate does not depend on units.
func (p *Plan) Price(period Period, units int64) (Money, bool) {
	if p.Free() {
		return Money{Currency: p.Currency}, true
	}
	minor := p.MonthlyMinor
	if period == Yearly {
		minor = p.YearlyMinor
	}
	if minor == nil {
		return Money{}, false
	}
	if p.Kind == PlanPerUnit {
		return Money{Minor: *minor * units, Currency: p.Currency}, true
	}
	return Money{Minor: *minor, Currency: p.Currency}, true
}

// Pricing sums up the published plans of a listing for cards and filters.
type Pricing struct {
	Known     bool
	Free      bool
	Paid      bool
	Trial     bool
	FromMinor *int64 // the lowest monthly price of a paid plan
	Currency  string
}

// PricingOf sums up plans. No plans at all means that nobody told the prices.
func PricingOf(plans []Plan) Pricing {
	var sum Pricing
	for i := range plans {
		p := &plans[i]
		if p.State != PlanPublished {
			continue
		}
		sum.Known = true
		if p.Free() {
			sum.Free = true
			continue
		}
		sum.Paid = true
		sum.Trial = sum.Trial || p.TrialDays > 0
		if m := p.MonthlyMinor; m != nil && (sum.FromMinor == nil || *m < *sum.FromMinor) {
			sum.FromMinor, sum.Currency = m, p.Currency
		}
	}
	return sum
}

// Values lists the values of the pricing filter that hold: free, paid, trial,
// or unknown alone.
func (p Pricing) Values() []string {
	if !p.Known {
		return []string{PricingUnknown}
	}
	var v []string
	if p.Free {
		v = append(v, PricingFree)
	}
	if p.Paid {
		v = append(v, PricingPaid)
	}
	if p.Trial {
		v = append(v, PricingTrial)
	}
	return v
}

// The values of the pricing filter.
const (
	PricingFree    = "free"
	PricingPaid    = "paid"
	PricingTrial   = "trial"
	PricingUnknown = "unknown"
)

// PricingValues lists the values of the pricing filter in the order of pages.
func PricingValues() []string {
	return []string{PricingFree, PricingPaid, PricingTrial, PricingUnknown}
}
