package installs

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
)

// Reach is whom a change of what an app asks for would concern.
type Reach struct {
	Installed int // accounts
	Behind    int // of them, those that haven't agreed to all that it asks for now
	Ask       int // those that would have to agree to more
	Owners    int // of these, where nobody but the person or an owner could
	Lose      int // those whose installations could do less, at once
	People    int // who let the app act in their name, and would be asked for more
}

// Reach counts whom it would concern if an app asked for want. Whoever manages the app
// may know.
func (s *Service) Reach(ctx context.Context, actor models.Actor, st *apps.Standing, want apps.Access) (*Reach, error) {
	if err := actor.MayManageApp(st.Rights()); err != nil {
		return nil, err
	}
	r := &Reach{}
	if st.Kind == models.GitHubApp {
		if err := r.installations(ctx, s.db.Pool(), st.ID, want); err != nil {
			return nil, err
		}
	}
	own, scopes := want.Permissions.OfAccounts(), append([]string{}, want.Scopes...)
	err := s.db.Pool().QueryRow(ctx, `SELECT count(*) FROM authorizations WHERE app_id = $1 AND NOT (grants_cover(permissions, $2) AND scopes @> $3)`,
		st.ID, own, scopes).Scan(&r.People)
	if err != nil {
		return nil, fmt.Errorf("installs: reach: %w", err)
	}
	return r, nil
}

// installations counts those of an app. Most of them let it do the same, so they are
// compared once for all.
func (r *Reach) installations(ctx context.Context, q Querier, app int64, want apps.Access) error {
	rows, err := q.Query(ctx, `SELECT i.permissions, i.single_file_paths, coalesce(o.repository_admins_may_install, false) AND i.selection <> 'none', count(*),
			count(*) FILTER (WHERE i.lacks)
		FROM installations i LEFT JOIN organizations o ON o.account_id = i.account_id WHERE i.app_id = $1 GROUP BY 1, 2, 3`, app)
	if err != nil {
		return fmt.Errorf("installs: reach: %w", err)
	}
	wanted := models.App{Permissions: want.Permissions, SingleFilePaths: want.SingleFilePaths}
	var i Standing
	var admins bool
	var n, behind int
	_, err = pgx.ForEachRow(rows, []any{&i.Permissions, &i.SingleFilePaths, &admins, &n, &behind}, func() error {
		r.add(&Standing{Installation: i.Installation, App: wanted}, admins, n)
		r.Behind += behind
		i = Standing{}
		return nil
	})
	if err != nil {
		return fmt.Errorf("installs: reach: %w", err)
	}
	return nil
}

// add counts n installations that are alike. Admins says that administrators of their
// repositories may agree where nothing else is concerned.
func (r *Reach) add(i *Standing, admins bool, n int) {
	u := newUpdate(i)
	more := u.concerned()
	r.Installed += n
	if len(more) > 0 {
		r.Ask += n
		if !admins || !more.RepositoryOnly() {
			r.Owners += n
		}
	}
	if len(u.Asked.Beyond(i.Permissions)) > 0 || len(beside(i.SingleFilePaths, i.App.SingleFilePaths)) > 0 {
		r.Lose += n
	}
}
