package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/sales"
)

// salesRoutes: what integrators see of their money: transactions, revenue, refunds, coupons, prices; and what staff does about it.
func salesRoutes(_ *echo.Echo, _ *sales.Sales, _ before) {}
