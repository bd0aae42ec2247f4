package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/installrequests"
)

// installrequestsRoutes: requests to install, for those who ask and for those who answer.
func installrequestsRoutes(_ *echo.Echo, _ *installrequests.InstallRequests, _ before) {}
