// Package drafts keeps what integrators are writing: a listing's draft, each saved
// version of it, and the merge of what two have written at once.
package drafts

import (
	"time"

	"souk/models/db"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db      *db.DB
	notices *notices.Service
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, n *notices.Service, now func() time.Time) *Service {
	return &Service{db: d, notices: n, now: now}
}
