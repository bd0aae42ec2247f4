package jobs

// SumUpVisits adds the visits and facts of the last days up, and forgets what
// was added up. It runs periodically.
type SumUpVisits struct{}

// Kind is the stable name in the queue.
func (SumUpVisits) Kind() string { return "sum_up_visits" }
