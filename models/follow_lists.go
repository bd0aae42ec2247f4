package models

// NoticeInstallRequestLapsed says that what somebody asked for isn't there any more.
const NoticeInstallRequestLapsed NotificationKind = "install_request_lapsed"

// What is refused, recorded and told of what installations follow.
var (
	followErrors  = []*Error{}
	followActions = []AuditAction{"installation_request.lapse"}
	followNotices = []notice{
		{NoticeInstallRequestLapsed, TopicInstallations, []string{"app", "organization"}},
	}
)
