package jobs

// TidyInstallationTokens forgets tokens of installations whose time is over. It runs
// periodically.
type TidyInstallationTokens struct{}

// Kind is the stable name in the queue.
func (TidyInstallationTokens) Kind() string { return "tidy_installation_tokens" }
