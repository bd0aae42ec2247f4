// Package oauth lets people authorize apps to act in their name, and organizations say which OAuth
// Apps reach them: codes, tokens, and the end of them. It shows no page.
package oauth

import (
	"context"
	"crypto/sha256"
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

// PerPage is how many apps or requests a page lists.
const PerPage = 30

// usePrecision is how exactly it is known when a token was last used.
const usePrecision = time.Hour

// People says who is behind a secret, and who a user is: identity.Service.
type People interface {
	Resume(ctx context.Context, secret string, visit models.Visit) (*models.Viewer, error)
	ResumeToken(ctx context.Context, secret string, visit models.Visit) (*models.Viewer, error)
	Viewer(ctx context.Context, account int64, visit models.Visit) (*models.Viewer, error)
}

// Clients checks the secrets of apps: credentials.Service.
type Clients interface {
	CheckSecret(ctx context.Context, clientID, secret string) (appID int64, err error)
}

// Service holds the verbs.
type Service struct {
	db      *db.DB
	queue   *jobs.Queue
	notices *notices.Service
	people  People
	clients Clients
	site    *models.Site
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, p People, c Clients, site *models.Site, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, people: p, clients: c, site: site, now: now}
}

// querier is the pool, or a transaction on one of its connections (db.Tx.Pgx).
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// hash is what is kept of a secret.
func hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// tail is what one knows a token by.
func tail(token string) string { return token[max(0, len(token)-8):] }

func missing(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return models.ErrNotFound
	}
	return fmt.Errorf("oauth: %w", err)
}

// record writes an event about an app into an account's log.
func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, account int64, app *models.App, before, after map[string]any) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &account,
		TargetKind: "app", TargetID: &app.ID, TargetName: app.Slug, Before: before, After: after})
}
