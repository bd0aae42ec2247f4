package paths

import (
	"net/url"
	"strconv"
)

// Installed apps: as an account sees them, and as an app's integrator does.
const (
	Installations               = "/settings/installations"
	InstallationPat             = Installations + "/:id"
	InstallationRepositoriesPat = InstallationPat + "/repositories"
	InstallationSuspendPat      = InstallationPat + "/suspend"
	InstallationUnsuspendPat    = InstallationPat + "/unsuspend"
	InstallationUninstallPat    = InstallationPat + "/uninstall"

	OrgInstallationsPat            = orgSettings + "/installations"
	OrgInstallationPat             = OrgInstallationsPat + "/:id"
	OrgInstallationRepositoriesPat = OrgInstallationPat + "/repositories"
	OrgInstallationSuspendPat      = OrgInstallationPat + "/suspend"
	OrgInstallationUnsuspendPat    = OrgInstallationPat + "/unsuspend"
	OrgInstallationUninstallPat    = OrgInstallationPat + "/uninstall"

	AppInstallationsPat         = appSettings + "/installations"
	AppInstallationSuspendPat   = AppInstallationsPat + "/:id/suspend"
	AppInstallationUnsuspendPat = AppInstallationsPat + "/:id/unsuspend"
	AppInstallationRemovePat    = AppInstallationsPat + "/:id/remove"
)

// InstallationsOf is the list of what is installed on an account: an organization, or
// one's own where it is "".
func InstallationsOf(organization string) string {
	if organization == "" {
		return Installations
	}
	return OrgSettings(organization, "installations")
}

// Installation is the page of an installation on an account, or what is done with it:
// "repositories", "suspend", "unsuspend", "uninstall".
func Installation(organization string, id int64, act string) string {
	return under(InstallationsOf(organization)+"/"+strconv.FormatInt(id, 10), act)
}

// InstallationsWith is InstallationsOf with a query.
func InstallationsWith(organization string, q url.Values) string {
	return with(InstallationsOf(organization), q)
}

// InstallationReaches is Installation with a page of the repositories that it reaches.
func InstallationReaches(organization string, id int64, page int) string {
	return inView(Installation(organization, id, ""), "", page) + "#repositories"
}

// AppInstallations is the list of the installations of the app at slug, as its
// integrator sees it.
func AppInstallations(slug string) string { return AppSettings(slug, "installations") }

// AppInstallationsWith is AppInstallations with a query.
func AppInstallationsWith(slug string, q url.Values) string { return with(AppInstallations(slug), q) }

// AppInstallation is what an integrator does with an installation: "suspend",
// "unsuspend", "remove".
func AppInstallation(slug string, id int64, act string) string {
	return under(AppInstallations(slug)+"/"+strconv.FormatInt(id, 10), act)
}
