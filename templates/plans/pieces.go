package plans

import (
	"context"

	"souk/models"
	"souk/templates/desk"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// titled is the frame of a page with that title.
func titled(l desk.Listing, title string) desk.Listing {
	l.Title = title
	return l
}

func (f *Form) title(ctx context.Context) string {
	if f.Number == 0 {
		return i18n.T(ctx, "plans.add")
	}
	return i18n.T(ctx, "plans.edit.title")
}

func (f *Form) action() string {
	if f.Number == 0 {
		return paths.Plans(f.Slug, "new")
	}
	return paths.Plan(f.Slug, f.Number, "")
}

func stateTone(s models.PlanState) ui.Tone {
	if s == models.PlanPublished {
		return ui.ToneGood
	}
	return ui.ToneQuiet
}

func offered(p *site.Plan, period models.Period) bool {
	if period == models.Yearly {
		return p.YearlyMinor != nil
	}
	return p.MonthlyMinor != nil
}

// facts are what a row says about a plan.
func facts(ctx context.Context, r *Row) []string {
	var all []string
	for _, period := range models.Periods() {
		if offered(&r.Plan, period) && r.Kind != models.PlanFree {
			all = append(all, site.PriceWords(ctx, &r.Plan, period))
		}
	}
	if len(all) == 0 {
		all = []string{site.PriceWords(ctx, &r.Plan, models.Monthly)}
	}
	if r.TrialDays > 0 && r.Kind != models.PlanFree {
		all = append(all, trialOf(ctx, r.TrialDays))
	}
	return append(all, i18n.T(ctx, "plans.audience."+string(r.Audience)))
}

// callout is the icon of a step.
func (s *Step) callout() ui.Icon {
	for _, c := range s.Charges {
		if c.Declined {
			return ui.IconWarning
		}
	}
	switch s.Act {
	case models.TryoutClock, models.ActRenew, models.ActTrialEnd, models.ActRetry, models.ActPeriodEnd, models.ActRemind, models.ActLapse:
		return ui.IconClock
	case models.TryoutCardFails:
		return ui.IconBlock
	}
	return ui.IconCheck
}
