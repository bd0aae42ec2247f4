package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/requests"
)

// requestsRoutes: requests to buy, and what an organization allows: its policy and budgets.
func requestsRoutes(_ *echo.Echo, _ *requests.Requests, _ before) {}
