package requests

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"souk/models"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

const exactly = time.RFC3339

func exact(t time.Time) string { return t.UTC().Format(exactly) }

func number(n int64) string { return strconv.FormatInt(n, 10) }

func money(ctx context.Context, m models.Money) string { return i18n.Money(ctx, m.Minor, m.Currency) }

// units are how many, in words.
func (t *Terms) units(ctx context.Context) string {
	return i18n.T(ctx, "requests.units", "n", i18n.Number(ctx, t.Units), "unit", cmp.Or(t.Unit, i18n.T(ctx, "site.plan.unit")))
}

// words are the plan with its period and units.
func (t *Terms) words(ctx context.Context) string {
	switch {
	case t.Kind == models.PlanFree, t.Period == "" && t.Kind != models.PlanPerUnit:
		return t.Plan
	case t.Period == "":
		return i18n.T(ctx, "requests.terms.any", "plan", t.Plan, "units", t.units(ctx))
	case t.Kind == models.PlanPerUnit:
		return i18n.T(ctx, "requests.terms.units."+string(t.Period), "plan", t.Plan, "units", t.units(ctx))
	}
	return i18n.T(ctx, "requests.terms."+string(t.Period), "plan", t.Plan)
}

// cost is an amount for a period: "€12.00 a month", or that it is free.
func cost(ctx context.Context, m models.Money, period models.Period) string {
	if m.Zero() {
		return i18n.T(ctx, "requests.free")
	}
	return i18n.T(ctx, "requests.cost."+string(period), "amount", money(ctx, m))
}

func state(ctx context.Context, s models.RequestState) string {
	return i18n.T(ctx, "requests.state."+string(s))
}

func tone(s models.RequestState) ui.Tone {
	switch s {
	case models.RequestOpen:
		return ui.ToneWarn
	case models.RequestApproved:
		return ui.ToneGood
	case models.RequestDeclined:
		return ui.ToneBad
	}
	return ui.ToneQuiet
}

func at(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.DateTime(ctx, t.In(zone))
}

func day(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.Date(ctx, t.In(zone))
}

// decision is what a policy says, in a word.
func decision(ctx context.Context, d models.Decision) string {
	return i18n.T(ctx, "requests.decision."+string(d))
}

func decisionTone(d models.Decision) ui.Tone {
	switch d {
	case models.DecisionDeny:
		return ui.ToneBad
	case models.DecisionAsk:
		return ui.ToneWarn
	}
	return ui.ToneGood
}

// Reasons are why a verdict is what it is, a sentence each.
func Reasons(ctx context.Context, v *models.Verdict) []string {
	var all []string
	for _, r := range v.Reasons {
		all = append(all, reason(ctx, v.Decision, &r))
	}
	return all
}

func reason(ctx context.Context, d models.Decision, r *models.VerdictReason) string {
	switch {
	case r.Budget != nil && r.Currency != "":
		return i18n.T(ctx, "requests.why.currency", "what", budgetName(ctx, r.Budget), "currency", r.Currency)
	case r.Budget != nil:
		return i18n.T(ctx, "requests.why.budget", "what", budgetName(ctx, r.Budget), "limit", money(ctx, r.Budget.Limit), "spent", money(ctx, r.Budget.Spent))
	case r.Otherwise:
		return i18n.T(ctx, "requests.why.otherwise."+string(d))
	case r.Words != "":
		return i18n.T(ctx, "requests.why.words", "n", r.Rule, "words", r.Words)
	}
	return i18n.T(ctx, "requests.why.rule", "n", r.Rule)
}

func budgetName(ctx context.Context, b *models.BudgetUse) string {
	if b.Category == "" {
		return i18n.T(ctx, "requests.budgets.all")
	}
	if name := b.Names.In(i18n.Lang(ctx)); name != "" {
		return name
	}
	return b.Category
}

// errorText is the message of a code.
func errorText(ctx context.Context, code string) string { return i18n.T(ctx, "error."+code) }

func (a *Ask) places() []ui.Option {
	all := make([]ui.Option, len(a.Places))
	for i, p := range a.Places {
		all[i] = ui.Option{Value: p.Login, Label: p.Name}
	}
	return all
}

func (a *Ask) perUnit() bool { return a.Plan.Kind == models.PlanPerUnit }

// periods are those that a plan is offered for, with what each costs.
func periods(ctx context.Context, p *models.Plan) []ui.Option {
	var all []ui.Option
	v := site.PlanView(p)
	for _, period := range models.Periods() {
		if _, offered := p.Price(period, 1); offered && !p.Free() {
			all = append(all, ui.Option{Value: string(period), Label: i18n.T(ctx, "requests.period."+string(period)), Help: site.PriceWords(ctx, &v, period)})
		}
	}
	return all
}

