// Package organizations answers for organizations: members, invitations,
// privileges, security, domains.
package organizations

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/orgs"
	pages "souk/templates/organizations"
	"souk/templates/ui"
	"souk/web"
)

// Organizations holds the handlers.
type Organizations struct {
	orgs *orgs.Service
}

// New makes the handlers.
func New(orgs *orgs.Service) *Organizations { return &Organizations{orgs: orgs} }

// Renamed leads from the pages of an organization's old login to the same pages
// of the one that it has now.
func (h *Organizations) Renamed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if c.Request().Method != http.MethodGet || !errors.Is(err, models.ErrNotFound) {
			return err
		}
		was := c.Param("org")
		now, other := h.orgs.Renamed(c.Request().Context(), was)
		if other != nil || now == "" {
			return errors.Join(err, other)
		}
		v := web.Requested(c)
		address := strings.Replace(v.Path, "/"+was, "/"+now, 1)
		if v.Query != "" {
			address += "?" + v.Query
		}
		return web.SeeOther(c, address)
	}
}

// ask is what a handler needs of a request to one organization.
func ask(c echo.Context) (actor models.Actor, login string) {
	return web.ActorOf(c), c.Param("org")
}

// number reads a number in an address; what is none names nothing.
func number(c echo.Context, name string) (int64, error) {
	id, err := strconv.ParseInt(c.Param(name), 10, 64)
	if err != nil {
		return 0, models.ErrNotFound
	}
	return id, nil
}

func orgView(o *orgs.Organization, owner bool) pages.Org {
	return pages.Org{Login: o.Login, Name: o.DisplayName(), Verified: o.VerifiedAt != nil, Owner: owner}
}

// owned is the view of an organization on a page that only its owners get.
// payerView says whether the reader pays for the organization.
func payerView(o pages.Org, actor models.Actor, id int64) pages.Org {
	o.Payer = actor.MayPayFor(id) == nil
	return o
}

func owned(o *orgs.Organization) pages.Org { return orgView(o, true) }

func problems(p models.Problems) ui.Problems {
	all := make(ui.Problems, len(p))
	for i, one := range p {
		all[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return all
}

func named(name, login string) string {
	if name != "" {
		return name
	}
	return login
}
