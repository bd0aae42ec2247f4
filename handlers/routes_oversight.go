package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/oversight"
)

// oversightRoutes: pages on which people and organizations review what is installed and authorized.
func oversightRoutes(_ *echo.Echo, _ *oversight.Oversight, _ before) {}
