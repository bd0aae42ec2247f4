package apps

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models/db"
)

// OwnersOf are who is told of what happens to an account: the person, or the
// organization's owners; nobody for one that was only imported.
func OwnersOf(ctx context.Context, tx *db.Tx, account int64) ([]int64, error) {
	return people(ctx, tx, `SELECT account_id FROM users WHERE account_id = $1
		UNION SELECT account_id FROM memberships WHERE organization_id = $1 AND role = 'owner' AND suspended_at IS NULL
		ORDER BY 1 LIMIT 100`, account)
}

// Owners are who is told of what happens to an app: the person that it belongs
// to, or the organization's owners.
func Owners(ctx context.Context, tx *db.Tx, appID int64) ([]int64, error) {
	return people(ctx, tx, `SELECT u.account_id FROM apps a JOIN users u ON u.account_id = a.account_id WHERE a.id = $1
		UNION SELECT m.account_id FROM apps a JOIN memberships m ON m.organization_id = a.account_id AND m.role = 'owner' AND m.suspended_at IS NULL
			WHERE a.id = $1
		ORDER BY 1 LIMIT 100`, appID)
}

// Keepers are the Owners, and the app's managers.
func Keepers(ctx context.Context, tx *db.Tx, appID int64) ([]int64, error) {
	return people(ctx, tx, `SELECT u.account_id FROM apps a JOIN users u ON u.account_id = a.account_id WHERE a.id = $1
		UNION SELECT m.account_id FROM apps a JOIN memberships m ON m.organization_id = a.account_id AND m.role = 'owner' AND m.suspended_at IS NULL
			WHERE a.id = $1
		UNION SELECT account_id FROM app_managers WHERE app_id = $1
		ORDER BY 1 LIMIT 200`, appID)
}

func people(ctx context.Context, tx *db.Tx, sql string, id int64) ([]int64, error) {
	rows, err := tx.Pgx.Query(ctx, sql, id)
	if err != nil {
		return nil, fmt.Errorf("apps: people: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("apps: people: %w", err)
	}
	return ids, nil
}
