// Package billing lets accounts buy plans of listings, change, pause and cancel them, and lets time pass for
// them. What is charged is decided by models.Subscription alone; here it is reserved,
// asked of a gateway, and recorded, so that each step can be repeated after a crash.
// It draws no page and writes no invoice by itself.
package billing

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
