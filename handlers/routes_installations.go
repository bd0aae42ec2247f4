package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/installations"
)

// installationsRoutes: pages of what is installed on an account, and of the accounts that an integrator's app is installed on.
func installationsRoutes(_ *echo.Echo, _ *installations.Installations, _ before) {}
