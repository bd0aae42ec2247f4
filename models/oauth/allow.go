package oauth

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"souk/models"
	"souk/models/db"
	"souk/models/notices"
)

// Allow lets an app do in the actor's name what it asks for, and returns the
// address to send the browser to, with a code and the state. It returns
// ErrAskedChanged if the app asks for other permissions than the page showed, and
// what Asking does.
func (s *Service) Allow(ctx context.Context, actor models.Actor, ask Ask) (redirect string, err error) {
	if err := actor.MayAuthorize(); err != nil {
		return "", err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		redirect, err = s.AllowIn(ctx, tx, actor, ask)
		return err
	})
	if err != nil {
		return "", err
	}
	return redirect, nil
}

// AllowIn is Allow in a transaction of the caller's.
func (s *Service) AllowIn(ctx context.Context, tx *db.Tx, actor models.Actor, ask Ask) (redirect string, err error) {
	if err := actor.MayAuthorize(); err != nil {
		return "", err
	}
	if !db.Sayable(ask.ClientID) {
		return "", models.ErrNotFound
	}
	if _, err := lockApp(ctx, tx, "client_id = $1", ask.ClientID); err != nil {
		return "", err
	}
	a, err := s.asking(ctx, tx.Pgx, actor, &ask)
	if err != nil {
		return "", err
	}
	if err := a.back(&ask); err != nil {
		return "", err
	}
	switch {
	case a.Refused != nil:
		return "", a.Refused
	case ask.Permissions != nil && !maps.Equal(ask.Permissions, a.Asks()) && a.App.Kind == models.GitHubApp:
		return "", models.ErrAskedChanged
	}
	id, err := s.settle(ctx, tx, actor, a, ask.Leave)
	if err != nil {
		return "", err
	}
	if err := s.askPlaces(ctx, tx, actor, a, ask.Places); err != nil {
		return "", err
	}
	code, err := s.code(ctx, tx, id, a, &ask)
	if err != nil {
		return "", err
	}
	more := url.Values{"code": {code}, "state": {ask.State}}
	for name, value := range ask.Query {
		more.Set(name, value)
	}
	return models.Returning(a.Redirect, more), nil
}

// settle writes what the actor lets the app do, leaving out what leave says.
func (s *Service) settle(ctx context.Context, tx *db.Tx, actor models.Actor, a *Asking, leave []string) (id int64, err error) {
	grants, declined := models.Grants{}, models.Grants{}
	for key, level := range a.New {
		if slices.Contains(leave, key) {
			declined[key] = level
		} else {
			grants[key] = level
		}
	}
	return s.merge(ctx, tx, actor, &a.App, a.OwnerName, grants, declined, a.Scopes)
}

// merge adds to what the actor lets an app do. The app is locked.
func (s *Service) merge(ctx context.Context, tx *db.Tx, actor models.Actor, app *models.App, integrator string, grants, declined models.Grants, scopes []string) (id int64, err error) {
	now := s.now()
	made, err := tx.Pgx.Exec(ctx, `INSERT INTO authorizations (app_id, account_id, created_at, updated_at) VALUES ($1, $2, $3, $3)
		ON CONFLICT ON CONSTRAINT authorizations_standing_key DO NOTHING`, app.ID, actor.UserID, now)
	if err != nil {
		return 0, fmt.Errorf("oauth: allow: %w", err)
	}
	var had models.Authorization
	var left models.Grants
	err = tx.Pgx.QueryRow(ctx, `SELECT id, permissions, declined, scopes FROM authorizations WHERE app_id = $1 AND account_id = $2 FOR UPDATE`, app.ID, actor.UserID).
		Scan(&had.ID, &had.Permissions, &left, &had.Scopes)
	if err != nil {
		return 0, missing(err)
	}
	permissions := joined(had.Permissions, grants)
	kept := joined(left, declined)
	maps.DeleteFunc(kept, func(key string, level models.Level) bool { return permissions[key].Rank() >= level.Rank() })
	all := models.NormalScopes(append(slices.Clone(had.Scopes), scopes...))
	fresh := made.RowsAffected() > 0
	if !fresh && maps.Equal(permissions, had.Permissions) && maps.Equal(kept, left) && slices.Equal(all, had.Scopes) {
		return had.ID, nil
	}
	_, err = tx.Pgx.Exec(ctx, `UPDATE authorizations SET permissions = $2, declined = $3, scopes = $4, updated_at = $5 WHERE id = $1`, had.ID, permissions, kept, all, now)
	if err != nil {
		return 0, fmt.Errorf("oauth: allow: %w", err)
	}
	return had.ID, s.allowed(ctx, tx, actor, app, integrator, fresh, &had, &models.Authorization{Permissions: permissions, Scopes: all})
}

