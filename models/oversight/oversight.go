// Package oversight tells people and organizations what is installed and authorized, since when, by whom,
// what for and whether it is used, says what breaks when it ends, and has it looked through once a year.
// It ends nothing by itself: installs uninstalls, oauth revokes and denies.
package oversight

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/notices"
)

// PerPage is how many integrations, or reviews, a page lists.
const PerPage = 25

// Service holds the verbs.
type Service struct {
	db       *db.DB
	notices  *notices.Service
	installs Installs
	oauth    OAuth
	now      func() time.Time
}

// Installs is what ends installations: installs.Service.
type Installs interface {
	Uninstall(ctx context.Context, actor models.Actor, id int64) error
}

// OAuth is what ends authorizations, and keeps OAuth Apps from an organization:
// oauth.Service.
type OAuth interface {
	Revoke(ctx context.Context, actor models.Actor, authorizationID int64) error
	Decide(ctx context.Context, actor models.Actor, organization, slug string, state models.ApprovalState, words string) error
}

// New makes a Service.
func New(d *db.DB, n *notices.Service, i Installs, o OAuth, now func() time.Time) *Service {
	return &Service{db: d, notices: n, installs: i, oauth: o, now: now}
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func missing(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return models.ErrNotFound
	}
	return fmt.Errorf("oversight: %w", err)
}
