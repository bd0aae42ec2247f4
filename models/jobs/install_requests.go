package jobs

// TendInstallRequests settles, reminds of and expires requests to install. It runs
// periodically.
type TendInstallRequests struct{}

// Kind is the stable name in the queue.
func (TendInstallRequests) Kind() string { return "tend_install_requests" }
