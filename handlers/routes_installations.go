package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/installations"
	"souk/web/paths"
)

// installationsRoutes: pages of what is installed on an account, and of the accounts that an integrator's app is installed on.
func installationsRoutes(e *echo.Echo, h *installations.Installations, b before) {
	e.GET(paths.Installations, h.List, b.mine...)
	e.GET(paths.InstallationPat, h.Page, b.mine...)
	e.POST(paths.InstallationRepositoriesPat, h.Repositories, b.mine...)
	e.GET(paths.InstallationSuspendPat, h.SuspendPage, b.mine...)
	e.POST(paths.InstallationSuspendPat, h.Suspend, b.mine...)
	e.POST(paths.InstallationUnsuspendPat, h.Unsuspend, b.mine...)
	e.GET(paths.InstallationUninstallPat, h.UninstallPage, b.mine...)
	e.POST(paths.InstallationUninstallPat, h.Uninstall, b.mine...)

	e.GET(paths.OrgInstallationsPat, h.List, b.theirs...)
	e.GET(paths.OrgInstallationPat, h.Page, b.theirs...)
	e.POST(paths.OrgInstallationRepositoriesPat, h.Repositories, b.theirs...)
	e.GET(paths.OrgInstallationSuspendPat, h.SuspendPage, b.theirs...)
	e.POST(paths.OrgInstallationSuspendPat, h.Suspend, b.theirs...)
	e.POST(paths.OrgInstallationUnsuspendPat, h.Unsuspend, b.theirs...)
	e.GET(paths.OrgInstallationUninstallPat, h.UninstallPage, b.theirs...)
	e.POST(paths.OrgInstallationUninstallPat, h.Uninstall, b.theirs...)

	e.GET(paths.AppInstallationsPat, h.Customers, b.mine...)
	e.GET(paths.AppInstallationSuspendPat, h.BarPage, b.mine...)
	e.POST(paths.AppInstallationSuspendPat, h.Bar, b.mine...)
	e.POST(paths.AppInstallationUnsuspendPat, h.Unbar, b.mine...)
	e.GET(paths.AppInstallationRemovePat, h.RemovePage, b.mine...)
	e.POST(paths.AppInstallationRemovePat, h.Remove, b.mine...)
}
