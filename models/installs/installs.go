// Package installs keeps installations: an app on an account, what it may do there, and with which
// repositories. It decides nothing by itself: models.Actor says who may, and models.Grants
// what is more. It asks nobody and authorizes nobody.
package installs

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
