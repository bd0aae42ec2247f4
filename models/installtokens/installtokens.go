// Package installtokens makes the tokens with which apps act as their installations, and reads them. What a
// token may do is what the installation may at that moment, never what it could when the
// token was made.
package installtokens

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
