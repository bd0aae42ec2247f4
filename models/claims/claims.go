// Package claims gives imported listings to the integrators that prove to be theirs.
package claims

import (
	"context"
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
	outside Outside
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, out Outside, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, outside: out, now: now}
}

// Outside looks things up outside; models/outside does, and refuses private
// networks.
type Outside interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	Fetch(ctx context.Context, address, domain string) ([]byte, error)
}
