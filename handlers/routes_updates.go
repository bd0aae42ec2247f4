package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/updates"
	"souk/web/paths"
)

// updatesRoutes: pages on which an installation is given more permissions.
func updatesRoutes(e *echo.Echo, h *updates.Updates, b before) {
	e.GET(paths.UpdatePat, h.Show, b.mine...)
	e.POST(paths.UpdatePat, h.Accept, b.mine...)
	e.GET(paths.OrgUpdatePat, h.Show, b.theirs...)
	e.POST(paths.OrgUpdatePat, h.Accept, b.theirs...)
}
