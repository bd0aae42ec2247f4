package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/oauth"
)

// oauthRoutes: pages and endpoints by which people let apps act in their name, and which apps an organization lets reach it.
func oauthRoutes(_ *echo.Echo, _ *oauth.OAuth, _ before) {}
