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

// Throttle bounds how often something is done: it returns ErrTooManyTries once
// key has been spent burst times, and lets one more pass every per.
type Throttle interface {
	Spend(ctx context.Context, key string, burst int, per time.Duration) error
}

// Service holds the verbs.
type Service struct {
	db       *db.DB
	installs *installs.Service
	throttle Throttle
	now      func() time.Time
}

// New makes a Service.
func New(d *db.DB, i *installs.Service, throttle Throttle, now func() time.Time) *Service {
	return &Service{db: d, installs: i, throttle: throttle, now: now}
}

// MintBurst tokens of an installation can be made at once, and then one every MintEvery:
// each is good for an hour, and a program that makes one for every request still gets on.
const (
	MintBurst = 300
	MintEvery = 2 * time.Second
)

// bound is asked before a token is made. Each installation has its own bound: an app
// that is installed a thousand times makes a thousand tokens an hour.
func (s *Service) bound(ctx context.Context, appID, id int64) error {
	return s.throttle.Spend(ctx, fmt.Sprintf("installation_tokens:%d:%d", appID, id), MintBurst, MintEvery)
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
