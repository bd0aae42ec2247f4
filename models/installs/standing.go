package installs

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

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
	Count       int             // repositories that are selected
	StoppedBy   *models.Account // who suspended it, if anyone did; ID, Login and Kind are known
}

// Hook is the installation as webhooks and the API tell of it.
func (s *Standing) Hook() models.HookInstallation {
	h := models.HookInstallation{Installation: s.Installation, App: s.App, Account: hookAccount(&s.Account)}
	if s.StoppedBy != nil {
		h.StoppedBy = new(hookAccount(s.StoppedBy))
	}
	return h
}

func hookAccount(a *models.Account) models.HookAccount {
	return models.HookAccount{ID: a.ID, Login: a.Login, Kind: a.Kind}
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
		(SELECT count(*) FROM installation_repositories n WHERE n.installation_id = i.id), b.id, b.login, b.kind`
	standingTables = ` installations i JOIN apps a ON a.id = i.app_id JOIN accounts t ON t.id = i.account_id
		LEFT JOIN accounts g ON g.id = a.account_id LEFT JOIN listings l ON l.app_id = a.id
		LEFT JOIN accounts b ON b.id = CASE WHEN i.barred_at IS NOT NULL AND (i.suspended_at IS NULL OR i.barred_at < i.suspended_at)
			THEN i.barred_by ELSE i.suspended_by END`
)

func (s *Standing) scan(row pgx.Row, more ...any) error {
	var id *int64
	var login *string
	var kind *models.AccountKind
	into := slices.Concat(intoInstallation(&s.Installation), intoApp(&s.App), intoAccount(&s.Integrator), intoAccount(&s.Account),
		[]any{&s.ListingID, &s.ListingSlug, &s.Count, &id, &login, &kind}, more)
	if err := row.Scan(into...); err != nil {
		return err
	}
	if id != nil {
		s.StoppedBy = &models.Account{ID: *id, Login: *login, Kind: *kind}
	}
	return nil
}

func one(ctx context.Context, q Querier, where string, args ...any) (*Standing, error) {
	var s Standing
	if err := s.scan(q.QueryRow(ctx, `SELECT `+standingColumns+` FROM`+standingTables+` WHERE `+where, args...)); err != nil {
		return nil, missing(err)
	}
	return &s, nil
}

// Several are installations i of apps a on accounts t, as a condition in SQL says, with
// the order and the limit that it ends with.
func Several(ctx context.Context, q Querier, where string, args ...any) ([]Standing, error) {
	rows, err := q.Query(ctx, `SELECT `+standingColumns+` FROM`+standingTables+` WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("installs: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Standing, err error) { return s, s.scan(row) })
	if err != nil {
		return nil, fmt.Errorf("installs: %w", err)
	}
	return all, nil
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
