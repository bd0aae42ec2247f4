package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/moderation"
)

// moderationRoutes: Reports, taking down, appeals.
func moderationRoutes(e *echo.Echo, h *moderation.Moderation, b before) {
	_, _, _ = e, h, b
}
