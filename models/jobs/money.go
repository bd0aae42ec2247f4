package jobs

// CheckLedger compares books, documents and gateway. It runs periodically.
type CheckLedger struct{}

// Kind is the stable name in the queue.
func (CheckLedger) Kind() string { return "check_ledger" }

// SettleRefund asks the gateway for a refund that is reserved, and records what came
// of it. It repeats a call whose answer was lost.
type SettleRefund struct {
	ID int64 `json:"id"`
}

// Kind is the stable name in the queue.
func (SettleRefund) Kind() string { return "settle_refund" }

// TendRefunds queues SettleRefund for what was left behind. It runs periodically.
type TendRefunds struct{}

// Kind is the stable name in the queue.
func (TendRefunds) Kind() string { return "tend_refunds" }
