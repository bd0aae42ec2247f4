package installtokens

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// repositoryColumns are a repository as the API tells of it.
const repositoryColumns = `r.id, r.name, r.description, r.private, r.archived_at IS NOT NULL, r.created_at, r.updated_at`

func repositoryPlaces(r *models.HookRepository) []any {
	return []any{&r.ID, &r.Name, &r.Description, &r.Private, &r.Archived, &r.CreatedAt, &r.UpdatedAt}
}

// reached holds of a repository r of the account of the installation $2, whose
// selection this is, where that reaches it.
func reached(selection models.Selection) string {
	switch selection {
	case models.SelectAll:
		return `$2::bigint IS NOT NULL`
	case models.SelectSelected:
		return `r.id IN (SELECT x.repository_id FROM installation_repositories x WHERE x.installation_id = $2::bigint)`
	}
	return `$2::bigint IS NULL`
}

// Page is which part of a list is asked for.
type Page struct {
	Number  int // from 1
	PerPage int
}

func (p Page) offset() int { return (p.Number - 1) * p.PerPage }

// Repositories are a page of those that a token is good for, the oldest first, and
// how many there are.
func (s *Service) Repositories(ctx context.Context, a *Acting, p Page) ([]models.HookRepository, int, error) {
	rows, err := s.db.Pool().Query(ctx, `WITH found AS MATERIALIZED (SELECT r.id FROM repositories r WHERE r.account_id = $1 AND `+reached(a.Installation.Selection)+`
				AND ($3::bigint[] IS NULL OR r.id = ANY ($3)))
		SELECT coalesce(r.id, 0), coalesce(r.name, ''), coalesce(r.description, ''), coalesce(r.private, false), r.archived_at IS NOT NULL, coalesce(r.created_at, 'epoch'),
			coalesce(r.updated_at, 'epoch'), t.n
		FROM (SELECT count(*) AS n FROM found) t
		LEFT JOIN (SELECT x.* FROM (SELECT id FROM found ORDER BY id LIMIT $4 OFFSET $5) f JOIN repositories x ON x.id = f.id) r ON true ORDER BY r.id`,
		a.Installation.AccountID, a.Installation.ID, a.Token.RepositoryIDs, p.PerPage, p.offset())
	if err != nil {
		return nil, 0, fmt.Errorf("installtokens: repositories: %w", err)
	}
	total, all := 0, []models.HookRepository{}
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (none struct{}, err error) {
		r := models.HookRepository{Owner: a.Account}
		if err = row.Scan(append(repositoryPlaces(&r), &total)...); err == nil && r.ID != 0 {
			all = append(all, r)
		}
		return none, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("installtokens: repositories: %w", err)
	}
	return all, total, nil
}
