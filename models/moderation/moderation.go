// Package moderation looks after what is public: reports, taking down, appeals, restoring.
package moderation

import (
	"time"

	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	identity *identity.Service
	now      func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, id *identity.Service, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, identity: id, now: now}
}
