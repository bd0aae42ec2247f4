// Package factors is how people prove that it is them beyond a password:
// one-time codes, recovery codes, passkeys, and the confirmation that sensitive
// acts ask for.
package factors

import (
	"time"

	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db      *db.DB
	queue   *jobs.Queue
	notices *notices.Service
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, now: now}
}
