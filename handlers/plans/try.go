package plans

import (
	"context"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/tryouts"
	pages "souk/templates/plans"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

type tryInput struct {
	Page    int    `query:"page"`
	Act     string `form:"act"`
	To      string `form:"to"`
	Date    string `form:"date"`
	Account string `form:"account"`
	Plan    string `form:"plan"`
	Period  string `form:"period"`
	Units   string `form:"units"`
	Card    bool   `form:"card_fails"`
}

// order is what was chosen. What can't be read comes back as Problems.
func (in *tryInput) order(ctx context.Context) (models.TryoutOrder, error) {
	o := models.TryoutOrder{Period: models.Period(in.Period), Units: 1}
	var err error
	if o.Plan, err = strconv.Atoi(in.Plan); err != nil {
		return o, models.ErrTryoutPlan
	}
	if in.Units != "" {
		if o.Units, err = models.ParseWhole(in.Units, i18n.NumberMarks(ctx)); err != nil {
			return o, models.ErrWholeNumber.On("units")
		}
	}
	return o, nil
}

// Try is where the tryout stands, or how one begins.
func (h *Plans) Try(c echo.Context) error {
	in, err := web.Bind[tryInput](c)
	if err != nil {
		return err
	}
	d, err := h.tryouts.Desk(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Page(c, pages.TryPage(tryView(c, d, in)))
}

// Begin begins a tryout.
func (h *Plans) Begin(c echo.Context) error {
	in, err := web.Bind[tryInput](c)
	if err != nil {
		return err
	}
	ctx, slug := c.Request().Context(), c.Param("slug")
	order, err := in.order(ctx)
	if err == nil {
		err = h.tryouts.Begin(ctx, web.ActorOf(c), slug, tryouts.Start{Kind: models.AccountKind(in.Account), Order: order, CardFails: in.Card})
	}
	if err == nil {
		return web.SeeOther(c, paths.Try(slug, ""))
	}
	return h.tryAgain(c, in, err)
}

// Step takes a step of the tryout.
func (h *Plans) Step(c echo.Context) error {
	in, err := web.Bind[tryInput](c)
	if err != nil {
		return err
	}
	ctx, slug := c.Request().Context(), c.Param("slug")
	err = h.tryouts.Do(ctx, web.ActorOf(c), slug, func(t *models.Tryout) (step models.TryoutStep, err error) {
		step.Act = models.TryoutAct(in.Act)
		switch step.Act {
		case models.ActBuy, models.ActChange:
			step.Order, err = in.order(ctx)
		case models.TryoutClock:
			step.To, err = t.Reach(models.TryoutReach(in.To), in.Date)
		}
		return step, err
	})
	if err == nil {
		return web.SeeOther(c, paths.Try(slug, ""))
	}
	return h.tryAgain(c, in, err)
}

// tryAgain shows the page with what was typed.
func (h *Plans) tryAgain(c echo.Context, in tryInput, err error) error {
	if _, mendable := models.AsProblems(err); !mendable {
		return err
	}
	d, failed := h.tryouts.Desk(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if failed != nil {
		return failed
	}
	v := tryView(c, d, in)
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = typed(p)
		return pages.TryPage(v)
	})
}

// End ends the tryout.
func (h *Plans) End(c echo.Context) error {
	slug := c.Param("slug")
	if err := h.tryouts.End(c.Request().Context(), web.ActorOf(c), slug); err != nil {
		return err
	}
	return web.Done(c, paths.Try(slug, ""), "tryout_ended")
}

// stepsPerPage keeps the page small: each step may hold two payloads.
const stepsPerPage = 8

// tryPage is the address of a page of the steps.
func tryPage(c echo.Context, n int) string {
	address := paths.Localized(web.Requested(c).Lang, paths.Try(c.Param("slug"), ""))
	if n > 1 {
		address += "?" + url.Values{"page": {strconv.Itoa(n)}}.Encode()
	}
	return address + "#steps"
}
