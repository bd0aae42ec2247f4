package models

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

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

// ReviewReason is why a listing is sent back or refused, a code of the taxonomy.
// Its messages are "reviews.reason.<code>" and, what to do about it,
// "reviews.reason.<code>.mend".
type ReviewReason string

// ReviewReasons lists the taxonomy in the order of pages.
func ReviewReasons() []ReviewReason {
	return []ReviewReason{
		"incomplete", "unclear", "misleading", "translation", // what is said
		"links", "pictures", "category", "pricing", // what is shown
		"permissions", "data_handling", "security", // what the app may do
		"name", "trademark", "duplicate", "spam", "not_working", "unlawful", // whether it belongs here
		"other",
	}
}

// CheckReviewReasons says whether reasons are of the taxonomy, without the same one
// twice; at least one is needed.
func CheckReviewReasons(reasons []string) error {
	seen := map[string]bool{}
	for _, r := range reasons {
		if seen[r] || !slices.Contains(ReviewReasons(), ReviewReason(r)) {
			return ErrReviewReason
		}
		seen[r] = true
	}
	if len(seen) == 0 {
		return ErrReviewReason
	}
	return nil
}

// Limits of what is written in a review, in characters.
const (
	MaxReviewWords = 4000
	MaxReviewNote  = 2000
)

// ClaimLifetime is how long a claim lasts without the reviewer doing anything.
const ClaimLifetime = 24 * time.Hour

// CheckReviewWords says whether what a reviewer tells an integrator can stand.
// Nobody is sent back or refused without a word.
func CheckReviewWords(words string, needed bool) error {
	switch {
	case needed && strings.TrimSpace(words) == "":
		return ErrReviewWordsNeeded
	case utf8.RuneCountInString(words) > MaxReviewWords:
		return ErrReviewWordsLong
	}
	return nil
}

// CheckReviewNote says whether a note to or among reviewers can stand.
func CheckReviewNote(note string, needed bool) error {
	switch {
	case needed && strings.TrimSpace(note) == "":
		return ErrReviewNoteNeeded
	case utf8.RuneCountInString(note) > MaxReviewNote:
		return ErrReviewNoteLong
	}
	return nil
}
