package site

import (
	"time"

	"github.com/labstack/echo/v4"

	"souk/web"
)

// Image answers with a stored picture. Its address is the hash of its bytes,
// so that it never changes.
func (s *Site) Image(c echo.Context) error {
	img, err := s.catalogue.Image(c.Request().Context(), c.Param("hash"))
	if err != nil {
		return err
	}
	return web.Blob(c, img.MediaType, img.Bytes, 365*24*time.Hour)
}
