package invoices

import (
	"time"

	"souk/models/db"
	"souk/models/jobs"
	"souk/models/secretbox"
)

// Service holds the verbs.
type Service struct {
	db    *db.DB
	queue *jobs.Queue
	box   *secretbox.Box
	now   func() time.Time
}

// New makes a Service. A nil box signs nothing.
func New(d *db.DB, queue *jobs.Queue, box *secretbox.Box, now func() time.Time) *Service {
	return &Service{db: d, queue: queue, box: box, now: now}
}
