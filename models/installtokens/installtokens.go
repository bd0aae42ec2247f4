// Package installtokens makes the tokens with which apps work as their installations,
// reads them, and answers what apps and their users ask about installations. What a
// token may do is what the installation may at that moment, never what it could when
// the token was made.
//
// Apps get a token an hour for each installation, so that neither making nor revoking
// one is written into the audit log; when an installation was last used is.
package installtokens

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/installs"
	"souk/models/policies"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	installs *installs.Service
	now      func() time.Time
}

// New makes a Service.
func New(d *db.DB, i *installs.Service, now func() time.Time) *Service {
	return &Service{db: d, installs: i, now: now}
}

// usePrecision is how exactly the last use of an installation is noted.
const usePrecision = time.Hour

// hashOf is how a token is kept.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// work is an installation with all that decides on what its app may do.
type work struct {
	row
	facts models.WorkFacts
}

// workColumns are what scanWork reads, from workTables.
var workColumns = columns + `, a.name, a.permissions, o.suspended_at IS NOT NULL, coalesce(p.suspended_at IS NOT NULL, false), ` +
	policies.AppPolicyJSON("i.account_id") + `, ` + policies.AppFactsJSON("i.app_id")

const workTables = tables + ` LEFT JOIN accounts p ON p.id = a.account_id`

// scanWork reads workColumns and what stands behind them.
func scanWork(from pgx.Row, w *work, more ...any) error {
	var policy, facts []byte
	own := []any{&w.App.Name, &w.App.Permissions, &w.facts.AccountSuspended, &w.facts.IntegratorSuspended, &policy, &facts}
	if err := scan(from, &w.row, append(own, more...)...); err != nil {
		return err
	}
	w.facts.Installation = &w.Installation
	held := w.Permissions
	if held == nil {
		held = models.Grants{}
	}
	var err error
	w.facts.Policy, err = policies.Judged(policy, facts, held)
	return err
}

// used notes that an app works as an installation.
func (s *Service) used(ctx context.Context, i *models.Installation) error {
	now := s.now()
	if i.UsedAt != nil && now.Sub(*i.UsedAt) < usePrecision {
		return nil
	}
	_, err := s.db.Pool().Exec(ctx, `UPDATE installations SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)`, i.ID, now, now.Add(-usePrecision))
	if err != nil {
		return fmt.Errorf("installtokens: use: %w", err)
	}
	i.UsedAt = &now
	return nil
}
