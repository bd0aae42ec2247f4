package jobs

// CountInstallations counts, for the listings of registered apps, how many accounts
// have installed them. It runs periodically.
type CountInstallations struct{}

// Kind is the stable name in the queue.
func (CountInstallations) Kind() string { return "count_installations" }
