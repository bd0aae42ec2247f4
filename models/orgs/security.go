package orgs

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
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
		p, err := personOf(ctx, tx, "a.id = ?", actor.UserID)
		if err != nil {
			return err
		}
		if p == nil || !p.TwoFactor {
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

// FactorChanged brings an account's memberships in line with whether it has a
// second factor now: with one, those that were suspended for want of it are so
// no more; without, those that need it are suspended, and the organizations'
// owners are told. It is called in the transaction that wrote
// users.two_factor_at, after that.
func FactorChanged(ctx context.Context, tx *db.Tx, n *notices.Service, actor models.Actor, account int64, has bool, now time.Time) error {
	q := tx.WithContext(ctx)
	// Whoever requires a factor at the same moment waits here, or has been waited
	// for: either way both see what the other did.
	err := q.Exec(`SELECT FROM organizations WHERE account_id IN (SELECT organization_id FROM memberships WHERE account_id = ?)
		ORDER BY account_id FOR SHARE`, account).Error
	if err != nil {
		return fmt.Errorf("orgs: factor changed: %w", err)
	}
	var at *time.Time
	if !has {
		at = &now
	}
	var changed []struct {
		ID                 int64
		Login, Name, Owner string
		Member             string
	}
	err = q.Raw(`UPDATE memberships m SET suspended_at = ? FROM organizations o, accounts a, accounts p
		WHERE m.account_id = ? AND o.account_id = m.organization_id AND a.id = o.account_id AND p.id = m.account_id
			AND (m.suspended_at IS NOT NULL) = ? AND (? OR o.two_factor_required_at IS NOT NULL)
		RETURNING a.id, a.login, a.name, p.login AS member`, at, account, has, has).Scan(&changed).Error
	if err != nil {
		return fmt.Errorf("orgs: factor changed: %w", err)
	}
	for _, c := range changed {
		o := &Organization{ID: c.ID, Login: c.Login, Name: c.Name}
		if err := memberSuspended(ctx, tx, n, actor, o, account, c.Member, has); err != nil {
			return err
		}
	}
	return nil
}

func memberSuspended(ctx context.Context, tx *db.Tx, n *notices.Service, actor models.Actor, o *Organization, account int64, login string, has bool) error {
	if has {
		return audit.Record(ctx, tx, actor, about(o, "member.restore", account, login))
	}
	if err := audit.Record(ctx, tx, actor, about(o, "member.suspend", account, login)); err != nil {
		return err
	}
	owners, err := membersOf(ctx, tx, o.ID, "m.role = 'owner'")
	if err != nil {
		return err
	}
	params := map[string]string{"organization": o.DisplayName(), "login": login}
	if err := n.Tell(ctx, tx, notices.Notice{Kind: models.NoticeMemberSuspended, Params: params, Link: peopleAt(o)}, without(owners, account)...); err != nil {
		return err
	}
	params = map[string]string{"organization": o.DisplayName()}
	return n.Tell(ctx, tx, notices.Notice{Kind: models.NoticeTwoFactorRequired, Params: params, Link: "/settings/security"}, account)
}
