package plans

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/plans"
	pages "souk/templates/plans"
	"souk/templates/site"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

// planInput is a plan as it was typed; its fields are those of pages.Input, and
// their names those that findings use.
type planInput struct {
	Name         string   `form:"name"`
	Kind         string   `form:"kind"`
	Description  string   `form:"description"`
	Currency     string   `form:"currency"`
	MonthlyMinor string   `form:"monthly_minor"`
	YearlyMinor  string   `form:"yearly_minor"`
	UnitName     string   `form:"unit_name"`
	MinUnits     string   `form:"min_units"`
	MaxUnits     string   `form:"max_units"`
	Capacity     string   `form:"capacity"`
	TrialDays    string   `form:"trial_days"`
	Bullets      []string `form:"bullets"`
	Audience     string   `form:"audience"`
	State        string   `form:"state"`
	PricePolicy  string   `form:"price_policy"`
	NoticeDays   string   `form:"notice_days"`
}

// actInput is what is to become of it: Mark tells what it was made of, and Act is
// "check" where one only wants to look.
type actInput struct {
	Mark string `form:"mark"`
	Act  string `form:"act"`
}

// New is the form for a new plan.
func (h *Plans) New(c echo.Context) error {
	d, err := h.plans.Desk(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	in := planInput{Kind: string(models.PlanFlatRate), Currency: usual(d), Audience: string(models.AudienceEveryone), State: string(models.PlanPublished)}
	return web.Page(c, pages.FormPage(formView(d, 0, in)))
}

// usual is the currency of the last plan, which the next is probably in too.
func usual(d *plans.Desk) string {
	for _, t := range slices.Backward(d.Content.Plans) {
		if t.Currency != "" {
			return t.Currency
		}
	}
	return models.DefaultCurrency
}

// Edit is the form of a plan.
func (h *Plans) Edit(c echo.Context) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	d, err := h.plans.Desk(ctx, web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	term := d.Term(n)
	if term == nil {
		return models.ErrNotFound
	}
	v := formView(d, n, inputOf(ctx, term))
	found := d.Of(n)
	v.Mark, v.Findings, v.Problems.Found = plans.Mark(term), others(found), found
	shown(&v, d, term)
	return web.Page(c, pages.FormPage(v))
}

// Create adds a plan.
func (h *Plans) Create(c echo.Context) error { return h.save(c, 0) }

// Save changes a plan.
func (h *Plans) Save(c echo.Context) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	return h.save(c, n)
}

func (h *Plans) save(c echo.Context, n int) error {
	in, err := web.Bind[planInput](c)
	if err != nil {
		return err
	}
	act, err := web.Bind[actInput](c)
	if err != nil {
		return err
	}
	ctx, actor, slug := c.Request().Context(), web.ActorOf(c), c.Param("slug")
	term, err := in.term(ctx, n)
	if err == nil && act.Act != "check" {
		if n == 0 {
			_, err = h.plans.Add(ctx, actor, slug, term)
		} else {
			err = h.plans.Change(ctx, actor, slug, act.Mark, term)
		}
		if err == nil {
			return web.Done(c, paths.Plans(slug, ""), "plan_saved")
		}
	}
	return h.again(c, n, in, act.Mark, term, err)
}

// again shows the form with what was typed: with what is wrong, or, where one only
// wanted to look, with what it comes to.
func (h *Plans) again(c echo.Context, n int, in planInput, mark string, term models.PlanTerm, err error) error {
	if _, mendable := models.AsProblems(err); err != nil && !mendable {
		return err
	}
	d, failed := h.plans.Desk(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if failed != nil {
		return failed
	}
	was := d.Term(n)
	if n != 0 && was == nil {
		return models.ErrNotFound
	}
	v := formView(d, n, in)
	v.Mark = mark
	if errors.Is(err, models.ErrPlanChanged) {
		v.Mark = plans.Mark(was) // whoever has read this may put theirs in its place
	}
	if err == nil {
		v.Problems.Found = d.Try(term)
		v.Findings = others(v.Problems.Found)
		shown(&v, d, &term)
		return web.Page(c, pages.FormPage(v))
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problemsView(err, p)
		return pages.FormPage(v)
	})
}

