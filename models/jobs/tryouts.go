package jobs

// PruneTryouts deletes purchases that integrators played through and left. It
// runs periodically.
type PruneTryouts struct{}

// Kind is the stable name in the queue.
func (PruneTryouts) Kind() string { return "prune_tryouts" }