// terms are what would be asked for.
func (a *Ask) terms() *Terms {
	units, _ := strconv.ParseInt(a.Units, 10, 64)
	return &Terms{Plan: a.Plan.Name, Kind: a.Plan.Kind, Unit: a.Plan.UnitName, Period: a.Period, Units: units}
}

// unitLabel asks for a number of units.
func unitLabel(ctx context.Context, unit string) string {
	return i18n.T(ctx, "requests.units.label", "unit", cmp.Or(unit, i18n.T(ctx, "site.plan.unit")))
}

// perUnit reports whether any of the plans counts units.
func (q *Quote) perUnit() bool {
	for i := range q.Plans {
		if q.Plans[i].Kind == models.PlanPerUnit {
			return true
		}
	}
	return false
}

// plans are those that can be ordered instead.
func (q *Quote) plans(ctx context.Context) []ui.Option {
	all := make([]ui.Option, len(q.Plans), len(q.Plans)+1)
	for i := range q.Plans {
		p := &q.Plans[i]
		v := site.PlanView(p)
		label := []string{}
		for _, period := range models.Periods() {
			if _, offered := p.Price(period, 1); offered && (!p.Free() || period == models.Monthly) {
				label = append(label, site.PriceWords(ctx, &v, period))
			}
		}
		all[i] = ui.Option{Value: strconv.Itoa(p.Number), Label: i18n.T(ctx, "requests.plan.option", "plan", p.Name, "price", i18n.List(ctx, label))}
	}
	if q.Optional {
		all = append(all, ui.Option{Value: NoPlan, Label: i18n.T(ctx, "requests.plan.none")})
	}
	return all
}

// NoPlan is the choice to order nothing.
const NoPlan = "none"

// plan is the chosen one.
func (q *Quote) plan() string {
	if q.Optional && q.Plan.Number == 0 {
		return NoPlan
	}
	return strconv.Itoa(q.Plan.Number)
}

func periodOptions(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, p := range models.Periods() {
		all = append(all, ui.Option{Value: string(p), Label: i18n.T(ctx, "requests.period."+string(p))})
	}
	return all
}

// methods are what can be paid with. Where none is chosen yet, none looks chosen.
func (q *Quote) methods(ctx context.Context) []ui.Option {
	all := append([]ui.Option(nil), q.Methods...)
	if q.Accepts {
		all = append(all, ui.Option{Value: "transfer", Label: i18n.T(ctx, "requests.transfer")})
	}
	if len(all) > 0 && q.Method == "" {
		all = append([]ui.Option{{Label: i18n.T(ctx, "requests.method.choose")}}, all...)
	}
	return all
}

// button names what approving does.
func (q *Quote) button(ctx context.Context) string {
	switch {
	case !q.Trial.IsZero():
		return i18n.N(ctx, "requests.approve.trial", int64(q.Plan.TrialDays))
	case q.Total.Zero():
		return i18n.T(ctx, "requests.approve.free")
	case q.Transfer:
		return i18n.T(ctx, "requests.approve.transfer", "amount", money(ctx, q.Total))
	}
	return i18n.T(ctx, "requests.approve.pay", "amount", money(ctx, q.Total))
}

// today is what is paid at once, in a sentence.
func (q *Quote) today(ctx context.Context, zone *time.Location) string {
	switch {
	case !q.Trial.IsZero():
		return i18n.T(ctx, "requests.today.trial", "date", day(ctx, q.Trial, zone))
	case q.Total.Zero():
		return i18n.T(ctx, "requests.today.free")
	}
	return i18n.T(ctx, "requests.today.pay", "amount", money(ctx, q.Total))
}

func (l *List) pager(ctx context.Context) ui.PagerProps { return localized(ctx, l.Pager) }

func (m *Mine) pager(ctx context.Context) ui.PagerProps { return localized(ctx, m.Pager) }

// localized is a pager in the reader's language.
func localized(ctx context.Context, p ui.PagerProps) ui.PagerProps {
	p.Label = i18n.T(ctx, "requests.pages")
	href := func(path string) string {
		if path == "" {
			return ""
		}
		return paths.Localized(i18n.Lang(ctx), path)
	}
	p.Previous, p.Next = href(p.Previous), href(p.Next)
	p.Links = append([]ui.PageLink(nil), p.Links...)
	for i := range p.Links {
		p.Links[i].Href = href(p.Links[i].Href)
	}
	return p
}
