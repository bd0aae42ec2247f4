package jobs

// CheckDomains looks again for the proofs of verified domains whose turn it is.
// It runs periodically.
type CheckDomains struct{}

// Kind is the stable name in the queue.
func (CheckDomains) Kind() string { return "check_domains" }
