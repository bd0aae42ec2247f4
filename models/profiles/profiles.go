// Package profiles is what people say of themselves and choose for themselves:
// profile, language, time zone, appearance, how to be told of news, personal
// access tokens; and the export and the deletion of all of it.
package profiles

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
