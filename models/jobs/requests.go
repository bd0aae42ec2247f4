package jobs

// TendRequests settles, reminds of and expires requests to buy. It runs
// periodically.
type TendRequests struct{}

// Kind is the stable name in the queue.
func (TendRequests) Kind() string { return "tend_requests" }
