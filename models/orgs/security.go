package orgs

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// namedWithout is how many of those without a second factor are named.
const namedWithout = 50

// Unprotected are the members who have no second factor: those whom requiring
// one suspends.
type Unprotected struct {
	Count int
	First []Person // as many as a page can name
	Actor bool     // the actor is one of them, and so can't require it
}

// Unprotected says whom requiring a second factor would suspend, or has
// suspended.
func (s *Service) Unprotected(ctx context.Context, actor models.Actor, login string) (*Organization, Unprotected, error) {
	var u Unprotected
	o, err := s.Owned(ctx, actor, login)
	if err != nil {
		return nil, u, err
	}
	var rows []struct {
		Person Person `gorm:"embedded"`
		Total  int
	}
	err = s.db.Read(ctx).Raw(`SELECT a.id, a.login, a.name, m.role, m.created_at joined_at, m.suspended_at IS NOT NULL suspended, count(*) OVER () total
		FROM memberships m JOIN accounts a ON a.id = m.account_id JOIN users u ON u.account_id = a.id
		WHERE m.organization_id = ? AND u.two_factor_at IS NULL ORDER BY m.role = 'owner' DESC, a.login LIMIT ?`, o.ID, namedWithout).Scan(&rows).Error
	if err != nil {
		return nil, u, fmt.Errorf("orgs: unprotected: %w", err)
	}
	for _, r := range rows {
		u.First, u.Count = append(u.First, r.Person), r.Total
	}
	u.Actor = !actor.TwoFactor && !actor.Operator
	return o, u, nil
}

// RequireTwoFactor makes a second factor a condition of membership, or no longer
// one. Members without it are told and suspended: they keep their role, and have
// their rights back once they add one. Whoever requires it must have one:
// ErrTwoFactorNeeded.
func (s *Service) RequireTwoFactor(ctx context.Context, actor models.Actor, login string, required bool) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	return s.reshape(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		if required == (o.TwoFactorRequiredAt != nil) {
			return nil
		}
		act := s.release
		if required {
			act = s.require
		}
		if err := act(ctx, tx, actor, o); err != nil {
			return err
		}
		return s.reckon(ctx, tx, actor, o.ID)
	})
}

func (s *Service) require(ctx context.Context, tx *db.Tx, actor models.Actor, o *Organization) error {
	if !actor.Operator {
		// Not locked: who changes factors locks the person first and then their
		// organizations, and has waited for us or been waited for by now.
		var has bool
		err := tx.WithContext(ctx).Raw(`SELECT two_factor_at IS NOT NULL FROM users WHERE account_id = ?`, actor.UserID).Row().Scan(&has)
		if err != nil {
			return fmt.Errorf("orgs: require: %w", err)
		}
		if !has {
			return models.ErrTwoFactorNeeded
		}
	}
	q, now := tx.WithContext(ctx), s.now()
	if err := q.Exec(`UPDATE organizations SET two_factor_required_at = ? WHERE account_id = ?`, now, o.ID).Error; err != nil {
		return fmt.Errorf("orgs: require: %w", err)
	}
	var suspended []int64
	err := q.Raw(`UPDATE memberships m SET suspended_at = ? FROM users u
		WHERE u.account_id = m.account_id AND m.organization_id = ? AND u.two_factor_at IS NULL AND m.suspended_at IS NULL RETURNING m.account_id`,
		now, o.ID).Scan(&suspended).Error
	if err != nil {
		return fmt.Errorf("orgs: require: %w", err)
	}
	e := event(o, "organization.require_two_factor")
	e.Before, e.After = map[string]any{"two_factor_required": false}, map[string]any{"two_factor_required": true, "suspended": len(suspended)}
	if err := audit.Record(ctx, tx, actor, e); err != nil {
		return err
	}
	return s.tellRequired(ctx, tx, o, suspended...)
}

func (s *Service) release(ctx context.Context, tx *db.Tx, actor models.Actor, o *Organization) error {
	q := tx.WithContext(ctx)
	if err := q.Exec(`UPDATE organizations SET two_factor_required_at = NULL WHERE account_id = ?`, o.ID).Error; err != nil {
		return fmt.Errorf("orgs: release: %w", err)
	}
	r := q.Exec(`UPDATE memberships SET suspended_at = NULL WHERE organization_id = ? AND suspended_at IS NOT NULL`, o.ID)
	if r.Error != nil {
		return fmt.Errorf("orgs: release: %w", r.Error)
	}
	e := event(o, "organization.release_two_factor")
	e.Before, e.After = map[string]any{"two_factor_required": true}, map[string]any{"two_factor_required": false, "restored": r.RowsAffected}
	return audit.Record(ctx, tx, actor, e)
}

// tellRequired tells members that they are suspended until they have a second
// factor.
func (s *Service) tellRequired(ctx context.Context, tx *db.Tx, o *Organization, members ...int64) error {
	return s.tell(ctx, tx, models.NoticeTwoFactorRequired, o, "/settings/security", nil, members...)
}
