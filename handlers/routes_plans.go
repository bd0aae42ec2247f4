package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/plans"
)

// plansRoutes: Plans of drafts, price history, and trying a purchase.
func plansRoutes(e *echo.Echo, h *plans.Plans, b before) {
	_, _, _ = e, h, b
}
