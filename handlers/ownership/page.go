package ownership

import (
	"errors"

	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/handlers/site"
	"souk/models"
	"souk/models/catalog"
	pages "souk/templates/site"
	"souk/web"
	"souk/web/paths"
)

// App shows an app: as its public listing has it, which listed does, or as it
// was registered where there is none.
func (h *Ownership) App(listed echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := listed(c); !errors.Is(err, models.ErrNotFound) {
			return err
		}
		return h.alone(c)
	}
}

// alone is the page of an app without a public listing. It depends on who asks,
// and nobody announces that an app is deleted.
func (h *Ownership) alone(c echo.Context) error {
	web.NoStore(c)
	p, err := h.ownership.Page(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	html, err := catalog.RenderMarkdown(p.Description)
	if err != nil {
		return err
	}
	v := pages.LoneApp{Slug: p.Slug, Name: p.Name, Kind: p.Kind, LogoURL: frames.Logo(p.LogoHash), DescriptionHTML: html, HomepageURL: p.HomepageURL,
		Publisher: pages.Publisher{Login: p.Owner, Name: p.OwnerName, Verified: p.Verified, WebsiteURL: p.Website, Domains: p.Domains},
		Access:    site.Access(&p.App), Public: p.Public, Since: p.Since.In(web.Zone(c))}
	if p.Kind == models.GitHubApp && (p.Public || p.Mine) {
		v.InstallHref = paths.Install(p.Slug)
	}
	if p.Mine {
		v.SettingsURL = paths.AppSettings(p.Slug, "")
	}
	return web.Page(c, pages.LoneAppPage(v))
}
