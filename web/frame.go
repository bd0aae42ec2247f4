package web

import "github.com/labstack/echo/v4"

var (
	policyFraming = []string{policy + "'none'; frame-src 'self'"}
	policySandbox = []string{"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; " +
		"sandbox allow-popups allow-popups-to-escape-sandbox"}
)

// AllowFrame lets this page show another one of this site in a frame.
func AllowFrame(c echo.Context) {
	c.Response().Header()["Content-Security-Policy"] = policyFraming
}

// Sandbox is for HTML that comes from elsewhere and is shown in a frame of this
// site: it has an origin of its own, runs no script, loads nothing and sends
// nothing; styles in attributes are allowed.
func Sandbox(c echo.Context) {
	c.Response().Header()["Content-Security-Policy"] = policySandbox
}
