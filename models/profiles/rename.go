package profiles

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/identity"
)

// Renamings are few, since each keeps a login from everyone else: so many in
// so much time.
const (
	renamings    = 3
	renamingSpan = 21 * 24 * time.Hour
)

// Rename gives the actor another login. The old one leads to the new one from
// then on, and nobody else can have it meanwhile; whoever comes back to an old
// login of their own gets it. It returns ErrLoginForm, ErrLoginReserved,
// ErrLoginTaken or, for the fourth in three weeks, ErrRenamedLately.
func (s *Service) Rename(ctx context.Context, actor models.Actor, login string) error {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return err
	}
	login, err := models.NewLogin(login)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		o, err := locked(ctx, tx, actor)
		if err != nil || o.Account.Login == login {
			return err
		}
		if _, err := s.identity.ClaimLogin(ctx, tx, login, actor.UserID); err != nil {
			return err
		}
		if err := s.rename(ctx, tx, o, login); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, actor, o.event("user.rename", map[string]any{"login": o.Account.Login}, map[string]any{"login": login})); err != nil {
			return err
		}
		return s.follow(func(i Installations) error { return i.AccountRenamed(ctx, tx, actor, o.Account.ID, o.Account.Login) })
	})
}

func (s *Service) rename(ctx context.Context, tx *db.Tx, o *Own, login string) error {
	q, now := tx.WithContext(ctx), s.now()
	var lately int
	err := q.Raw(`SELECT count(*) FROM account_redirects WHERE account_id = ? AND created_at > ?`, o.Account.ID, now.Add(-renamingSpan)).Scan(&lately).Error
	if err != nil {
		return fmt.Errorf("profiles: rename: %w", err)
	}
	if lately >= renamings {
		return models.ErrRenamedLately
	}
	if err := q.Exec(`DELETE FROM account_redirects WHERE login = ? AND account_id = ?`, login, o.Account.ID).Error; err != nil {
		return fmt.Errorf("profiles: rename: %w", err)
	}
	// Redirects and retired logins count as taken: a trigger sees to it.
	err = q.Exec(`UPDATE accounts SET login = ?, updated_at = ? WHERE id = ?`, login, now, o.Account.ID).Error
	if err = identity.TakenLogin(err); err != nil {
		return fmt.Errorf("profiles: rename: %w", err)
	}
	err = q.Exec(`INSERT INTO account_redirects (login, account_id, created_at) VALUES (?, ?, ?)`, o.Account.Login, o.Account.ID, now).Error
	if err != nil {
		return fmt.Errorf("profiles: rename: %w", err)
	}
	return nil
}
