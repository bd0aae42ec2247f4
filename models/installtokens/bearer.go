package installtokens

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/db"
)

// Acting is an app that works as one of its installations.
type Acting struct {
	Token        models.InstallationToken
	Installation models.Installation
	App          models.App // ID, slug, name, client and events are known, and what it asks for
	Account      models.HookAccount
	Permissions  models.Grants // what it may do now
}

// Selection is which repositories it reaches: all of the installation's, or those
// that the token is narrowed to.
func (a *Acting) Selection() models.Selection {
	if a.Token.RepositoryIDs != nil {
		return models.SelectSelected
	}
	return a.Installation.Selection
}

// Bearer is who has a token. It returns ErrBadToken for none, and ErrInstallationStopped
// and ErrInstallPolicy where the app may not work for the time being.
func (s *Service) Bearer(ctx context.Context, token string) (*Acting, error) {
	if !models.WellFormedSecret(models.PrefixInstallationToken, token) {
		return nil, models.ErrBadToken
	}
	var w work
	var t models.InstallationToken
	err := scanWork(s.db.Pool().QueryRow(ctx, `SELECT `+workColumns+`, t.id, t.permissions, t.repository_ids, t.created_at, t.expires_at FROM`+workTables+`
		JOIN installation_tokens t ON t.installation_id = i.id WHERE t.token_hash = $1 AND t.expires_at > $2`, hashOf(token), s.now()),
		&w, &t.ID, &t.Permissions, &t.RepositoryIDs, &t.CreatedAt, &t.ExpiresAt)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("installtokens: bearer: %w", err)
	} else if !found {
		return nil, models.ErrBadToken
	}
	if err := w.facts.MayWork(); err != nil {
		return nil, err
	}
	if err := s.used(ctx, &w.Installation); err != nil {
		return nil, err
	}
	t.InstallationID = w.ID
	return &Acting{Token: t, Installation: w.Installation, App: w.App, Account: w.Account, Permissions: t.MayNow(w.Installation.Permissions, w.App.Permissions)}, nil
}

// Revoke ends a token before its time. It returns ErrBadToken for one that is over.
func (s *Service) Revoke(ctx context.Context, token string) error {
	done, err := s.db.Pool().Exec(ctx, `DELETE FROM installation_tokens WHERE token_hash = $1 AND expires_at > $2`, hashOf(token), s.now())
	if err != nil {
		return fmt.Errorf("installtokens: revoke: %w", err)
	}
	if done.RowsAffected() == 0 {
		return models.ErrBadToken
	}
	return nil
}
