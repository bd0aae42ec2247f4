package orders

import (
	"context"

	"souk/models"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
)

// unit is what is counted, in a word.
func (o *Order) unit(ctx context.Context) string {
	if o.Plan.UnitName != "" {
		return o.Plan.UnitName
	}
	return i18n.T(ctx, "site.plan.unit")
}

// buyers are the accounts to choose from.
func (o *Order) buyers(ctx context.Context) []ui.Option {
	all := make([]ui.Option, len(o.Buyers))
	for i, b := range o.Buyers {
		all[i] = ui.Option{Value: b.Login, Label: b.label(ctx), Help: b.help(ctx)}
	}
	return all
}

func (b *Buyer) label(ctx context.Context) string {
	if b.Name == "" || b.Name == b.Login {
		return b.Login
	}
	return i18n.T(ctx, "orders.buyer", "name", b.Name, "login", b.Login)
}

func (b *Buyer) help(ctx context.Context) string {
	switch {
	case b.Bought:
		return i18n.T(ctx, "orders.buyer.bought")
	case b.Asks:
		return i18n.T(ctx, "orders.buyer.asks")
	case b.Organization:
		return i18n.T(ctx, "orders.buyer.organization")
	}
	return i18n.T(ctx, "orders.buyer.person")
}

// periods are those for which the plan is sold, with their prices.
func (o *Order) periods(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, p := range models.Periods() {
		if minor := o.price(p); minor != nil {
			all = append(all, ui.Option{Value: string(p), Label: site.PriceWords(ctx, &o.Plan, p), Help: o.saved(ctx, p)})
		}
	}
	return all
}

func (o *Order) price(p models.Period) *int64 {
	if p == models.Yearly {
		return o.Plan.YearlyMinor
	}
	return o.Plan.MonthlyMinor
}

// saved is what paying by the year costs less than twelve months.
func (o *Order) saved(ctx context.Context, p models.Period) string {
	monthly, yearly := o.Plan.MonthlyMinor, o.Plan.YearlyMinor
	if p != models.Yearly || monthly == nil || *yearly >= *monthly*12 {
		return ""
	}
	return i18n.T(ctx, "orders.saved", "amount", i18n.Money(ctx, *monthly*12-*yearly, o.Plan.Currency))
}

// left says how many units are left of the plan.
func (o *Order) left(ctx context.Context) string {
	switch {
	case o.Left == nil:
		return ""
	case *o.Left == 0:
		return i18n.T(ctx, "orders.left.none", "all", i18n.Number(ctx, o.Capacity))
	}
	return i18n.T(ctx, "orders.left", "left", i18n.Number(ctx, *o.Left), "all", i18n.Number(ctx, o.Capacity))
}

// limits say how many units one can buy.
func (o *Order) limits(ctx context.Context) string {
	p := &o.Plan
	switch {
	case p.MinUnits != nil && *p.MinUnits > 1 && p.MaxUnits != nil:
		return i18n.T(ctx, "orders.units.between", "from", i18n.Number(ctx, *p.MinUnits), "to", i18n.Number(ctx, *p.MaxUnits))
	case p.MaxUnits != nil:
		return i18n.T(ctx, "orders.units.to", "to", i18n.Number(ctx, *p.MaxUnits))
	case p.MinUnits != nil && *p.MinUnits > 1:
		return i18n.T(ctx, "orders.units.from", "from", i18n.Number(ctx, *p.MinUnits))
	}
	return ""
}

// methods are the ways to pay.
func (o *Order) methods(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, m := range o.Methods {
		help := ""
		if m.Expires != "" {
			help = i18n.T(ctx, "orders.method.expires", "month", m.Expires)
		}
		all = append(all, ui.Option{Value: m.ID, Label: m.Name, Help: help})
	}
	if o.Transfer > 0 {
		all = append(all, ui.Option{Value: "transfer", Label: i18n.T(ctx, "orders.method.transfer"), Help: i18n.N(ctx, "orders.method.transfer.help", int64(o.Transfer))})
	}
	return all
}

// sentence is what the policy decided.
func (p *Policy) sentence(ctx context.Context) string {
	return i18n.T(ctx, "orders.policy."+string(p.Decision), "account", p.Account)
}

// reason is why.
func (p *Policy) reason(ctx context.Context, r *models.VerdictReason) string {
	switch b := r.Budget; {
	case b != nil && r.Currency != "":
		return i18n.T(ctx, "orders.policy.budget_currency", "budget", budget(ctx, b), "currency", r.Currency)
	case b != nil:
		return i18n.T(ctx, "orders.policy.budget", "budget", budget(ctx, b), "limit", money(ctx, b.Limit), "spent", money(ctx, b.Spent))
	case r.Otherwise:
		return i18n.T(ctx, "orders.policy.otherwise")
	case r.Words != "":
		return r.Words
	}
	return i18n.T(ctx, "orders.policy.rule", "n", r.Rule)
}

func budget(ctx context.Context, b *models.BudgetUse) string {
	if b.Category == "" {
		return i18n.T(ctx, "orders.policy.budget_all")
	}
	return b.Names.In(i18n.Lang(ctx))
}

// row is what happens on a day of the calendar.
func (r *Row) words(ctx context.Context) string { return i18n.T(ctx, "orders.row."+string(r.Act)) }

// what was ordered, in words: "Team, 5 × seat, by the year".
func (s *Status) what(ctx context.Context) string {
	switch {
	case s.Plan.Kind == models.PlanFree:
		return s.Plan.Name
	case s.Plan.Kind == models.PlanPerUnit:
		unit := s.Plan.UnitName
		if unit == "" {
			unit = i18n.T(ctx, "site.plan.unit")
		}
		return i18n.T(ctx, "orders.what.units_"+string(s.Period), "plan", s.Plan.Name, "n", i18n.Number(ctx, s.Units), "unit", unit)
	}
	return i18n.T(ctx, "orders.what."+string(s.Period), "plan", s.Plan.Name)
}

func (s *Status) title(ctx context.Context) string {
	if s.State == "done" {
		return i18n.T(ctx, "orders.done."+string(s.Act), "listing", s.Listing)
	}
	return i18n.T(ctx, "orders.status."+s.State, "listing", s.Listing)
}

// paid is what was paid at once.
func (s *Status) paid(ctx context.Context) string {
	if s.Total.Minor == 0 {
		return i18n.T(ctx, "orders.paid.nothing")
	}
	return money(ctx, s.Total)
}

// setUp is the button that leads on.
func (s *Status) setUp(ctx context.Context) string {
	switch {
	case s.Installed:
		return i18n.T(ctx, "installs.order.configure")
	case s.Installs:
		return i18n.T(ctx, "installs.entry.install", "name", s.Listing)
	}
	return i18n.T(ctx, "orders.setup", "listing", s.Listing)
}
