package jobs

import (
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// SettleCharge asks the gateway for a charge that is reserved, and records what
// came of it. It repeats a call whose answer was lost.
type SettleCharge struct {
	ID int64 `json:"id"`
}

// Kind is the stable name in the queue.
func (SettleCharge) Kind() string { return "settle_charge" }

// TendSubscriptions lets time pass for every subscription that has something due.
// It runs periodically.
type TendSubscriptions struct{}

// Kind is the stable name in the queue.
func (TendSubscriptions) Kind() string { return "tend_subscriptions" }

// AdvanceSubscription lets time pass for one subscription.
type AdvanceSubscription struct {
	ID int64 `json:"id"`
}

// Kind is the stable name in the queue.
func (AdvanceSubscription) Kind() string { return "advance_subscription" }

// InsertOpts has a subscription looked after by one job at a time. The next minute
// brings another one, so a few tries are enough.
func (AdvanceSubscription) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 5, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{rivertype.JobStateAvailable,
		rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled}}}
}

// HearGateway works on what a gateway told.
type HearGateway struct {
	Gateway string `json:"gateway"`
	Event   string `json:"event"`
}

// Kind is the stable name in the queue.
func (HearGateway) Kind() string { return "hear_gateway" }
