package jobs

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

// HearGateway works on what a gateway told.
type HearGateway struct {
	Gateway string `json:"gateway"`
	Event   string `json:"event"`
}

// Kind is the stable name in the queue.
func (HearGateway) Kind() string { return "hear_gateway" }
