// Package sellers keeps how accounts are paid: what stands on their invoices, and their account at the
// gateway. It moves no money.
package sellers

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
