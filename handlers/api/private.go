package api

import (
	"context"
	"errors"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/web"
)

// HandleFor is Handle for an endpoint that needs to know who asks: whoever has
// the personal access token.
func HandleFor[In, Out any](f func(context.Context, models.Actor, In) (Out, error)) echo.HandlerFunc {
	read := readerOf[In]()
	return func(c echo.Context) error {
		in, err := read(c)
		if err != nil {
			return err
		}
		out, err := f(c.Request().Context(), web.ActorOf(c), in)
		if err != nil {
			return err
		}
		return answer(c, out)
	}
}

// private keeps the answer from everyone else: no cache holds it, and no script
// of another site reads it. A token that isn't good enough learns what would be,
// as RFC 6750 has it.
func private(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Cache-Control", "private, no-store")
		h.Set("Vary", "Accept-Encoding, Accept-Language, Authorization, Cookie")
		err := next(c)
		if problem, ok := errors.AsType[*models.Error](err); ok && problem.Code == models.ErrScopeNeeded.Code {
			h.Set("WWW-Authenticate", `Bearer realm="souk", error="insufficient_scope", scope="`+problem.Field+`"`)
		}
		return err
	}
}
