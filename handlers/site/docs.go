package site

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/templates/docs"
	"souk/web"
	"souk/web/paths"
)

// Docs lists the help pages.
func (s *Site) Docs(c echo.Context) error { return web.Page(c, docs.Index()) }

// Doc shows one help page.
func (s *Site) Doc(c echo.Context) error {
	slug := c.Param("slug")
	if !docs.Has(slug) {
		return models.ErrNotFound
	}
	return web.Page(c, docs.Page(slug))
}

// Article leads from a help page's old address to the present one.
func (s *Site) Article(c echo.Context) error {
	return c.Redirect(http.StatusMovedPermanently, paths.Localized(web.Requested(c).Lang, paths.Doc(c.Param("slug"))))
}
