package models

// ErrUpdateDone says that an app asks an installation for no more than it has.
var ErrUpdateDone = &Error{Kind: Conflict, Code: "update_done"}

// The notices of updates.
const (
	NoticeUpdateAsked  NotificationKind = "update_asked"
	NoticeUpdateAgreed NotificationKind = "update_agreed"
)

// What is refused, recorded and told of permission updates.
var (
	updateErrors  = []*Error{ErrUpdateDone}
	updateActions = []AuditAction{"installation.accept_permissions"}
	updateNotices = []notice{
		{NoticeUpdateAsked, TopicInstallations, []string{"app", "account"}},
		{NoticeUpdateAgreed, TopicInstallations, []string{"app", "account", "login"}}, // who accepted
	}
)
