package models

// What is refused, recorded and told of installations, as accounts and integrators look after them.
var (
	standingErrors  = []*Error{ErrOwnerNeeded}
	standingActions = []AuditAction{
		"installation.create", "installation.delete", "installation.change_repositories", "installation.suspend", "installation.unsuspend",
		"installation.bar", "installation.unbar",
	}
	standingNotices = []notice{
		{NoticeInstalled, TopicInstallations, []string{"app", "account", "login"}},
		{NoticeUninstalled, TopicInstallations, []string{"app", "account", "login"}},
		{NoticeInstallSuspended, TopicInstallations, []string{"app", "account", "login"}},
		{NoticeInstallBarred, TopicInstallations, []string{"app", "account", "words"}},
		{NoticeInstallStopped, TopicInstallations, []string{"app", "account"}}, // barred by the app itself, which says nothing
		{NoticeInstallUnbarred, TopicInstallations, []string{"app", "account"}},
		{NoticeInstallRemoved, TopicInstallations, []string{"app", "account"}},
		{NoticeInstallGone, TopicInstallations, []string{"app"}}, // with the app
	}
)

// The notices of installations.
const (
	NoticeInstalled        NotificationKind = "installed"
	NoticeUninstalled      NotificationKind = "uninstalled"
	NoticeInstallSuspended NotificationKind = "installation_suspended"
	NoticeInstallBarred    NotificationKind = "installation_barred"
	NoticeInstallStopped   NotificationKind = "installation_stopped"
	NoticeInstallUnbarred  NotificationKind = "installation_unbarred"
	NoticeInstallRemoved   NotificationKind = "installation_removed"
	NoticeInstallGone      NotificationKind = "installation_gone"
)
