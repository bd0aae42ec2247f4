// Package repos is repositories: creating, renaming, transferring, archiving and
// deleting them, who collaborates on them, and which of them someone may see.
// It reads accounts too, as far as their pages need it, but never changes one.
//
// What a single repository allows is asked of models.Actor in Go; lists ask the
// same in SQL (levels.go), and a test holds the two together.
package repos

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
)

// Throttle bounds how often something is done: it returns ErrTooManyTries once
// key has been spent burst times, and lets one more pass every per.
type Throttle interface {
	Spend(ctx context.Context, key string, burst int, per time.Duration) error
}

// Service holds the verbs.
type Service struct {
	db       *db.DB
	notices  *notices.Service
	throttle Throttle
	now      func() time.Time

	installations Installations
}

// New makes a Service.
func New(d *db.DB, n *notices.Service, throttle Throttle, now func() time.Time) *Service {
	return &Service{db: d, notices: n, throttle: throttle, now: now}
}

// bother is asked before somebody is told of what an actor does, so that nobody
// is pestered: a hundred times at once, then once a minute.
func (s *Service) bother(ctx context.Context, actor models.Actor) error {
	if err := actor.MayActWithMail(); err != nil || actor.Operator {
		return err
	}
	return s.throttle.Spend(ctx, "repositories:"+strconv.FormatInt(actor.UserID, 10), 100, time.Minute)
}

// querier is the pool, or a transaction on one of its connections.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// record writes an event about a repository into the log of the account that
// owns it.
func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, d *Details, before, after map[string]any) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{
		At: s.now(), Action: action, AccountID: &d.Owner.ID, TargetKind: "repository", TargetID: &d.Repository.ID,
		TargetName: d.FullName(), Before: before, After: after,
	})
}

// peopleOf are who is told of what happens to an account: the person, or the
// organization's owners.
func peopleOf(ctx context.Context, tx *db.Tx, account int64) ([]int64, error) {
	rows, err := tx.Pgx.Query(ctx, `SELECT account_id FROM users WHERE account_id = $1
		UNION SELECT account_id FROM memberships WHERE organization_id = $1 AND role = 'owner' AND suspended_at IS NULL
		ORDER BY 1 LIMIT 100`, account)
	if err != nil {
		return nil, fmt.Errorf("repos: people: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}
