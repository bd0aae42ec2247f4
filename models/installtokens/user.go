package installtokens

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// What users see of an app's installations, they see through the app: with a token
// that it got for them. What anyone may read counts for nothing there.

// levelSQL is what the actor may do with a repository r by a right of its own: o is
// the repository's organization, c what the actor was granted.
const levelSQL = `CASE WHEN r.account_id = @user::bigint OR r.account_id = ANY (@owned::bigint[]) THEN 5
	ELSE greatest(CASE WHEN r.account_id = ANY (@member::bigint[]) THEN ` + rankOf + `o.base_permission) - 1, 0) ELSE 0 END,
		CASE WHEN r.account_id = ANY (@barred::bigint[]) THEN 0 ELSE ` + rankOf + `c.level) - 1, 0) END) END`

const rankOf = `coalesce(array_position(ARRAY['none', 'read', 'triage', 'write', 'maintain', 'admin'], `

// seen holds of an installation i that the actor has a repository of, or whose account
// is the actor's to manage.
const seen = `(i.account_id = @user OR i.account_id = ANY (@owned)
	OR i.account_id = ANY (@member) AND EXISTS (SELECT FROM organizations g WHERE g.account_id = i.account_id AND g.base_permission <> 'none')
		AND (i.selection = 'all' AND EXISTS (SELECT FROM repositories r WHERE r.account_id = i.account_id)
			OR EXISTS (SELECT FROM installation_repositories x WHERE x.installation_id = i.id))
	OR i.account_id <> ALL (@barred) AND EXISTS (SELECT FROM collaborators k JOIN repositories r ON r.id = k.repository_id WHERE k.account_id = @user AND ` + reaches + `))`

// standing is what they need to know of an actor.
func standing(actor models.Actor) pgx.NamedArgs {
	owned, member, barred := []int64{}, []int64{}, []int64{}
	for _, m := range actor.Memberships {
		switch {
		case m.Suspended:
			barred = append(barred, m.OrganizationID)
		case m.Role == models.RoleOwner:
			owned = append(owned, m.OrganizationID)
		case m.Role == models.RoleMember:
			member = append(member, m.OrganizationID)
		}
	}
	return pgx.NamedArgs{"user": actor.UserID, "owned": owned, "member": member, "barred": barred, "app": actor.AppID}
}

// Mine is a page of the installations of the app through which the actor comes that
// reach something of the actor's, the oldest first, and how many there are. It
// returns ErrUserTokenNeeded to whoever doesn't come through a GitHub App.
func (s *Service) Mine(ctx context.Context, actor models.Actor, p Page) ([]models.HookInstallation, int, error) {
	if err := actor.MayComeThroughApp(); err != nil {
		return nil, 0, err
	}
	return s.list(ctx, `i.app_id = @app AND `+seen, p, standing(actor))
}

// MyRepository is a repository of an installation with what the actor may do with it.
type MyRepository struct {
	models.HookRepository
	Level models.RepositoryLevel
}

// MyList is a page of the repositories of an installation that are the actor's, too.
type MyList struct {
	Items     []MyRepository
	Total     int
	Selection models.Selection
}

// MyRepositories are a page of the repositories of an installation that the actor has
// a right to, the oldest first. It returns ErrUserTokenNeeded, and ErrNotFound for
// what Mine doesn't list.
func (s *Service) MyRepositories(ctx context.Context, actor models.Actor, id int64, p Page) (*MyList, error) {
	if err := actor.MayComeThroughApp(); err != nil {
		return nil, err
	}
	args := standing(actor)
	args["id"] = id
	one, err := s.one(ctx, `i.app_id = @app AND i.id = @id AND `+seen, args)
	if err != nil {
		return nil, err
	}
	args["account"], args["limit"], args["offset"] = one.AccountID, p.PerPage, p.offset()
	rows, err := s.db.Pool().Query(ctx, `SELECT `+repositoryColumns+`, level.n, count(*) OVER () FROM repositories r
			LEFT JOIN organizations o ON o.account_id = r.account_id LEFT JOIN collaborators c ON c.repository_id = r.id AND c.account_id = @user
			CROSS JOIN LATERAL (SELECT `+levelSQL+` AS n) level
		WHERE r.account_id = @account AND `+narrowed(one.Selection)+` AND level.n >= 1 ORDER BY r.id LIMIT @limit OFFSET @offset`, args)
	if err != nil {
		return nil, fmt.Errorf("installtokens: repositories: %w", err)
	}
	l := &MyList{Selection: one.Selection}
	l.Items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r MyRepository, err error) {
		r.Owner = one.Account
		return r, row.Scan(append(repositoryPlaces(&r.HookRepository), &r.Level, &l.Total)...)
	})
	if err != nil {
		return nil, fmt.Errorf("installtokens: repositories: %w", err)
	}
	return l, nil
}

// narrowed is reached with names for its arguments.
func narrowed(selection models.Selection) string {
	switch selection {
	case models.SelectAll:
		return `true`
	case models.SelectSelected:
		return `r.id IN (SELECT x.repository_id FROM installation_repositories x WHERE x.installation_id = @id)`
	}
	return `false`
}

// Add lets an installation reach one repository more, for a program with the scope
// repo of somebody who owns the account or administers the repository. It returns ErrNotForApps to one that comes through a GitHub App, and what
// installs.AddRepository does.
func (s *Service) Add(ctx context.Context, actor models.Actor, id, repository int64) error {
	if err := actor.MayChooseByToken(); err != nil {
		return err
	}
	return s.installs.AddRepository(ctx, actor, id, repository)
}

// Take takes a repository from an installation, for whom Add gives it one. It returns
// what installs.RemoveRepository does.
func (s *Service) Take(ctx context.Context, actor models.Actor, id, repository int64) error {
	if err := actor.MayChooseByToken(); err != nil {
		return err
	}
	return s.installs.RemoveRepository(ctx, actor, id, repository)
}
