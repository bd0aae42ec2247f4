package factors

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"souk/models"
	"souk/models/db"
)

// NewRecoveryCodes makes recovery codes in place of those that the actor had and
// returns them; only their hashes are kept. It returns ErrNotFound where there
// is no second factor that they could stand in for.
func (s *Service) NewRecoveryCodes(ctx context.Context, actor models.Actor) (codes []string, err error) {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return nil, err
	}
	err = s.change(ctx, actor, func(tx *db.Tx, f *models.Factors) error {
		if !f.TwoFactor() {
			return models.ErrNotFound
		}
		if codes, err = replaceCodes(ctx, tx, actor.UserID); err != nil {
			return err
		}
		err := record(ctx, tx, actor, "recovery_codes.generate", func(e *models.AuditEvent) {
			e.Before, e.After = map[string]any{"left": f.RecoveryCodes}, map[string]any{"left": len(codes)}
		})
		if err != nil {
			return err
		}
		return s.warn(ctx, tx, actor, "recovery_codes_new")
	})
	return codes, err
}

func replaceCodes(ctx context.Context, tx *db.Tx, account int64) ([]string, error) {
	if err := tx.WithContext(ctx).Exec(`DELETE FROM recovery_codes WHERE account_id = ?`, account).Error; err != nil {
		return nil, wrapped("recovery codes", err)
	}
	codes := make([]string, models.RecoveryCodes)
	for i := range codes {
		codes[i] = models.NewRecoveryCode()
		err := tx.WithContext(ctx).Exec(`INSERT INTO recovery_codes (account_id, code_hash) VALUES (?, ?)`,
			account, hashOf(strings.ReplaceAll(codes[i], "-", ""))).Error
		if err != nil {
			return nil, wrapped("recovery codes", err)
		}
	}
	return codes, nil
}

// useRecovery uses up a recovery code of the actor. It returns ErrCode for one
// that is wrong or was used. The owner is told.
func (s *Service) useRecovery(ctx context.Context, tx *db.Tx, actor models.Actor, code string) error {
	r := tx.WithContext(ctx).Exec(`UPDATE recovery_codes SET used_at = ? WHERE account_id = ? AND code_hash = ? AND used_at IS NULL`,
		s.now(), actor.UserID, hashOf(code))
	if r.Error != nil {
		return wrapped("recovery code", r.Error)
	}
	if r.RowsAffected == 0 {
		return models.ErrCode
	}
	var left int
	err := tx.WithContext(ctx).Raw(`SELECT count(*) FROM recovery_codes WHERE account_id = ? AND used_at IS NULL`, actor.UserID).Row().Scan(&left)
	if err != nil {
		return fmt.Errorf("factors: recovery code: %w", err)
	}
	err = record(ctx, tx, actor, "recovery_codes.use", func(e *models.AuditEvent) { e.After = map[string]any{"left": left} })
	if err != nil {
		return err
	}
	return s.warn(ctx, tx, actor, "recovery_code_used")
}

// hashOf is how a random secret is kept.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
