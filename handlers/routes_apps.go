package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/apps"
)

// appsRoutes: Registered apps: their settings, permissions and events, and manifests.
func appsRoutes(e *echo.Echo, h *apps.Apps, b before) {
	_, _, _ = e, h, b
}
