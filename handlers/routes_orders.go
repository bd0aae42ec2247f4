package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/orders"
	"souk/web/paths"
)

// ordersRoutes: pages on which plans are bought and changed, up to the last click.
func ordersRoutes(e *echo.Echo, h *orders.Orders, b before) {
	e.GET(paths.OrderPat, h.Order, b.mine...)
	e.POST(paths.OrderPat, h.Place, b.mine...)
	e.POST(paths.OrderMethodPat, h.AddMethod, b.mine...)
	e.GET(paths.UpgradePat, h.Upgrade, b.mine...)
	e.GET(paths.OrderStatusPat, h.Status, b.mine...)
}
