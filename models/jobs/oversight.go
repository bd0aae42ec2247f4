package jobs

// RemindReviews tells people and owners that a year has gone by since they looked
// through what is installed and authorized. It runs periodically.
type RemindReviews struct{}

// Kind is the stable name in the queue.
func (RemindReviews) Kind() string { return "remind_reviews" }
