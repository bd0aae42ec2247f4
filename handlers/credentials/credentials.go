// Package credentials holds the pages of client secrets and private keys.
package credentials

import (
	"crypto/rand"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/credentials"
	pages "souk/templates/credentials"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Credentials answers for client secrets and private keys.
type Credentials struct {
	credentials *credentials.Service
	now         func() time.Time
}

// New makes the handlers.
func New(c *credentials.Service, now func() time.Time) *Credentials {
	return &Credentials{credentials: c, now: now}
}

// attemptInput names the form that was sent, so that the second click of two
// isn't another wish.
type attemptInput struct {
	Attempt string `form:"attempt"`
}

func newAttempt() string { return rand.Text() }

// page is the address of a page of the app's settings in this language, to which
// cookies are bound.
func page(c echo.Context, name string) string {
	return paths.Localized(web.Requested(c).Lang, paths.AppSettings(c.Param("slug"), name))
}

// number is an id in an address; what isn't one is 0, which nothing has.
func number(c echo.Context) int64 {
	n, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (h *Credentials) one(c echo.Context, id int64, name, creator string, created time.Time, used *time.Time) pages.One {
	zone := web.Zone(c)
	v := pages.One{ID: id, Name: name, Creator: creator, Created: created.In(zone), Now: h.now()}
	if used != nil {
		v.Used = used.In(zone)
	}
	return v
}

func problemsView(problems models.Problems) ui.Problems {
	var all ui.Problems
	for _, p := range problems {
		all = append(all, ui.Problem{Field: p.Field, Code: p.Code})
	}
	return all
}
