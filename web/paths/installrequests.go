package paths

import "strconv"

// Requests to install.
const (
	InstallRequests           = Settings + "/installations/requests"
	InstallRequestWithdrawPat = InstallRequests + "/:id/withdraw"

	OrgInstallRequestsPat       = "/organizations/:org/settings/installations/requests"
	OrgInstallRequestPat        = OrgInstallRequestsPat + "/:id"
	OrgInstallRequestApprovePat = OrgInstallRequestPat + "/approve"
	OrgInstallRequestDeclinePat = OrgInstallRequestPat + "/decline"
)

// InstallRequest is a request that an organization was sent, or what is done with it:
// "approve", "decline".
func InstallRequest(organization string, id int64, act string) string {
	return under(OrgSettings(organization, "installations/requests")+"/"+strconv.FormatInt(id, 10), act)
}

// InstallRequestWithdraw is where one takes back what one asked for.
func InstallRequestWithdraw(id int64) string {
	return InstallRequests + "/" + strconv.FormatInt(id, 10) + "/withdraw"
}

// InstallRequestsIn is a page of requests: those that wait (""), or those that are over
// ("decided"); one's own where organization is "".
func InstallRequestsIn(organization, view string, page int) string {
	base := InstallRequests
	if organization != "" {
		base = OrgSettings(organization, "installations/requests")
	}
	return inView(base, view, page)
}
