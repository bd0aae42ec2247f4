package site

import (
	"github.com/labstack/echo/v4"

	"souk/models/catalog"
	"souk/templates/site"
	"souk/web"
	"souk/web/paths"
)

// App shows what an app is and asks for.
func (s *Site) App(c echo.Context) error {
	lang := web.Requested(c).Lang
	d, err := s.catalogue.App(c.Request().Context(), lang, c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Page(c, site.AppPage(appView(d, lang)))
}

func appView(d *catalog.Details, lang string) site.App {
	v := site.App{
		Card: detailsCard(d, lang), AppSlug: d.App.Slug, Access: accessView(&d.App), SetUp: setUpView(d), HasListing: true,
		CreatedAt: d.App.CreatedAt, UpdatedAt: d.Listing.UpdatedAt,
	}
	if installable(&d.App) && !d.Listing.Discontinued {
		v.InstallHref = paths.SetUpTo(d.Listing.Slug, "install")
	}
	if d.App.Name != "" {
		v.Name = d.App.Name
	}
	return v
}
