package oauth

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
)

// Checked is a token as the API tells its app of it.
type Checked struct {
	ID        int64 // of the token
	Token     string
	Tail      string
	Scopes    []string
	App       models.App // name, client and address
	User      models.Account
	CreatedAt time.Time
	UpdatedAt time.Time
	ExpiresAt *time.Time
}

const checkSQL = `SELECT t.id, t.tail, t.scopes, t.created_at, g.updated_at, t.expires_at, a.id, a.slug, a.kind, a.name, a.client_id, a.homepage_url, a.expire_user_tokens,
		u.id, u.login, u.kind, u.name
	FROM authorization_tokens t JOIN authorizations g ON g.id = t.authorization_id JOIN apps a ON a.id = g.app_id JOIN accounts u ON u.id = g.account_id
	WHERE t.token_hash = $1 AND g.app_id = $2 AND (t.expires_at IS NULL OR t.expires_at > $3)`

func (s *Service) check(ctx context.Context, q querier, app int64, token string) (*Checked, error) {
	if !models.WellFormedUserToken(token) {
		return nil, models.ErrNotFound
	}
	c := Checked{Token: token}
	err := q.QueryRow(ctx, checkSQL, hash(token), app, s.now()).Scan(&c.ID, &c.Tail, &c.Scopes, &c.CreatedAt, &c.UpdatedAt, &c.ExpiresAt,
		&c.App.ID, &c.App.Slug, &c.App.Kind, &c.App.Name, &c.App.ClientID, &c.App.HomepageURL, &c.App.ExpireUserTokens,
		&c.User.ID, &c.User.Login, &c.User.Kind, &c.User.Name)
	if err != nil {
		return nil, missing(err)
	}
	return &c, nil
}

// Check says what one of an app's tokens is, or ErrNotFound.
func (s *Service) Check(ctx context.Context, app int64, token string) (*Checked, error) {
	return s.check(ctx, s.db.Pool(), app, token)
}

// Reset puts another token in the place of one of an app's.
func (s *Service) Reset(ctx context.Context, app int64, token string) (c *Checked, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if c, err = s.locked(ctx, tx, app, token); err != nil {
			return err
		}
		fresh := models.NewSecret(models.UserTokenPrefix(c.App.Kind))
		if c.ExpiresAt != nil {
			c.ExpiresAt = new(s.now().Add(models.UserTokenLife))
		}
		c.Token, c.Tail = fresh, tail(fresh)
		_, err := tx.Pgx.Exec(ctx, `UPDATE authorization_tokens SET token_hash = $2, tail = $3, expires_at = $4, used_at = NULL WHERE id = $1`, c.ID, hash(fresh), c.Tail, c.ExpiresAt)
		if err != nil {
			return fmt.Errorf("oauth: reset: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// locked is a token of an app, with its authorization locked.
func (s *Service) locked(ctx context.Context, tx *db.Tx, app int64, token string) (*Checked, error) {
	_, err := s.lockGrant(ctx, tx, `SELECT authorization_id FROM authorization_tokens WHERE token_hash = $1`, hash(token))
	if err != nil {
		return nil, err
	}
	return s.check(ctx, tx.Pgx, app, token)
}

// End ends one of an app's tokens.
func (s *Service) End(ctx context.Context, app int64, token string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		c, err := s.locked(ctx, tx, app, token)
		if err != nil {
			return err
		}
		if _, err := tx.Pgx.Exec(ctx, `DELETE FROM authorization_tokens WHERE id = $1`, c.ID); err != nil {
			return fmt.Errorf("oauth: end: %w", err)
		}
		return s.record(ctx, tx, models.Bot(c.App.ID, c.App.Slug, models.Visit{}), "authorization_token.revoke", c.User.ID, &c.App, map[string]any{"tail": c.Tail}, nil)
	})
}

// EndAll ends the authorization that one of an app's tokens belongs to, as if the
// user had taken it back.
func (s *Service) EndAll(ctx context.Context, app int64, token string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		c, err := s.locked(ctx, tx, app, token)
		if err != nil {
			return err
		}
		var had models.Authorization
		err = tx.Pgx.QueryRow(ctx, `DELETE FROM authorizations WHERE app_id = $1 AND account_id = $2 RETURNING permissions, scopes`, app, c.User.ID).Scan(&had.Permissions, &had.Scopes)
		if err != nil {
			return missing(err)
		}
		if err := s.record(ctx, tx, models.Bot(c.App.ID, c.App.Slug, models.Visit{}), "authorization.revoke", c.User.ID, &c.App, details(&c.App, &had), nil); err != nil {
			return err
		}
		return s.tellRevoked(ctx, tx, &c.App, models.HookAccount{ID: c.User.ID, Login: c.User.Login, Kind: models.KindUser})
	})
}
