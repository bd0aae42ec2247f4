package staff

import (
	"context"
	"errors"
	"fmt"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Colleague is someone with a staff role.
type Colleague struct {
	Login     string
	Name      string
	Role      models.StaffRole
	TwoFactor bool
	LastSeen  *time.Time
}

// Team lists everyone with a staff role.
func (s *Service) Team(ctx context.Context, actor models.Actor) (all []Colleague, err error) {
	if err := actor.MayStaff(models.StaffSupport); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx).Raw(`SELECT a.login, a.name, u.staff role, u.two_factor_at IS NOT NULL two_factor,
			(SELECT max(used_at) FROM sessions WHERE account_id = a.id AND staff_id IS NULL) last_seen
		FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.staff <> '' ORDER BY a.login`).Scan(&all).Error
	if err != nil {
		return nil, fmt.Errorf("staff: team: %w", err)
	}
	return all, nil
}

// SetRole gives a user a staff role, or with "" takes it. It returns
// ErrNoSuchUser, ErrUnknownStaffRole, and ErrLastAdmin for what would leave no
// administrator.
func (s *Service) SetRole(ctx context.Context, actor models.Actor, login string, role models.StaffRole) error {
	if err := actor.MayStaffNow(models.StaffAdministrator, s.now()); err != nil {
		return err
	}
	if role != "" && !role.Valid() {
		return models.ErrUnknownStaffRole
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		// Two who take each other's role at once must not both succeed.
		if err := tx.WithContext(ctx).Exec(`SELECT account_id FROM users WHERE staff = 'administrator' ORDER BY account_id FOR UPDATE`).Error; err != nil {
			return fmt.Errorf("staff: role: %w", err)
		}
		a, err := locked(ctx, tx, login)
		if errors.Is(err, models.ErrNotFound) || err == nil && !a.User {
			return models.ErrNoSuchUser
		}
		if err != nil {
			return err
		}
		if a.Staff == role {
			return nil
		}
		r := tx.WithContext(ctx).Exec(`UPDATE users SET staff = ? WHERE account_id = ?
			AND (staff <> 'administrator' OR (SELECT count(*) FROM users WHERE staff = 'administrator') > 1)`, role, a.ID)
		switch {
		case r.Error != nil:
			return fmt.Errorf("staff: role: %w", r.Error)
		case r.RowsAffected == 0:
			return models.ErrLastAdmin
		}
		if err := s.reach(ctx, tx, a.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "staff.role", AccountID: &a.ID, TargetKind: "account",
			TargetID: &a.ID, TargetName: a.Login, Before: map[string]any{"role": string(a.Staff)}, After: map[string]any{"role": string(role)}})
	})
}

// reach fits sessions to another staff role of a user: what they began as
// somebody else ends, and so does what others do in their name. The user's own
// sessions stay, but have to be confirmed before the role can be used, so that a
// stolen one is worth no more than before.
func (s *Service) reach(ctx context.Context, tx *db.Tx, id int64) error {
	err := tx.WithContext(ctx).Exec(`DELETE FROM sessions WHERE staff_id = ? OR (account_id = ? AND staff_id IS NOT NULL)`, id, id).Error
	if err == nil {
		err = tx.WithContext(ctx).Exec(`UPDATE sessions SET sudo_until = NULL WHERE account_id = ? AND sudo_until IS NOT NULL`, id).Error
	}
	if err != nil {
		return fmt.Errorf("staff: role: %w", err)
	}
	return nil
}
