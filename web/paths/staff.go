package paths

import "net/url"

// What staff sees.
const (
	Staff      = "/staff"
	StaffTeam  = "/staff/team"
	StaffAudit = "/staff/audit"

	StaffAccounts            = "/staff/accounts"
	StaffAccountPat          = "/staff/accounts/:login"
	StaffAccountSuspendPat   = "/staff/accounts/:login/suspend"
	StaffAccountReinstatePat = "/staff/accounts/:login/reinstate"
	StaffAccountActPat       = "/staff/accounts/:login/act"

	// EndActing is where staff stops acting for someone. It has no language, so
	// that a cookie can be for it alone.
	EndActing = "/acting/end"

	// AuditFile, after the address of an audit log, is that log as a file.
	AuditFile = "/export"
)

// StaffAccount is what staff sees of an account. What is done to it is below:
// "suspend", "reinstate", "act"; "" is the page itself.
func StaffAccount(login, what string) string {
	address := StaffAccounts + "/" + url.PathEscape(login)
	if what != "" {
		address += "/" + what
	}
	return address
}

// StaffAccountsAfter is the page of accounts after a login, of those that text
// finds.
func StaffAccountsAfter(text, after string) string {
	q := url.Values{}
	if text != "" {
		q.Set("q", text)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return StaffAccounts
	}
	return StaffAccounts + "?" + q.Encode()
}

// StaffTeamFor is the page of the team with somebody's login in the form.
func StaffTeamFor(login string) string {
	return StaffTeam + "?login=" + url.QueryEscape(login) + "#set"
}
