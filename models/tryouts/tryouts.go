// Package tryouts lets an integrator buy an own plan as if, by a clock that they move:
// it charges nobody and shows up nowhere.
package tryouts

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
func New(d *db.DB, now func() time.Time) *Service {
	return &Service{db: d, now: now}
}
