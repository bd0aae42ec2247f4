// Package requests lets members ask to buy, and owners and billing managers answer. An approved request
// is an order of whoever approved it.
package requests

import (
	"time"

	"souk/models/db"
)

// Service holds the verbs.
type Service struct {
	db  *db.DB
	now func() time.Time
}

// New makes a Service.
func New(d *db.DB, now func() time.Time) *Service { return &Service{db: d, now: now} }
