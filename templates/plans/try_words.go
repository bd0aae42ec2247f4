package plans

import (
	"context"
	"strconv"

	"souk/models"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
)

// act are the hidden values of a step: what it is, then names and values in turn.
func act(name string, more ...string) []ui.Value {
	values := []ui.Value{{Name: "act", Value: name}}
	for i := 0; i+1 < len(more); i += 2 {
		values = append(values, ui.Value{Name: more[i], Value: more[i+1]})
	}
	return values
}

func planOptions(ctx context.Context, plans []site.Plan) []ui.Option {
	all := make([]ui.Option, len(plans))
	for i := range plans {
		all[i] = ui.Option{Value: strconv.Itoa(plans[i].Number), Label: optionText(ctx, &plans[i])}
	}
	return all
}

func tryTone(s models.TryoutState) ui.Tone {
	switch s {
	case models.TryoutPaid, models.TryoutFree:
		return ui.ToneGood
	case models.TryoutTrial:
		return ui.ToneAccent
	case models.TryoutPastDue:
		return ui.ToneBad
	}
	return ui.ToneQuiet
}

func pendingText(ctx context.Context, s *Standing) string {
	date := i18n.Date(ctx, s.End)
	switch s.Pending.Kind {
	case models.PendingCancel:
		return i18n.T(ctx, "plans.try.pending.end", "date", date)
	case models.PendingPause:
		return i18n.T(ctx, "plans.try.pending.pause", "date", date)
	}
	return i18n.T(ctx, "plans.try.pending.change", "date", date, "order", order(ctx, s.Pending.Plan, s.Pending.Period, s.Pending.Units, s.Pending.Units > 1))
}

func changeTitle(ctx context.Context, s *Standing) string {
	if s.State == models.TryoutNothing {
		return i18n.T(ctx, "plans.try.buy_again")
	}
	return i18n.T(ctx, "plans.try.change")
}

// stepTitle says what was done, or happened.
func stepTitle(ctx context.Context, s *Step) string {
	title := i18n.T(ctx, "plans.try.act."+string(s.Act))
	if s.Plan == "" {
		return title
	}
	return i18n.T(ctx, "plans.try.act_order", "act", title, "order", order(ctx, s.Plan, s.Period, s.Units, s.Units > 1))
}

// silent reports whether a step could have cost something, and didn't.
func (s *Step) silent() bool {
	switch s.Act {
	case models.ActBuy, models.ActChange, models.ActCancel, models.ActTakeBack, models.ActPause, models.ActTrialEnd, models.ActRenew, models.ActPeriodEnd:
		return true
	}
	return false
}

func lineText(ctx context.Context, l *Line) string {
	name := l.Plan
	if l.PerUnit {
		name += i18n.T(ctx, "plans.try.times", "units", l.Units)
	}
	if l.Minor < 0 {
		return i18n.T(ctx, "plans.try.unused", "plan", name)
	}
	return name
}

func lineSpan(ctx context.Context, l *Line, currency string) string {
	from, until := i18n.Date(ctx, l.From), i18n.Date(ctx, l.Until)
	if l.Part {
		return i18n.T(ctx, "plans.try.part", "from", from, "until", until, "whole", i18n.Money(ctx, l.Whole, currency))
	}
	return i18n.T(ctx, "plans.try.span", "from", from, "until", until)
}
