package site

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/jsonld"
	"souk/models"
	"souk/models/catalog"
	"souk/templates/site"
	"souk/web"
	"souk/web/paths"
)

// Publisher shows who publishes and what. A login that was given up leads to the
// new one.
func (s *Site) Publisher(c echo.Context) error {
	r := web.Requested(c)
	p, err := s.catalogue.Publisher(c.Request().Context(), r.Lang, c.Param("login"))
	if err != nil {
		return err
	}
	if p.Login != c.Param("login") {
		return web.SeeOther(c, paths.Publisher(p.Login))
	}
	v := publisherPageView(p, r.Lang)
	v.JSONLD = jsonld.ItemList(p.Cards, 1, p.Total, r.Base, r.Lang)
	return web.Page(c, site.PublisherPageOf(v))
}

func publisherPageView(p *catalog.PublisherPage, lang string) site.PublisherPage {
	return site.PublisherPage{
		Publisher: *publisherView(&p.Publisher), Organization: p.Kind == models.KindOrganization,
		Cards: cardViews(p.Cards, lang), Total: p.Total,
	}
}
