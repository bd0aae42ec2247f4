package paths

import "net/url"

// Registered apps: their settings, permissions and events, and manifests.
const (
	OrgAppsPat     = orgSettings + "/apps"
	OrgNewAppPat   = orgSettings + "/apps/new"
	OrgAppPat      = orgSettings + "/apps/:slug"
	OrgOAuthPat    = orgSettings + "/applications"
	OrgNewOAuthPat = orgSettings + "/applications/new"

	AppSettingsPat       = appSettings
	AppPermissionsPat    = appSettings + "/permissions"
	AppEffectPat         = appSettings + "/permissions/effect"
	AppAccessWithdrawPat = appSettings + "/permissions/withdraw"
)

// Offered is the page that asks about the manifest that waits under a token; at
// is where apps are registered, NewApp or an organization's.
func Offered(at, token string) string { return at + "?manifest=" + url.QueryEscape(token) }
