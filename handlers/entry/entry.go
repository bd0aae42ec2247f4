// Package entry answers those who come in: joining, signing in and out, links
// that were sent by mail, a forgotten password.
package entry

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/identity"
	"souk/models/orgs"
	"souk/templates/ui"
	"souk/web"
)

// Entry holds the handlers.
type Entry struct {
	identity *identity.Service
	orgs     *orgs.Service
}

// New makes the handlers.
func New(identity *identity.Service, orgs *orgs.Service) *Entry {
	return &Entry{identity: identity, orgs: orgs}
}

// private keeps a page out of the page cache, and its address, which may let
// somebody in, from other sites. (With no-referrer a browser's form would say
// that it comes from nowhere, and be refused.)
func private(c echo.Context) {
	web.NoStore(c)
	c.Response().Header().Set("Referrer-Policy", "same-origin")
}

// problems are what is wrong with a form, as templates take it.
func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}
