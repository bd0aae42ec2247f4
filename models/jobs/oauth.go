package jobs

// TidyAuthorizations deletes codes and tokens of apps that are over. It runs
// periodically.
type TidyAuthorizations struct{}

// Kind is the stable name in the queue.
func (TidyAuthorizations) Kind() string { return "tidy_authorizations" }
