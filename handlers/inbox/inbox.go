// Package inbox answers the list of a person's notifications.
package inbox

import (
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/notices"
	"souk/templates/inbox"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Inbox holds the handlers.
type Inbox struct {
	notices *notices.Service
	now     func() time.Time
}

// New makes the handlers.
func New(notices *notices.Service, now func() time.Time) *Inbox {
	return &Inbox{notices: notices, now: now}
}

type listInput struct {
	View models.NotificationView `query:"view"`
	Page int                     `query:"page"`
}

// List shows what waits for the person, what they haven't read, or what is
// done.
func (h *Inbox) List(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	page := max(in.Page, 1)
	found, err := h.notices.List(c.Request().Context(), web.ActorOf(c), in.View, page)
	if err != nil {
		return err
	}
	return web.Page(c, inbox.Page(pageView(found, in.View, page, h.now())))
}

// Follow leads on to what a notification is about, and notes that it was read.
// That a GET writes this much is meant: it is a link that people open in a new
// tab or send to themselves, only its owner can change anything by it, and once
// or often is the same.
func (h *Inbox) Follow(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	link, err := h.notices.Follow(c.Request().Context(), web.ActorOf(c), id)
	if err != nil {
		return err
	}
	if link == "" {
		link = paths.Notifications
	}
	return web.SeeOther(c, web.Local(link))
}

// back is the page on which a button was pressed.
type back struct {
	View models.NotificationView `form:"view"`
	Page int                     `form:"page"`
	UpTo int64                   `form:"up_to"`
}

// view is one that exists.
func (b back) view() models.NotificationView {
	if slices.Contains(models.NotificationViews(), b.View) {
		return b.View
	}
	return models.NotificationsOpen
}

// Finish marks one as done.
func (h *Inbox) Finish(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	in, err := web.Bind[back](c)
	if err != nil {
		return err
	}
	if err := h.notices.Finish(c.Request().Context(), web.ActorOf(c), id); err != nil {
		return err
	}
	return h.done(c, in, "notification_done")
}

// Restore moves one back to what waits.
func (h *Inbox) Restore(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	in, err := web.Bind[back](c)
	if err != nil {
		return err
	}
	if err := h.notices.Restore(c.Request().Context(), web.ActorOf(c), id); err != nil {
		return err
	}
	return h.done(c, in, "notification_restored")
}

// FinishAll marks everything that the page knew of as done.
func (h *Inbox) FinishAll(c echo.Context) error {
	in, err := web.Bind[back](c)
	if err != nil {
		return err
	}
	if err := h.notices.FinishAll(c.Request().Context(), web.ActorOf(c), in.UpTo); err != nil {
		return err
	}
	return web.Done(c, paths.Notifications, "notifications_done")
}

// ReadAll marks everything that the page knew of as read.
func (h *Inbox) ReadAll(c echo.Context) error {
	in, err := web.Bind[back](c)
	if err != nil {
		return err
	}
	if err := h.notices.ReadAll(c.Request().Context(), web.ActorOf(c), in.UpTo); err != nil {
		return err
	}
	return web.Done(c, paths.Notifications, "notifications_read")
}

// done goes back to the page of the button, or to the one before where it was
// the last of its page.
func (h *Inbox) done(c echo.Context, in back, code string) error {
	found, err := h.notices.List(c.Request().Context(), web.ActorOf(c), in.view(), 1)
	if err != nil {
		return err
	}
	page := min(in.Page, pages(found.Total(in.view())))
	return web.Done(c, paths.NotificationsIn(string(in.view()), page), code)
}

func idOf(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, models.ErrNotFound
	}
	return id, nil
}

func pages(total int) int { return max((total+notices.PerPage-1)/notices.PerPage, 1) }

func pageView(found *notices.Inbox, view models.NotificationView, page int, now time.Time) inbox.View {
	v := inbox.View{
		View: string(view), Page: page, Open: found.Open, Unread: found.Unread, Done: found.Done,
		UpTo: found.Newest, Zone: found.TimeZone, Now: now, Pager: pager(view, page, pages(found.Total(view))),
	}
	for _, n := range found.Items {
		v.Items = append(v.Items, inbox.Item{ID: n.ID, Kind: n.Kind, Params: n.Params, At: n.CreatedAt, Unread: n.ReadAt == nil && n.DoneAt == nil})
	}
	return v
}

// pager links to the pages around this one.
func pager(view models.NotificationView, page, last int) ui.PagerProps {
	at := func(n int) string { return paths.NotificationsIn(string(view), n) }
	return ui.PagerOf(page, last, at)
}
