// Package apps holds the pages of registering and changing apps, and of what
// they ask for.
package apps

import (
	"context"
	"net/url"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	"souk/models/installs"
	pages "souk/templates/apps"
	"souk/templates/desk"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Apps answers for registering and changing apps.
type Apps struct {
	apps  *apps.Service
	reach Reacher
}

// Reacher knows whom a change of what an app asks for would concern; installs.Service
// is one.
type Reacher interface {
	Reach(ctx context.Context, actor models.Actor, st *apps.Standing, want apps.Access) (*installs.Reach, error)
}

// New makes the handlers.
func New(a *apps.Service, r Reacher) *Apps {
	return &Apps{apps: a, reach: r}
}

func problems(p models.Problems) ui.Problems {
	all := make(ui.Problems, len(p))
	for i, one := range p {
		all[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return all
}

// whose is the account of an address: an organization's, or one's own.
func (h *Apps) whose(c echo.Context, kind models.AppKind) (pages.Whose, error) {
	o, err := h.apps.Owner(c.Request().Context(), web.ActorOf(c), c.Param("org"))
	if err != nil {
		return pages.Whose{}, err
	}
	return whoseOf(c, o, kind), nil
}

func whoseOf(c echo.Context, o *apps.Owner, kind models.AppKind) pages.Whose {
	return pages.Whose{Org: c.Param("org"), Login: o.Login, Name: o.Name, Kind: kind}
}

// deskOf is the app that a page of settings is about.
func deskOf(c echo.Context, st *apps.Standing, page string) desk.App {
	return desk.App{Slug: st.Slug, Name: st.Name, Kind: st.Kind, LogoURL: logo(st.LogoHash), Owner: st.Owner,
		Owned: web.ActorOf(c).MaySeeAppsOf(*st.AccountID) == nil, Listing: st.ListingSlug, Page: page}
}

func logo(hash string) string {
	if hash == "" {
		return ""
	}
	return paths.ImageSized(hash, 64)
}

// form is what was sent, or the query of what was asked for.
func form(c echo.Context) (url.Values, error) {
	if c.Request().Method == "GET" {
		return c.QueryParams(), nil
	}
	v, err := c.FormParams()
	if err != nil {
		return nil, models.ErrBadParameter.Because(err)
	}
	return v, nil
}
