package paths

import "strconv"

// The pages of one's own settings beside the menu.
const (
	SettingsLogin      = "/settings/account/login"
	SettingsMail       = "/settings/account/mail"
	SettingsMailCancel = "/settings/account/mail/cancel"
	SettingsMailResend = "/settings/account/mail/resend"
	SettingsExport     = "/settings/account/export"
	SettingsDelete     = "/settings/account/delete"

	NewToken       = "/settings/tokens/new"
	TokenRevokePat = "/settings/tokens/:id/revoke"

	APIUser              = "/api/v1/user"
	APIUserOrganizations = "/api/v1/user/organizations"
	APIUserSubscriptions = "/api/v1/user/subscriptions"
)

// TokenRevoke asks whether a personal access token is to be revoked.
func TokenRevoke(id int64) string {
	return "/settings/tokens/" + strconv.FormatInt(id, 10) + "/revoke"
}
