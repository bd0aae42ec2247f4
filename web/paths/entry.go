package paths

import "net/url"

// Coming in, besides Join, Login and Logout.
const (
	LoginLinkPat      = "/login/link/:token"
	PasswordReset     = "/password-reset"
	PasswordResetSent = "/password-reset/sent"
	PasswordResetPat  = "/password-reset/:token"
	VerifyPat         = "/verify/:token"
)

// LoginTo is the page to sign in, and where it leads afterwards.
func LoginTo(returnTo string) string { return returning(Login, returnTo) }

// JoinTo is the page to join, and where it leads afterwards.
func JoinTo(returnTo string) string { return returning(Join, returnTo) }

func returning(page, to string) string {
	if to == "" || to == Home {
		return page
	}
	return page + "?return_to=" + url.QueryEscape(to)
}

// LoginLink is a one-time link that signs in.
func LoginLink(token string) string { return "/login/link/" + url.PathEscape(token) }

// PasswordResetLink is the page to set another password, by a link that was sent
// by mail.
func PasswordResetLink(token string) string { return PasswordReset + "/" + url.PathEscape(token) }

// Verify is the page of a link that confirms a mail address.
func Verify(token string) string { return "/verify/" + url.PathEscape(token) }
