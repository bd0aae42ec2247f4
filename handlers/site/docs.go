package site

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/templates/docs"
	"souk/web"
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
