package models

import (
	"strings"
	"time"
)

// purchase checks how plans are bought.
func (l *linter) purchase() {
	c := l.c
	if c.Purchase != "" {
		l.choice("purchase", string(c.Purchase), string(PurchaseHere), string(PurchaseDirect))
	}
	l.address("purchase_url", "purchase_url", c.PurchaseURL)
	switch {
	case c.Purchase == PurchaseDirect && c.PurchaseURL == "":
		l.say("required_purchase_url", "purchase_url")
	case c.Purchase != PurchaseDirect && c.PurchaseURL != "":
		l.say("purchase_url_unused", "purchase_url")
	}
	if c.Purchase != PurchaseDirect && !c.offers() {
		l.say("required_plan", "plans")
	}
}

// offers reports whether a plan is on offer.
func (c *ListingContent) offers() bool { return c.offered() > 0 }

// offered is how many plans are on offer.
func (c *ListingContent) offered() int {
	n := 0
	for i := range c.Plans {
		if s := c.Plans[i].State; s == "" || s == PlanPublished {
			n++
		}
	}
	return n
}

// plans checks each plan, and all of them beside each other.
func (l *linter) plans() {
	plans := l.c.Plans
	if n := l.c.offered(); n > MaxPlans || len(plans) > MaxKeptPlans {
		l.say("too_many", "plans", "max", itoa(MaxPlans), "count", itoa(max(n, MaxPlans+1)))
		return
	}
	seen, numbers, first := map[string]bool{}, map[int]bool{}, ""
	for i := range plans {
		p, at := &plans[i], entry("plans", i)
		l.plan(at, p)
		if key := strings.ToLower(strings.TrimSpace(p.Name)); key != "" && seen[key] {
			l.say("plan_name_twice", at+".name", "value", shown(p.Name))
		} else {
			seen[key] = true
		}
		if p.Number < 0 {
			l.say("plan_number", at+".number")
		} else if p.Number > 0 && numbers[p.Number] {
			l.say("plan_number_twice", at+".number", "value", itoa(p.Number))
		}
		numbers[p.Number] = true
		money := strings.ToUpper(p.Currency)
		if money == "" {
			money = "USD"
		}
		if p.Kind == PlanFree {
			continue
		}
		if first != "" && money != first {
			l.say("plan_currencies", at+".currency", "value", shown(money), "other", shown(first))
		} else {
			first = money
		}
	}
	l.samePrices()
}

// samePrices finds plans between which a buyer can't choose.
func (l *linter) samePrices() {
	type offer struct {
		kind            PlanKind
		audience        Audience
		monthly, yearly int64
		currency        string
	}
	seen := map[offer]string{}
	for i := range l.c.Plans {
		p := &l.c.Plans[i]
		if p.State == PlanDraft || p.State == PlanRetired || p.Kind == PlanPerUnit {
			continue
		}
		o := offer{kind: p.Kind, audience: p.Audience, monthly: valueOr(p.MonthlyMinor, -1), yearly: valueOr(p.YearlyMinor, -1), currency: p.Currency}
		if p.Kind == PlanFree {
			o.monthly, o.yearly, o.currency = 0, 0, ""
		}
		if other, twice := seen[o]; twice {
			l.say("plan_same_price", entry("plans", i), "value", shown(p.Name), "other", shown(other))
		} else {
			seen[o] = p.Name
		}
	}
}

func valueOr(v *int64, otherwise int64) int64 {
	if v == nil {
		return otherwise
	}
	return *v
}

