package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/installs"
	"souk/web/paths"
)

// installsRoutes: pages on which apps are installed or asked for, up to where their setup goes on.
func installsRoutes(e *echo.Echo, h *installs.Installs, b before) {
	e.GET(paths.InstallPat, h.New, b.mine...)
	e.GET(paths.InstallTargetPat, h.SelectTarget, b.mine...)
	e.GET(paths.InstallPermissionsPat, h.Permissions, b.mine...)
	e.POST(paths.InstallPermissionsPat, h.Install, b.mine...)
}
