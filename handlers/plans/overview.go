package plans

import (
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/plans"
	pages "souk/templates/plans"
	"souk/templates/site"
	"souk/web"
	"souk/web/paths"
)

// Overview is the plans of a draft.
func (h *Plans) Overview(c echo.Context) error {
	d, err := h.plans.Desk(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Page(c, pages.OverviewPage(overviewView(d)))
}

type purchaseInput struct {
	Purchase    string `form:"purchase"`
	PurchaseURL string `form:"purchase_url"`
}

// Purchase says how plans are bought.
func (h *Plans) Purchase(c echo.Context) error {
	in, err := web.Bind[purchaseInput](c)
	if err != nil {
		return err
	}
	ctx, actor, slug := c.Request().Context(), web.ActorOf(c), c.Param("slug")
	in.PurchaseURL = strings.TrimSpace(in.PurchaseURL)
	err = h.plans.SetPurchase(ctx, actor, slug, models.Purchase(in.Purchase), in.PurchaseURL)
	if err == nil {
		return web.Done(c, paths.Plans(slug, ""), "purchase_saved")
	}
	if _, mendable := models.AsProblems(err); !mendable {
		return err
	}
	d, failed := h.plans.Desk(ctx, actor, slug)
	if failed != nil {
		return failed
	}
	v := overviewView(d)
	v.Purchase, v.PurchaseURL = in.Purchase, in.PurchaseURL
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problemsView(err, p)
		return pages.OverviewPage(v)
	})
}

type moveInput struct {
	To string `form:"to"`
}

// Move changes the order of plans.
func (h *Plans) Move(c echo.Context) error {
	in, err := web.Bind[moveInput](c)
	if err != nil {
		return err
	}
	n, err := number(c)
	if err != nil {
		return err
	}
	slug := c.Param("slug")
	if err := h.plans.Move(c.Request().Context(), web.ActorOf(c), slug, n, in.To != "down"); err != nil {
		return err
	}
	return web.SeeOther(c, paths.Plans(slug, ""))
}

// Removing asks before a plan is removed.
func (h *Plans) Removing(c echo.Context) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	d, err := h.plans.Desk(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	term := d.Term(n)
	if term == nil {
		return models.ErrNotFound
	}
	if _, live := d.Live[n]; live {
		return models.ErrPlanLive
	}
	return web.Page(c, pages.RemovalPage(pages.Removal{Listing: frame(d.Standing, &d.Content, "plans"), Number: n, Plan: term.Name}))
}

// Remove takes a plan out of the draft.
func (h *Plans) Remove(c echo.Context) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	slug := c.Param("slug")
	if err := h.plans.Remove(c.Request().Context(), web.ActorOf(c), slug, n); err != nil {
		return err
	}
	return web.Done(c, paths.Plans(slug, ""), "plan_removed")
}

func overviewView(d *plans.Desk) pages.Overview {
	v := pages.Overview{Listing: frame(d.Standing, &d.Content, "plans"), Purchase: string(d.Content.Purchase), PurchaseURL: d.Content.PurchaseURL,
		History: len(d.Live) > 0 && (d.Standing.ListingState == models.ListingPublished || d.Standing.ListingState == models.ListingUnlisted)}
	for _, f := range d.Findings {
		if !strings.HasPrefix(f.Field, "plans[") {
			v.Findings = append(v.Findings, f)
		}
	}
	for i := range d.Content.Plans {
		t := &d.Content.Plans[i]
		plan := t.Plan()
		r := pages.Row{Plan: site.PlanView(&plan), State: plan.State, First: i == 0, Last: i == len(d.Content.Plans)-1,
			Findings: d.Of(t.Number), Change: changeView(d, &plan)}
		if was, live := d.Live[t.Number]; live {
			r.Live, r.Changed = true, differs(&was, &plan)
		}
		v.Rows = append(v.Rows, r)
		if plan.State == models.PlanPublished {
			v.Cards = append(v.Cards, site.PlanView(&plan))
		}
	}
	return v
}

// differs reports whether buyers would notice that a plan is another.
func differs(was, is *models.Plan) bool {
	return was.Name != is.Name || was.Kind != is.Kind || was.State != is.State || was.Audience != is.Audience || was.TrialDays != is.TrialDays ||
		was.Currency != is.Currency || other(was.MonthlyMinor, is.MonthlyMinor) || other(was.YearlyMinor, is.YearlyMinor) ||
		other(was.MinUnits, is.MinUnits) || other(was.MaxUnits, is.MaxUnits) || other(was.Capacity, is.Capacity) || was.UnitName != is.UnitName
}

func other(a, b *int64) bool {
	if a == nil || b == nil {
		return a != b
	}
	return *a != *b
}

// changeView is what a plan's price means, where another one is live.
func changeView(d *plans.Desk, plan *models.Plan) pages.Change {
	was, live := d.Live[plan.Number]
	if !live {
		return pages.Change{}
	}
	return pages.Change{Effects: models.PriceChange(&was, plan, plan.PricePolicy, plan.NoticeDays, d.Now), Notice: plan.NoticeDays,
		TrialBefore: was.TrialDays, TrialAfter: plan.TrialDays, Was: site.PlanView(&was), Will: site.PlanView(plan)}
}
