// Package apps registers GitHub Apps and OAuth Apps, from a form or a manifest, and
// changes what they are called, ask for and are reached by. It knows no secret but
// that of a webhook, which it seals.
package apps

import (
	"time"

	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/secretbox"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	identity *identity.Service
	box      *secretbox.Box
	now      func() time.Time
	insecure bool
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, id *identity.Service, box *secretbox.Box, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, identity: id, box: box, now: now}
}

// AllowInsecure lets webhooks be reached by http, as laboratories need whose
// machines have no certificates. It is called before the service is used.
func (s *Service) AllowInsecure() { s.insecure = true }

// Insecure reports whether webhooks may be reached by http.
func (s *Service) Insecure() bool { return s.insecure }
