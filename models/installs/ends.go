package installs

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/notices"
)

// EndOfApp ends all installations of a locked app, which is about to be deleted. It
// tells the app, and whom it was installed on.
func (s *Service) EndOfApp(ctx context.Context, tx *db.Tx, actor models.Actor, app int64) error {
	all, err := s.lockAll(ctx, tx, app)
	if err != nil || len(all) == 0 {
		return err
	}
	for n := range all {
		if err := s.end(ctx, tx, actor, &all[n]); err != nil {
			return err
		}
	}
	rows, err := tx.Pgx.Query(ctx, `SELECT account_id FROM users WHERE account_id = ANY ($1)
		UNION SELECT account_id FROM memberships WHERE organization_id = ANY ($1) AND role = 'owner' AND suspended_at IS NULL ORDER BY 1`, accountsOf(all))
	if err != nil {
		return fmt.Errorf("installs: end: %w", err)
	}
	people, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("installs: end: %w", err)
	}
	people = slices.DeleteFunc(people, func(id int64) bool { return id == actor.UserID })
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeInstallGone, Link: "/settings/installations",
		Params: map[string]string{"app": all[0].App.Name}}, people...)
}

// lockAll locks installations in the order in which everybody does who locks many.
func (s *Service) lockAll(ctx context.Context, tx *db.Tx, app int64) ([]Standing, error) {
	locked, err := ids(ctx, tx.Pgx, `SELECT id FROM installations WHERE app_id = $1 ORDER BY id FOR UPDATE`, app)
	if err != nil || len(locked) == 0 {
		return nil, err
	}
	return Several(ctx, tx.Pgx, `i.id = ANY ($1) ORDER BY i.id`, locked)
}

func accountsOf(all []Standing) []int64 {
	out := make([]int64, len(all))
	for n := range all {
		out[n] = all[n].AccountID
	}
	return out
}
