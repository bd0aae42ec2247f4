package credentials

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/credentials/issue"
	"souk/models/db"
)

const keyColumns = `SELECT k.id, k.app_id, k.public_key, k.fingerprint, coalesce(c.login, ''), k.created_at, k.used_at
	FROM app_keys k LEFT JOIN accounts c ON c.id = k.creator_id WHERE k.app_id = $1 ORDER BY k.id DESC`

// Keys are the public halves of an app's keys, for whoever checks what one of
// them has signed. Who it was is told to UsedKey.
func (s *Service) Keys(ctx context.Context, appID int64) ([]models.AppKey, error) {
	rows, err := s.db.Pool().Query(ctx, keyColumns, appID)
	if err != nil {
		return nil, fmt.Errorf("credentials: keys: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.AppKey])
	if err != nil {
		return nil, fmt.Errorf("credentials: keys: %w", err)
	}
	return all, nil
}

// UsedKey notes that a key has signed something, exactly to models.UsePrecision.
func (s *Service) UsedKey(ctx context.Context, k *models.AppKey) error {
	return s.used(ctx, `UPDATE app_keys SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)`, k.ID, k.UsedAt)
}

// KeysOf lists a GitHub App's private keys, the newest first. It returns
// ErrKeysForGitHub for an OAuth App.
func (s *Service) KeysOf(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, []models.AppKey, error) {
	st, err := s.seen(ctx, actor, slug)
	if err != nil {
		return nil, nil, err
	}
	if st.Kind != models.GitHubApp {
		return nil, nil, models.ErrKeysForGitHub
	}
	all, err := s.Keys(ctx, st.ID)
	return st, all, err
}

// Key is one of them, with how many there are.
func (s *Service) Key(ctx context.Context, actor models.Actor, slug string, id int64) (*apps.Standing, models.AppKey, int, error) {
	st, all, err := s.KeysOf(ctx, actor, slug)
	if err != nil {
		return nil, models.AppKey{}, 0, err
	}
	for _, one := range all {
		if one.ID == id {
			return st, one, len(all), nil
		}
	}
	return nil, models.AppKey{}, 0, models.ErrNotFound
}

// NewKey makes a private key and returns it sealed, for Download: nothing but
// its public half is kept here. Attempt names the form that asks: sent again
// within models.RepeatWindow, what it made before is replaced. It returns
// ErrTooManyKeys and ErrKeysForGitHub.
func (s *Service) NewKey(ctx context.Context, actor models.Actor, slug, attempt string) (k models.AppKey, sealed string, err error) {
	if _, _, err := s.KeysOf(ctx, actor, slug); err != nil {
		return k, "", err
	}
	if err := s.bound(ctx, actor); err != nil {
		return k, "", err
	}
	pair, err := s.makePair(ctx)
	if err != nil {
		return k, "", err
	}
	if sealed, err = s.seal(actor, &pair); err != nil {
		return k, "", err
	}
	err = s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		now := s.now()
		_, err := tx.Pgx.Exec(ctx, `DELETE FROM app_keys WHERE app_id = $1 AND attempt = $2 AND attempt <> '' AND creator_id = $3
			AND created_at > $4 AND used_at IS NULL`, st.ID, attempt, actor.UserID, now.Add(-models.RepeatWindow))
		if err != nil {
			return fmt.Errorf("credentials: key: %w", err)
		}
		if k, err = issue.Key(ctx, tx, &st.App, pair, actor.UserID, attempt, now); err != nil {
			return err
		}
		return s.done(ctx, tx, actor, st, deed{action: "app_key.create", notice: models.NoticeKeyMade, page: "keys", name: "fingerprint", after: k.Fingerprint})
	})
	if err != nil {
		return k, "", err
	}
	return k, sealed, nil
}

// makePair makes a key, one at a time.
func (s *Service) makePair(ctx context.Context) (issue.Pair, error) {
	select {
	case s.making <- struct{}{}:
	case <-ctx.Done():
		return issue.Pair{}, models.ErrTimeout.Because(ctx.Err())
	}
	defer func() { <-s.making }()
	return issue.NewPair()
}

// DeleteKey ends a key at once. It returns ErrLastKey for the only one.
func (s *Service) DeleteKey(ctx context.Context, actor models.Actor, slug string, id int64) error {
	return s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		var fingerprint string
		var others int
		err := tx.Pgx.QueryRow(ctx, `SELECT fingerprint, (SELECT count(*) FROM app_keys o WHERE o.app_id = k.app_id AND o.id <> k.id)
			FROM app_keys k WHERE id = $1 AND app_id = $2`, id, st.ID).Scan(&fingerprint, &others)
		if found, err := db.Found(err); err != nil {
			return fmt.Errorf("credentials: key: %w", err)
		} else if !found {
			return models.ErrNotFound
		}
		if others == 0 {
			return models.ErrLastKey
		}
		if _, err := tx.Pgx.Exec(ctx, `DELETE FROM app_keys WHERE id = $1`, id); err != nil {
			return fmt.Errorf("credentials: key: %w", err)
		}
		return s.done(ctx, tx, actor, st, deed{action: "app_key.delete", notice: models.NoticeKeyDeleted, page: "keys", name: "fingerprint", before: fingerprint})
	})
}
