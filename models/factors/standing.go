package factors

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
)

// Of returns what the actor can prove itself with, in one statement.
func (s *Service) Of(ctx context.Context, actor models.Actor) (models.Factors, error) {
	if actor.UserID == 0 {
		return models.Factors{}, models.ErrSignInNeeded
	}
	return factorsOf(s.db.Read(ctx), actor.UserID)
}

// factorsOf reads the factors of an account. It returns ErrNotFound for what is
// no user.
func factorsOf(h *gorm.DB, account int64) (models.Factors, error) {
	var row struct {
		Password         bool
		TotpConfirmedAt  *time.Time
		Passkeys, Orgs   *string
		RecoveryCodeLeft int
	}
	err := h.Raw(`SELECT u.password_hash <> '' password, u.totp_confirmed_at,
			(SELECT count(*) FROM recovery_codes r WHERE r.account_id = u.account_id AND r.used_at IS NULL) recovery_code_left,
			(SELECT json_agg(json_build_object('ID', p.id, 'Name', p.name, 'CreatedAt', p.created_at, 'UsedAt', p.used_at,
				'Copied', coalesce((p.credential -> 'authenticator' ->> 'cloneWarning')::boolean, false)) ORDER BY p.created_at, p.id)
				FROM passkeys p WHERE p.account_id = u.account_id) passkeys,
			(SELECT json_agg(a.login ORDER BY a.login) FROM memberships m JOIN organizations o ON o.account_id = m.organization_id
				JOIN accounts a ON a.id = o.account_id WHERE m.account_id = u.account_id AND o.two_factor_required_at IS NOT NULL) orgs
		FROM users u WHERE u.account_id = ?`, account).Take(&row).Error
	found, err := db.Found(err)
	if err != nil || !found {
		return models.Factors{}, orNotFound(err)
	}
	f := models.Factors{Password: row.Password, AppSince: row.TotpConfirmedAt, RecoveryCodes: row.RecoveryCodeLeft}
	if err := decode(row.Passkeys, &f.Passkeys); err != nil {
		return f, err
	}
	return f, decode(row.Orgs, &f.RequiredBy)
}

func decode(text *string, into any) error {
	if text == nil {
		return nil
	}
	if err := json.Unmarshal([]byte(*text), into); err != nil {
		return fmt.Errorf("factors: %w", err)
	}
	return nil
}

func orNotFound(err error) error {
	if err == nil {
		return models.ErrNotFound
	}
	return fmt.Errorf("factors: %w", err)
}

// change runs do on the factors of the actor, which nothing else changes until
// it ends. Organizations that it belongs to can't begin to require a second
// factor meanwhile: whoever does so updates the organization first.
func (s *Service) change(ctx context.Context, actor models.Actor, do func(tx *db.Tx, f *models.Factors) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := lock(ctx, tx, actor.UserID); err != nil {
			return err
		}
		f, err := factorsOf(tx.WithContext(ctx), actor.UserID)
		if err != nil {
			return err
		}
		return do(tx, &f)
	})
}

func lock(ctx context.Context, tx *db.Tx, account int64) error {
	if err := lockUser(ctx, tx, `account_id = ?`, account); err != nil {
		return err
	}
	err := tx.WithContext(ctx).Exec(`SELECT FROM organizations o JOIN memberships m ON m.organization_id = o.account_id WHERE m.account_id = ?
		ORDER BY o.account_id FOR SHARE OF o`, account).Error
	return wrapped("lock", err)
}

// lockUser comes before anything else that a transaction locks of an account, or
// two could wait for each other.
func lockUser(ctx context.Context, tx *db.Tx, condition string, args ...any) error {
	return wrapped("lock", tx.WithContext(ctx).Exec(`SELECT FROM users WHERE `+condition+` FOR UPDATE`, args...).Error)
}

// settle brings what follows from the factors of an account up to what they are
// now: since when there is a second factor, the recovery codes that stand in for
// it, and the memberships that were suspended for want of one.
func (s *Service) settle(ctx context.Context, tx *db.Tx, actor models.Actor) error {
	f, err := factorsOf(tx.WithContext(ctx), actor.UserID)
	if err != nil {
		return err
	}
	if !f.TwoFactor() {
		err := tx.WithContext(ctx).Exec(`UPDATE users SET two_factor_at = NULL WHERE account_id = ?`, actor.UserID).Error
		if err == nil {
			err = tx.WithContext(ctx).Exec(`DELETE FROM recovery_codes WHERE account_id = ?`, actor.UserID).Error
		}
		return wrapped("settle", err)
	}
	err = tx.WithContext(ctx).Exec(`UPDATE users SET two_factor_at = ? WHERE account_id = ? AND two_factor_at IS NULL`, s.now(), actor.UserID).Error
	if err != nil {
		return wrapped("settle", err)
	}
	return EndSuspensions(ctx, tx, actor)
}

// EndSuspensions gives the actor back its place in the organizations that had
// suspended it for want of a second factor, and writes it into their logs.
func EndSuspensions(ctx context.Context, tx *db.Tx, actor models.Actor) error {
	var organizations []int64
	err := tx.WithContext(ctx).Raw(`UPDATE memberships SET suspended_at = NULL WHERE account_id = ? AND suspended_at IS NOT NULL
		RETURNING organization_id`, actor.UserID).Scan(&organizations).Error
	if err != nil {
		return wrapped("end suspensions", err)
	}
	for _, id := range organizations {
		err := audit.Record(ctx, tx, actor, models.AuditEvent{Action: "member.restore", AccountID: &id,
			TargetKind: "user", TargetID: &actor.UserID, TargetName: actor.Login})
		if err != nil {
			return err
		}
	}
	return nil
}

func wrapped(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("factors: %s: %w", what, err)
}

// record writes what the actor did to its own factors into its log.
func record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, more ...func(*models.AuditEvent)) error {
	e := models.AuditEvent{Action: action, AccountID: &actor.UserID, TargetKind: "user", TargetID: &actor.UserID, TargetName: actor.Login}
	for _, m := range more {
		m(&e)
	}
	return audit.Record(ctx, tx, actor, e)
}

// warn tells the actor by mail what was done to its account, from where and
// when. more are names and values in turn.
func (s *Service) warn(ctx context.Context, tx *db.Tx, actor models.Actor, message string, more ...string) error {
	params := map[string]string{"login": actor.Login, "ip": actor.Visit.IP, "device": models.Device(actor.Visit.UserAgent), "at": s.now().UTC().Format(time.RFC3339)}
	for i := 0; i+1 < len(more); i += 2 {
		params[more[i]] = more[i+1]
	}
	return s.queue.Enqueue(ctx, tx, jobs.SendMail{Message: message, AccountID: actor.UserID, Params: params})
}
