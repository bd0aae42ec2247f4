package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/installs"
)

// installsRoutes: pages on which apps are installed or asked for, up to where their setup goes on.
func installsRoutes(_ *echo.Echo, _ *installs.Installs, _ before) {}
