// Package installrequests carries out the wish to have an app installed: what the actor may install is
// installed, for the rest an organization's owners are asked, who approve, narrow or
// decline.
package installrequests

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
