package web

import (
	"errors"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
)

// Refused is Form for what may be refused for more than what was typed: for what
// others did meanwhile, for what a payment came to, for a rule that somebody set, or
// because somebody doesn't answer now. The same form comes back, with the status of
// the error. What is our fault, or isn't there, goes on to the error writer.
func Refused(c echo.Context, err error, form func(models.Problems) templ.Component) error {
	if _, ok := models.AsProblems(err); ok {
		return Form(c, err, form)
	}
	known, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	switch known.Kind {
	case models.Conflict, models.Declined, models.Gone, models.Forbidden, models.Unavailable:
		if known.Is(models.ErrCrossSite) || known.Is(models.ErrSudoNeeded) {
			return err
		}
		if known.Kind == models.Unavailable {
			c.Response().Header().Set("Retry-After", "5")
		}
		_, status := classify(known)
		return PageStatus(c, status, form(models.Problems{known}))
	}
	return err
}
