// Package reviews answers integrators who hand listings in, and staff who decides
// on them.
package reviews

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/review"
	"souk/templates/ui"
)

// Reviews holds the handlers.
type Reviews struct {
	review *review.Service
	now    func() time.Time
}

// New makes the handlers.
func New(r *review.Service, now func() time.Time) *Reviews { return &Reviews{review: r, now: now} }

// number is the id in an address.
func number(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, models.ErrNotFound
	}
	return id, nil
}

// problems are what is wrong with a form, as templates take it.
func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

func or(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
