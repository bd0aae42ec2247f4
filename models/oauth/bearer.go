package oauth

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/policies"
)

// Resume says who is behind a session's secret.
func (s *Service) Resume(ctx context.Context, secret string, visit models.Visit) (*models.Viewer, error) {
	return s.people.Resume(ctx, secret, visit)
}

// ResumeToken says who is behind a token: the person whose personal access token it
// is, or for whom an app acts with it. It returns nil for nobody.
func (s *Service) ResumeToken(ctx context.Context, secret string, visit models.Visit) (*models.Viewer, error) {
	if !models.WellFormedUserToken(secret) {
		return s.people.ResumeToken(ctx, secret, visit)
	}
	v, _, err := s.acting(ctx, secret, visit)
	return v, err
}

// Bearer is whoever an app acts for with a token, with what it may; a nil
// authorization if there is no such token.
func (s *Service) Bearer(ctx context.Context, token string) (models.Actor, *models.Authorization, error) {
	v, g, err := s.acting(ctx, token, models.Visit{})
	if err != nil || v == nil {
		return models.Actor{}, nil, err
	}
	return v.Actor, g, nil
}

// held is what a token stands for.
type held struct {
	models.Authorization
	token   int64
	scopes  []string
	used    *time.Time
	kind    models.AppKind
	stopped bool // the app's integrator is suspended
	facts   models.AppFacts
	places  []Place
}

var bearerSQL = `SELECT t.id, t.scopes, t.used_at, g.id, g.app_id, g.account_id, g.permissions, g.scopes, g.lacks, g.used_at, g.created_at, g.updated_at,
		app.kind, o.suspended_at IS NOT NULL, ` + policies.AppFactsJSON("(app.id)") + `, ` + placesJSON("g.account_id") + `
	FROM authorization_tokens t JOIN authorizations g ON g.id = t.authorization_id JOIN apps app ON app.id = g.app_id
	LEFT JOIN accounts o ON o.id = app.account_id
	WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > $2)`

func (s *Service) acting(ctx context.Context, token string, visit models.Visit) (*models.Viewer, *models.Authorization, error) {
	if !models.WellFormedUserToken(token) {
		return nil, nil, nil
	}
	h, err := s.held(ctx, token)
	if err != nil || h == nil || h.stopped {
		return nil, nil, err
	}
	v, err := s.people.Viewer(ctx, h.AccountID, visit)
	if err != nil || v == nil {
		return nil, nil, err
	}
	v.Actor.TokenID, v.Actor.AppID, v.Actor.Staff = h.token, h.AppID, ""
	if h.kind == models.GitHubApp {
		h.Permissions = h.Permissions.Within(h.facts.Grants.OfAccounts())
		v.Actor.Granted, v.Actor.Scopes = h.Permissions, models.UserScopes(h.Permissions)
	} else {
		v.Actor.Scopes, h.facts.Scopes = h.scopes, h.scopes
	}
	limit(&v.Actor, h.kind, &h.facts, h.places)
	return v, &h.Authorization, s.used(ctx, h)
}

func (s *Service) held(ctx context.Context, token string) (*held, error) {
	var h held
	var facts, places []byte
	err := s.db.Pool().QueryRow(ctx, bearerSQL, hash(token), s.now()).Scan(&h.token, &h.scopes, &h.used, &h.ID, &h.AppID, &h.AccountID, &h.Permissions,
		&h.Scopes, &h.Lacks, &h.UsedAt, &h.CreatedAt, &h.UpdatedAt, &h.kind, &h.stopped, &facts, &places)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("oauth: bearer: %w", err)
	} else if !found {
		return nil, nil
	}
	return &h, decode(facts, &h.facts, places, &h.places)
}

// used notes a use, unless one was noted within the hour.
func (s *Service) used(ctx context.Context, h *held) error {
	now := s.now()
	since := now.Add(-usePrecision)
	if h.used != nil && h.used.After(since) {
		return nil
	}
	_, err := s.db.Pool().Exec(ctx, `WITH token AS (
			UPDATE authorization_tokens SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3) RETURNING authorization_id)
		UPDATE authorizations g SET used_at = $2 FROM token WHERE g.id = token.authorization_id AND (g.used_at IS NULL OR g.used_at <= $3)`, h.token, now, since)
	if err != nil {
		return fmt.Errorf("oauth: used: %w", err)
	}
	return nil
}
