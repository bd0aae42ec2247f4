// Package staff is what those who run the marketplace do to accounts: looking
// them up, suspending, acting for them, and giving staff roles. Each of it is in
// the audit log, and the person hears of it.
package staff

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"souk/models"
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

// account is whom staff decides on.
type account struct {
	ID          int64
	Login       string
	Kind        models.AccountKind
	User        bool // somebody signs in as it
	Staff       models.StaffRole
	SuspendedAt *time.Time
}

// locked is the account with a login, locked until tx ends. It returns
// ErrNotFound.
func locked(ctx context.Context, tx *db.Tx, login string) (account, error) {
	var a account
	if login = strings.ToLower(login); !models.ValidLogin(login) {
		return a, models.ErrNotFound
	}
	err := tx.WithContext(ctx).Raw(`SELECT a.id, a.login, a.kind, a.suspended_at, u.account_id IS NOT NULL "user", coalesce(u.staff, '') staff
		FROM accounts a LEFT JOIN users u ON u.account_id = a.id
		WHERE a.login = ? FOR UPDATE OF a`, login).Take(&a).Error
	found, err := db.Found(err)
	switch {
	case err != nil:
		return a, fmt.Errorf("staff: account: %w", err)
	case !found:
		return a, models.ErrNotFound
	}
	return a, nil
}

// maxReason bounds the words that go with a decision, in characters.
const maxReason = 500

// reason checks the words that go with a decision: there must be some.
func reason(s string) (string, error) {
	s, err := models.PlainText(s, maxReason, true)
	if err != nil {
		known, _ := errors.AsType[*models.Error](err)
		return "", known.On("reason")
	}
	if s == "" {
		return "", models.ErrReasonNeeded
	}
	return s, nil
}
