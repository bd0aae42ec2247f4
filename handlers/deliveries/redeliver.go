package deliveries

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/hooks"
	pages "souk/templates/deliveries"
	"souk/web"
)

// rangeInput says which events are to be sent again, by the days of the reader's
// zone; both days belong to it.
type rangeInput struct {
	From  string `query:"from" form:"from"`
	Until string `query:"until" form:"until"`
	Which string `query:"which" form:"which"`
}

func (in *rangeInput) of(zone *time.Location) hooks.Range {
	from, _ := time.ParseInLocation(time.DateOnly, in.From, zone)
	until, err := time.ParseInLocation(time.DateOnly, in.Until, zone)
	if err == nil {
		until = until.AddDate(0, 0, 1)
	}
	return hooks.Range{From: from, Until: until, All: in.Which == "all"}
}

// Range asks which events are to be sent again, and says how many they are.
func (h *Deliveries) Range(c echo.Context) error {
	in, err := web.Bind[rangeInput](c)
	if err != nil {
		return err
	}
	if in.From == "" && in.Until == "" {
		today := h.now().In(web.Zone(c))
		in.From, in.Until = today.AddDate(0, 0, -3).Format(time.DateOnly), today.Format(time.DateOnly)
	}
	return h.ranged(c, in)
}

// ranged shows the form with what it would do; what is wrong with the days is said
// beside them.
func (h *Deliveries) ranged(c echo.Context, in rangeInput) error {
	st, e, n, err := h.hooks.CountRange(c.Request().Context(), web.ActorOf(c), c.Param("slug"), in.of(web.Zone(c)))
	v := pages.Range{From: in.From, Until: in.Until, All: in.Which == "all", Count: n, Most: models.MaxRedeliver}
	problems, mendable := models.AsProblems(err)
	if err != nil && !mendable {
		return err
	}
	v.Frame, v.Problems, v.Reachable = h.frame(c, st), problemsView(problems), e.Reachable()
	if mendable {
		return web.PageStatus(c, http.StatusUnprocessableEntity, pages.RangePage(v))
	}
	return web.Page(c, pages.RangePage(v))
}

// RedeliverRange sends them again.
func (h *Deliveries) RedeliverRange(c echo.Context) error {
	in, err := web.Bind[rangeInput](c)
	if err != nil {
		return err
	}
	n, err := h.hooks.RedeliverRange(c.Request().Context(), web.ActorOf(c), c.Param("slug"), in.of(web.Zone(c)))
	if _, mendable := models.AsProblems(err); mendable {
		return h.ranged(c, in)
	}
	if err != nil {
		return err
	}
	done := "hook_redelivered_many"
	if n == 0 {
		done = "hook_redelivered_none"
	}
	return web.Done(c, h.at(c.Param("slug"), ""), done)
}
