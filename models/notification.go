package models

import (
	"slices"
	"time"
)

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

// notice is a kind of notification: the topic by which a user chooses how to be
// told, and what it must say in Params. Roles and levels stand as codes
// ("billing_manager", "write"), times as RFC 3339; the messages put them into
// words.
type notice struct {
	kind   NotificationKind
	topic  Topic
	params []string
}

// The notices of accounts. The other lists stand beside their nouns.
var accountNotices = []notice{
	{NoticeInvitation, TopicOrganizations, []string{"organization", "inviter", "role"}},
	{NoticeInvitationAccepted, TopicOrganizations, []string{"organization", "login"}}, // who accepted
	{NoticeInvitationDeclined, TopicOrganizations, []string{"organization", "login"}},
	{NoticeRoleChanged, TopicOrganizations, []string{"organization", "role"}}, // the new one
	{NoticeRemoved, TopicOrganizations, []string{"organization"}},
	{NoticeTwoFactorRequired, TopicSecurity, []string{"organization"}},
	{NoticeMemberSuspended, TopicOrganizations, []string{"organization", "login"}}, // who can't act there
	{NoticeDomainVerified, TopicOrganizations, []string{"organization", "domain"}},
	{NoticeDomainFailing, TopicOrganizations, []string{"organization", "domain"}},
	{NoticeDomainLost, TopicOrganizations, []string{"organization", "domain"}},
	{NoticeTransfer, TopicRepositories, []string{"repository", "from", "to"}}, // logins; repository as owner/name
	{NoticeTransferDone, TopicRepositories, []string{"repository", "to"}},
	{NoticeTransferDeclined, TopicRepositories, []string{"repository", "to"}},
	{NoticeCollaborator, TopicRepositories, []string{"repository", "role"}},
	{NoticeStaffActed, TopicSecurity, []string{"staff", "reason"}},
	{NoticeSuspended, TopicSecurity, []string{"login", "reason"}},
	{NoticeReinstated, TopicSecurity, []string{"login", "reason"}},
	{NoticeTokenExpires, TopicSecurity, []string{"name", "at"}},
}

var allNotices = slices.Concat(accountNotices, appNotices, credentialNotices, ownershipNotices, draftNotices, planNotices,
	submissionNotices, moderationNotices, claimNotices, checkNotices,
	billingNotices, orderNotices, paymentNotices, sellingNotices, buyingNotices, invoiceNotices, moneyNotices, hookNotices,
	standingNotices, installNotices, installRequestNotices, updateNotices, oauthNotices, appPolicyNotices, oversightNotices, installationTokenNotices, appHookNotices, followNotices)

// NotificationKinds lists every kind with the topic by which a user chooses how
// to be told.
func NotificationKinds() map[NotificationKind]Topic {
	m := make(map[NotificationKind]Topic, len(allNotices))
	for _, n := range allNotices {
		m[n.kind] = n.topic
	}
	return m
}

// NotificationParams lists what each kind must say in Params: the places of its
// messages.
func NotificationParams() map[NotificationKind][]string {
	m := make(map[NotificationKind][]string, len(allNotices))
	for _, n := range allNotices {
		m[n.kind] = n.params
	}
	return m
}

// Topic groups notifications for the choice of how to be told. Security is
// always told, in the app and by mail.
type Topic string

// The topics.
const (
	TopicSecurity      Topic = "security"
	TopicOrganizations Topic = "organizations"
	TopicRepositories  Topic = "repositories"
	TopicApps          Topic = "apps" // one's own apps and listings, and what one has reported
	TopicBilling       Topic = "billing"
	TopicInstallations Topic = "installations"
)

// Topics lists the topics.
func Topics() []Topic {
	return []Topic{TopicSecurity, TopicOrganizations, TopicRepositories, TopicApps, TopicBilling, TopicInstallations}
}

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
