package paths

import "strconv"

// Handing a listing in, and the reviewers' queue.
const (
	ListingOverviewPat = manage
	ListingReviewPat   = manage + "/review"
	ListingWithdrawPat = manage + "/withdraw"
	ListingMovePat     = manage + "/state/:act"

	StaffReviews          = "/staff/reviews"
	StaffReviewPat        = "/staff/reviews/:id"
	StaffReviewClaimPat   = "/staff/reviews/:id/claim"
	StaffReviewReleasePat = "/staff/reviews/:id/release"
	StaffReviewNotePat    = "/staff/reviews/:id/notes"
	StaffReviewDecidePat  = "/staff/reviews/:id/decision"
	StaffReviewSettings   = "/staff/review-settings"
)

// MoveListing is a step with a listing that needs no review: "unlist", "relist",
// "archive", "redraft".
func MoveListing(slug, act string) string { return ManageListing(slug, "state/"+act) }

// StaffReview is a submission as a reviewer sees it; what is done with it is
// below: "claim", "release", "notes", "decision".
func StaffReview(id int64, what string) string {
	return under(StaffReviews+"/"+strconv.FormatInt(id, 10), what)
}
