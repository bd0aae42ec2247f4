package dev

import (
	"context"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/billing"
	"souk/models/db"
	"souk/templates/mailbox"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Clock moves the clock of everything that is bought, so that a trial ends and a
// period is paid while one looks on.
type Clock struct {
	db    *db.DB
	clock *billing.Clock
	tend  func(context.Context) error // has what is due by then done
}

// NewClock makes the handlers.
func NewClock(d *db.DB, clock *billing.Clock, tend func(context.Context) error) *Clock {
	return &Clock{db: d, clock: clock, tend: tend}
}

type clockInput struct {
	By   string `form:"by"`
	Date string `form:"date"`
}

// Show says what time it is.
func (h *Clock) Show(c echo.Context) error {
	return web.Page(c, mailbox.ClockPage(h.view("")))
}

func (h *Clock) view(date string, problems ...ui.Problem) mailbox.Clock {
	return mailbox.Clock{Now: h.clock.Now().UTC(), Days: int64(h.clock.Ahead() / (24 * time.Hour)), Date: date, Problems: problems}
}

// Move moves the clock on, and has done what falls due on the way.
func (h *Clock) Move(c echo.Context) error {
	in, err := web.Bind[clockInput](c)
	if err != nil {
		return err
	}
	ctx, now := c.Request().Context(), h.clock.Now()
	to, ok := in.reach(now)
	if !ok || !to.After(now) || to.After(now.AddDate(2, 0, 0)) {
		return web.Form(c, models.ErrBillingClock, func(models.Problems) templ.Component {
			return mailbox.ClockPage(h.view(in.Date, ui.Problem{Field: "date", Code: models.ErrBillingClock.Code}))
		})
	}
	if err := h.clock.Move(ctx, h.db, to.Sub(now)); err != nil {
		return err
	}
	if err := h.tend(ctx); err != nil {
		return err
	}
	return web.Done(c, paths.Clock, "clock_moved")
}

// reach is the moment that was chosen.
func (in *clockInput) reach(now time.Time) (time.Time, bool) {
	switch in.By {
	case "hour":
		return now.Add(time.Hour), true
	case "day":
		return now.AddDate(0, 0, 1), true
	case "week":
		return now.AddDate(0, 0, 7), true
	case "month":
		return models.MonthsAfter(now, 1), true
	}
	day, err := time.Parse(time.DateOnly, in.Date)
	return day.Add(now.Sub(now.Truncate(24 * time.Hour))), err == nil
}
