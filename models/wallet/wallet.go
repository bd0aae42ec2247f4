// Package wallet keeps what accounts pay with, and what stands on the invoices that they get. It
// charges nothing.
package wallet

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
