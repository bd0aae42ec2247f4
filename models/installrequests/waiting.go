package installrequests

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/installs"
)

// Waits is an open request as the app that it is about may know of it.
type Waits struct {
	ID        int64
	Account   models.Account // the organization: ID, Login, Kind, Name and CreatedAt are known
	Requester models.Account // the same
	CreatedAt time.Time
}

// Waiting is a page of an app's open requests, the oldest first, and how many there
// are in all.
func Waiting(ctx context.Context, q installs.Querier, app int64, page, perPage int) (list []Waits, total int, err error) {
	if err := q.QueryRow(ctx, `SELECT count(*) FROM installation_requests WHERE app_id = $1 AND state = 'open'`, app).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("installrequests: waiting: %w", err)
	}
	rows, err := q.Query(ctx, `SELECT r.id, r.created_at, o.id, o.login, o.kind, o.name, o.created_at, q.id, q.login, q.kind, q.name, q.created_at
		FROM installation_requests r JOIN accounts o ON o.id = r.organization_id JOIN accounts q ON q.id = r.requester_id
		WHERE r.app_id = $1 AND r.state = 'open' ORDER BY r.id LIMIT $2 OFFSET $3`, app, perPage, int64(max(page-1, 0))*int64(perPage))
	if err != nil {
		return nil, 0, fmt.Errorf("installrequests: waiting: %w", err)
	}
	list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (w Waits, err error) {
		o, r := &w.Account, &w.Requester
		return w, row.Scan(&w.ID, &w.CreatedAt, &o.ID, &o.Login, &o.Kind, &o.Name, &o.CreatedAt, &r.ID, &r.Login, &r.Kind, &r.Name, &r.CreatedAt)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("installrequests: waiting: %w", err)
	}
	return list, total, nil
}

// OpenCount is how many requests wait for an organization's owners.
func OpenCount(ctx context.Context, q installs.Querier, organization int64) (n int, err error) {
	if err := q.QueryRow(ctx, `SELECT count(*) FROM installation_requests WHERE organization_id = $1 AND state = 'open'`, organization).Scan(&n); err != nil {
		return 0, fmt.Errorf("installrequests: count: %w", err)
	}
	return n, nil
}
