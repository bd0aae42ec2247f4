// Package checks looks at a submission before a person does, in a job: dead links,
// look-alikes, secrets, spam.
package checks

import (
	"context"
	"time"

	"souk/models/db"
	"souk/models/jobs"
)

// Service holds the verbs.
type Service struct {
	db      *db.DB
	queue   *jobs.Queue
	outside Outside
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, out Outside, now func() time.Time) *Service {
	return &Service{db: d, queue: q, outside: out, now: now}
}

// Outside looks things up outside; models/outside does, and refuses private
// networks.
type Outside interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	Fetch(ctx context.Context, address, domain string) ([]byte, error)
}
