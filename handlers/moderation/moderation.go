// Package moderation answers for reports, taking down and appeals: for whoever
// reports a listing, for its integrator, and for staff.
package moderation

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/moderation"
	"souk/templates/ui"
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

// page is the page that was asked for; what is no number is the first.
func (in *listInput) page() int {
	n, err := strconv.Atoi(in.Page)
	if err != nil || n < 1 || n > 1_000_000 {
		return 1
	}
	return n
}

// pager links to the pages around this one.
func pager(page, total int, at func(page int) string) ui.PagerProps {
	last := (total + moderation.PerPage - 1) / moderation.PerPage
	var p ui.PagerProps
	for n := 1; n <= last; n++ {
		if n == 1 || n == last || (n >= page-2 && n <= page+2) {
			p.Links = append(p.Links, ui.PageLink{Page: n, Href: at(n), Current: n == page})
		} else if links := p.Links; !links[len(links)-1].Gap {
			p.Links = append(p.Links, ui.PageLink{Gap: true})
		}
	}
	if page > 1 {
		p.Previous = at(page - 1)
	}
	if page < last {
		p.Next = at(page + 1)
	}
	return p
}

func slug(c echo.Context) string { return c.Param("slug") }