func formView(d *plans.Desk, n int, in planInput) pages.Form {
	_, live := d.Live[n]
	return pages.Form{Listing: frame(d.Standing, &d.Content, "plans"), Number: n, Input: pages.Input(in), Live: live, Currencies: currencies()}
}

// shown adds the preview, and what changes for whom.
func shown(v *pages.Form, d *plans.Desk, term *models.PlanTerm) {
	plan := term.Plan()
	plan.Number = v.Number
	card := site.PlanView(&plan)
	v.Card, v.Change = &card, changeView(d, &plan)
}

// inputOf is a plan as its writer would type it.
func inputOf(ctx context.Context, t *models.PlanTerm) planInput {
	p := t.Plan()
	in := planInput{Name: p.Name, Kind: string(p.Kind), Description: p.Description, Currency: p.Currency, UnitName: p.UnitName,
		MonthlyMinor: amount(ctx, p.MonthlyMinor, p.Currency), YearlyMinor: amount(ctx, p.YearlyMinor, p.Currency),
		MinUnits: whole(ctx, t.MinUnits), MaxUnits: whole(ctx, t.MaxUnits), Capacity: whole(ctx, t.Capacity), Bullets: p.Bullets, Audience: string(p.Audience),
		State: string(p.State), PricePolicy: string(p.PricePolicy)}
	if t.TrialDays != 0 {
		in.TrialDays = i18n.Number(ctx, int64(t.TrialDays))
	}
	if p.PricePolicy == models.PriceMove || t.NoticeDays != nil {
		in.NoticeDays = i18n.Number(ctx, int64(p.NoticeDays))
	}
	return in
}

func amount(ctx context.Context, minor *int64, currency string) string {
	if minor == nil {
		return ""
	}
	return i18n.Amount(ctx, *minor, currency)
}

func whole(ctx context.Context, n *int64) string {
	if n == nil {
		return ""
	}
	return i18n.Number(ctx, *n)
}

// term is the plan that was typed, or models.Problems with what can't be read.
// Whether it makes sense the rules say.
func (in *planInput) term(ctx context.Context, n int) (models.PlanTerm, error) {
	t := models.PlanTerm{Number: n, Name: strings.TrimSpace(in.Name), Kind: models.PlanKind(in.Kind), Currency: in.Currency,
		Description: strings.TrimSpace(strings.ReplaceAll(in.Description, "\r\n", "\n")), UnitName: strings.TrimSpace(in.UnitName),
		Audience: models.Audience(in.Audience), State: models.PlanState(in.State), PricePolicy: models.PricePolicy(in.PricePolicy)}
	for _, b := range in.Bullets {
		if b = strings.TrimSpace(b); b != "" {
			t.Bullets = append(t.Bullets, b)
		}
	}
	var p models.Problems
	marks := i18n.NumberMarks(ctx)
	read := func(field, typed string, parse func(string) (int64, error)) *int64 {
		if strings.TrimSpace(typed) == "" {
			return nil
		}
		n, err := parse(typed)
		if p.Add(field, err) != nil || err != nil {
			return nil
		}
		return &n
	}
	price := func(s string) (int64, error) { return models.ParseAmount(s, marks, t.Currency) }
	count := func(s string) (int64, error) { return models.ParseWhole(s, marks) }
	t.MonthlyMinor, t.YearlyMinor = read("monthly_minor", in.MonthlyMinor, price), read("yearly_minor", in.YearlyMinor, price)
	t.MinUnits, t.MaxUnits = read("min_units", in.MinUnits, count), read("max_units", in.MaxUnits, count)
	t.Capacity = read("capacity", in.Capacity, count)
	if days := read("trial_days", in.TrialDays, count); days != nil {
		t.TrialDays = int(*days)
	}
	if days := read("notice_days", in.NoticeDays, count); days != nil {
		t.NoticeDays = new(int(*days))
	}
	return t, p.Err()
}
