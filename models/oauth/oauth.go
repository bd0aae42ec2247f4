// Package oauth lets people authorize apps to act in their name, and organizations say which OAuth
// Apps reach them: codes, tokens, and the end of them. It shows no page.
package oauth

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
