// Package plans holds the pages of plans and trying them.
package plans

import (
	"cmp"
	"context"
	"strings"
	"time"

	"souk/models"
	"souk/templates/desk"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Overview is the plans of a draft.
type Overview struct {
	desk.Listing
	Purchase    string
	PurchaseURL string
	Problems    Problems
	Findings    []models.Finding // about what is no single plan's
	Rows        []Row
	Cards       []site.Plan // as buyers will see them
	History     bool        // there is a public one
}

// Row is a plan in the list.
type Row struct {
	site.Plan
	State       models.PlanState
	Live        bool // buyers see it, or have bought it
	Changed     bool // otherwise than what is live
	First, Last bool
	Change      Change
	Findings    []models.Finding
}

// Form is where a plan is written. Number is 0 for a new one.
type Form struct {
	desk.Listing
	Number     int
	Input      Input
	Mark       string
	Live       bool
	Problems   Problems
	Findings   []models.Finding // that don't keep it from being saved
	Currencies []ui.Option
	Change     Change
	Card       *site.Plan // nil: what was typed is no plan yet
}

// Input is what was typed.
type Input struct {
	Name         string
	Kind         string
	Description  string
	Currency     string
	MonthlyMinor string
	YearlyMinor  string
	UnitName     string
	MinUnits     string
	MaxUnits     string
	Capacity     string
	TrialDays    string
	Bullets      []string
	Audience     string
	State        string
	PricePolicy  string
	NoticeDays   string
}

func (in *Input) bullet(i int) string {
	if i < len(in.Bullets) {
		return in.Bullets[i]
	}
	return ""
}

// Change is what another price means, for whom.
type Change struct {
	Effects     []models.PriceEffect
	Notice      int
	TrialBefore int
	TrialAfter  int
	Was, Will   site.Plan
}

func (c *Change) any() bool { return len(c.Effects) > 0 || c.TrialBefore != c.TrialAfter }

// Removal asks before a plan is removed.
type Removal struct {
	desk.Listing
	Number int
	Plan   string
}

// Problems are what is wrong with a form: with what was typed, and what the rules
// for listings find.
type Problems struct {
	Typed ui.Problems
	Found []models.Finding
}

func (p *Problems) on(ctx context.Context, field string) string {
	if text := p.Typed.On(ctx, field); text != "" {
		return text
	}
	for _, f := range p.Found {
		if f.Field == field && f.Severity == models.SeverityError {
			return findingText(ctx, f)
		}
	}
	return ""
}

// texts are all of them, for the summary above the form.
func (p *Problems) texts(ctx context.Context) []ui.Problem {
	all := p.Typed.Texts(ctx)
	for _, f := range p.Found {
		if f.Severity == models.SeverityError {
			all = append(all, ui.Problem{Field: f.Field, Code: f.Rule, Text: findingText(ctx, f)})
		}
	}
	return all
}

// findingText is what a rule has to say, and how to mend it.
func findingText(ctx context.Context, f models.Finding) string {
	text := i18n.T(ctx, "lint."+f.Rule, f.Args()...)
	if mend := "lint." + f.Rule + ".mend"; i18n.Has(mend) {
		space := " "
		if lang := i18n.Lang(ctx); lang == "zh-CN" || lang == "ja" {
			space = ""
		}
		text += space + i18n.T(ctx, mend, f.Args()...)
	}
	return text
}

// Prices are a listing's price history.
type Prices struct {
	Slug, Name string
	Unlisted   bool // searches leave it out
	Plans      []PricePlan
}

// PricePlan is a plan's history, the newest price first.
type PricePlan struct {
	Number   int
	Name     string
	Retired  bool
	Versions []Price
}

// Price is one version of it. Before is the one that it took the place of, nil
// for the first.
type Price struct {
	site.Plan
	Version    int
	At         time.Time
	Policy     models.PricePolicy
	NoticeDays int
	Before     *site.Plan
}

// Try is where a tryout stands; Tryout is nil before one begins, and then Begin
// is what was typed.
type Try struct {
	desk.Listing
	Plans    []site.Plan // that can be bought
	Tryout   *Standing
	Order    Order
	Account  string
	Card     bool
	Problems ui.Problems
	Date     string
	Steps    []Step
	Total    int
	Pager    ui.PagerProps
}

// Order is what was chosen or typed.
type Order struct{ Plan, Period, Units string }

// Standing is where the buyer stands.
type Standing struct {
	State     models.TryoutState
	Now       time.Time
	Last      time.Time
	Buyer     string
	Plan      site.Plan
	Period    models.Period
	Units     int64
	Start     time.Time
	End       time.Time
	Next      time.Time
	CardFails bool
	Pending   *Pending
	Due       string // what is owed
	PerUnit   bool
	Full      bool
}

// Pending is what waits for the end of the period; Plan is "" where that isn't
// another plan.
type Pending struct {
	Kind   models.PendingKind
	Plan   string
	Period models.Period
	Units  int64
}

// Step is one event of a tryout.
type Step struct {
	N        int
	Act      models.TryoutAct
	At       time.Time
	State    models.TryoutState
	Plan     string
	Period   models.Period
	Units    int64
	Charges  []Charge
	Webhooks []Webhook
}

// Charge is what would have been charged.
type Charge struct {
	Lines    []Line
	Total    models.Money
	Declined bool
	Next     time.Time
}

// Line is one line of a charge.
type Line struct {
	Plan        string
	Units       int64
	PerUnit     bool
	From, Until time.Time
	Minor       int64
	Whole       int64
	Part        bool // of a period, not the whole
}

// Webhook is one that would have been sent.
type Webhook struct {
	Action models.HookAction
	JSON   string
}

func (o *Overview) path(page string) string { return paths.Plans(o.Slug, page) }

func purchaseOf(s string) string { return cmp.Or(s, string(models.PurchaseHere)) }

func options[T ~string](ctx context.Context, prefix string, values []T, helps bool) []ui.Option {
	all := make([]ui.Option, len(values))
	for i, v := range values {
		all[i] = ui.Option{Value: string(v), Label: i18n.T(ctx, prefix+string(v))}
		if helps {
			all[i].Help = i18n.T(ctx, prefix+string(v)+".help")
		}
	}
	return all
}

// price is what a plan costs in words, at a price that it has or had.
func price(ctx context.Context, plan site.Plan, m *models.Money, period models.Period) string {
	if m == nil {
		return i18n.T(ctx, "plans.change.none")
	}
	plan.Currency, plan.MonthlyMinor, plan.YearlyMinor = m.Currency, &m.Minor, &m.Minor
	return site.PriceWords(ctx, &plan, period)
}

// when says from when a price is paid.
func when(ctx context.Context, c *Change, e models.PriceEffect) string {
	switch {
	case e.Buyers == models.BuyersNew && e.After == nil:
		return i18n.T(ctx, "plans.change.not_sold")
	case e.Buyers == models.BuyersNew:
		return i18n.T(ctx, "plans.change.at_once")
	case e.Kept:
		return i18n.T(ctx, "plans.change.kept")
	case e.After.Minor <= e.Before.Minor || c.Notice == 0:
		return i18n.T(ctx, "plans.change.next_renewal")
	}
	return i18n.N(ctx, "plans.change.after_notice", int64(c.Notice), "date", i18n.Date(ctx, e.From))
}

// difference says how far a price went up or down.
func difference(ctx context.Context, before, after *int64, p *Price) string {
	switch {
	case p.Before == nil || before == nil && after == nil:
		return ""
	case before == nil:
		return i18n.T(ctx, "plans.prices.new_period")
	case after == nil:
		return i18n.T(ctx, "plans.prices.period_gone")
	case p.Before.Currency != p.Currency || p.Before.Kind != p.Kind || *before == *after:
		return ""
	case *after > *before:
		return i18n.T(ctx, "plans.prices.up", "amount", i18n.Money(ctx, *after-*before, p.Currency))
	}
	return i18n.T(ctx, "plans.prices.down", "amount", i18n.Money(ctx, *before-*after, p.Currency))
}

// meaning says what a version meant for those who had bought before.
func meaning(ctx context.Context, p *Price) string {
	switch {
	case p.Before == nil:
		return i18n.T(ctx, "plans.prices.first")
	case p.Policy == models.PriceMove:
		return i18n.N(ctx, "plans.prices.moved", int64(p.NoticeDays))
	}
	return i18n.T(ctx, "plans.prices.kept")
}

func trialOf(ctx context.Context, days int) string {
	if days == 0 {
		return i18n.T(ctx, "plans.trial.none")
	}
	return i18n.N(ctx, "plans.trial.days", int64(days))
}

// order is what is bought, in words.
func order(ctx context.Context, plan string, period models.Period, units int64, perUnit bool) string {
	text := i18n.T(ctx, "plans.try.order."+string(period), "plan", plan)
	if perUnit {
		text += i18n.T(ctx, "plans.try.times", "units", units)
	}
	return text
}

// optionText is a plan with its prices, for a choice of one.
func optionText(ctx context.Context, p *site.Plan) string {
	words := []string{}
	for _, period := range models.Periods() {
		if period == models.Monthly && p.MonthlyMinor != nil || period == models.Yearly && p.YearlyMinor != nil {
			words = append(words, site.PriceWords(ctx, p, period))
		}
	}
	if p.Kind == models.PlanFree || len(words) == 0 {
		words = []string{site.PriceWords(ctx, p, models.Monthly)}
	}
	return p.Name + " (" + strings.Join(words, " / ") + ")"
}
