package hooks

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
