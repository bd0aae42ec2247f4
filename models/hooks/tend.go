package hooks

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// AddWorkers adds the workers of jobs.DeliverHook and jobs.TendHooks.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &deliverer{hooks: s})
	river.AddWorker(workers, &tender{hooks: s})
}

// PeriodicJobs look for what is due. Everything that waits says itself since when,
// so a tick that was missed is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Minute),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.TendHooks{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: 30 * time.Second}, MaxAttempts: 1}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type deliverer struct {
	river.WorkerDefaults[jobs.DeliverHook]
	hooks *Service
}

// Timeout is that of a spell, and of the attempt that began at its end.
func (w *deliverer) Timeout(*river.Job[jobs.DeliverHook]) time.Duration { return spell + time.Minute }

func (w *deliverer) Work(ctx context.Context, job *river.Job[jobs.DeliverHook]) error {
	return w.hooks.Deliver(ctx, job.Args.GUID)
}

type tender struct {
	river.WorkerDefaults[jobs.TendHooks]
	hooks *Service
}

func (w *tender) Work(ctx context.Context, _ *river.Job[jobs.TendHooks]) error {
	return w.hooks.Tend(ctx)
}

// Limits of one Tend.
const (
	mostReceivers = 1000
	mostForgotten = 10_000
	mostWarnings  = 100
)

// Tend queues a job for every receiver to which something is due, warns integrators
// whose app doesn't hear what it is told, and forgets what is old.
func (s *Service) Tend(ctx context.Context) error {
	if err := s.wake(ctx); err != nil {
		return err
	}
	if err := s.warn(ctx); err != nil {
		return err
	}
	if err := s.warnOfApps(ctx); err != nil {
		return err
	}
	return s.forget(ctx)
}

// wake queues what is due: events whose next attempt has come, those whose sender
// was killed, and those whose job was lost.
func (s *Service) wake(ctx context.Context) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		rows, err := tx.Pgx.Query(ctx, `SELECT DISTINCT ON (e.listing_id, e.app_id) e.guid::text FROM hook_events e
				LEFT JOIN hook_endpoints p ON p.listing_id = e.listing_id OR p.app_id = e.app_id
			WHERE e.state = 'waiting' AND (e.next_at IS NULL OR e.next_at <= $1) AND (e.claimed_until IS NULL OR e.claimed_until <= $1)
				AND (p.hold_until IS NULL OR p.hold_until <= $1 OR e.redeliver OR e.event = 'ping')
			ORDER BY e.listing_id, e.app_id, e.id LIMIT $2`, s.now(), mostReceivers)
		if err != nil {
			return fmt.Errorf("hooks: wake: %w", err)
		}
		guids, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("hooks: wake: %w", err)
		}
		if len(guids) == 0 {
			return nil
		}
		all := make([]river.JobArgs, len(guids))
		for i, g := range guids {
			all[i] = jobs.DeliverHook{GUID: g}
		}
		return s.queue.Enqueue(ctx, tx, all...)
	})
}

// warn tells those who keep an app, once, that it has never taken anything, or that
// it has taken nothing for a day.
func (s *Service) warn(ctx context.Context) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		now := s.now()
		rows, err := tx.Pgx.Query(ctx, `UPDATE hook_endpoints p SET warned_at = $1 FROM listings l
			WHERE l.id = p.listing_id AND p.listing_id IN (SELECT listing_id FROM hook_endpoints
				WHERE warned_at IS NULL AND listing_id IS NOT NULL AND failing_since <= CASE WHEN delivered_at IS NULL THEN $2::timestamptz ELSE $3::timestamptz END LIMIT $4 FOR UPDATE SKIP LOCKED)
			RETURNING l.app_id, l.slug, l.name, p.delivered_at IS NULL`, now, now.Add(-models.HookSilentAfter), now.Add(-models.HookFailingFor), mostWarnings)
		if err != nil {
			return fmt.Errorf("hooks: warn: %w", err)
		}
		type deaf struct {
			App        int64
			Slug, Name string
			Never      bool
		}
		all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[deaf])
		if err != nil {
			return fmt.Errorf("hooks: warn: %w", err)
		}
		for _, d := range all {
			kind := models.NoticeHookFailing
			if d.Never {
				kind = models.NoticeHookSilent
			}
			if err := s.tell(ctx, tx, d.App, notices.Notice{Kind: kind, Link: page(d.Slug), Params: map[string]string{"listing": d.Name}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// warnOfApps tells those who keep an app, once, that its own webhook has taken nothing
// for a day.
func (s *Service) warnOfApps(ctx context.Context) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		now := s.now()
		rows, err := tx.Pgx.Query(ctx, `UPDATE hook_endpoints p SET warned_at = $1 FROM apps a
			WHERE a.id = p.app_id AND p.id IN (SELECT e.id FROM hook_endpoints e JOIN apps b ON b.id = e.app_id AND b.webhook_active
				WHERE e.warned_at IS NULL AND e.failing_since <= $2 LIMIT $3 FOR UPDATE OF e SKIP LOCKED)
			RETURNING a.id, a.slug, a.name`, now, now.Add(-models.HookFailingFor), mostWarnings)
		if err != nil {
			return fmt.Errorf("hooks: warn: %w", err)
		}
		type deaf struct {
			App        int64
			Slug, Name string
		}
		all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[deaf])
		if err != nil {
			return fmt.Errorf("hooks: warn: %w", err)
		}
		for _, d := range all {
			n := notices.Notice{Kind: models.NoticeAppHookFailing, Link: appPage(d.Slug), Params: map[string]string{"app": d.Name}}
			if err := s.tell(ctx, tx, d.App, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// forget deletes old attempts, what apps were told long ago, and all of it of apps that
// are gone and can't be told any more.
func (s *Service) forget(ctx context.Context) error {
	now := s.now()
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`DELETE FROM hook_attempts WHERE id IN (SELECT id FROM hook_attempts WHERE at < $1 ORDER BY at LIMIT $2)`, []any{now.Add(-models.HookAttemptsFor), mostForgotten}},
		{`DELETE FROM hook_events WHERE id IN (SELECT id FROM hook_events WHERE app_id IS NOT NULL AND state <> 'waiting' AND created_at < $1
			ORDER BY created_at LIMIT $2)`, []any{now.Add(-models.HookAppsFor), mostForgotten}},
		{`DELETE FROM hook_endpoints p WHERE p.gone_at < $1 AND NOT EXISTS (SELECT FROM hook_events e WHERE e.app_id = p.app_id)`, []any{now.Add(-models.HookPatience)}},
	} {
		if _, err := s.db.Pool().Exec(ctx, step.sql, step.args...); err != nil {
			return fmt.Errorf("hooks: forget: %w", err)
		}
	}
	return nil
}

// Farewell keeps where an app's webhook goes to beyond the end of the app, so that it
// is told of the end of its installations too.
func Farewell(ctx context.Context, tx *db.Tx, app int64, now time.Time) error {
	_, err := tx.Pgx.Exec(ctx, `INSERT INTO hook_endpoints (app_id, url, active, secret, gone_at, created_at, updated_at)
			SELECT id, webhook_url, webhook_active, webhook_secret, $2, $2, $2 FROM apps WHERE id = $1 AND webhook_active
		ON CONFLICT ON CONSTRAINT hook_endpoints_app_key DO UPDATE SET url = excluded.url, active = true, secret = excluded.secret, gone_at = $2`, app, now)
	if err != nil {
		return fmt.Errorf("hooks: farewell: %w", err)
	}
	return nil
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, app int64, n notices.Notice) error {
	people, err := apps.Keepers(ctx, tx, app)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, n, people...)
}
