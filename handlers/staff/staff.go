// Package staff answers those who run the marketplace: accounts, acting for
// someone, staff roles.
package staff

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/audit"
	"souk/models/staff"
	pages "souk/templates/staff"
	"souk/templates/ui"
	"souk/web"
)

// Sessions says who is behind a session's secret.
type Sessions interface {
	Resume(ctx context.Context, secret string, visit models.Visit) (*models.Viewer, error)
}

// Staff holds the handlers.
type Staff struct {
	staff    *staff.Service
	audit    *audit.Service
	sessions Sessions
}

// New makes the handlers.
func New(staff *staff.Service, audit *audit.Service, sessions Sessions) *Staff {
	return &Staff{staff: staff, audit: audit, sessions: sessions}
}

// Only lets nobody through but staff. It goes before whatever asks anything
// else: these addresses don't exist for others.
func (s *Staff) Only(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := web.ActorOf(c).MayStaff(models.StaffSupport); err != nil {
			return err
		}
		return next(c)
	}
}

// problems are what is wrong with a form, as templates take it.
func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

// Desk is where staff begins.
func (s *Staff) Desk(c echo.Context) error {
	d, err := s.staff.Desk(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	return web.Page(c, pages.DeskPage(pages.Desk{Users: d.Users, Joined: d.Joined, Organizations: d.Organizations,
		Repositories: d.Repositories, Listings: d.Listings, Suspended: d.Suspended, Reviews: d.Reviews, Reports: d.Reports, Appeals: d.Appeals, Claims: d.Claims}))
}

// or is the time, or the zero time for none.
func or(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
