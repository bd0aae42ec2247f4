package installtokens

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// Filter narrows a list of an app's installations.
type Filter struct {
	Page
	Since    time.Time // changed since then; zero: ever
	Outdated bool      // those to which the app asks for more
}

// OfApp is a page of an app's installations, the oldest first, and how many there
// are.
func (s *Service) OfApp(ctx context.Context, appID int64, f Filter) ([]models.HookInstallation, int, error) {
	where, args := `i.app_id = $1`, []any{appID}
	if f.Outdated {
		where += ` AND i.lacks`
	}
	if !f.Since.IsZero() {
		where, args = where+` AND i.updated_at >= $2`, append(args, f.Since)
	}
	return s.list(ctx, where, f.Page, args...)
}

// One is an app's installation by its id. It returns ErrNotFound for another's.
func (s *Service) One(ctx context.Context, appID, id int64) (*models.HookInstallation, error) {
	return s.one(ctx, `i.app_id = $1 AND i.id = $2`, appID, id)
}

// OnAccount is an app's installation on an account; kind is empty for either kind. It
// returns ErrNotFound where there is none.
func (s *Service) OnAccount(ctx context.Context, appID int64, login string, kind models.AccountKind) (*models.HookInstallation, error) {
	login = strings.ToLower(login)
	if !models.ValidLogin(login) {
		return nil, models.ErrNotFound
	}
	return s.one(ctx, `i.app_id = $1 AND o.login = $2 AND ($3 = '' OR o.kind = $3)`, appID, login, string(kind))
}

// reaches holds of a repository r where an installation i reaches it.
const reaches = `r.account_id = i.account_id AND (i.selection = 'all' OR i.selection = 'selected'
	AND EXISTS (SELECT FROM installation_repositories x WHERE x.installation_id = i.id AND x.repository_id = r.id))`

// OnRepository is an app's installation that reaches a repository. It returns
// ErrNotFound where there is none.
func (s *Service) OnRepository(ctx context.Context, appID, repository int64) (*models.HookInstallation, error) {
	return s.one(ctx, `i.app_id = $1 AND EXISTS (SELECT FROM repositories r WHERE r.id = $2 AND `+reaches+`)`, appID, repository)
}

// Named is the repository that login and name lead to, by their present or former
// names. Moved says that it is called otherwise now. It returns ErrNotFound.
func (s *Service) Named(ctx context.Context, login, name string) (id int64, moved bool, err error) {
	login, name = strings.ToLower(login), strings.ToLower(name)
	if !models.ValidLogin(login) || !models.ValidRepositoryName(name) {
		return 0, false, models.ErrNotFound
	}
	err = s.db.Pool().QueryRow(ctx, `WITH owner AS (SELECT coalesce((SELECT id FROM accounts WHERE login = $1), (SELECT account_id FROM account_redirects WHERE login = $1)) AS id),
			found AS (SELECT coalesce((SELECT n.id FROM repositories n WHERE n.account_id = owner.id AND lower(n.name) = $2),
				(SELECT d.repository_id FROM repository_redirects d WHERE d.account_id = owner.id AND d.name = $2)) AS id FROM owner)
		SELECT r.id, o.login <> $1 OR lower(r.name) <> $2 FROM found f JOIN repositories r ON r.id = f.id JOIN accounts o ON o.id = r.account_id`, login, name).Scan(&id, &moved)
	if found, err := db.Found(err); err != nil {
		return 0, false, fmt.Errorf("installtokens: repository: %w", err)
	} else if !found {
		return 0, false, models.ErrNotFound
	}
	return id, moved, nil
}

// OfOrganization is a page of what is installed on an organization, the oldest first,
// and how many there are. A program needs the scope read:org.
func (s *Service) OfOrganization(ctx context.Context, actor models.Actor, login string, p Page) ([]models.HookInstallation, int, error) {
	m, err := actor.MemberOf(login)
	if err != nil {
		return nil, 0, err
	}
	if err := actor.MaySeeInstallationsOf(m.OrganizationID); err != nil {
		return nil, 0, err
	}
	if err := actor.MayByToken("read:org"); err != nil {
		return nil, 0, err
	}
	return s.list(ctx, `i.account_id = $1`, p, m.OrganizationID)
}

func (s *Service) one(ctx context.Context, where string, args ...any) (*models.HookInstallation, error) {
	var r row
	err := scan(s.db.Pool().QueryRow(ctx, `SELECT `+columns+` FROM`+tables+` WHERE `+where, args...), &r)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("installtokens: installation: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return &r.HookInstallation, nil
}

// list is one statement: the page, and with each row how many there are.
func (s *Service) list(ctx context.Context, where string, p Page, args ...any) ([]models.HookInstallation, int, error) {
	rows, err := s.db.Pool().Query(ctx, fmt.Sprintf(`SELECT %s, count(*) OVER () FROM%s WHERE %s ORDER BY i.id LIMIT %d OFFSET %d`,
		columns, tables, where, p.PerPage, p.offset()), args...)
	if err != nil {
		return nil, 0, fmt.Errorf("installtokens: installations: %w", err)
	}
	total := 0
	all, err := pgx.CollectRows(rows, func(from pgx.CollectableRow) (models.HookInstallation, error) {
		var r row
		err := scan(from, &r, &total)
		return r.HookInstallation, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("installtokens: installations: %w", err)
	}
	return all, total, nil
}
