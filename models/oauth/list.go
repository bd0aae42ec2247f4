package oauth

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// Authorized is an app that may act in somebody's name, as lists show it.
type Authorized struct {
	models.Authorization
	App       models.App
	Owner     string // login of its integrator; "" for none
	OwnerName string
	Verified  bool
	Tokens    int
}

// List is a page of them.
type List struct {
	Items []Authorized
	Total int
}

// Mine is a page of the apps of a kind that may act in the actor's name, by name. It
// returns ErrPageOutOfRange.
func (s *Service) Mine(ctx context.Context, actor models.Actor, kind models.AppKind, page int) (*List, error) {
	if err := actor.MayRevokeAuthorizations(); err != nil {
		return nil, err
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT g.id, g.app_id, g.account_id, g.permissions, g.scopes, g.lacks, g.used_at, g.created_at, g.updated_at,
			a.id, a.slug, a.kind, a.name, a.client_id, `+pictureOf("a")+`, coalesce(o.login, ''), coalesce(nullif(o.name, ''), o.login, ''),
			o.verified_at IS NOT NULL, (SELECT count(*) FROM authorization_tokens t WHERE t.authorization_id = g.id), count(*) OVER ()
		FROM authorizations g JOIN apps a ON a.id = g.app_id LEFT JOIN accounts o ON o.id = a.account_id
		WHERE g.account_id = $1 AND a.kind = $2 ORDER BY lower(a.name), g.id LIMIT $3 OFFSET $4`, actor.UserID, kind, PerPage, (page-1)*PerPage)
	if err != nil {
		return nil, fmt.Errorf("oauth: list: %w", err)
	}
	var l List
	l.Items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Authorized, err error) {
		a, g := &r.App, &r.Authorization
		return r, row.Scan(&g.ID, &g.AppID, &g.AccountID, &g.Permissions, &g.Scopes, &g.Lacks, &g.UsedAt, &g.CreatedAt, &g.UpdatedAt,
			&a.ID, &a.Slug, &a.Kind, &a.Name, &a.ClientID, &a.LogoHash, &a.LogoBackdrop, &r.Owner, &r.OwnerName, &r.Verified, &r.Tokens, &l.Total)
	})
	if err != nil {
		return nil, fmt.Errorf("oauth: list: %w", err)
	}
	if page > 1 && len(l.Items) == 0 {
		return nil, models.ErrPageOutOfRange
	}
	return &l, nil
}

// Connection is what an app may do in the actor's name. It returns ErrNotFound where
// it may do nothing.
func (s *Service) Connection(ctx context.Context, actor models.Actor, clientID string) (*Asking, error) {
	if err := actor.MayRevokeAuthorizations(); err != nil {
		return nil, err
	}
	if !db.Sayable(clientID) || clientID == "" {
		return nil, models.ErrNotFound
	}
	a, err := s.load(ctx, s.db.Pool(), actor, clientID)
	if err != nil {
		return nil, err
	}
	if a.Authorization == nil {
		return nil, models.ErrNotFound
	}
	a.reckon(&Ask{})
	return a, nil
}
