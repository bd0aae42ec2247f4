package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/updates"
)

// updatesRoutes: pages on which an installation is given more permissions, and what integrators see of it.
func updatesRoutes(_ *echo.Echo, _ *updates.Updates, _ before) {}
