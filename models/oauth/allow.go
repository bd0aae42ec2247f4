package oauth

import (
	"context"

	"souk/models"
	"souk/models/db"
)

// Ask is what an app asks of somebody who came to the page that authorizes it.
type Ask struct {
	ClientID    string
	RedirectURI string // "" for the app's first callback
	State       string
	Challenge   string // of PKCE, S256; "" without
	Scopes      []string
	Permissions models.Grants     // that the page showed, of accounts; nil: whatever the app asks for
	Query       map[string]string // more for the address that the app gets: installation_id, setup_action
}

// Allow lets an app do in the actor's name what it asks for, and returns the
// address to send the browser to, with a code and the state. It returns
// ErrAskedChanged if the app asks for other permissions than the page showed.
func (s *Service) Allow(ctx context.Context, actor models.Actor, ask Ask) (redirect string, err error) {
	_, _, _ = ctx, actor, ask
	return "", models.ErrNotFound
}

// GrantAccount lets a GitHub App use these of the account permissions that it asks
// for on the actor's own account, beside those that it has already.
func (s *Service) GrantAccount(ctx context.Context, tx *db.Tx, actor models.Actor, appID int64, grants models.Grants) error {
	_, _, _, _, _ = ctx, tx, actor, appID, grants
	return nil
}

// Revoke takes an authorization back, with all its tokens.
func (s *Service) Revoke(ctx context.Context, actor models.Actor, authorizationID int64) error {
	_, _, _ = ctx, actor, authorizationID
	return nil
}

// Bearer is whoever a user token acts for, with what it may; a nil authorization
// if there is no such token.
func (s *Service) Bearer(ctx context.Context, token string) (models.Actor, *models.Authorization, error) {
	_, _ = ctx, token
	return models.Actor{}, nil, nil
}

// Reaches reports whether an app may reach an organization's private data by the
// authorization of one of its members.
func (s *Service) Reaches(ctx context.Context, appID, organizationID int64) (bool, error) {
	_, _, _ = ctx, appID, organizationID
	return false, nil
}
