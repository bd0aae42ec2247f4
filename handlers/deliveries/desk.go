package deliveries

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/models"
	"souk/models/apps"
	"souk/models/hooks"
	pages "souk/templates/deliveries"
	"souk/templates/desk"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

type deskInput struct {
	State models.HookState `query:"state"`
	Page  string           `query:"page"`
}

// page is the page that was asked for.
func (in *deskInput) page() int { return web.PageNumber(in.Page) }

// Desk shows where an app is told things, and what it was told.
func (h *Deliveries) Desk(c echo.Context) error {
	in, err := web.Bind[deskInput](c)
	if err != nil {
		return err
	}
	d, err := h.hooks.Desk(c.Request().Context(), web.ActorOf(c), c.Param("slug"), in.State, in.page())
	if err != nil {
		return err
	}
	v := pages.Desk{Frame: h.frame(c, d.Standing), Endpoint: endpointView(c, d.Endpoint), State: string(in.State), All: d.All(), Now: d.Now.In(web.Zone(c)),
		MayAct: web.ActorOf(c).MayRedeliver(d.Standing.Rights()) == nil, Pager: h.pager(c, in, d.Total)}
	for _, state := range pages.States() {
		v.Counts = append(v.Counts, d.Counts[models.HookState(state)])
	}
	if v.Fresh, err = h.fresh(c); err != nil {
		return err
	}
	for i := range d.Events {
		v.Events = append(v.Events, eventView(c, &d.Events[i]))
	}
	return web.Page(c, pages.DeskPage(v))
}

// Event shows what was told, and every attempt.
func (h *Deliveries) Event(c echo.Context) error {
	e, err := h.hooks.Told(c.Request().Context(), web.ActorOf(c), c.Param("slug"), c.Param("guid"))
	if err != nil {
		return err
	}
	v := pages.Told{Frame: h.frame(c, e.Standing), Event: eventView(c, &e.HookEvent), Payload: pretty(e.Payload), Reachable: e.Reachable,
		MayAct: web.ActorOf(c).MayRedeliver(e.Standing.Rights()) == nil}
	for i := range e.Attempts {
		v.Attempts = append(v.Attempts, attemptView(c, &e.Attempts[i]))
	}
	return web.Page(c, pages.EventPage(v))
}

// Redeliver sends an event again.
func (h *Deliveries) Redeliver(c echo.Context) error {
	slug, guid := c.Param("slug"), c.Param("guid")
	if err := h.hooks.Redeliver(c.Request().Context(), web.ActorOf(c), slug, guid); err != nil {
		return err
	}
	return web.Done(c, h.delivery(slug, guid), "hook_redelivered")
}

// Ping sends an event that says only that the webhook is there.
func (h *Deliveries) Ping(c echo.Context) error {
	if err := h.hooks.Ping(c.Request().Context(), web.ActorOf(c), c.Param("slug")); err != nil {
		return err
	}
	return web.Done(c, h.at(c.Param("slug"), ""), "hook_pinged")
}

// frame is what stands around the pages.
func (h *Deliveries) frame(c echo.Context, st *apps.Standing) pages.Frame {
	if h.ofApps {
		return pages.Frame{App: new(frames.App(c, st, "webhook"))}
	}
	return pages.Frame{Listing: desk.Listing{Slug: st.ListingSlug, Name: st.ListingName, State: st.ListingState, LogoURL: paths.Tile(st.ListingLogo), Page: "webhook"}}
}

func endpointView(c echo.Context, e *hooks.Endpoint) pages.Endpoint {
	zone := web.Zone(c)
	return pages.Endpoint{URL: e.URL, Active: e.Active, Form: e.Content == models.HookForm, Signed: e.Signed, OldUntil: in(zone, &e.OldUntil),
		Delivered: in(zone, e.DeliveredAt), FailingFrom: in(zone, e.FailingFrom), Hold: in(zone, &e.Hold)}
}

// in is a time in the reader's zone, zero for none.
func in(zone *time.Location, t *time.Time) time.Time {
	if t == nil || t.IsZero() {
		return time.Time{}
	}
	return t.In(zone)
}

func eventView(c echo.Context, e *models.HookEvent) pages.Event {
	zone := web.Zone(c)
	return pages.Event{GUID: e.GUID, Event: e.Event, Action: string(e.Action), Account: e.Account, State: string(e.State), Tries: e.Tries, Status: e.Status,
		Created: e.CreatedAt.In(zone), Delivered: in(zone, e.DeliveredAt), Next: in(zone, e.NextAt)}
}

func attemptView(c echo.Context, a *models.HookAttempt) pages.Attempt {
	return pages.Attempt{At: a.At.In(web.Zone(c)), URL: a.URL, Redelivery: a.Redelivery, Status: a.Status, Problem: a.Problem, Milliseconds: a.Milliseconds,
		Taken: models.HookTaken(a.Status), Request: headerLines(a.RequestHeaders), Response: headerLines(a.ResponseHeaders), Body: a.ResponseBody}
}

// pager links to the pages around this one.
func (h *Deliveries) pager(c echo.Context, in deskInput, total int) ui.PagerProps {
	last := (total + hooks.PerPage - 1) / hooks.PerPage
	page := in.page()
	at := func(n int) string {
		address := paths.Localized(web.Requested(c).Lang, h.at(c.Param("slug"), "")) + "?page=" + strconv.Itoa(n)
		if in.State != "" {
			address += "&state=" + string(in.State)
		}
		return address
	}
	return ui.PagerOf(page, last, at)
}
