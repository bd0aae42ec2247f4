package models

// What is refused about authorizing apps. The codes of those that apps see are the
// ones that OAuth has for them.
var (
	ErrRedirectMismatch = &Error{Kind: Invalid, Code: "redirect_uri_mismatch", Field: "redirect_uri"}
	ErrChallenge        = &Error{Kind: Invalid, Code: "bad_challenge", Field: "code_challenge"}
	ErrBadCode          = &Error{Kind: Invalid, Code: "bad_verification_code", Field: "code"}
	ErrBadRefresh       = &Error{Kind: Invalid, Code: "bad_refresh_token", Field: "refresh_token"}
	ErrGrantType        = &Error{Kind: Invalid, Code: "unsupported_grant_type", Field: "grant_type"}
	ErrUnverifiedMail   = &Error{Kind: Forbidden, Code: "unverified_user_email"}
	ErrAppHalted        = &Error{Kind: Forbidden, Code: "application_suspended"} // its integrator is suspended
	ErrApprovalNeedless = &Error{Kind: Conflict, Code: "approval_needless"}      // the app reaches the organization already
	ErrApprovalReason   = &Error{Kind: Invalid, Code: "approval_reason", Field: "reason"}
	ErrApprovalWords    = &Error{Kind: Invalid, Code: "approval_words", Field: "words"}
	ErrApprovalDenied   = &Error{Kind: Forbidden, Code: "approval_denied"} // owners said no; they can say otherwise
)

// What is refused, recorded and told of authorizations and what organizations let them reach.
var (
	oauthErrors = []*Error{
		ErrRedirectMismatch, ErrChallenge, ErrBadCode, ErrBadRefresh, ErrGrantType, ErrUnverifiedMail, ErrAppHalted, ErrApprovalNeedless,
		ErrApprovalReason, ErrApprovalWords, ErrApprovalDenied,
	}
	oauthActions = []AuditAction{
		"authorization.create", "authorization.extend", "authorization.reduce", "authorization.revoke", "authorization_token.revoke",
		"app.revoke_tokens",
		"oauth_policy.change", "oauth_approval.request", "oauth_approval.approve", "oauth_approval.deny", "oauth_approval.withdraw",
	}
	oauthNotices = []notice{
		{NoticeAuthorized, TopicSecurity, []string{"app", "integrator"}},
		{NoticeTokensRevoked, TopicInstallations, []string{"app"}},
		{NoticeApprovalAsked, TopicInstallations, []string{"organization", "login", "app"}},
		{NoticeApprovalGiven, TopicInstallations, []string{"organization", "app"}},
		{NoticeApprovalRefused, TopicInstallations, []string{"organization", "app"}},
	}
)

// The notices of authorizations.
const (
	NoticeAuthorized      NotificationKind = "app_authorized"
	NoticeTokensRevoked   NotificationKind = "app_tokens_revoked"
	NoticeApprovalAsked   NotificationKind = "oauth_approval_asked"
	NoticeApprovalGiven   NotificationKind = "oauth_approval_given"
	NoticeApprovalRefused NotificationKind = "oauth_approval_refused"
)
