package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/credentials"
)

// credentialsRoutes: Client secrets and private keys of apps.
func credentialsRoutes(e *echo.Echo, h *credentials.Credentials, b before) {
	_, _, _ = e, h, b
}
