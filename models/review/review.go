// Package review takes a listing from draft to public and back: handing in, the queue,
// decisions, publication.
package review

import (
	"time"

	"souk/models/catalog"
	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	catalog  *catalog.Service
	notices  *notices.Service
	identity *identity.Service
	now      func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, shelves *catalog.Service, n *notices.Service, id *identity.Service, now func() time.Time) *Service {
	return &Service{db: d, queue: q, catalog: shelves, notices: n, identity: id, now: now}
}
