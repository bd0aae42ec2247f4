package apps

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	pages "souk/templates/apps"
	"souk/web"
	"souk/web/paths"
)

// Offer takes in the manifest that another site sends with a form, whoever's
// browser it is, and leads to the page that asks about it. It stands before
// whatever asks who somebody is.
func (h *Apps) Offer(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		manifest := c.FormValue("manifest")
		if manifest == "" {
			return next(c)
		}
		token, err := h.apps.Offer(c.Request().Context(), models.Actor{Visit: web.ActorOf(c).Visit}, manifest, c.FormValue("state"))
		if err != nil {
			return err
		}
		at := paths.NewApp
		if org := c.Param("org"); org != "" {
			at = paths.OrgApps(org, "new")
		}
		return web.SeeOther(c, paths.Offered(at, token))
	}
}

// ask shows what a manifest says, and asks whether the app is to be.
func (h *Apps) ask(c echo.Context, token string) error {
	return h.confirm(c, token, func(m *models.AppManifest, page func(string, models.Problems) templ.Component) error {
		return web.Page(c, page(m.Name, nil))
	})
}

// agree registers the app of a manifest.
func (h *Apps) agree(c echo.Context) error {
	token, name := c.FormValue("token"), c.FormValue("name")
	made, err := h.apps.RegisterOffered(c.Request().Context(), web.ActorOf(c), c.Param("org"), token, name)
	switch {
	case err != nil:
		return h.confirm(c, token, func(_ *models.AppManifest, page func(string, models.Problems) templ.Component) error {
			return web.Form(c, err, func(p models.Problems) templ.Component { return page(name, p) })
		})
	case made.Next == "":
		return web.Done(c, paths.AppSettings(made.Slug, "permissions"), "app_registered")
	}
	return web.SeeOther(c, made.Next)
}

// confirm loads what the page about a manifest shows. Its form leads to the
// sender's site in the end.
func (h *Apps) confirm(c echo.Context, token string, show func(*models.AppManifest, func(string, models.Problems) templ.Component) error) error {
	whose, err := h.whose(c, models.GitHubApp)
	if err != nil {
		return err
	}
	m, err := h.apps.Offered(c.Request().Context(), web.ActorOf(c), token)
	if err != nil {
		return err
	}
	v := pages.Confirm{Whose: whose, Token: token, Values: m.Settings()}
	var a apps.Access
	a.Permissions, a.Events, a.SingleFilePaths = m.Asks()
	v.Asks, v.LeftOut = *asksOf(a), m.LeftOut
	if site := origin(m.RedirectURL); site != "" {
		v.Returns = site
		web.AllowFormTo(c, site)
	}
	return show(m, func(name string, p models.Problems) templ.Component {
		v.Typed, v.Problems = name, problems(p)
		return pages.ConfirmPage(v)
	})
}
