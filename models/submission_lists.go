package models

// What is refused about submissions and their review.
var submissionErrors = []*Error{ErrOwnListing, ErrSubmissionDecided, ErrSubmissionOpen, ErrSubmissionClaimed, ErrNothingToSubmit,
	ErrNotReady, ErrSubmissionStale, ErrAccessChanged, ErrAgreementNeeded, ErrReviewWordsNeeded, ErrReviewWordsLong, ErrReviewReason, ErrReviewDecision, ErrReviewNoteLong, ErrReviewNoteNeeded, ErrSmallField}

// What is refused.
var (
	ErrSubmissionDecided = &Error{Kind: Conflict, Code: "submission_decided"} // or withdrawn
	ErrSubmissionOpen    = &Error{Kind: Conflict, Code: "submission_open"}
	ErrSubmissionClaimed = &Error{Kind: Conflict, Code: "submission_claimed"}
	ErrNothingToSubmit   = &Error{Kind: Conflict, Code: "nothing_to_submit"}
	ErrSubmissionStale   = &Error{Kind: Conflict, Code: "submission_stale"} // the draft has changed since it was looked at
	ErrAccessChanged     = &Error{Kind: Conflict, Code: "access_changed"}   // what the app asks for has, since it was handed in
	ErrNotReady          = &Error{Kind: Invalid, Code: "listing_not_ready"}
	ErrAgreementNeeded   = &Error{Kind: Invalid, Code: "agreement_needed", Field: "agree"}
	ErrReviewWordsNeeded = &Error{Kind: Invalid, Code: "review_words_needed", Field: "words"}
	ErrReviewWordsLong   = &Error{Kind: Invalid, Code: "review_words_long", Field: "words"}
	ErrReviewReason      = &Error{Kind: Invalid, Code: "review_reason", Field: "reasons"}
	ErrReviewDecision    = &Error{Kind: Invalid, Code: "review_decision", Field: "decision"}
	ErrReviewNoteLong    = &Error{Kind: Invalid, Code: "review_note_long", Field: "note"}
	ErrReviewNoteNeeded  = &Error{Kind: Invalid, Code: "review_note_needed", Field: "note"}
	ErrSmallField        = &Error{Kind: Invalid, Code: "small_field", Field: "fields"}
)

// What is recorded of submissions and their review.
var submissionActions = []AuditAction{
	"listing.approve", "listing.archive", "listing.claim", "listing.edit", "listing.note", "listing.redraft", "listing.reject", "listing.release",
	"listing.relist", "listing.reopen", "listing.request_changes", "listing.restore", "listing.roll_back", "listing.submit", "listing.take_down",
	"listing.unlist", "listing.withdraw",
	"marketplace.small_edits",
}

// The kinds of news about a listing's review.
const (
	NoticeSubmitted        NotificationKind = "listing_submitted"
	NoticeWithdrawn        NotificationKind = "listing_withdrawn"
	NoticeInReview         NotificationKind = "listing_in_review"
	NoticeReleased         NotificationKind = "listing_released"
	NoticeChangesRequested NotificationKind = "listing_changes_requested"
	NoticeApproved         NotificationKind = "listing_approved"
	NoticeRejected         NotificationKind = "listing_rejected"
	NoticeEdited           NotificationKind = "listing_edited"
	NoticeRolledBack       NotificationKind = "listing_rolled_back"
	NoticeUnlisted         NotificationKind = "listing_unlisted"
	NoticeRelisted         NotificationKind = "listing_relisted"
	NoticeArchived         NotificationKind = "listing_archived"
	NoticeRedrafted        NotificationKind = "listing_redrafted"
)

// What people are told of submissions and their review. Reasons are those of the
// taxonomy, as codes with commas between; login is who did it.
var submissionNotices = []notice{
	{NoticeSubmitted, TopicApps, []string{"listing", "login"}},
	{NoticeWithdrawn, TopicApps, []string{"listing", "login"}},
	{NoticeInReview, TopicApps, []string{"listing"}},
	{NoticeReleased, TopicApps, []string{"listing"}},
	{NoticeChangesRequested, TopicApps, []string{"listing", "reasons", "words"}},
	{NoticeApproved, TopicApps, []string{"listing"}},
	{NoticeRejected, TopicApps, []string{"listing", "reasons", "words"}},
	{NoticeEdited, TopicApps, []string{"listing", "login"}},
	{NoticeRolledBack, TopicApps, []string{"listing", "reasons", "words"}},
	{NoticeUnlisted, TopicApps, []string{"listing", "login"}},
	{NoticeRelisted, TopicApps, []string{"listing", "login"}},
	{NoticeArchived, TopicApps, []string{"listing", "login"}},
	{NoticeRedrafted, TopicApps, []string{"listing", "login"}},
}
