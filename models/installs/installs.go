// Package installs keeps installations: an app on an account, what it may do there, and with which
// repositories. It decides nothing by itself: models.Actor says who may, and models.Grants
// what is more. It asks nobody and authorizes nobody.
//
// Whoever decides on an installation locks in this order: the app, the account that it
// is on, the installation.
package installs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db      *db.DB
	queue   *jobs.Queue
	notices *notices.Service
	site    *models.Site
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, site *models.Site, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, site: site, now: now}
}

// Querier is the pool, or a transaction on one of its connections (db.Tx.Pgx).
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// record writes an event about an installation into the log of the account that it is
// on.
func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, i *Standing, before, after map[string]any) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &i.AccountID,
		TargetKind: "app", TargetID: &i.AppID, TargetName: i.App.Slug, Before: before, After: after})
}

func missing(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return models.ErrNotFound
	}
	return fmt.Errorf("installs: %w", err)
}
