package models

// NoticeAppHookFailing is that an app takes nothing of what it is told.
const NoticeAppHookFailing NotificationKind = "app_hook_failing"

// What is refused, recorded and told of webhooks of apps.
var (
	appHookErrors  = []*Error{}
	appHookActions = []AuditAction{}
	appHookNotices = []notice{{NoticeAppHookFailing, TopicApps, []string{"app"}}}
)
