package installs

import (
	"context"
	"fmt"
	"slices"

	"souk/models"
)

// Standing is an installation with what most pages, and what the app is told, need to
// know about it.
type Standing struct {
	models.Installation
	App         models.App
	Integrator  models.Account // of which ID, Login, Kind, Name, VerifiedAt and SuspendedAt are known
	Account     models.Account // the same
	ListingID   int64          // 0: none
	ListingSlug string
	Count       int // repositories that are selected
}

// Of is the installation with an id, whoever may see it. With lock, in a transaction,
// it is locked, and its app and account before it. It returns ErrNotFound.
func Of(ctx context.Context, q Querier, id int64, lock bool) (*Standing, error) {
	if lock {
		if err := lockOne(ctx, q, id); err != nil {
			return nil, err
		}
	}
	return one(ctx, q, `i.id = $1`, id)
}

func lockOne(ctx context.Context, q Querier, id int64) error {
	var app, account int64
	if err := q.QueryRow(ctx, `SELECT app_id, account_id FROM installations WHERE id = $1`, id).Scan(&app, &account); err != nil {
		return missing(err)
	}
	if err := lockBoth(ctx, q, `id = $1`, app, account); err != nil {
		return err
	}
	if err := q.QueryRow(ctx, `SELECT id FROM installations WHERE id = $1 FOR UPDATE`, id).Scan(&id); err != nil {
		return missing(err)
	}
	return nil
}

const (
	standingColumns = installationColumns + `, ` + appColumns + `, ` + integratorColumns + `, ` + accountColumns + `, coalesce(l.id, 0), coalesce(l.slug, ''),
		(SELECT count(*) FROM installation_repositories n WHERE n.installation_id = i.id)`
	standingTables = ` installations i JOIN apps a ON a.id = i.app_id JOIN accounts t ON t.id = i.account_id
		LEFT JOIN accounts g ON g.id = a.account_id LEFT JOIN listings l ON l.app_id = a.id`
)

func (s *Standing) into() []any {
	return slices.Concat(intoInstallation(&s.Installation), intoApp(&s.App), intoAccount(&s.Integrator), intoAccount(&s.Account),
		[]any{&s.ListingID, &s.ListingSlug, &s.Count})
}

func one(ctx context.Context, q Querier, where string, args ...any) (*Standing, error) {
	var s Standing
	if err := q.QueryRow(ctx, `SELECT `+standingColumns+` FROM`+standingTables+` WHERE `+where, args...).Scan(s.into()...); err != nil {
		return nil, missing(err)
	}
	return &s, nil
}

// fresh is the actor as it stands now on an account, whatever its session knew.
func fresh(ctx context.Context, q Querier, actor models.Actor, account int64) (models.Actor, error) {
	if actor.Operator || actor.UserID == 0 {
		return actor, nil
	}
	var now standing
	err := q.QueryRow(ctx, `SELECT m.role, m.suspended_at, u.suspended_at IS NOT NULL
		FROM accounts u LEFT JOIN memberships m ON m.account_id = u.id AND m.organization_id = $2 WHERE u.id = $1`, actor.UserID, account).
		Scan(&now.role, &now.barred, &now.suspended)
	if err != nil {
		return actor, fmt.Errorf("installs: %w", err)
	}
	return now.as(actor, account), nil
}
