package profiles

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// remembered is for how long a revoked token still stands in the list.
const remembered = 30 * 24 * time.Hour

type tokenRow struct {
	ID        int64
	AccountID int64
	Name      string
	Scopes    string // as JSON
	Tail      string
	CreatedAt time.Time
	ExpiresAt *time.Time
	UsedAt    *time.Time
	RevokedAt *time.Time
}

const tokenColumns = `id, account_id, name, array_to_json(scopes)::text scopes, tail, created_at, expires_at, used_at, revoked_at`

func (r *tokenRow) token() (models.AccessToken, error) {
	t := models.AccessToken{ID: r.ID, AccountID: r.AccountID, Name: r.Name, Tail: r.Tail, CreatedAt: r.CreatedAt,
		ExpiresAt: r.ExpiresAt, UsedAt: r.UsedAt, RevokedAt: r.RevokedAt}
	if err := json.Unmarshal([]byte(r.Scopes), &t.Scopes); err != nil {
		return t, fmt.Errorf("profiles: scopes: %w", err)
	}
	return t, nil
}

func tokenWhere(q *gorm.DB) (models.AccessToken, error) {
	var r tokenRow
	if found, err := db.Found(q.Take(&r).Error); err != nil {
		return models.AccessToken{}, fmt.Errorf("profiles: token: %w", err)
	} else if !found {
		return models.AccessToken{}, models.ErrNotFound
	}
	return r.token()
}

