package requests

import (
	"errors"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/requests"
	pages "souk/templates/requests"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

type askInput struct {
	Account string        `form:"account" query:"account"`
	Period  models.Period `form:"period" query:"period"`
	Units   string        `form:"units" query:"units"`
	Reason  string        `form:"reason"`
	Do      string        `form:"do"` // "update" only shows what it would cost
}

// wish is what was asked for; what is wrong with the number of units is said apart.
func (in *askInput) wish(c echo.Context) (w requests.Wish, wrong error) {
	plan, err := strconv.Atoi(c.Param("plan"))
	if err != nil {
		plan = 0
	}
	w = requests.Wish{Listing: c.Param("slug"), Plan: plan, Organization: in.Account, Period: in.Period, Reason: in.Reason}
	if in.Units != "" {
		if w.Units, wrong = models.ParseWhole(in.Units, i18n.NumberMarks(c.Request().Context())); wrong != nil {
			return w, models.ErrWholeNumber.On("units")
		}
		if w.Units == 0 {
			wrong = models.ErrPlanUnits
		}
	}
	return w, wrong
}

// Ask shows how an organization is asked to buy.
func (h *Requests) Ask(c echo.Context) error {
	in, err := web.Bind[askInput](c)
	if err != nil {
		return err
	}
	v, err := h.askView(c, in)
	if err != nil {
		return err
	}
	return web.Page(c, pages.AskPage(v))
}

// AskPost asks, or shows what it would cost.
func (h *Requests) AskPost(c echo.Context) error {
	in, err := web.Bind[askInput](c)
	if err != nil {
		return err
	}
	w, wrong := in.wish(c)
	if wrong == nil && in.Do != "update" {
		if _, wrong = h.requests.Ask(c.Request().Context(), web.ActorOf(c), w); wrong == nil {
			return web.Done(c, paths.BuyRequests, "buy_requested")
		}
	}
	if _, mendable := models.AsProblems(wrong); wrong != nil && !mendable && !onPage(wrong) {
		return wrong
	}
	v, err := h.askView(c, in)
	if err != nil {
		return err
	}
	if wrong == nil || onPage(wrong) {
		return web.Page(c, pages.AskPage(v)) // which says what is in the way
	}
	return web.Form(c, wrong, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.AskPage(v)
	})
}

// onPage reports whether the page by itself says why nothing can be asked.
func onPage(err error) bool {
	for _, known := range []error{models.ErrAlreadyAsked, models.ErrAlreadyBought, models.ErrPolicyDenied, models.ErrBoughtElsewhere, models.ErrPlanGone} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

func (h *Requests) askView(c echo.Context, in askInput) (v pages.Ask, err error) {
	w, _ := in.wish(c)
	a, err := h.requests.Asking(c.Request().Context(), web.ActorOf(c), w)
	if err != nil {
		return v, err
	}
	v = pages.Ask{Slug: a.Listing, Name: a.Name, LogoURL: paths.Tile(a.LogoHash), Plan: a.Plan, Period: a.Period, Reason: in.Reason,
		Units: strconv.FormatInt(a.Units, 10), Cost: a.Cost, Kind: a.App.Kind, Known: a.App.PermissionsKnown(), Risk: a.App.Risk(),
		WritesCode: a.App.Permissions.WritesCode(), Problem: code(a.Problem), Blocked: onPage(a.Problem)}
	for _, p := range a.Places {
		v.Places = append(v.Places, pages.Place{Login: p.Login, Name: p.Name, Has: p.Has})
	}
	if a.Place != nil {
		v.Place, v.PlaceName, v.OpenID, v.Verdict = a.Place.Login, a.Place.Name, a.Place.OpenID != nil, &a.Verdict
	}
	return v, nil
}

type listInput struct {
	View models.RequestView `query:"view"`
	Page string             `query:"page"`
}

// Mine lists one's own requests.
func (h *Requests) Mine(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	list, total, err := h.requests.Mine(c.Request().Context(), web.ActorOf(c), web.PageNumber(in.Page))
	if err != nil {
		return err
	}
	return web.Page(c, pages.MinePage(pages.Mine{Items: rowViews(list), Zone: web.Zone(c),
		Pager: pager(web.PageNumber(in.Page), total, func(n int) string { return paths.BuyRequestsIn("", "", n) })}))
}

// Withdraw takes back a request of one's own.
func (h *Requests) Withdraw(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	if err := h.requests.Withdraw(c.Request().Context(), web.ActorOf(c), id); err != nil {
		return err
	}
	return web.Done(c, paths.BuyRequests, "buy_request_withdrawn")
}
