package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/deliveries"
)

// deliveriesRoutes: webhooks of purchases: where they go to, each attempt, and the cursor for those who missed some.
func deliveriesRoutes(_ *echo.Echo, _ *deliveries.Deliveries, _ before) {}
