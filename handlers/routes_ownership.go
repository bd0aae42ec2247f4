package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/ownership"
)

// ownershipRoutes: Managers, transfer and deletion of apps, and their public history.
func ownershipRoutes(e *echo.Echo, h *ownership.Ownership, b before) {
	_, _, _ = e, h, b
}
