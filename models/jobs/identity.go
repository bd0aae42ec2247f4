package jobs

import "souk/models"

// PruneIdentity deletes what nobody can use any more: sessions, single-use
// tokens, half-done sign-ins, throttles. It runs periodically.
type PruneIdentity struct{}

// Kind is the stable name in the queue.
func (PruneIdentity) Kind() string { return "prune_identity" }

// SendResets mails a link for a new password to whoever Name, a login or mail
// address, belongs to, if anyone. Looking that up in a job keeps the answer to
// the request from telling by its time whether there is such an account.
type SendResets struct {
	Name  string       `json:"name"`
	Visit models.Visit `json:"visit"`
	At    string       `json:"at"` // RFC 3339
}

// Kind is the stable name in the queue.
func (SendResets) Kind() string { return "send_resets" }
