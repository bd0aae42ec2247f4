package site

import (
	"context"
	"time"

	"souk/models"
	"souk/web/i18n"
)

// units says how many units of the plan one can buy, "" where that isn't limited.
func (p *Plan) units(ctx context.Context) string {
	if p.Kind != models.PlanPerUnit {
		return ""
	}
	unit := p.UnitName
	if unit == "" {
		unit = i18n.T(ctx, "site.plan.unit")
	}
	switch {
	case p.MinUnits != nil && p.MaxUnits != nil:
		return i18n.T(ctx, "site.plan.units", "from", i18n.Number(ctx, *p.MinUnits), "to", i18n.Number(ctx, *p.MaxUnits), "unit", unit)
	case p.MaxUnits != nil:
		return i18n.T(ctx, "site.plan.units_to", "to", i18n.Number(ctx, *p.MaxUnits), "unit", unit)
	case p.MinUnits != nil && *p.MinUnits > 1:
		return i18n.T(ctx, "site.plan.units_from", "from", i18n.Number(ctx, *p.MinUnits), "unit", unit)
	}
	return ""
}

// hasYearly reports whether any plan can be paid by the year.
func (l *Listing) hasYearly() bool {
	for i := range l.Plans {
		if l.Plans[i].YearlyMinor != nil {
			return true
		}
	}
	return false
}

// forSale are the plans that can be bought here.
func (l *Listing) forSale() []*Plan {
	var all []*Plan
	for i := range l.Plans {
		if l.Plans[i].OrderHref != "" {
			all = append(all, &l.Plans[i])
		}
	}
	return all
}

// sold reports whether the plan can be bought for a period; what is free has none.
func (p *Plan) sold(period models.Period) bool {
	switch {
	case p.Kind == models.PlanFree:
		return true
	case period == models.Yearly:
		return p.YearlyMinor != nil
	}
	return p.MonthlyMinor != nil
}

func (p *Plan) orderHref(period models.Period) string {
	if period == models.Yearly && p.Kind != models.PlanFree {
		return p.OrderHref + "?period=" + string(period)
	}
	return p.OrderHref
}

// orderWords say what the order page is for: "Start 14-day trial".
func (p *Plan) orderWords(ctx context.Context) string {
	switch {
	case p.Kind == models.PlanFree:
		return i18n.T(ctx, "site.plan.order.free")
	case p.TrialDays > 0:
		return i18n.N(ctx, "site.plan.order.trial", int64(p.TrialDays))
	}
	return i18n.T(ctx, "site.plan.order")
}

// PricesSeen is the day on which the oldest of the prices was seen.
func PricesSeen(plans []Plan) *time.Time {
	var oldest *time.Time
	for i := range plans {
		if d := plans[i].AsOf; d != nil && (oldest == nil || d.Before(*oldest)) {
			oldest = d
		}
	}
	return oldest
}
