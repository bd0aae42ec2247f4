// Package apps registers GitHub Apps and OAuth Apps, from a form or a manifest, and
// changes what they are called, ask for and are reached by. It knows no secret but
// that of a webhook, which it seals.
package apps

import (
	"context"
	"time"

	"souk/models"
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
	webhooks Webhooks
}

// Webhooks hear of an app whose webhook is set or changed, or its secret; hooks.Service
// is one.
type Webhooks interface {
	WebhookSet(ctx context.Context, tx *db.Tx, actor models.Actor, app int64, secretToo bool) error
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, id *identity.Service, box *secretbox.Box, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, identity: id, box: box, now: now}
}

// Tells says who hears of webhooks. It is called before the service is used.
func (s *Service) Tells(w Webhooks) { s.webhooks = w }

// webhookSet tells them, where anybody listens.
func (s *Service) webhookSet(ctx context.Context, tx *db.Tx, actor models.Actor, app int64, secretToo bool) error {
	if s.webhooks == nil {
		return nil
	}
	return s.webhooks.WebhookSet(ctx, tx, actor, app, secretToo)
}

// AllowInsecure lets webhooks be reached by http, as laboratories need whose
// machines have no certificates. It is called before the service is used.
func (s *Service) AllowInsecure() { s.insecure = true }

// Insecure reports whether webhooks may be reached by http.
func (s *Service) Insecure() bool { return s.insecure }
