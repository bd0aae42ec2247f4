package installs

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// AddUpdateWorkers adds the worker for jobs.TellUpdates.
func (s *Service) AddUpdateWorkers(workers *river.Workers) {
	river.AddWorker(workers, &updateTeller{installs: s})
}

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
	id, account int64
	login       string
	kind        models.AccountKind
	name        string
	admins      bool // administrators of its repositories may agree, too
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
		err := s.notices.Add(&b, notices.Notice{Kind: models.NoticeUpdateAsked, Link: updatePage(l.kind, l.login, l.id),
			Params: map[string]string{"app": app.Name, "account": l.name}}, people[l.id]...)
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
		RETURNING i.id, t.id, t.login, t.kind, coalesce(nullif(t.name, ''), t.login), i.permissions, i.single_file_paths, coalesce(o.repository_admins_may_install, false)`,
		app.ID, at, tellBatch)
	if err != nil {
		return nil, fmt.Errorf("installs: tell: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l lagging, err error) {
		i := Standing{App: *app}
		if err = row.Scan(&l.id, &l.account, &l.login, &l.kind, &l.name, &i.Permissions, &i.SingleFilePaths, &l.admins); err != nil {
			return l, err
		}
		l.admins = l.admins && newUpdate(&i).concerned().RepositoryOnly()
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
		ids[n], admins[n] = l.id, l.admins
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

// tellAgreed tells an organization's owners that somebody else agreed for it.
func (s *Service) tellAgreed(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing) error {
	if i.Account.Kind != models.KindOrganization || actor.UserID == 0 {
		return nil
	}
	rows, err := tx.Pgx.Query(ctx, `SELECT account_id FROM memberships m WHERE organization_id = $1 AND role = 'owner' AND suspended_at IS NULL
			AND NOT EXISTS (SELECT FROM memberships x WHERE x.organization_id = $1 AND x.account_id = $2 AND x.role = 'owner' AND x.suspended_at IS NULL)
		ORDER BY account_id LIMIT $3`, i.AccountID, actor.UserID, maxDeciders)
	if err != nil {
		return fmt.Errorf("installs: owners: %w", err)
	}
	owners, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("installs: owners: %w", err)
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeUpdateAgreed, Link: installationPage(i.Account.Kind, i.Account.Login, i.ID),
		Params: map[string]string{"app": i.App.Name, "account": nameOf(&i.Account), "login": actor.Login}}, owners...)
}

func nameOf(a *models.Account) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Login
}

func installationPage(kind models.AccountKind, login string, id int64) string {
	page := "/settings/installations/" + strconv.FormatInt(id, 10)
	if kind == models.KindOrganization {
		return "/organizations/" + login + page
	}
	return page
}

func updatePage(kind models.AccountKind, login string, id int64) string {
	return installationPage(kind, login, id) + "/permissions/update"
}
