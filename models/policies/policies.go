// Package policies keeps what organizations allow to be bought, their budgets, and which
// apps they let in, and says what that means for an order or an app. It buys and installs
// nothing.
package policies

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db      *db.DB
	notices *notices.Service // nil: nobody is told
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, now func() time.Time) *Service { return &Service{db: d, now: now} }

// Desk is what an organization has set, for those who pay for it and for staff.
type Desk struct {
	models.BuyRules
	ID         int64
	Login      string
	Name       string
	Role       models.OrganizationRole // of the actor; "" for staff
	MayChange  bool
	Categories []models.Category
	Waiting    int // requests to buy that wait
}

// Desk is an organization's policy and budgets, in one statement. It returns
// ErrNotFound where there is no organization that the actor may look into.
func (s *Service) Desk(ctx context.Context, actor models.Actor, login string) (*Desk, error) {
	if !db.Sayable(login) {
		return nil, models.ErrNotFound
	}
	var d Desk
	var suspended bool
	var rules, categories []byte
	err := s.db.Pool().QueryRow(ctx, `SELECT o.id, o.login, coalesce(nullif(o.name, ''), o.login), o.suspended_at IS NOT NULL, `+JSON("o.id")+`,
			(SELECT json_agg(json_build_object('Slug', slug, 'Names', names) ORDER BY position, id) FROM categories),
			(SELECT count(*) FROM buy_requests r WHERE r.organization_id = o.id AND r.state = 'open')
		FROM accounts o JOIN organizations g ON g.account_id = o.id WHERE o.login = $1`, strings.ToLower(login)).
		Scan(&d.ID, &d.Login, &d.Name, &suspended, &rules, &categories, &d.Waiting)
	if err != nil {
		return nil, missing(err)
	}
	if err := actor.MaySeeBilling(d.ID); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(rules, &d.BuyRules); err != nil {
		return nil, fmt.Errorf("policies: desk: %w", err)
	}
	if len(categories) > 0 {
		if err := json.Unmarshal(categories, &d.Categories); err != nil {
			return nil, fmt.Errorf("policies: desk: %w", err)
		}
	}
	d.Role, d.MayChange = actor.RoleIn(d.ID), actor.MaySetBuyingRules(d.ID, suspended) == nil
	return &d, nil
}

// owned locks an organization whose rules the actor sets.
func owned(ctx context.Context, tx *db.Tx, actor models.Actor, login string) (id int64, err error) {
	if err := actor.MayAct(); err != nil {
		return 0, err
	}
	if !db.Sayable(login) {
		return 0, models.ErrNotFound
	}
	var suspended bool
	err = tx.Pgx.QueryRow(ctx, `SELECT o.id, o.suspended_at IS NOT NULL FROM organizations g JOIN accounts o ON o.id = g.account_id
		WHERE o.login = $1 FOR NO KEY UPDATE OF g`, strings.ToLower(login)).Scan(&id, &suspended)
	if err != nil {
		return 0, missing(err)
	}
	return id, actor.MaySetBuyingRules(id, suspended)
}

func missing(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return models.ErrNotFound
	}
	return fmt.Errorf("policies: %w", err)
}
