package models

// Errors of webhooks of purchases.
var (
	ErrHookNowhere    = &Error{Kind: Conflict, Code: "hook_nowhere"}
	ErrHookTwoSecrets = &Error{Kind: Conflict, Code: "hook_two_secrets"}
	ErrHookOneSecret  = &Error{Kind: Conflict, Code: "hook_one_secret"}
	ErrHookRange      = &Error{Kind: Invalid, Code: "hook_range", Field: "from"}
)

// The kinds of notification of webhooks of purchases.
const (
	NoticeHookSilent  NotificationKind = "hook_silent"
	NoticeHookFailing NotificationKind = "hook_failing"
	NoticeHookSecret  NotificationKind = "hook_secret"
)

// Webhooks of purchases: what is refused, recorded and told.
var (
	hookErrors  = append([]*Error{ErrHookNowhere, ErrHookTwoSecrets, ErrHookOneSecret, ErrHookRange}, appTokenErrors...)
	hookActions = []AuditAction{"hook.change", "hook.rotate_secret", "hook.end_secret", "hook.ping", "hook.redeliver"}
	hookNotices = []notice{
		{NoticeHookSilent, TopicApps, []string{"listing"}},
		{NoticeHookFailing, TopicApps, []string{"listing"}},
		{NoticeHookSecret, TopicSecurity, []string{"listing", "login"}},
	}
)
