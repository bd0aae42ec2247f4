package models

import "time"

// Limits of handing apps on.
const (
	MaxAppManagers = 50

	// HandoverShown is for how long a listing's page says that it changed hands.
	HandoverShown = 90 * 24 * time.Hour

	// SlugRetirement is how long nobody but its integrator can use the slug of an
	// app or a listing that was deleted.
	SlugRetirement = 90 * 24 * time.Hour
)

// HandedOn reports whether a listing that changed hands at says so still.
func HandedOn(at *time.Time, now time.Time) bool {
	return at != nil && now.Before(at.Add(HandoverShown))
}

// MayEnd reports whether an app whose listing is in this state, "" for none, may
// be deleted: nothing is lost to visitors, buyers or reviewers.
func (s ListingState) MayEnd() bool {
	switch s {
	case "", ListingDraft, ListingChangesRequested, ListingArchived, ListingRejected:
		return true
	}
	return false
}

// OwnerCause is how an app came to belong to another account.
type OwnerCause string

// The causes: handed on and accepted, claimed by its integrator, or said so by
// an import while nobody had claimed it.
const (
	OwnerTransferred OwnerCause = "transferred"
	OwnerClaimed     OwnerCause = "claimed"
	OwnerImported    OwnerCause = "imported"
)

// Errors of managers, transfer and deletion.
var (
	ErrManagerUnknown    = &Error{Kind: Invalid, Code: "manager_unknown", Field: "login"}
	ErrManagerOwner      = &Error{Kind: Invalid, Code: "manager_owner", Field: "login"}
	ErrManagerAlready    = &Error{Kind: Invalid, Code: "manager_already", Field: "login"}
	ErrTooManyManagers   = &Error{Kind: Conflict, Code: "too_many_managers"}
	ErrAppNameMismatch   = &Error{Kind: Invalid, Code: "app_name_mismatch", Field: "confirm_name"}
	ErrAppTransferTarget = &Error{Kind: Invalid, Code: "app_transfer_target", Field: "account"}
	ErrAppTransferClosed = &Error{Kind: Gone, Code: "app_transfer_closed"}
	ErrAppStillListed    = &Error{Kind: Conflict, Code: "app_still_listed"}
	ErrAppSold           = &Error{Kind: Conflict, Code: "app_sold"}    // somebody has bought a plan
	ErrAppSelling        = &Error{Kind: Conflict, Code: "app_selling"} // somebody pays for a plan, or owes money for one
)

// What is refused about managers, transfer and deletion of apps.
var ownershipErrors = []*Error{
	ErrManagerUnknown, ErrManagerOwner, ErrManagerAlready, ErrTooManyManagers, ErrAppNameMismatch, ErrAppTransferTarget,
	ErrAppTransferClosed, ErrAppStillListed, ErrAppSold, ErrAppSelling,
}

// What is recorded of managers, transfer and deletion of apps.
var ownershipActions = []AuditAction{
	"app.delete", "app.transfer", "app.transfer_cancel", "app.transfer_decline", "app.transfer_request",
	"app_manager.add", "app_manager.leave", "app_manager.remove",
}

// The kinds of notification of managers, transfer and deletion of apps.
const (
	NoticeManagerAdded        NotificationKind = "app_manager_added"
	NoticeManagerRemoved      NotificationKind = "app_manager_removed"
	NoticeManagerLeft         NotificationKind = "app_manager_left"
	NoticeAppTransfer         NotificationKind = "app_transfer"
	NoticeAppTransferred      NotificationKind = "app_transferred"
	NoticeAppTransferDeclined NotificationKind = "app_transfer_declined"
	NoticeAppDeleted          NotificationKind = "app_deleted"
)

// What people are told of managers, transfer and deletion of apps. Login is who
// did it.
var ownershipNotices = []notice{
	{NoticeManagerAdded, TopicApps, []string{"app", "login"}},
	{NoticeManagerRemoved, TopicApps, []string{"app"}},
	{NoticeManagerLeft, TopicApps, []string{"app", "login"}},
	{NoticeAppTransfer, TopicApps, []string{"app", "from", "to"}}, // logins
	{NoticeAppTransferred, TopicSecurity, []string{"app", "from", "to"}},
	{NoticeAppTransferDeclined, TopicApps, []string{"app", "to"}},
	{NoticeAppDeleted, TopicSecurity, []string{"app", "login"}},
}
