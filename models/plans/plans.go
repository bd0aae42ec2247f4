// Package plans writes the plans of a draft and tells the history of their prices.
package plans

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
