package requests

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// AddWorkers adds the worker for jobs.TendRequests.
func (s *Service) AddWorkers(workers *river.Workers) {
	jobs.On[jobs.TendRequests](workers, s.Tend)
}

// PeriodicJobs look after requests now and then. What is due is written beside them,
// so a tick that was missed is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	return jobs.Every(time.Minute, jobs.TendRequests{})
}

// tendBatch bounds how many requests one look works on.
const tendBatch = 200

// Tend closes requests whose orders hold, and those whose time is over, and reminds
// of the others. It may run late, twice, or at the same time as itself.
func (s *Service) Tend(ctx context.Context) error {
	now := s.now()
	for _, due := range []struct {
		sql  string
		args []any
		do   func(context.Context, int64) error
	}{
		{`SELECT r.id FROM buy_requests r WHERE r.state = 'open' AND EXISTS (SELECT FROM orders d WHERE d.request_id = r.id AND d.state = 'done')
			ORDER BY r.id LIMIT $1`, nil, func(ctx context.Context, id int64) error { return s.settle(ctx, models.Actor{}, id) }},
		{`SELECT r.id FROM buy_requests r WHERE r.state = 'open' AND r.expires_at <= $2 AND (r.placing_until IS NULL OR r.placing_until <= $2)
			AND NOT EXISTS (SELECT FROM orders d WHERE d.request_id = r.id AND d.state IN ('waiting', 'done')) ORDER BY r.expires_at LIMIT $1`, []any{now}, s.expire},
		{`SELECT r.id FROM buy_requests r WHERE r.state = 'open' AND (r.expires_at <= $2 AND r.reminded < 1 OR r.expires_at <= $3 AND r.reminded < 2)
			ORDER BY r.expires_at LIMIT $1`, []any{now.Add(models.RequestLifetime - models.RequestReminders[0]), now.Add(models.RequestLifetime - models.RequestReminders[1])}, s.remind},
	} {
		if err := s.each(ctx, due.sql, due.args, due.do); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) each(ctx context.Context, sql string, args []any, do func(context.Context, int64) error) error {
	rows, err := s.db.Pool().Query(ctx, sql, append([]any{tendBatch}, args...)...)
	if err != nil {
		return fmt.Errorf("requests: tend: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("requests: tend: %w", err)
	}
	for _, id := range ids {
		if err := do(ctx, id); err != nil {
			return err
		}
	}
	return nil
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
		if err := s.end(ctx, tx, models.Actor{}, r, models.RequestExpired, "buy_request.expire", ""); err != nil {
			return err
		}
		return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeBuyExpired, Link: mine,
			Params: map[string]string{"organization": r.OrganizationName, "listing": r.Name}}, r.RequesterID)
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
		if _, err := tx.Pgx.Exec(ctx, `UPDATE buy_requests SET reminded = $2 WHERE id = $1`, id, due); err != nil {
			return fmt.Errorf("requests: remind: %w", err)
		}
		return s.tellPayers(ctx, tx, r, r.RequesterID, notices.Notice{Kind: models.NoticeBuyReminder, Link: page(r), Params: map[string]string{
			"organization": r.OrganizationName, "login": r.Requester, "listing": r.Name, "plan": r.PlanName, "at": day(r.ExpiresAt)}})
	})
}
