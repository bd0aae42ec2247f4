package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
)

// Act lets staff act as a user for a while, and returns the secret of the
// session in which they do. The person is told at once, every page says it, and
// every change is logged under both names. How the person signs in is out of
// reach: such a session is never confirmed. Nobody acts for staff of the same
// or a higher role.
func (s *Service) Act(ctx context.Context, actor models.Actor, login, why string) (secret string, err error) {
	now := s.now()
	if err := actor.MayActForOthers(now); err != nil {
		return "", err
	}
	if why, err = reason(why); err != nil {
		return "", err
	}
	secret = rand.Text()
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		a, err := locked(ctx, tx, login)
		if err != nil {
			return err
		}
		if !a.User {
			return models.ErrNotFound
		}
		if err := actor.MayHandle(a.Staff); err != nil {
			return err
		}
		sum := sha256.Sum256([]byte(secret))
		err = tx.WithContext(ctx).Exec(`INSERT INTO sessions (account_id, token_hash, method, staff_id, staff_reason, ip, user_agent, created_at, used_at, expires_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.ID, sum[:], models.ByStaff, actor.UserID, why, actor.Visit.IP, actor.Visit.UserAgent,
			now, now, now.Add(models.ActingLifetime)).Error
		if err != nil {
			return fmt.Errorf("staff: act: %w", err)
		}
		err = audit.Record(ctx, tx, actor, models.AuditEvent{At: now, Action: "staff.act", AccountID: &a.ID, TargetKind: "account",
			TargetID: &a.ID, TargetName: a.Login, Description: why})
		if err != nil {
			return err
		}
		return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeStaffActed, Link: "/settings/audit-log",
			Params: map[string]string{"staff": actor.Login, "reason": why}}, a.ID)
	})
	return secret, err
}

// EndActing ends the session in which staff acts for someone, and returns who
// the staff member is.
func (s *Service) EndActing(ctx context.Context, actor models.Actor) (staffID int64, err error) {
	by := actor.ActingFor
	if by == nil {
		return 0, models.ErrNotFound
	}
	return by.StaffID, s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.WithContext(ctx).Exec(`DELETE FROM sessions WHERE id = ?`, actor.SessionID).Error; err != nil {
			return fmt.Errorf("staff: end acting: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "staff.act_end", AccountID: &actor.UserID,
			TargetKind: "account", TargetID: &actor.UserID, TargetName: actor.Login})
	})
}
