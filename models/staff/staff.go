// Package staff is what those who run the marketplace do to accounts: looking
// them up, suspending, acting for them, and giving staff roles.
package staff

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
