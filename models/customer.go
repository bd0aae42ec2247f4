package models

import "time"

// Customer is what an app may know of an account's standing on one of its plans.
type Customer struct {
	ID        int64 // of the subscription
	Account   HookAccount
	Terms     Terms
	State     SubscriptionState
	End       time.Time // of the period that runs; zero for none
	TrialEnd  time.Time
	Pending   *PendingChange
	Installed bool // the app is, on the account
	UpdatedAt time.Time
}

// OnTrial reports whether a trial runs.
func (c *Customer) OnTrial() bool { return c.State == SubscriptionTrial }
