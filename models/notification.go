package models

import "time"

// Notification tells a user of a matter. What it says is the message
// "notice.<kind>" with Params; Link is an address of this site.
type Notification struct {
	ID        int64
	AccountID int64
	Kind      NotificationKind
	Params    map[string]string
	Link      string
	CreatedAt time.Time
	ReadAt    *time.Time
	DoneAt    *time.Time
}

// NotificationKind names what a notification tells of.
type NotificationKind string

// The kinds of notification.
const (
	NoticeInvitation         NotificationKind = "invitation"
	NoticeInvitationAccepted NotificationKind = "invitation_accepted"
	NoticeInvitationDeclined NotificationKind = "invitation_declined"
	NoticeRoleChanged        NotificationKind = "role_changed"
	NoticeRemoved            NotificationKind = "removed_from_organization"
	NoticeTwoFactorRequired  NotificationKind = "two_factor_required"
	NoticeMemberSuspended    NotificationKind = "member_suspended"
	NoticeDomainVerified     NotificationKind = "domain_verified"
	NoticeDomainFailing      NotificationKind = "domain_failing"
	NoticeDomainLost         NotificationKind = "domain_lost"
	NoticeTransfer           NotificationKind = "repository_transfer"
	NoticeTransferDone       NotificationKind = "repository_transferred"
	NoticeTransferDeclined   NotificationKind = "repository_transfer_declined"
	NoticeCollaborator       NotificationKind = "collaborator_added"
	NoticeStaffActed         NotificationKind = "staff_acted"
	NoticeSuspended          NotificationKind = "suspended"
	NoticeReinstated         NotificationKind = "reinstated"
	NoticeTokenExpires       NotificationKind = "token_expires"
)

// NotificationKinds lists every kind with the topic by which a user chooses how
// to be told.
func NotificationKinds() map[NotificationKind]Topic {
	return map[NotificationKind]Topic{
		NoticeInvitation:         TopicOrganizations,
		NoticeInvitationAccepted: TopicOrganizations,
		NoticeInvitationDeclined: TopicOrganizations,
		NoticeRoleChanged:        TopicOrganizations,
		NoticeRemoved:            TopicOrganizations,
		NoticeTwoFactorRequired:  TopicSecurity,
		NoticeMemberSuspended:    TopicOrganizations,
		NoticeDomainVerified:     TopicOrganizations,
		NoticeDomainFailing:      TopicOrganizations,
		NoticeDomainLost:         TopicOrganizations,
		NoticeTransfer:           TopicRepositories,
		NoticeTransferDone:       TopicRepositories,
		NoticeTransferDeclined:   TopicRepositories,
		NoticeCollaborator:       TopicRepositories,
		NoticeStaffActed:         TopicSecurity,
		NoticeSuspended:          TopicSecurity,
		NoticeReinstated:         TopicSecurity,
		NoticeTokenExpires:       TopicSecurity,
	}
}

// NotificationParams lists what each kind must say in Params: the places of its
// messages. Roles and levels stand as codes ("billing_manager", "write"), times
// as RFC 3339; the messages put them into words.
func NotificationParams() map[NotificationKind][]string {
	return map[NotificationKind][]string{
		NoticeInvitation:         {"organization", "inviter", "role"},
		NoticeInvitationAccepted: {"organization", "login"}, // who accepted
		NoticeInvitationDeclined: {"organization", "login"},
		NoticeRoleChanged:        {"organization", "role"}, // the new one
		NoticeRemoved:            {"organization"},
		NoticeTwoFactorRequired:  {"organization"},
		NoticeMemberSuspended:    {"organization", "login"}, // who can't act there
		NoticeDomainVerified:     {"organization", "domain"},
		NoticeDomainFailing:      {"organization", "domain"},
		NoticeDomainLost:         {"organization", "domain"},
		NoticeTransfer:           {"repository", "from", "to"}, // logins; repository as owner/name
		NoticeTransferDone:       {"repository", "to"},
		NoticeTransferDeclined:   {"repository", "to"},
		NoticeCollaborator:       {"repository", "role"},
		NoticeStaffActed:         {"staff", "reason"},
		NoticeSuspended:          {"login", "reason"},
		NoticeReinstated:         {"login", "reason"},
		NoticeTokenExpires:       {"name", "at"},
	}
}

// Topic groups notifications for the choice of how to be told. Security is
// always told, in the app and by mail.
type Topic string

// The topics.
const (
	TopicSecurity      Topic = "security"
	TopicOrganizations Topic = "organizations"
	TopicRepositories  Topic = "repositories"
)

// Topics lists the topics.
func Topics() []Topic { return []Topic{TopicSecurity, TopicOrganizations, TopicRepositories} }

// NotificationChoice says how a user is told of a topic.
type NotificationChoice struct {
	App  bool `json:"app"`
	Mail bool `json:"mail"`
}

// NotificationView is which notifications a reader wants to see.
type NotificationView string

// The views: what waits, of that what is unread, and what is done.
const (
	NotificationsOpen   NotificationView = ""
	NotificationsUnread NotificationView = "unread"
	NotificationsDone   NotificationView = "done"
)

// NotificationViews lists the views.
func NotificationViews() []NotificationView {
	return []NotificationView{NotificationsOpen, NotificationsUnread, NotificationsDone}
}

// ErrMailRefused is a message that no further try will bring to its reader.
var ErrMailRefused = &Error{Kind: Declined, Code: "mail_refused"}

var notificationErrors = []*Error{ErrMailRefused}
