// Package profiles is what people say of themselves and choose for themselves:
// profile, login, language, time zone, appearance, how to be told of news,
// personal access tokens; and the export and the deletion of all of it.
//
// How people sign in isn't here: passwords and mail addresses are in identity,
// second factors in factors.
package profiles

import (
	"time"

	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	identity *identity.Service
	now      func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, i *identity.Service, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, identity: i, now: now}
}
