package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/web/paths"
)

// offered reports whether a request is the one write that pages of other sites
// may send: the manifest of an app, with nothing beside it but the sender's
// state. It is only kept, for anybody, until somebody here has read it and said
// yes.
func offered(c echo.Context) bool {
	if c.Request().Method != http.MethodPost || c.Path() != paths.NewApp && c.Path() != paths.OrgNewAppPat {
		return false
	}
	form, err := c.FormParams()
	if err != nil || form.Get("manifest") == "" {
		return false
	}
	for name, values := range form {
		if name != "manifest" && name != "state" || len(values) > 1 {
			return false
		}
	}
	return true
}

// AllowFormTo lets the forms of this page lead to another site in the end:
// browsers hold a redirect after a form to what the page said before.
func AllowFormTo(c echo.Context, origin string) {
	c.Response().Header()["Content-Security-Policy"] = []string{strings.Replace(policyNone[0], "form-action 'self'", "form-action 'self' "+origin, 1)}
}
