package jobs

// CheckSubmission looks through a submission before a person does.
type CheckSubmission struct {
	ID int64 `json:"id"`
}

// Kind is the stable name in the queue.
func (CheckSubmission) Kind() string { return "check_submission" }

// ReleaseReviews gives back what reviewers claimed and then left alone. It runs
// periodically.
type ReleaseReviews struct{}

// Kind is the stable name in the queue.
func (ReleaseReviews) Kind() string { return "release_reviews" }
