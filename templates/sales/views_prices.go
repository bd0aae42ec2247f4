package sales

import (
	"context"
	"strconv"

	"souk/models"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Touched is a subscription and what another price means for it.
type Touched struct {
	Subscriber
	models.PriceTouch
}

// Prices says whom another price would touch.
type Prices struct {
	Frame
	Plans          []models.Plan
	Plan           *models.Plan
	Drafted, Asked bool
	Effects        []models.PriceEffect
	Items          []Touched
	Total          int64
	Moved, Kept    int64
	Before, After  models.Money
	Days           int

	Monthly, Yearly, Policy, Notice string
	Problems                        ui.Problems
	Pager                           ui.PagerProps
}

// Path is the address of a page of it.
func (p *Prices) Path(page string) string {
	values := []string{"page", page}
	if p.Plan != nil {
		values = append(values, "plan", strconv.Itoa(p.Plan.Number))
	}
	if p.Asked {
		values = append(values, "asked", "true", "currency", p.Plan.Currency, "monthly", p.Monthly, "yearly", p.Yearly, "policy", p.Policy, "notice", p.Notice)
	}
	return paths.With(paths.ManageListing(p.Slug, "prices"), values...)
}

func (p *Prices) tabs() []ui.Tab {
	tabs := make([]ui.Tab, len(p.Plans))
	for i := range p.Plans {
		one := &p.Plans[i]
		tabs[i] = ui.Tab{Text: one.Name, Path: paths.With(paths.ManageListing(p.Slug, "prices"), "plan", strconv.Itoa(one.Number)), Current: p.Plan != nil && p.Plan.ID == one.ID}
	}
	return tabs
}

func (p *Prices) policies(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(models.PriceMove), Label: i18n.T(ctx, "sales.prices.move"), Help: i18n.T(ctx, "sales.prices.move.help")},
		{Value: string(models.PriceKeep), Label: i18n.T(ctx, "sales.prices.keep"), Help: i18n.T(ctx, "sales.prices.keep.help")},
	}
}

// unit names what one price is for.
func (p *Prices) per(ctx context.Context, period models.Period) string {
	if p.Plan.Kind == models.PlanPerUnit {
		return i18n.T(ctx, "sales.prices.per_unit."+string(period), "currency", p.Plan.Currency)
	}
	return i18n.T(ctx, "sales.prices.per."+string(period), "currency", p.Plan.Currency)
}

// difference is what comes in more, or less, in a month.
func (p *Prices) difference(ctx context.Context) string {
	d := p.After.Minor - p.Before.Minor
	if d > 0 {
		return "+" + money(ctx, d, p.After.Currency)
	}
	return money(ctx, d, p.After.Currency)
}