// allowed records what an app may do now, and tells the person of an app that may
// something for the first time: it could have been somebody else with their session.
func (s *Service) allowed(ctx context.Context, tx *db.Tx, actor models.Actor, app *models.App, integrator string, fresh bool, had, has *models.Authorization) error {
	if !fresh {
		return s.record(ctx, tx, actor, "authorization.extend", actor.UserID, app, details(app, had), details(app, has))
	}
	if err := s.record(ctx, tx, actor, "authorization.create", actor.UserID, app, nil, details(app, has)); err != nil {
		return err
	}
	if integrator == "" {
		integrator = "?"
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeAuthorized, Link: connection(app),
		Params: map[string]string{"app": app.Name, "integrator": integrator}}, actor.UserID)
}

func details(app *models.App, g *models.Authorization) map[string]any {
	if app.Kind == models.GitHubApp {
		return map[string]any{"permissions": g.Permissions}
	}
	return map[string]any{"scopes": g.Scopes}
}

// connection is the page of what an app may do in one's name.
func connection(app *models.App) string {
	if app.ClientID == nil {
		return "/settings/applications"
	}
	return "/settings/connections/applications/" + *app.ClientID
}

// code makes a code for an authorization.
func (s *Service) code(ctx context.Context, tx *db.Tx, id int64, a *Asking, ask *Ask) (string, error) {
	code, now := models.NewAuthorizationCode(), s.now()
	_, err := tx.Pgx.Exec(ctx, `INSERT INTO authorization_codes (code_hash, authorization_id, redirect_uri, challenge, scopes, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, hash(code), id, a.Redirect, ask.Challenge, a.Scopes, now, now.Add(models.AuthorizationCodeLife))
	if err != nil {
		return "", fmt.Errorf("oauth: code: %w", err)
	}
	return code, nil
}

// GrantAccount lets a GitHub App use these of the account permissions that it asks
// for on the actor's own account, beside those that it has already. It gives no code.
func (s *Service) GrantAccount(ctx context.Context, tx *db.Tx, actor models.Actor, appID int64, grants models.Grants) error {
	if err := actor.MayAuthorize(); err != nil {
		return err
	}
	if _, err := lockApp(ctx, tx, "id = $1", appID); err != nil {
		return err
	}
	app, integrator, err := appByID(ctx, tx.Pgx, appID)
	if err != nil {
		return err
	}
	if grants = grants.OfAccounts().Within(app.Permissions.OfAccounts()); len(grants) == 0 || app.Kind != models.GitHubApp {
		return nil
	}
	_, err = s.merge(ctx, tx, actor, app, integrator, grants, nil, nil)
	return err
}

// appByID is what is told of an app, with its integrator's name.
func appByID(ctx context.Context, q querier, id int64) (*models.App, string, error) {
	var a models.App
	var integrator string
	err := q.QueryRow(ctx, `SELECT a.id, a.account_id, a.slug, a.kind, a.name, a.permissions, a.client_id, coalesce(nullif(o.name, ''), o.login, '')
		FROM apps a LEFT JOIN accounts o ON o.id = a.account_id WHERE a.id = $1`, id).
		Scan(&a.ID, &a.AccountID, &a.Slug, &a.Kind, &a.Name, &a.Permissions, &a.ClientID, &integrator)
	if err != nil {
		return nil, "", missing(err)
	}
	return &a, integrator, nil
}
