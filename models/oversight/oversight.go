// Package oversight tells people and organizations what is installed and authorized, since when, by whom,
// what for and whether it is used, and has it looked through once a year.
package oversight

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
