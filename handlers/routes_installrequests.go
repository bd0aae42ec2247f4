package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/installrequests"
	"souk/web/paths"
)

// installrequestsRoutes: requests to install, for those who ask and for those who answer.
func installrequestsRoutes(e *echo.Echo, h *installrequests.InstallRequests, b before) {
	e.GET(paths.InstallRequests, h.Mine, b.mine...)
	e.POST(paths.InstallRequestWithdrawPat, h.Withdraw, b.mine...)

	e.GET(paths.OrgInstallRequestsPat, h.List, b.theirs...)
	e.GET(paths.OrgInstallRequestPat, h.Case, b.theirs...)
	e.POST(paths.OrgInstallRequestPat, h.Narrow, b.theirs...)
	e.POST(paths.OrgInstallRequestApprovePat, h.Approve, b.theirs...)
	e.POST(paths.OrgInstallRequestDeclinePat, h.Decline, b.theirs...)
}
