package models

import "cmp"

// Plan is what the term comes to once it is live, with what it leaves out filled
// in. Ids and times are not its to tell.
func (t *PlanTerm) Plan() Plan {
	p := Plan{
		Number: t.Number, Name: t.Name, Kind: t.Kind, Description: t.Description, MonthlyMinor: t.MonthlyMinor, YearlyMinor: t.YearlyMinor,
		Currency: cmp.Or(t.Currency, DefaultCurrency), UnitName: t.UnitName, MinUnits: t.MinUnits, MaxUnits: t.MaxUnits, Capacity: t.Capacity,
		TrialDays: t.TrialDays, Bullets: t.Bullets, Audience: cmp.Or(t.Audience, AudienceEveryone),
		State: cmp.Or(t.State, PlanPublished), PricePolicy: cmp.Or(t.PricePolicy, PriceKeep), NoticeDays: DefaultNoticeDays,
	}
	if t.NoticeDays != nil {
		p.NoticeDays = *t.NoticeDays
	}
	return p
}

// NumberPlans gives each plan that has no number that of the live plan with its
// name, unless another one has it, or else the next one that was never used; last
// is the highest that the listing's plans ever had. It is how a published plan
// keeps its number too.
func NumberPlans(plans []PlanTerm, names map[string]int, last int) (changed bool) {
	taken := map[int]bool{}
	for i := range plans {
		taken[plans[i].Number] = true
		last = max(last, plans[i].Number)
	}
	for i := range plans {
		if plans[i].Number != 0 {
			continue
		}
		n := names[plans[i].Name]
		if n == 0 || taken[n] {
			last++
			n = last
		}
		plans[i].Number, taken[n], changed = n, true, true
	}
	return changed
}

// Allows reports whether an account of a kind is offered the plan.
func (a Audience) Allows(kind AccountKind) bool {
	switch a {
	case AudienceUsers:
		return kind == KindUser
	case AudienceOrganizations:
		return kind == KindOrganization
	}
	return true
}

// Audiences lists the audiences in the order of pages.
func Audiences() []Audience {
	return []Audience{AudienceEveryone, AudienceUsers, AudienceOrganizations}
}

// PlanKinds lists the kinds in the order of pages.
func PlanKinds() []PlanKind { return []PlanKind{PlanFree, PlanFlatRate, PlanPerUnit} }

// PlanStatesOf are the states that a plan of a draft can be put in, given whether
// buyers have seen it: what they saw is retired, not taken back.
func PlanStatesOf(live bool) []PlanState {
	if live {
		return []PlanState{PlanPublished, PlanRetired}
	}
	return []PlanState{PlanPublished, PlanDraft}
}

// Takes reports whether somebody may buy that many units of the plan.
func (p *Plan) Takes(units int64) bool {
	if p.Kind != PlanPerUnit {
		return units == 1
	}
	return units >= p.Fewest() && units <= p.Most()
}

// Fewest is the lowest number of units that the plan is sold for.
func (p *Plan) Fewest() int64 {
	if p.MinUnits != nil {
		return max(*p.MinUnits, 1)
	}
	return 1
}

// Most is the highest number of units that the plan is sold for.
func (p *Plan) Most() int64 {
	if p.MaxUnits != nil {
		return min(*p.MaxUnits, MaxPlanUnits)
	}
	return MaxPlanUnits
}
