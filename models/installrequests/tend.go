package installrequests

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/installs"
	"souk/models/jobs"
	"souk/models/notices"
)

// AddWorkers adds the worker for jobs.TendInstallRequests.
func (s *Service) AddWorkers(workers *river.Workers) {
	jobs.On[jobs.TendInstallRequests](workers, s.Tend)
}

// PeriodicJobs look after requests now and then. What is due is written beside them,
// so a tick that was missed is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	return jobs.Every(time.Minute, jobs.TendInstallRequests{})
}

// tendBatch bounds how many requests one look works on.
const tendBatch = 200

// covered are the open requests that ask for nothing which isn't installed, and for no
// plan that isn't bought; more narrows them down.
func covered(more string) string {
	return `SELECT r.id, i.id FROM installation_requests r JOIN installations i ON i.app_id = r.app_id AND i.account_id = r.organization_id
		WHERE r.state = 'open' AND r.approval IS NULL AND ` + more + `
			AND (r.plan_id IS NULL OR EXISTS (SELECT FROM subscriptions s WHERE s.listing_id = r.listing_id AND s.account_id = r.organization_id AND s.state NOT IN ('ended', 'incomplete')))
			AND (i.selection IN ('all', 'none') OR r.selection = 'none' OR r.selection = 'selected'
				AND EXISTS (SELECT FROM installation_request_repositories x WHERE x.request_id = r.id)
				AND NOT EXISTS (SELECT FROM installation_request_repositories x WHERE x.request_id = r.id AND NOT EXISTS (
					SELECT FROM installation_repositories y WHERE y.installation_id = i.id AND y.repository_id = x.repository_id)))
		ORDER BY r.id LIMIT ` + fmt.Sprint(tendBatch)
}

var (
	coveredOne = covered(`i.id = $1`)
	coveredAny = covered(`true`)
)

// Tend installs what was approved once its order holds, closes requests for what is
// installed by now, and those whose time is over, and reminds of the others. It may run
// late, twice, or at the same time as itself.
func (s *Service) Tend(ctx context.Context) error {
	now := s.now()
	for _, due := range []struct {
		sql  string
		args []any
		do   func(context.Context, int64) error
	}{
		{`SELECT r.id FROM installation_requests r WHERE r.state = 'open' AND r.approval IS NOT NULL AND (r.placing_until IS NULL OR r.placing_until <= $1)
			ORDER BY r.id LIMIT 200`, []any{now}, s.resume},
		{`SELECT id FROM (` + coveredAny + `) c (id, installation)`, nil, s.answer},
		{`SELECT r.id FROM installation_requests r WHERE r.state = 'open' AND r.expires_at <= $1 ORDER BY r.expires_at LIMIT 200`, []any{now}, s.expire},
		{`SELECT r.id FROM installation_requests r WHERE r.state = 'open' AND (r.expires_at <= $1 AND r.reminded < 1 OR r.expires_at <= $2 AND r.reminded < 2)
			ORDER BY r.expires_at LIMIT 200`, []any{now.Add(models.RequestLifetime - models.RequestReminders[0]), now.Add(models.RequestLifetime - models.RequestReminders[1])}, s.remind},
	} {
		rows, err := s.db.Pool().Query(ctx, due.sql, due.args...)
		list, err := ids(rows, err)
		if err != nil {
			return err
		}
		for _, id := range list {
			if err := due.do(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// resume goes on where somebody stopped while the order of a request was placed: it
// installs if the order holds, and lets others decide if there is none.
func (s *Service) resume(ctx context.Context, id int64) error {
	r, err := one(ctx, s.db.Pool(), id, false)
	if err != nil {
		return err
	}
	order, state, err := r.ordered(ctx, s.db.Pool())
	switch {
	case err != nil || state == "waiting":
		return err
	case order == 0 || state == "failed":
		return s.release(ctx, id, r.orderKey())
	}
	_, err = s.settle(ctx, models.Actor{}, id)
	if known, ok := errors.AsType[*models.Error](err); ok {
		slog.WarnContext(ctx, "what was approved and paid can't be installed", "request", id, "error", known)
		return nil // the request says so, and waits for somebody to decide
	}
	return err
}

// answer closes a request for what is installed by now.
func (s *Service) answer(ctx context.Context, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		r, err := one(ctx, tx.Pgx, id, true)
		if err != nil {
			return err
		}
		return s.answerAll(ctx, tx, models.Actor{}, coveredAnyOf, r.ID)
	})
}

var coveredAnyOf = covered(`r.id = $1`)

// answerCovered closes the requests for what an installation reaches by now.
func (s *Service) answerCovered(ctx context.Context, tx *db.Tx, actor models.Actor, i *models.Installation) error {
	return s.answerAll(ctx, tx, actor, coveredOne, i.ID)
}

func (s *Service) answerAll(ctx context.Context, tx *db.Tx, actor models.Actor, sql string, of int64) error {
	pairs, err := pairs(ctx, tx.Pgx, sql, of)
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		r, err := one(ctx, tx.Pgx, pair[0], true)
		if err != nil {
			return err
		}
		if s.unplaced(ctx, tx, r) != nil {
			continue // somebody decides on it just now
		}
		if err := s.approved(ctx, tx, actor, r, pair[1], nil, 0, ""); err != nil {
			return err
		}
	}
	return nil
}

func pairs(ctx context.Context, q installs.Querier, sql string, of int64) (list [][2]int64, err error) {
	rows, err := q.Query(ctx, sql, of)
	if err != nil {
		return nil, fmt.Errorf("installrequests: covered: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var pair [2]int64
		if err := rows.Scan(&pair[0], &pair[1]); err != nil {
			return nil, fmt.Errorf("installrequests: covered: %w", err)
		}
		list = append(list, pair)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("installrequests: covered: %w", err)
	}
	return list, nil
}

// expire closes a request that nobody answered in time.
func (s *Service) expire(ctx context.Context, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		r, err := one(ctx, tx.Pgx, id, true)
		if err != nil || r.State != models.RequestOpen || s.now().Before(r.ExpiresAt) {
			return err
		}
		if s.unplaced(ctx, tx, r) != nil {
			return nil // somebody approves it just now
		}
		if err := s.end(ctx, tx, models.Actor{}, r, models.RequestExpired, "install_request.expire", ""); err != nil {
			return err
		}
		return s.tellVoters(ctx, tx, models.Actor{}, r, notices.Notice{Kind: models.NoticeInstallExpired, Link: mine,
			Params: map[string]string{"organization": r.OrganizationName, "app": r.AppName}})
	})
}

// remind tells those who decide once more; reminders that were missed are one.
func (s *Service) remind(ctx context.Context, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		r, err := one(ctx, tx.Pgx, id, true)
		if err != nil || r.State != models.RequestOpen || !s.now().Before(r.ExpiresAt) {
			return err
		}
		due := models.RemindersDue(s.now().Sub(r.CreatedAt))
		if r.Reminded >= due {
			return nil
		}
		if _, err := tx.Pgx.Exec(ctx, `UPDATE installation_requests SET reminded = $2 WHERE id = $1`, id, due); err != nil {
			return fmt.Errorf("installrequests: remind: %w", err)
		}
		return s.tellOwners(ctx, tx, r, notices.Notice{Kind: models.NoticeInstallReminder, Link: page(r), Params: map[string]string{
			"organization": r.OrganizationName, "login": r.Requester, "app": r.AppName, "at": r.ExpiresAt.UTC().Format(time.RFC3339)}})
	})
}
