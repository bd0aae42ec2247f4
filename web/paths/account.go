package paths

import "net/url"

// Signing in, and one's own account.
const (
	Join   = "/join"
	Login  = "/login"
	Logout = "/logout"

	Settings              = "/settings"
	SettingsProfile       = "/settings/profile"
	SettingsAccount       = "/settings/account"
	SettingsAppearance    = "/settings/appearance"
	SettingsNotifications = "/settings/notifications"
	SettingsSecurity      = "/settings/security"
	SettingsTokens        = "/settings/tokens"
	SettingsAudit         = "/settings/audit-log"
	SettingsOrganizations = "/settings/organizations"
	SettingsRepositories  = "/settings/repositories"

	Notifications = "/notifications"
	AccountPat    = "/:login"
)

// Account is an account's page.
func Account(login string) string { return "/" + url.PathEscape(login) }
