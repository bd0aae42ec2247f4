package paths

import "strconv"

// How people prove that it is them, and protect their account.
const (
	LoginSecond              = "/login/second"
	LoginSecondPasskeyBegin  = "/login/second/passkey/begin"
	LoginSecondPasskeyFinish = "/login/second/passkey/finish"
	LoginPasskeyBegin        = "/login/passkey/begin"
	LoginPasskeyFinish       = "/login/passkey/finish"

	Sudo              = "/sudo"
	SudoPasskeyBegin  = "/sudo/passkey/begin"
	SudoPasskeyFinish = "/sudo/passkey/finish"

	SecurityPassword       = "/settings/security/password"
	SecurityPasswordRemove = "/settings/security/password/remove"

	SecuritySessionsEnd   = "/settings/security/sessions/end" // all others
	SecuritySessionEndPat = "/settings/security/sessions/:id/end"

	SecurityTwoFactor    = "/settings/security/two-factor"
	SecurityTwoFactorOff = "/settings/security/two-factor/disable"
	SecurityCodes        = "/settings/security/recovery-codes"

	SecurityPasskeyNew       = "/settings/security/passkeys/new"
	SecurityPasskeyBegin     = "/settings/security/passkeys/begin"
	SecurityPasskeyFinish    = "/settings/security/passkeys/finish"
	SecurityPasskeyPat       = "/settings/security/passkeys/:id"
	SecurityPasskeyRemovePat = "/settings/security/passkeys/:id/delete"
)

// SecuritySessionEnd ends one of one's sessions.
func SecuritySessionEnd(id int64) string {
	return "/settings/security/sessions/" + strconv.FormatInt(id, 10) + "/end"
}

// SecurityPasskey is a page for the name of a passkey.
func SecurityPasskey(id int64) string {
	return "/settings/security/passkeys/" + strconv.FormatInt(id, 10)
}

// SecurityPasskeyRemove asks whether a passkey is to go.
func SecurityPasskeyRemove(id int64) string { return SecurityPasskey(id) + "/delete" }
