// Package moderation answers for reports, taking down and appeals: for whoever
// reports a listing, for its integrator, and for staff.
package moderation

import (
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/moderation"
	"souk/templates/ui"
	"souk/web"
)

// Moderation answers for reports, taking down and appeals.
type Moderation struct {
	moderation *moderation.Service
}

// New makes the handlers.
func New(m *moderation.Service) *Moderation {
	return &Moderation{moderation: m}
}

// problems are what is wrong with a form, as templates take it.
func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

// or is the time, or the zero time for none.
func or(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

type listInput struct {
	View models.ModerationView `query:"view"`
	Page string                `query:"page"`
}

// page is the page that was asked for.
func (in *listInput) page() int { return web.PageNumber(in.Page) }

// pager links to the pages around this one.
func pager(page, total int, at func(page int) string) ui.PagerProps {
	last := (total + moderation.PerPage - 1) / moderation.PerPage
	return ui.PagerOf(page, last, at)
}

func slug(c echo.Context) string { return c.Param("slug") }
