package oauth

import (
	"context"
	"fmt"
	"maps"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/hooks"
	"souk/models/notices"
)

// Revoke takes one of the actor's own authorizations back, with all its tokens. One
// of somebody else's is ErrNotFound.
func (s *Service) Revoke(ctx context.Context, actor models.Actor, authorizationID int64) error {
	if err := actor.MayRevokeAuthorizations(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		n, err := s.revoke(ctx, tx, actor, `id = $2`, authorizationID)
		if err == nil && n == 0 {
			err = models.ErrNotFound
		}
		return err
	})
}

// RevokeApp is Revoke by the app's client id.
func (s *Service) RevokeApp(ctx context.Context, actor models.Actor, clientID string) error {
	if err := actor.MayRevokeAuthorizations(); err != nil {
		return err
	}
	if !db.Sayable(clientID) {
		return models.ErrNotFound
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		n, err := s.revoke(ctx, tx, actor, `app_id = (SELECT id FROM apps WHERE client_id = $2)`, clientID)
		if err == nil && n == 0 {
			err = models.ErrNotFound
		}
		return err
	})
}

// RevokeAll takes back all that the actor let apps of a kind do, and says how many
// they were.
func (s *Service) RevokeAll(ctx context.Context, actor models.Actor, kind models.AppKind) (n int, err error) {
	if err := actor.MayRevokeAuthorizations(); err != nil {
		return 0, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		n, err = s.revoke(ctx, tx, actor, `app_id IN (SELECT id FROM apps WHERE kind = $2)`, kind)
		return err
	})
	return n, err
}

// Leave takes back all that the actor let apps do, in the transaction that deletes the
// actor's account.
func (s *Service) Leave(ctx context.Context, tx *db.Tx, actor models.Actor) error {
	if err := actor.MayRevokeAuthorizations(); err != nil {
		return err
	}
	_, err := s.revoke(ctx, tx, actor, `id > $2`, 0)
	return err
}

// revoke ends those of the actor's authorizations that where says of one value, and
// tells GitHub Apps so. With the rows go their codes and tokens.
func (s *Service) revoke(ctx context.Context, tx *db.Tx, actor models.Actor, where string, what any) (int, error) {
	rows, err := tx.Pgx.Query(ctx, `WITH gone AS (DELETE FROM authorizations WHERE account_id = $1 AND `+where+` RETURNING app_id, permissions, scopes)
		SELECT a.id, a.slug, a.kind, a.name, a.client_id, gone.permissions, gone.scopes FROM gone JOIN apps a ON a.id = gone.app_id ORDER BY a.id`, actor.UserID, what)
	if err != nil {
		return 0, fmt.Errorf("oauth: revoke: %w", err)
	}
	type ended struct {
		app models.App
		had models.Authorization
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e ended, err error) {
		return e, row.Scan(&e.app.ID, &e.app.Slug, &e.app.Kind, &e.app.Name, &e.app.ClientID, &e.had.Permissions, &e.had.Scopes)
	})
	if err != nil {
		return 0, fmt.Errorf("oauth: revoke: %w", err)
	}
	for i := range all {
		if err := s.record(ctx, tx, actor, "authorization.revoke", actor.UserID, &all[i].app, details(&all[i].app, &all[i].had), nil); err != nil {
			return 0, err
		}
		if err := s.tellRevoked(ctx, tx, &all[i].app, models.HookAccount{ID: actor.UserID, Login: actor.Login, Kind: models.KindUser}); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

// tellRevoked tells a GitHub App that a person lets it do nothing more in their name.
func (s *Service) tellRevoked(ctx context.Context, tx *db.Tx, app *models.App, person models.HookAccount) error {
	if app.Kind != models.GitHubApp {
		return nil
	}
	var b pgx.Batch
	job, err := hooks.Tell(&b, hooks.AppEvent{AppID: app.ID, Event: models.EventAppAuthorization, Action: "revoked",
		Payload: models.AuthorizationRevokedPayloadOf(person, s.site.Base), At: s.now()})
	if err != nil {
		return err
	}
	if err := tx.Pgx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("oauth: webhook: %w", err)
	}
	return s.queue.Enqueue(ctx, tx, job)
}

// Reduce takes back one account permission of those that the actor gave a GitHub App.
// The app isn't told, and doesn't ask for it again before it asks for more.
func (s *Service) Reduce(ctx context.Context, actor models.Actor, clientID, key string) error {
	if err := actor.MayRevokeAuthorizations(); err != nil {
		return err
	}
	return s.change(ctx, actor, clientID, func(tx *db.Tx, a *Asking) error {
		level, held := a.Authorization.Permissions[key]
		if !held {
			return models.ErrNotFound
		}
		left, declined := maps.Clone(a.Authorization.Permissions), joined(a.Declined, models.Grants{key: higher(a.Asks()[key], level)})
		delete(left, key)
		return s.write(ctx, tx, actor, a, "authorization.reduce", left, declined)
	})
}

