// Package ownership hands apps on and ends them: managers, transfer with acceptance,
// deletion with its consequences, and what everyone may know of it.
package ownership

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
