package apps

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Item is an app in a list.
type Item struct {
	Slug, Name   string
	Owner        string
	LogoHash     string
	LogoBackdrop string
	Public       bool
	Managed      bool // the actor manages it, and doesn't own it
	ListingSlug  string
	ListingState models.ListingState
	Proposed     bool
	CreatedAt    time.Time
}

// List is the registered apps of one kind that an account owns, and, in the list
// of one's own, those that one looks after for others.
type List struct {
	Owner
	Items   []Item
	Managed []Item
	Left    int // how many more the account may register
}

// MaxListed is how many apps a list shows at most, of those that one manages.
const MaxListed = 200

// Apps lists the apps of the account at login, "" for the actor's own.
func (s *Service) Apps(ctx context.Context, actor models.Actor, login string, kind models.AppKind) (*List, error) {
	o, err := s.Owner(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT a.slug, a.name, o.login, a.logo_hash, a.logo_backdrop, a.public, a.account_id <> $1,
			coalesce(l.slug, ''), coalesce(l.state, ''), EXISTS (SELECT FROM app_proposals p WHERE p.app_id = a.id), a.created_at, a.kind = $3
		FROM apps a JOIN accounts o ON o.id = a.account_id LEFT JOIN listings l ON l.app_id = a.id
		WHERE a.registered_at IS NOT NULL AND (a.account_id = $1 OR $1 = $2 AND a.kind = $3
			AND a.id IN (SELECT app_id FROM app_managers WHERE account_id = $2))
		ORDER BY lower(a.name), a.id LIMIT $4`, o.ID, actor.UserID, kind, models.MaxAppsOf+MaxListed)
	if err != nil {
		return nil, fmt.Errorf("apps: list: %w", err)
	}
	list := &List{Owner: *o, Left: models.MaxAppsOf}
	var it Item
	var wanted bool
	_, err = pgx.ForEachRow(rows, []any{&it.Slug, &it.Name, &it.Owner, &it.LogoHash, &it.LogoBackdrop, &it.Public, &it.Managed,
		&it.ListingSlug, &it.ListingState, &it.Proposed, &it.CreatedAt, &wanted}, func() error {
		if !it.Managed {
			list.Left--
		}
		switch {
		case !wanted:
		case it.Managed:
			list.Managed = append(list.Managed, it)
		default:
			list.Items = append(list.Items, it)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("apps: list: %w", err)
	}
	return list, nil
}
