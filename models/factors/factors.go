// Package factors is how people prove that it is them beyond a password:
// one-time codes, recovery codes, passkeys, and the confirmation that sensitive
// acts ask for.
//
// A second factor is a confirmed authenticator app or a passkey: every passkey
// is registered with the check of who holds it (fingerprint, face, PIN), so it
// is two factors by itself. users.two_factor_at says since when an account has
// one.
package factors

import (
	"time"

	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/secretbox"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	identity *identity.Service
	box      *secretbox.Box
	now      func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, identity *identity.Service, box *secretbox.Box, now func() time.Time) *Service {
	return &Service{db: d, queue: q, identity: identity, box: box, now: now}
}
