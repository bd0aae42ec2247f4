package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/apppolicies"
)

// apppoliciesRoutes: pages of which apps an organization lets in.
func apppoliciesRoutes(_ *echo.Echo, _ *apppolicies.AppPolicies, _ before) {}
