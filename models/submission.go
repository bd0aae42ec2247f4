package models

import "time"

// SubmissionState is where a revision that was handed in stands.
type SubmissionState string

// The states of a submission.
const (
	SubmissionSubmitted        SubmissionState = "submitted"
	SubmissionInReview         SubmissionState = "in_review"
	SubmissionChangesRequested SubmissionState = "changes_requested"
	SubmissionApproved         SubmissionState = "approved"
	SubmissionRejected         SubmissionState = "rejected"
	SubmissionWithdrawn        SubmissionState = "withdrawn"
)

// Submission is a revision of a listing that was handed in for review.
type Submission struct {
	ID          int64
	ListingID   int64
	State       SubmissionState
	Afterwards  bool // it is live already and reviewed after
	Note        string
	SubmitterID *int64
	SubmittedAt time.Time
	CheckedAt   *time.Time
	ReviewerID  *int64
	ClaimedAt   *time.Time
	DeciderID   *int64
	DecidedAt   *time.Time
	Reasons     []string // codes of the taxonomy
	Words       string
	Revision    *int
}

// CheckName names an automatic check of a submission.
type CheckName string

// CheckOutcome is how a check came out; an error means that it could not be
// done, which is nobody's fault.
type CheckOutcome string

// The outcomes.
const (
	CheckPass  CheckOutcome = "pass"
	CheckWarn  CheckOutcome = "warn"
	CheckFail  CheckOutcome = "fail"
	CheckError CheckOutcome = "error"
)

// CheckResult is what a check found in a submission.
type CheckResult struct {
	Name     CheckName
	Outcome  CheckOutcome
	Findings []Finding
	RanAt    time.Time
}