// Extend gives a GitHub App more of the account permissions that it asks for: those
// with the keys. It returns ErrAskedChanged if the app doesn't ask for them any more.
func (s *Service) Extend(ctx context.Context, actor models.Actor, clientID string, keys []string) error {
	if err := actor.MayAuthorize(); err != nil {
		return err
	}
	return s.change(ctx, actor, clientID, func(tx *db.Tx, a *Asking) error {
		grants, declined := maps.Clone(a.Authorization.Permissions), maps.Clone(a.Declined)
		for _, key := range keys {
			level := a.Asks()[key]
			if level == "" {
				return models.ErrAskedChanged
			}
			grants[key] = level
			delete(declined, key)
		}
		return s.write(ctx, tx, actor, a, "authorization.extend", grants, declined)
	})
}

// change locks one of the actor's authorizations of a GitHub App, and has do change it.
func (s *Service) change(ctx context.Context, actor models.Actor, clientID string, do func(*db.Tx, *Asking) error) error {
	if !db.Sayable(clientID) {
		return models.ErrNotFound
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		app, err := lockApp(ctx, tx, "client_id = $1", clientID)
		if err != nil {
			return err
		}
		var id int64
		err = tx.Pgx.QueryRow(ctx, `SELECT id FROM authorizations WHERE app_id = $1 AND account_id = $2 FOR UPDATE`, app, actor.UserID).Scan(&id)
		if err != nil {
			return missing(err)
		}
		a, err := s.load(ctx, tx.Pgx, actor, clientID)
		if err != nil {
			return err
		}
		if a.App.Kind != models.GitHubApp {
			return models.ErrNotFound
		}
		return do(tx, a)
	})
}

func (s *Service) write(ctx context.Context, tx *db.Tx, actor models.Actor, a *Asking, action models.AuditAction, permissions, declined models.Grants) error {
	_, err := tx.Pgx.Exec(ctx, `UPDATE authorizations SET permissions = $2, declined = $3, updated_at = $4 WHERE id = $1`, a.Authorization.ID, permissions, declined, s.now())
	if err != nil {
		return fmt.Errorf("oauth: change: %w", err)
	}
	return s.record(ctx, tx, actor, action, actor.UserID, &a.App, details(&a.App, a.Authorization), details(&a.App, &models.Authorization{Permissions: permissions}))
}

// Tokens are an app for whoever may end all its user tokens, with how many there are
// and of how many people.
func (s *Service) Tokens(ctx context.Context, actor models.Actor, slug string) (st *apps.Standing, people, tokens int, err error) {
	if st, err = apps.Of(ctx, s.db.Pool(), actor, slug, false); err != nil {
		return nil, 0, 0, err
	}
	if err := actor.MayRenewCredentials(st.Rights(), s.now()); err != nil {
		return nil, 0, 0, err
	}
	if !st.Registered() {
		return nil, 0, 0, models.ErrNotFound
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT count(DISTINCT g.id), count(*) FROM authorizations g JOIN authorization_tokens t ON t.authorization_id = g.id
		WHERE g.app_id = $1`, st.ID).Scan(&people, &tokens)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("oauth: tokens: %w", err)
	}
	return st, people, tokens, nil
}

// RevokeTokens ends every user token of an app, and every code that waits. What
// people let it do stays: they sign in again. They are told.
func (s *Service) RevokeTokens(ctx context.Context, actor models.Actor, slug string) (n int, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := apps.Of(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := actor.MayRenewCredentials(st.Rights(), s.now()); err != nil {
			return err
		}
		if !st.Registered() || st.AccountID == nil {
			return models.ErrNotFound
		}
		people, err := endTokens(ctx, tx, st.ID)
		if err != nil {
			return err
		}
		n = len(people)
		if err := s.record(ctx, tx, actor, "app.revoke_tokens", *st.AccountID, &st.App, map[string]any{"people": n}, nil); err != nil {
			return err
		}
		return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeTokensRevoked, Link: connection(&st.App), Params: map[string]string{"app": st.Name}}, people...)
	})
	return n, err
}

// endTokens deletes an app's user tokens and codes, and returns whose tokens they were.
func endTokens(ctx context.Context, tx *db.Tx, app int64) ([]int64, error) {
	// Whoever is getting a token just now is waited for.
	_, err := tx.Pgx.Exec(ctx, `SELECT FROM authorizations WHERE app_id = $1 ORDER BY id FOR NO KEY UPDATE`, app)
	if err != nil {
		return nil, fmt.Errorf("oauth: revoke tokens: %w", err)
	}
	rows, err := tx.Pgx.Query(ctx, `WITH codes AS (
			DELETE FROM authorization_codes c USING authorizations g WHERE g.id = c.authorization_id AND g.app_id = $1),
		tokens AS (DELETE FROM authorization_tokens t USING authorizations g WHERE g.id = t.authorization_id AND g.app_id = $1 RETURNING g.account_id)
		SELECT DISTINCT account_id FROM tokens ORDER BY account_id`, app)
	if err != nil {
		return nil, fmt.Errorf("oauth: revoke tokens: %w", err)
	}
	people, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("oauth: revoke tokens: %w", err)
	}
	return people, nil
}

// higher is the higher of two levels.
func higher(a, b models.Level) models.Level {
	if a.Rank() > b.Rank() {
		return a
	}
	return b
}
