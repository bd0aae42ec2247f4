package jobs

import "github.com/riverqueue/river"

// DeliverHook sends one webhook event, and what else waits for the same receiver.
type DeliverHook struct {
	GUID string `json:"guid"`
}

// Kind is the stable name in the queue.
func (DeliverHook) Kind() string { return "deliver_hook" }

// InsertOpts puts these jobs into a queue of their own: most of their time they
// wait for somebody else's machine.
func (DeliverHook) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: HookQueue} }

// HookQueue is the queue of DeliverHook.
const HookQueue = "hooks"

// TendHooks queues DeliverHook for what is due, tells integrators whose app has
// never received anything, and forgets old attempts. It runs periodically.
type TendHooks struct{}

// Kind is the stable name in the queue.
func (TendHooks) Kind() string { return "tend_hooks" }
