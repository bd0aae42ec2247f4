package installs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

type updateTeller struct {
	river.WorkerDefaults[jobs.TellUpdates]
	installs *Service
}

func (w *updateTeller) Work(ctx context.Context, job *river.Job[jobs.TellUpdates]) error {
	return w.installs.TellUpdates(ctx, job.Args)
}

// tellBatch is how many accounts are told in one transaction.
const tellBatch = 100

// TellUpdates tells everybody who may agree to what an app asks for since then. It may
// run twice or stop midway: each installation is marked with what was told of it, so
// that nobody is told of one change twice.
func (s *Service) TellUpdates(ctx context.Context, job jobs.TellUpdates) error {
	for {
		var told int
		err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
			told, err = s.tellSome(ctx, tx, job)
			return err
		})
		if err != nil || told < tellBatch {
			return err
		}
	}
}

// lagging is an installation whose deciders are told that its app asks for more.
type lagging struct {
	Standing
	admins bool // administrators of its repositories may agree, too
}

// tellSome tells those of the first installations that nobody was told of.
func (s *Service) tellSome(ctx context.Context, tx *db.Tx, job jobs.TellUpdates) (told int, err error) {
	var app models.App
	var at *time.Time
	err = tx.Pgx.QueryRow(ctx, `SELECT id, name, permissions, single_file_paths, access_at FROM apps WHERE id = $1 FOR KEY SHARE`, job.AppID).
		Scan(&app.ID, &app.Name, &app.Permissions, &app.SingleFilePaths, &at)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && at != nil && at.After(job.At) {
		return 0, nil // it is gone, or asks for something else since, which has a job of its own
	}
	if err != nil {
		return 0, fmt.Errorf("installs: tell: %w", err)
	}
	lag, err := s.lagging(ctx, tx, &app, job.At)
	if err != nil || len(lag) == 0 {
		return 0, err
	}
	people, err := deciders(ctx, tx, lag)
	if err != nil {
		return 0, err
	}
	var b pgx.Batch
	for _, l := range lag {
		err := s.notices.Add(&b, notices.Notice{Kind: models.NoticeUpdateAsked, Link: updatePage(&l.Standing),
			Params: map[string]string{"app": app.Name, "account": nameOf(&l.Account)}}, people[l.ID]...)
		if err != nil {
			return 0, err
		}
	}
	if err := tx.Pgx.SendBatch(ctx, &b).Close(); err != nil {
		return 0, fmt.Errorf("installs: tell: %w", err)
	}
	return len(lag), nil
}

// lagging marks a batch of installations as told of, and returns them.
func (s *Service) lagging(ctx context.Context, tx *db.Tx, app *models.App, at time.Time) ([]lagging, error) {
	rows, err := tx.Pgx.Query(ctx, `WITH due AS (SELECT id FROM installations WHERE app_id = $1 AND lacks AND (update_told_at IS NULL OR update_told_at < $2)
			ORDER BY id LIMIT $3 FOR NO KEY UPDATE)
		UPDATE installations i SET update_told_at = $2 FROM due, accounts t LEFT JOIN organizations o ON o.account_id = t.id
		WHERE i.id = due.id AND t.id = i.account_id AND i.lacks
		RETURNING i.id, i.account_id, t.login, t.kind, t.name, i.permissions, i.single_file_paths, coalesce(o.repository_admins_may_install, false)`,
		app.ID, at, tellBatch)
	if err != nil {
		return nil, fmt.Errorf("installs: tell: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l lagging, err error) {
		l.App = *app
		if err = row.Scan(&l.ID, &l.AccountID, &l.Account.Login, &l.Account.Kind, &l.Account.Name, &l.Permissions, &l.SingleFilePaths, &l.admins); err != nil {
			return l, err
		}
		l.admins = l.admins && newUpdate(&l.Standing).concerned().RepositoryOnly()
		return l, nil
	})
	if err != nil {
		return nil, fmt.Errorf("installs: tell: %w", err)
	}
	return list, nil
}

// maxDeciders is how many people are told of one installation.
const maxDeciders = 100

// deciders are who may agree, by installation: the person, the organization's owners,
// and administrators of repositories where those may.
func deciders(ctx context.Context, tx *db.Tx, lag []lagging) (map[int64][]int64, error) {
	ids, admins := make([]int64, len(lag)), make([]bool, len(lag))
	for n, l := range lag {
		ids[n], admins[n] = l.ID, l.admins
	}
	rows, err := tx.Pgx.Query(ctx, `SELECT i.id, p.account_id FROM unnest($1::bigint[], $2::boolean[]) d (id, admins) JOIN installations i ON i.id = d.id
			CROSS JOIN LATERAL (
				SELECT x.account_id, min(x.n) n FROM (
					SELECT u.account_id, 1 n FROM users u WHERE u.account_id = i.account_id
					UNION ALL SELECT m.account_id, 1 FROM memberships m WHERE m.organization_id = i.account_id AND m.role = 'owner' AND m.suspended_at IS NULL
					UNION ALL SELECT c.account_id, 2 FROM repositories r JOIN collaborators c ON c.repository_id = r.id AND c.level = 'admin'
						LEFT JOIN memberships m ON m.organization_id = i.account_id AND m.account_id = c.account_id
						WHERE d.admins AND r.account_id = i.account_id AND m.suspended_at IS NULL AND `+reachedSQL+`) x
				JOIN accounts a ON a.id = x.account_id AND a.suspended_at IS NULL
				GROUP BY x.account_id ORDER BY 2, 1 LIMIT $3) p`, ids, admins, maxDeciders)
	if err != nil {
		return nil, fmt.Errorf("installs: deciders: %w", err)
	}
	people := map[int64][]int64{}
	var id, person int64
	_, err = pgx.ForEachRow(rows, []any{&id, &person}, func() error {
		people[id] = append(people[id], person)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("installs: deciders: %w", err)
	}
	return people, nil
}

// tellAgreed tells an organization's owners that somebody who isn't one has agreed for
// it.
func (s *Service) tellAgreed(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing) error {
	if actor.MayActAs(i.AccountID) == nil || i.Account.Kind != models.KindOrganization {
		return nil
	}
	return s.tellOwners(ctx, tx, notices.Notice{Kind: models.NoticeUpdateAgreed, Link: page(i),
		Params: map[string]string{"app": i.App.Name, "account": nameOf(&i.Account), "login": actor.Login}}, i, actor.UserID)
}

func nameOf(a *models.Account) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Login
}

func updatePage(i *Standing) string { return page(i) + "/permissions/update" }
