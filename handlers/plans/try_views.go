package plans

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/tryouts"
	pages "souk/templates/plans"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web"
	"souk/web/i18n"
)

// tryView is the page: Tryout, where one runs, or what it may begin with.
func tryView(c echo.Context, d *tryouts.Desk, in tryInput) pages.Try {
	ctx := c.Request().Context()
	v := pages.Try{Listing: frame(d.Standing, &d.Content, "try"), Account: cmp.Or(in.Account, string(models.KindOrganization)),
		Card: in.Card, Date: in.Date}
	t := d.Tryout
	if t == nil {
		t = &models.Tryout{}
		for _, term := range d.Content.Plans {
			t.Plans = append(t.Plans, models.TryoutPlan{Term: term})
		}
	}
	v.Plans = forSale(t)
	v.Order = orderView(ctx, t, in)
	if d.Tryout != nil {
		v.Tryout = standingView(ctx, t)
		addSteps(c, &v, t, in.Page)
	}
	return v
}

// forSale are the plans that can be bought: drafts too, to be tried before they
// are for sale.
func forSale(t *models.Tryout) []site.Plan {
	var all []site.Plan
	for i := range t.Plans {
		plan := t.Plans[i].Term.Plan()
		if plan.State != models.PlanRetired {
			all = append(all, site.PlanView(&plan))
		}
	}
	return all
}

// orderView is what was typed, else what is bought, else nothing in particular.
func orderView(ctx context.Context, t *models.Tryout, in tryInput) pages.Order {
	switch {
	case in.Plan != "":
		return pages.Order{Plan: in.Plan, Period: in.Period, Units: in.Units}
	case t.Purchase != nil:
		o := t.Purchase.Terms
		return pages.Order{Plan: strconv.Itoa(o.Plan.Number), Period: string(o.Period), Units: i18n.Number(ctx, o.Units)}
	}
	return pages.Order{Period: string(models.Monthly), Units: "1"}
}

func standingView(ctx context.Context, t *models.Tryout) *pages.Standing {
	s := &pages.Standing{State: t.State(), Now: t.Now, Last: t.Last(), Buyer: t.Buyer.Login, Next: t.Next(), CardFails: t.CardFails,
		Full: len(t.Events) >= models.MaxTryoutEvents}
	p := t.Purchase
	if p == nil {
		return s
	}
	plan := &p.Terms.Plan
	s.Plan, s.Period, s.Units, s.Start, s.End, s.PerUnit = site.PlanView(plan), p.Terms.Period, p.Terms.Units, p.Start, p.End, plan.Kind == models.PlanPerUnit
	if p.Pending != nil {
		s.Pending = &pages.Pending{Kind: p.Pending.Kind}
		if o := p.Pending.Terms; o != nil {
			s.Pending.Plan, s.Pending.Period, s.Pending.Units = o.Plan.Name, o.Period, o.Units
		}
	}
	if t.Owed != nil {
		s.Due = i18n.Money(ctx, t.Owed.Total, t.Owed.Currency)
	}
	return s
}

// addSteps adds a page of the steps, the newest first.
func addSteps(c echo.Context, v *pages.Try, t *models.Tryout, page int) {
	total := len(t.Events)
	last := max(1, (total+stepsPerPage-1)/stepsPerPage)
	page = min(max(page, 1), last)
	v.Total = total
	for i := total - 1 - (page-1)*stepsPerPage; i >= 0 && i >= total-page*stepsPerPage; i-- {
		v.Steps = append(v.Steps, stepView(t, i, web.Requested(c).Base))
	}
	for n := 1; n <= last; n++ {
		v.Pager.Links = append(v.Pager.Links, ui.PageLink{Page: n, Href: tryPage(c, n), Current: n == page})
	}
	if page > 1 {
		v.Pager.Previous = tryPage(c, page-1)
	}
	if page < last {
		v.Pager.Next = tryPage(c, page+1)
	}
}

func stepView(t *models.Tryout, i int, base string) pages.Step {
	e := &t.Events[i]
	s := pages.Step{N: i + 1, Act: e.Act, At: e.At, State: e.State}
	if e.Terms != nil {
		s.Plan, s.Period, s.Units = e.Terms.Plan.Name, e.Terms.Period, e.Terms.Units
	}
	if e.Charge != nil {
		s.Charges = append(s.Charges, chargeView(e.Charge))
	}
	for j := range e.Webhooks {
		h := &e.Webhooks[j]
		s.Webhooks = append(s.Webhooks, pages.Webhook{Action: h.Action, JSON: pretty(t.Payload(h, base))})
	}
	return s
}

func chargeView(c *models.TryoutCharge) pages.Charge {
	v := pages.Charge{Total: c.Bill.Sum(), Declined: c.Declined}
	if c.Next != nil {
		v.Next = *c.Next
	}
	for _, l := range c.Bill.Lines {
		v.Lines = append(v.Lines, pages.Line{Plan: l.PlanName, Units: l.Units, PerUnit: l.PlanKind == models.PlanPerUnit,
			From: l.From, Until: l.Until, Minor: l.Minor, Whole: l.Whole, Part: l.Kind != models.LinePeriod})
	}
	return v
}

// pretty is JSON as people read it.
func pretty(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(v) // it is made of what can be JSON
	return strings.TrimSuffix(b.String(), "\n")
}
