// Package oauth holds the pages and endpoints by which people let apps act in their name, and which apps an organization lets reach it.
package oauth

import (
	"time"

	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/handlers/site"
	"souk/models"
	oauthverbs "souk/models/oauth"
	pages "souk/templates/oauth"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// OAuth answers for them.
type OAuth struct {
	oauth *oauthverbs.Service
}

// New makes the handlers.
func New(o *oauthverbs.Service) *OAuth { return &OAuth{oauth: o} }

func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

// or is the time in the reader's zone, or the zero time for none.
func or(c echo.Context, t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.In(web.Zone(c))
}

// appView is an app as every page here names it.
func appView(a *models.App, owner, ownerName string, verified bool) pages.App {
	v := pages.App{Slug: a.Slug, Name: a.Name, Kind: a.Kind, LogoURL: frames.Logo(a.LogoHash), Backdrop: a.LogoBackdrop, Owner: owner, OwnerName: ownerName,
		Verified: verified, HomepageURL: a.HomepageURL}
	if a.ClientID != nil {
		v.ClientID = *a.ClientID
	}
	return v
}

// accessOf is what scopes, or account permissions, come to.
func accessOf(kind models.AppKind, scopes []string, grants models.Grants) pages.Access {
	app := models.App{Kind: kind, Scopes: scopes, Permissions: grants}
	if kind == models.GitHubApp {
		app.Scopes = nil
	}
	return pages.Access{Box: site.Access(&app), Risk: app.Risk(), Grants: grantViews(grants)}
}

func grantViews(g models.Grants) []models.Grant { return g.Sorted() }

func pager(page, total int, at func(page int) string) ui.PagerProps {
	return ui.PagerOf(page, (total+oauthverbs.PerPage-1)/oauthverbs.PerPage, at)
}

// places are organizations as the pages show them; those where nothing is to be said
// are left out.
func places(a *oauthverbs.Asking, viewer models.Actor) []pages.Place {
	var out []pages.Place
	for i := range a.Places {
		p := &a.Places[i]
		if p.Role == "" || p.Suspended {
			continue
		}
		v := pages.Place{Login: p.Login, Name: p.Name, Owner: p.Role == models.RoleOwner, State: pages.PlaceShut, Words: p.Words}
		switch {
		case a.Denied(p):
			v.State = pages.PlacePolicy
		case a.Reached(p):
			v.State = pages.PlaceOpen
		case p.State == models.ApprovalDenied:
			v.State = pages.PlaceDenied
		case p.State == models.ApprovalRequested:
			v.State, v.Mine = pages.PlaceAsked, p.RequesterID == viewer.UserID
		}
		out = append(out, v)
	}
	return out
}

// done goes back to a page of an app's with a word about what was done.
func done(c echo.Context, act string) error {
	return web.Done(c, paths.Connection(c.Param("client_id"), ""), act)
}
