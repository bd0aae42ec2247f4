package models

// MaxDraftBytes bounds what a draft may hold altogether, as JSON. It is far above
// what the limits of its fields allow: a draft may be too long while it is
// written.
const MaxDraftBytes = 512 << 10

// What is refused about drafts of listings.
var (
	// ErrDraftConflict is a draft that somebody else has changed meanwhile where one
	// has changed it oneself.
	ErrDraftConflict = &Error{Kind: Conflict, Code: "draft_conflict"}
	// ErrDraftSize is a draft above MaxDraftBytes.
	ErrDraftSize = &Error{Kind: Invalid, Code: "draft_size"}
	// ErrListingExists refuses a second listing for an app.
	ErrListingExists = &Error{Kind: Invalid, Code: "listing_exists", Field: "app"}
	// ErrAppPrivate refuses a listing for an app that only its owner may install.
	ErrAppPrivate = &Error{Kind: Invalid, Code: "app_private", Field: "app"}

	draftErrors = []*Error{ErrDraftConflict, ErrDraftSize, ErrListingExists, ErrAppPrivate}
)

// What is recorded of drafts of listings. Writing is recorded once for each
// author and sitting, not for each change.
var draftActions = []AuditAction{"listing.begin", "listing.restore_draft", "listing.write"}

// What people are told of drafts of listings.
var draftNotices = []notice{}
