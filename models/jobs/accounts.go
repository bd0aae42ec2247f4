package jobs

// TendAccounts reminds people of personal access tokens that soon expire, and
// forgets retired logins whose time is over. It runs periodically.
type TendAccounts struct{}

// Kind is the stable name in the queue.
func (TendAccounts) Kind() string { return "tend_accounts" }
