package repos

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// PerPage is how many repositories a page of a list has.
const PerPage = 30

// Kind narrows a list.
type Kind string

// The kinds.
const (
	AnyKind      Kind = ""
	OnlyPublic   Kind = "public"
	OnlyPrivate  Kind = "private"
	OnlyArchived Kind = "archived"
)

// Order is the order of a list.
type Order string

// The orders. What changed last comes first unless names are asked for.
const (
	ByUpdate Order = ""
	ByName   Order = "name"
)

// Filter says which repositories a list has, of those that its verb chooses.
type Filter struct {
	Query string // part of a name or a description
	Kind  Kind
	Order Order

	Page    int // from 1
	PerPage int // 30 unless it says otherwise, at most 100
}

// check returns ErrBadParameter for what no list knows.
func (f *Filter) check() error {
	if f.Page == 0 {
		f.Page = 1
	}
	if f.PerPage == 0 {
		f.PerPage = PerPage
	}
	switch {
	case f.PerPage < 1 || f.PerPage > 100:
		return models.ErrBadParameter.On("per_page")
	case f.Page < 1 || f.Page > 1_000_000:
		return models.ErrPageOutOfRange
	case f.Kind != AnyKind && f.Kind != OnlyPublic && f.Kind != OnlyPrivate && f.Kind != OnlyArchived:
		return models.ErrBadParameter.On("type")
	case f.Order != ByUpdate && f.Order != ByName:
		return models.ErrBadParameter.On("sort")
	}
	text, err := models.PlainText(f.Query, 200, false)
	if err != nil {
		return models.ErrBadParameter.On("q").Because(err)
	}
	f.Query = text
	return nil
}

// Item is a repository in a list.
type Item struct {
	models.Repository
	Owner   string // login
	Granted models.RepositoryLevel
	Level   models.RepositoryLevel // the actor's
	Reason  models.LevelReason
}

// List is a page of repositories.
type List struct {
	Items []Item
	Total int
	Page  int
}

// OfAccount lists the repositories of an account that the actor may see.
func (s *Service) OfAccount(ctx context.Context, actor models.Actor, account int64, f Filter) (*List, error) {
	return s.list(ctx, actor, f, `r.account_id = @account AND level.n >= 1 AND `+seen, pgx.NamedArgs{"account": account})
}

// Mine lists the repositories that the actor administers or collaborates on,
// of every account. A token needs the scope public_repo, and repo for those that
// are private.
func (s *Service) Mine(ctx context.Context, actor models.Actor, f Filter) (*List, error) {
	if err := signedIn(actor); err != nil {
		return nil, err
	}
	only := ""
	if actor.TokenID != 0 {
		if err := actor.MayByToken("public_repo"); err != nil {
			return nil, err
		}
		if err := actor.MayByToken("repo"); err != nil {
			if only = " AND NOT r.private"; f.Kind == OnlyPrivate {
				return nil, err
			}
		}
	}
	// Each of the three has an index, so that what is everyone else's isn't
	// looked at.
	return s.list(ctx, actor, f, `(r.account_id = @user OR r.account_id = ANY (@roles)
			OR r.id = ANY (ARRAY(SELECT k.repository_id FROM collaborators k WHERE k.account_id = @user)))
		AND level.n >= 1 AND (level.n = 5 OR c.level IS NOT NULL) AND `+seen+only, nil)
}

// Selectable lists the repositories of an account that the actor administers:
// those that an installation may be given.
func (s *Service) Selectable(ctx context.Context, actor models.Actor, account int64, query string, page int) (*List, error) {
	if err := signedIn(actor); err != nil {
		return nil, err
	}
	return s.list(ctx, actor, Filter{Query: query, Page: page, Order: ByName}, `r.account_id = @account AND level.n = 5 AND `+seen,
		pgx.NamedArgs{"account": account})
}

func signedIn(actor models.Actor) error {
	if actor.Anonymous() {
		return models.ErrSignInNeeded
	}
	return nil
}

var orders = map[Order]string{
	ByUpdate: "r.updated_at DESC, r.id DESC",
	ByName:   "lower(r.name), r.id",
}

var kinds = map[Kind]string{
	AnyKind:      "",
	OnlyPublic:   " AND NOT r.private",
	OnlyPrivate:  " AND r.private",
	OnlyArchived: " AND r.archived_at IS NOT NULL",
}

// list is one statement: the page, and with each row how many there are.
func (s *Service) list(ctx context.Context, actor models.Actor, f Filter, which string, more pgx.NamedArgs) (*List, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	args := standing(actor)
	for k, v := range more {
		args[k] = v
	}
	args["limit"], args["offset"] = f.PerPage, (f.Page-1)*f.PerPage
	sql := `SELECT r.id, r.account_id, r.name, r.description, r.private, r.archived_at, r.created_at, r.updated_at, a.login, ` +
		baseRank + `, ` + grantedRank + `, level.n, count(*) OVER () FROM` + tables + `WHERE ` + which + kinds[f.Kind]
	if f.Query != "" {
		sql += ` AND (r.name ILIKE @pattern OR r.description ILIKE @pattern OR a.login || '/' || r.name ILIKE @pattern)`
		args["pattern"] = "%" + db.Literal(f.Query) + "%"
	}
	rows, err := s.db.Pool().Query(ctx, sql+" ORDER BY "+orders[f.Order]+" LIMIT @limit OFFSET @offset", args)
	if err != nil {
		return nil, fmt.Errorf("repos: list: %w", err)
	}
	l := List{Page: f.Page}
	l.Items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (i Item, err error) {
		var base models.RepositoryLevel
		err = row.Scan(&i.ID, &i.AccountID, &i.Name, &i.Description, &i.Private, &i.ArchivedAt, &i.CreatedAt, &i.UpdatedAt, &i.Owner,
			&base, &i.Granted, &i.Level, &l.Total)
		_, i.Reason = actor.LevelAndReason(&i.Repository, i.Granted, base)
		return i, err
	})
	if err != nil {
		return nil, fmt.Errorf("repos: list: %w", err)
	}
	if f.Page > 1 && len(l.Items) == 0 {
		return nil, models.ErrPageOutOfRange
	}
	return &l, nil
}
