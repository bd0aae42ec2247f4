package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/media"
)

// mediaRoutes: Pictures of apps and listings.
func mediaRoutes(e *echo.Echo, h *media.Media, b before) {
	_, _, _ = e, h, b
}
