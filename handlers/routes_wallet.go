package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/wallet"
)

// walletRoutes: payment methods and billing details, the pages of the test gateway, what gateways tell, and what sellers set up.
func walletRoutes(_ *echo.Echo, _ *wallet.Wallet, _ before) {}