func (l *linter) plan(at string, p *PlanTerm) {
	if l.required(at+".name", p.Name) {
		l.text("plans[].name", at+".name", p.Name)
	}
	if l.required(at+".kind", string(p.Kind)) {
		l.choice(at+".kind", string(p.Kind), string(PlanFree), string(PlanFlatRate), string(PlanPerUnit))
	}
	if l.text("plans[].description", at+".description", p.Description) {
		l.plain(at+".description", p.Description)
	}
	l.list("plans[].bullets", at+".bullets", p.Bullets)
	if p.Description == "" && len(p.Bullets) == 0 {
		l.say("plan_undescribed", at)
	}
	if p.Audience != "" {
		l.choice(at+".audience", string(p.Audience), string(AudienceEveryone), string(AudienceUsers), string(AudienceOrganizations))
	}
	if p.State != "" {
		l.choice(at+".state", string(p.State), string(PlanDraft), string(PlanPublished), string(PlanRetired))
	}
	if p.PricePolicy != "" {
		l.choice(at+".price_policy", string(p.PricePolicy), string(PriceKeep), string(PriceMove))
	}
	if n := p.NoticeDays; n != nil && (*n < 0 || *n > MaxNoticeDays) {
		l.say("plan_notice_range", at+".notice_days", "max", itoa(MaxNoticeDays))
	}
	if _, err := time.Parse(time.DateOnly, p.AsOf); p.AsOf != "" && err != nil {
		l.say("plan_date", at+".as_of", "value", shown(p.AsOf))
	}
	l.prices(at, p)
	l.units(at, p)
	l.trial(at, p)
}

func (l *linter) prices(at string, p *PlanTerm) {
	if p.Currency != "" && !ValidCurrency(p.Currency) {
		l.say("plan_currency", at+".currency", "value", shown(p.Currency))
	}
	good := true
	for _, price := range []struct {
		path  string
		minor *int64
	}{{at + ".monthly_minor", p.MonthlyMinor}, {at + ".yearly_minor", p.YearlyMinor}} {
		v := price.minor
		if v == nil {
			continue
		}
		rule := priceRule(p.Kind, *v)
		if rule != "" {
			l.say(rule, price.path, "max", itoa(MaxPriceMinor))
		}
		good = good && rule == ""
	}
	switch monthly, yearly := p.MonthlyMinor, p.YearlyMinor; {
	case p.Kind == PlanFree || p.Kind == "" || !good:
	case monthly == nil && yearly == nil:
		l.say("plan_price_missing", at+".monthly_minor")
	case monthly == nil || yearly == nil:
		l.say("plan_one_period", at)
	case *yearly > 12**monthly:
		l.say("plan_yearly_dearer", at+".yearly_minor")
	}
}

func priceRule(kind PlanKind, v int64) string {
	switch {
	case v < 0 || v > MaxPriceMinor:
		return "plan_price_range"
	case kind == PlanFree && v != 0:
		return "plan_price_free"
	case kind != PlanFree && v == 0:
		return "plan_price_zero"
	}
	return ""
}

func (l *linter) units(at string, p *PlanTerm) {
	l.text("plans[].unit_name", at+".unit_name", p.UnitName)
	if p.Kind == PlanPerUnit && strings.TrimSpace(p.UnitName) == "" {
		l.say("plan_unit_missing", at+".unit_name")
	}
	if p.Kind != PlanPerUnit && p.Kind != "" && (p.UnitName != "" || p.MinUnits != nil || p.MaxUnits != nil) {
		l.say("plan_units_unused", at)
	}
	for _, limit := range []struct {
		name  string
		value *int64
	}{{".min_units", p.MinUnits}, {".max_units", p.MaxUnits}} {
		if v := limit.value; v != nil && (*v < 1 || *v > MaxPlanUnits) {
			l.say("plan_units_range", at+limit.name, "max", itoa(MaxPlanUnits))
		}
	}
	if p.MinUnits != nil && p.MaxUnits != nil && *p.MinUnits > *p.MaxUnits {
		l.say("plan_units_order", at+".max_units")
	}
	l.capacity(at, p)
}

func (l *linter) capacity(at string, p *PlanTerm) {
	v := p.Capacity
	switch {
	case v == nil:
	case *v < 1 || *v > MaxPlanCapacity:
		l.say("plan_capacity_range", at+".capacity", "max", itoa(MaxPlanCapacity))
	case p.Kind == PlanPerUnit && p.MinUnits != nil && *v < *p.MinUnits:
		l.say("plan_capacity_low", at+".capacity", "min", itoa(int(*p.MinUnits)))
	}
}

func (l *linter) trial(at string, p *PlanTerm) {
	switch {
	case p.TrialDays < 0 || p.TrialDays > MaxTrialDays:
		l.say("plan_trial_range", at+".trial_days", "max", itoa(MaxTrialDays))
	case p.TrialDays > 0 && p.Kind == PlanFree:
		l.say("plan_trial_free", at+".trial_days")
	}
}
