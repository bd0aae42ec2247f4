// Package installrequests holds the requests to install, for those who ask and for those who answer.
package installrequests

import (
	"errors"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/models"
	installrequestverbs "souk/models/installrequests"
	pages "souk/templates/installrequests"
	"souk/templates/requests"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// InstallRequests answers for them.
type InstallRequests struct {
	installrequests *installrequestverbs.Service
	now             func() time.Time
}

// New makes the handlers.
func New(r *installrequestverbs.Service, now func() time.Time) *InstallRequests {
	return &InstallRequests{installrequests: r, now: now}
}

type listInput struct {
	View models.RequestView `query:"view"`
	Page string             `query:"page"`
}

// Mine lists what one asked for.
func (h *InstallRequests) Mine(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	list, total, err := h.installrequests.Mine(c.Request().Context(), web.ActorOf(c), web.PageNumber(in.Page))
	if err != nil {
		return err
	}
	return web.Page(c, pages.MinePage(pages.Mine{Items: h.rows(list), Zone: web.Zone(c),
		Pager: pager(web.PageNumber(in.Page), total, func(n int) string { return paths.InstallRequestsIn("", "", n) })}))
}

// Withdraw takes back what one asked for.
func (h *InstallRequests) Withdraw(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	if err := h.installrequests.Withdraw(c.Request().Context(), web.ActorOf(c), id); err != nil {
		return err
	}
	return web.Done(c, paths.InstallRequests, "install_request_withdrawn")
}

// List lists what an organization was asked for.
func (h *InstallRequests) List(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	l, err := h.installrequests.List(c.Request().Context(), web.ActorOf(c), c.Param("org"), in.View, web.PageNumber(in.Page))
	if err != nil {
		return err
	}
	return web.Page(c, pages.ListPage(pages.List{Org: org(&l.Asked), View: in.View, Decided: l.Decided, Items: h.rows(l.Items), Zone: web.Zone(c),
		Pager: pager(web.PageNumber(in.Page), l.Total, func(n int) string { return paths.InstallRequestsIn(l.Login, string(in.View), n) })}))
}

func org(a *installrequestverbs.Asked) pages.Org {
	return pages.Org{Login: a.Login, Name: a.Name, Waiting: a.Waiting}
}

func (h *InstallRequests) rows(all []installrequestverbs.Request) []pages.Row {
	out := make([]pages.Row, len(all))
	for i := range all {
		out[i] = h.row(&all[i])
	}
	return out
}

func (h *InstallRequests) row(r *installrequestverbs.Request) pages.Row {
	v := pages.Row{ID: r.ID, App: r.App, Name: r.AppName, LogoURL: frames.Logo(r.LogoHash), Listing: r.Listing, Organization: r.Organization,
		OrganizationName: r.OrganizationName, Requester: r.Requester, Others: r.Others, Selection: r.Selection, Repositories: r.Repositories, Names: r.Names,
		Cost: r.Cost, Reason: r.Reason, State: r.State, Created: r.CreatedAt, Expires: r.ExpiresAt,
		Placing: r.PlacingUntil != nil && h.now().Before(*r.PlacingUntil)}
	if r.PlanNumber != 0 {
		v.Terms = &requests.Terms{Plan: r.PlanName, Kind: r.Kind, Unit: r.Unit, Period: r.Period, Units: r.Units}
	}
	if r.DecidedAt != nil { // until then they are those of an approval whose payment is under way
		v.Decided, v.Words, v.Decider = *r.DecidedAt, r.Words, r.Decider
	}
	if r.Approval != nil {
		v.Narrowed, v.Approved = r.Approval.Narrowed, r.Approval.Count
	}
	return v
}

// number is an id in an address.
func number(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, models.ErrNotFound
	}
	return id, nil
}

// pager links to the pages around this one.
func pager(page, total int, at func(page int) string) ui.PagerProps {
	last := (total + installrequestverbs.PerPage - 1) / installrequestverbs.PerPage
	return ui.PagerOf(page, last, at)
}

func code(err error) string {
	if known, ok := errors.AsType[*models.Error](err); ok {
		return known.Code
	}
	return ""
}
