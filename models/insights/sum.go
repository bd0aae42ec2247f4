package insights

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"souk/models/db"
	"souk/models/jobs"
)

// open is how many days back sums may still change: visits are written seconds
// after they happen, and facts when they do.
const open = 2

// SumUp adds up the visits and facts of all days that may have changed since it
// last ran, and forgets the visits of days that are over. It may run late, twice
// or at once with the same result.
func (s *Service) SumUp(ctx context.Context) error {
	today := dayOf(s.now())
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		// One at a time; the row says when it last ran.
		var last *time.Time
		err := tx.Pgx.QueryRow(ctx, `INSERT INTO milestones (name, reached_at) VALUES ('visits summed up', '-infinity')
			ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING nullif(reached_at, '-infinity')`).Scan(&last)
		if err != nil {
			return fmt.Errorf("insights: sum up: %w", err)
		}
		from := today.AddDate(-100, 0, 0)
		if last != nil {
			from = dayOf(*last).AddDate(0, 0, -open)
		}
		for _, step := range []struct {
			sql  string
			args []any
		}{
			{sumVisits, nil},
			{sumFacts, []any{from}},
			{"DELETE FROM listing_visits WHERE day < $1", []any{today.AddDate(0, 0, -open)}},
			{"UPDATE milestones SET reached_at = $1 WHERE name = 'visits summed up'", []any{s.now()}},
		} {
			if _, err := tx.Pgx.Exec(ctx, step.sql, step.args...); err != nil {
				return fmt.Errorf("insights: sum up: %w", err)
			}
		}
		return nil
	})
}

// sumVisits sums whatever days there still are; those of past days are final.
const sumVisits = `INSERT INTO listing_days (listing_id, day, country, language, visitors, views, clicks)
	SELECT listing_id, day, country, language, count(*), sum(views), sum(clicks) FROM listing_visits GROUP BY 1, 2, 3, 4
	ON CONFLICT (listing_id, day, country, language, currency) DO UPDATE
		SET visitors = excluded.visitors, views = excluded.views, clicks = excluded.clicks`

const sumFacts = `INSERT INTO listing_days (listing_id, day, country, language, currency, installs, uninstalls, purchases, trials, cancellations, revenue_minor)
	SELECT listing_id, (at AT TIME ZONE 'UTC')::date, country, language, CASE WHEN kind = 'revenue' THEN currency ELSE '' END,
		count(*) FILTER (WHERE kind = 'install'), count(*) FILTER (WHERE kind = 'uninstall'), count(*) FILTER (WHERE kind = 'purchase'),
		count(*) FILTER (WHERE kind = 'trial'), count(*) FILTER (WHERE kind = 'cancel'), coalesce(sum(minor) FILTER (WHERE kind = 'revenue'), 0)
	FROM listing_facts WHERE at >= $1 GROUP BY 1, 2, 3, 4, 5
	ON CONFLICT (listing_id, day, country, language, currency) DO UPDATE SET installs = excluded.installs, uninstalls = excluded.uninstalls,
		purchases = excluded.purchases, trials = excluded.trials, cancellations = excluded.cancellations, revenue_minor = excluded.revenue_minor`

// AddWorkers adds the worker for jobs.SumUpVisits.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &sumWorker{insights: s})
}

// PeriodicJobs are the jobs that must run now and then. A tick that was missed is
// made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	const every = 5 * time.Minute
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.SumUpVisits{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type sumWorker struct {
	river.WorkerDefaults[jobs.SumUpVisits]
	insights *Service
}

func (w *sumWorker) Work(ctx context.Context, _ *river.Job[jobs.SumUpVisits]) error {
	return w.insights.SumUp(ctx)
}
