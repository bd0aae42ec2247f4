package identity

import (
	"context"
	"encoding/json"
	"fmt"

	"souk/models"
	"souk/models/db"
)

type tokenRow struct {
	Viewer viewerRow `gorm:"embedded"`
	ID     int64
	Scopes string // as JSON
}

// ResumeToken returns whose personal access token a secret is, or nil.
func (s *Service) ResumeToken(ctx context.Context, secret string, visit models.Visit) (*models.Viewer, error) {
	if !models.WellFormedAccessToken(secret) {
		return nil, nil
	}
	var r tokenRow
	now := s.now()
	err := s.db.Read(ctx).Raw(`SELECT t.id, array_to_json(t.scopes)::text scopes, `+viewerColumns+`
		FROM access_tokens t JOIN accounts a ON a.id = t.account_id JOIN users u ON u.account_id = a.id
		WHERE t.token_hash = ? AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?)`, hashOf(secret), now).Take(&r).Error
	if found, err := db.Found(err); err != nil || !found {
		return nil, err
	}
	v, err := r.Viewer.viewer(visit)
	if err != nil {
		return nil, err
	}
	v.Actor.TokenID = r.ID
	if err := json.Unmarshal([]byte(r.Scopes), &v.Actor.Scopes); err != nil {
		return nil, fmt.Errorf("identity: scopes: %w", err)
	}
	err = s.db.Read(ctx).Exec(`UPDATE access_tokens SET used_at = ? WHERE id = ? AND (used_at IS NULL OR used_at < ?)`,
		now, r.ID, now.Add(-touchAfter)).Error
	return v, err
}

// Viewer is a user as programs that act for them see them; nil if there is none.
// What such a program may not is for the caller to take away.
func (s *Service) Viewer(ctx context.Context, account int64, visit models.Visit) (*models.Viewer, error) {
	var r viewerRow
	err := s.db.Read(ctx).Raw(`SELECT `+viewerColumns+` FROM accounts a JOIN users u ON u.account_id = a.id WHERE a.id = ? AND a.deleted_at IS NULL`, account).Take(&r).Error
	if found, err := db.Found(err); err != nil || !found {
		return nil, err
	}
	return r.viewer(visit)
}
