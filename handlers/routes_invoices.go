package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/invoices"
)

// invoicesRoutes: invoices, receipts and credit notes, the public page that verifies one, and the taxes that an operator edits.
func invoicesRoutes(_ *echo.Echo, _ *invoices.Invoices, _ before) {}
