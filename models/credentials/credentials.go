// Package credentials makes and revokes what an app proves itself by: client secrets, of
// which a hash is kept, and private keys, of which the public half is kept.
package credentials

import (
	"time"

	"souk/models/db"
	"souk/models/notices"
	"souk/models/secretbox"
)

// Service holds the verbs.
type Service struct {
	db      *db.DB
	notices *notices.Service
	box     *secretbox.Box
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, n *notices.Service, box *secretbox.Box, now func() time.Time) *Service {
	return &Service{db: d, notices: n, box: box, now: now}
}
