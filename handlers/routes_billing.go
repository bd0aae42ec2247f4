package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/billing"
)

// billingRoutes: pages of what an account has bought: its subscriptions, and what it pays.
func billingRoutes(_ *echo.Echo, _ *billing.Billing, _ before) {}
