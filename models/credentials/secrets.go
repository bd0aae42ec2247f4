package credentials

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/credentials/issue"
	"souk/models/db"
)

// Secrets lists an app's client secrets, the newest first.
func (s *Service) Secrets(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, []models.AppSecret, error) {
	st, err := s.seen(ctx, actor, slug)
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT s.id, s.app_id, s.tail, coalesce(c.login, ''), s.created_at, s.used_at
		FROM app_secrets s LEFT JOIN accounts c ON c.id = s.creator_id WHERE s.app_id = $1 ORDER BY s.id DESC`, st.ID)
	if err != nil {
		return nil, nil, fmt.Errorf("credentials: secrets: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.AppSecret])
	if err != nil {
		return nil, nil, fmt.Errorf("credentials: secrets: %w", err)
	}
	return st, all, nil
}

// Secret is one of an app's client secrets, with how many there are.
func (s *Service) Secret(ctx context.Context, actor models.Actor, slug string, id int64) (*apps.Standing, models.AppSecret, int, error) {
	st, all, err := s.Secrets(ctx, actor, slug)
	if err != nil {
		return nil, models.AppSecret{}, 0, err
	}
	for _, one := range all {
		if one.ID == id {
			return st, one, len(all), nil
		}
	}
	return nil, models.AppSecret{}, 0, models.ErrNotFound
}

// NewSecret makes a client secret and returns it; a hash is kept. Attempt names
// the form that asks: sent again within models.RepeatWindow, what it made before
// is replaced. It returns ErrTooManySecrets.
func (s *Service) NewSecret(ctx context.Context, actor models.Actor, slug, attempt string) (secret string, err error) {
	if err := s.bound(ctx, actor); err != nil {
		return "", err
	}
	err = s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		now := s.now()
		_, err := tx.Pgx.Exec(ctx, `DELETE FROM app_secrets WHERE app_id = $1 AND attempt = $2 AND attempt <> '' AND creator_id = $3
			AND created_at > $4 AND used_at IS NULL`, st.ID, attempt, actor.UserID, now.Add(-models.RepeatWindow))
		if err != nil {
			return fmt.Errorf("credentials: secret: %w", err)
		}
		var made models.AppSecret
		if secret, made, err = issue.Secret(ctx, tx, &st.App, actor.UserID, attempt, now); err != nil {
			return err
		}
		return s.done(ctx, tx, actor, st, deed{action: "app_secret.create", notice: models.NoticeSecretMade, page: "secrets", name: "tail", after: made.Tail})
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// OwnSecret is what is kept of a secret, if it is one of this app's; else
// ErrNotFound.
func (s *Service) OwnSecret(ctx context.Context, actor models.Actor, slug, secret string) (models.AppSecret, error) {
	var one models.AppSecret
	st, err := s.seen(ctx, actor, slug)
	if err != nil {
		return one, err
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT id, app_id, tail, created_at FROM app_secrets WHERE secret_hash = $1 AND app_id = $2`,
		issue.Hash(secret), st.ID).Scan(&one.ID, &one.AppID, &one.Tail, &one.CreatedAt)
	if found, err := db.Found(err); err != nil {
		return one, fmt.Errorf("credentials: secret: %w", err)
	} else if !found {
		return one, models.ErrNotFound
	}
	return one, nil
}

// RevokeSecret ends a client secret at once. The app's last one ends only if
// last says that this is meant; else ErrLastSecret.
func (s *Service) RevokeSecret(ctx context.Context, actor models.Actor, slug string, id int64, last bool) error {
	return s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		var tail string
		var others int
		err := tx.Pgx.QueryRow(ctx, `SELECT tail, (SELECT count(*) FROM app_secrets o WHERE o.app_id = s.app_id AND o.id <> s.id)
			FROM app_secrets s WHERE id = $1 AND app_id = $2`, id, st.ID).Scan(&tail, &others)
		if found, err := db.Found(err); err != nil {
			return fmt.Errorf("credentials: secret: %w", err)
		} else if !found {
			return models.ErrNotFound
		}
		if others == 0 && !last {
			return models.ErrLastSecret
		}
		if _, err := tx.Pgx.Exec(ctx, `DELETE FROM app_secrets WHERE id = $1`, id); err != nil {
			return fmt.Errorf("credentials: secret: %w", err)
		}
		return s.done(ctx, tx, actor, st, deed{action: "app_secret.revoke", notice: models.NoticeSecretRevoked, page: "secrets", name: "tail", before: tail})
	})
}

// CheckSecret returns the id of the app that a client ID and a secret belong to,
// and notes that the secret was used, exactly to models.UsePrecision. Anything
// else is ErrBadClient: whether it is the client or the secret that is wrong
// can't be told, not by how long it takes either.
func (s *Service) CheckSecret(ctx context.Context, clientID, secret string) (appID int64, err error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT s.id, s.app_id, s.secret_hash, s.used_at FROM apps a JOIN app_secrets s ON s.app_id = a.id
		WHERE a.client_id = $1`, clientID)
	if err != nil {
		return 0, fmt.Errorf("credentials: check: %w", err)
	}
	type kept struct {
		ID, AppID int64
		Hash      []byte
		UsedAt    *time.Time
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[kept])
	if err != nil {
		return 0, fmt.Errorf("credentials: check: %w", err)
	}
	given := issue.Hash(secret)
	var found *kept
	for i := range all {
		if subtle.ConstantTimeCompare(given, all[i].Hash) == 1 {
			found = &all[i]
		}
	}
	if found == nil {
		return 0, models.ErrBadClient
	}
	return found.AppID, s.used(ctx, `UPDATE app_secrets SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)`, found.ID, found.UsedAt)
}

// used notes a use, unless one was noted a moment ago.
func (s *Service) used(ctx context.Context, sql string, id int64, last *time.Time) error {
	now := s.now()
	since := now.Add(-models.UsePrecision)
	if last != nil && last.After(since) {
		return nil
	}
	if _, err := s.db.Pool().Exec(ctx, sql, id, now, since); err != nil {
		return fmt.Errorf("credentials: used: %w", err)
	}
	return nil
}
