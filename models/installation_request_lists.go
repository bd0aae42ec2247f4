package models

// What is refused, recorded and told of requests to install. Beside that it is what is
// refused of requests to buy.
var (
	installRequestErrors  = []*Error{}
	installRequestActions = []AuditAction{
		"install_request.create", "install_request.join", "install_request.leave", "install_request.withdraw",
		"install_request.approve", "install_request.decline", "install_request.expire",
	}
	installRequestNotices = []notice{
		{NoticeInstallRequested, TopicInstallations, []string{"organization", "login", "app"}},
		{NoticeInstallReminder, TopicInstallations, []string{"organization", "login", "app", "at"}}, // until when it can be answered
		{NoticeInstallApproved, TopicInstallations, []string{"organization", "app"}},
		{NoticeInstallNarrowed, TopicInstallations, []string{"organization", "app"}}, // approved for less
		{NoticeInstallDeclined, TopicInstallations, []string{"organization", "app", "words"}},
		{NoticeInstallExpired, TopicInstallations, []string{"organization", "app"}},
	}
)

// The notices of requests to install.
const (
	NoticeInstallRequested NotificationKind = "install_requested"
	NoticeInstallReminder  NotificationKind = "install_request_reminder"
	NoticeInstallApproved  NotificationKind = "install_request_approved"
	NoticeInstallNarrowed  NotificationKind = "install_request_narrowed"
	NoticeInstallDeclined  NotificationKind = "install_request_declined"
	NoticeInstallExpired   NotificationKind = "install_request_expired"
)