// Tokens lists the actor's personal access tokens, the newest first: those that
// work, those that expired, and those revoked lately.
func (s *Service) Tokens(ctx context.Context, actor models.Actor) ([]models.AccessToken, error) {
	if actor.UserID == 0 {
		return nil, models.ErrSignInNeeded
	}
	var rows []tokenRow
	err := s.db.Read(ctx).Raw(`SELECT `+tokenColumns+` FROM access_tokens
		WHERE account_id = ? AND (revoked_at IS NULL OR revoked_at > ?) ORDER BY created_at DESC, id DESC LIMIT 300`,
		actor.UserID, s.now().Add(-remembered)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("profiles: tokens: %w", err)
	}
	all := make([]models.AccessToken, len(rows))
	for i := range rows {
		if all[i], err = rows[i].token(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Token is one of the actor's own tokens, or ErrNotFound.
func (s *Service) Token(ctx context.Context, actor models.Actor, id int64) (models.AccessToken, error) {
	if actor.UserID == 0 {
		return models.AccessToken{}, models.ErrSignInNeeded
	}
	return tokenWhere(s.db.Read(ctx).Raw(`SELECT `+tokenColumns+` FROM access_tokens WHERE id = ? AND account_id = ?`, id, actor.UserID))
}

// OwnToken is the token with a secret, if it is the actor's own; else
// ErrNotFound.
func (s *Service) OwnToken(ctx context.Context, actor models.Actor, secret string) (models.AccessToken, error) {
	if actor.UserID == 0 || !models.WellFormedAccessToken(secret) {
		return models.AccessToken{}, models.ErrNotFound
	}
	return tokenWhere(s.db.Read(ctx).Raw(`SELECT `+tokenColumns+` FROM access_tokens WHERE token_hash = ? AND account_id = ?`,
		hashOf(secret), actor.UserID))
}

// NewToken is what a token is to be made of.
type NewToken struct {
	Name    string
	Scopes  []string
	Expires models.TokenExpiry
	Day     string // where Expires is custom
}

// CreateToken makes a personal access token of the actor and returns its secret,
// which is kept nowhere. It returns Problems, and ErrTooManyItems beyond
// models.MaxTokens tokens that work.
func (s *Service) CreateToken(ctx context.Context, actor models.Actor, in NewToken) (secret string, err error) {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return "", err
	}
	return s.createToken(ctx, actor, actor.UserID, in)
}

// CreateTokenFor makes a personal access token of a user and returns its secret,
// for the operator alone. It returns ErrNoSuchUser, and what CreateToken does.
func (s *Service) CreateTokenFor(ctx context.Context, actor models.Actor, login string, in NewToken) (secret string, err error) {
	if err := actor.MayMakeUsers(); err != nil {
		return "", err
	}
	var id int64
	err = s.db.Read(ctx).Raw(`SELECT u.account_id FROM users u JOIN accounts a ON a.id = u.account_id WHERE a.login = lower(?)`, login).Take(&id).Error
	if found, err := db.Found(err); err != nil {
		return "", fmt.Errorf("profiles: token: %w", err)
	} else if !found {
		return "", models.ErrNoSuchUser
	}
	return s.createToken(ctx, actor, id, in)
}

func (s *Service) createToken(ctx context.Context, actor models.Actor, owner int64, in NewToken) (secret string, err error) {
	now := s.now()
	secret = models.NewAccessTokenSecret()
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		o, err := locked(ctx, tx, models.Actor{UserID: owner})
		if err != nil {
			return err
		}
		t, err := in.clean(now, o.Zone())
		if err != nil {
			return err
		}
		t.AccountID, t.Tail = owner, secret[len(secret)-4:]
		if err := s.insertToken(ctx, tx, &t, secret, now); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, tokenEvent("token.create", &t, nil, map[string]any{"scopes": t.Scopes, "expires_at": t.ExpiresAt}))
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// clean checks all of it at once.
func (in NewToken) clean(now time.Time, zone *time.Location) (t models.AccessToken, err error) {
	var problems models.Problems
	if t.Name, err = models.PlainText(in.Name, models.MaxTokenName, false); err == nil && t.Name == "" {
		err = models.ErrTokenName
	}
	if err := problems.Add("name", err); err != nil {
		return t, err
	}
	t.Scopes, err = models.TokenScopes(in.Scopes)
	if err := problems.Add("scopes", err); err != nil {
		return t, err
	}
	t.ExpiresAt, err = in.Expires.Until(in.Day, now, zone)
	if err := problems.Add("", err); err != nil {
		return t, err
	}
	return t, problems.Err()
}

func (s *Service) insertToken(ctx context.Context, tx *db.Tx, t *models.AccessToken, secret string, now time.Time) error {
	q := tx.WithContext(ctx)
	var live int
	err := q.Raw(`SELECT count(*) FROM access_tokens WHERE account_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)`,
		t.AccountID, now).Scan(&live).Error
	if err != nil {
		return fmt.Errorf("profiles: tokens: %w", err)
	}
	if live >= models.MaxTokens {
		return models.ErrTooManyItems
	}
	scopes, err := json.Marshal(t.Scopes)
	if err != nil {
		return fmt.Errorf("profiles: scopes: %w", err)
	}
	err = q.Raw(`INSERT INTO access_tokens (account_id, name, token_hash, tail, scopes, created_at, expires_at)
		VALUES (?, ?, ?, ?, ARRAY(SELECT jsonb_array_elements_text(?::jsonb)), ?, ?) RETURNING id`,
		t.AccountID, t.Name, hashOf(secret), t.Tail, string(scopes), now, t.ExpiresAt).Scan(&t.ID).Error
	if err != nil {
		return fmt.Errorf("profiles: token: %w", err)
	}
	return nil
}

// RevokeToken ends one of the actor's own tokens at once. A token that was
// revoked before stays so. It returns ErrNotFound for anyone else's.
func (s *Service) RevokeToken(ctx context.Context, actor models.Actor, id int64) error {
	if err := actor.MayManageSelf(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		t, err := tokenWhere(tx.WithContext(ctx).Raw(`SELECT `+tokenColumns+` FROM access_tokens WHERE id = ? AND account_id = ? FOR UPDATE`, id, actor.UserID))
		if err != nil || t.RevokedAt != nil {
			return err
		}
		if err := tx.WithContext(ctx).Exec(`UPDATE access_tokens SET revoked_at = ? WHERE id = ?`, s.now(), id).Error; err != nil {
			return fmt.Errorf("profiles: revoke: %w", err)
		}
		return audit.Record(ctx, tx, actor, tokenEvent("token.revoke", &t, map[string]any{"scopes": t.Scopes, "expires_at": t.ExpiresAt}, nil))
	})
}

func tokenEvent(action models.AuditAction, t *models.AccessToken, before, after map[string]any) models.AuditEvent {
	return models.AuditEvent{Action: action, AccountID: &t.AccountID, TargetKind: "token", TargetID: &t.ID, TargetName: t.Name, Before: before, After: after}
}

func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
