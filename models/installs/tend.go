package installs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"souk/models/db"
	"souk/models/jobs"
)

// AddWorkers adds the workers of installations.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &updateTeller{installs: s})
	river.AddWorker(workers, &counter{installs: s})
}

// PeriodicJobs count installations now and then.
func PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return jobs.CountInstallations{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

type counter struct {
	river.WorkerDefaults[jobs.CountInstallations]
	installs *Service
}

func (w *counter) Work(ctx context.Context, _ *river.Job[jobs.CountInstallations]) error {
	return w.installs.Count(ctx)
}

// Count writes into the listings of registered GitHub Apps how many accounts have
// installed them. A figure that came with an import stays until somebody has; one that
// hasn't changed isn't written, so that nothing is announced for it.
func (s *Service) Count(ctx context.Context) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		changed, err := ids(ctx, tx.Pgx, `UPDATE listings l SET installs = c.n, installs_as_of = $1::timestamptz::date
			FROM (SELECT l.id, (SELECT count(*) FROM installations i WHERE i.app_id = a.id) n FROM listings l JOIN apps a ON a.id = l.app_id
				WHERE a.kind = 'github_app' AND a.registered_at IS NOT NULL
					AND (l.installs IS NULL OR l.installs_as_of IS NULL OR l.installs_as_of >= a.registered_at::date
						OR EXISTS (SELECT FROM installations i WHERE i.app_id = a.id))
				ORDER BY l.id FOR UPDATE OF l) c
			WHERE l.id = c.id AND l.installs IS DISTINCT FROM c.n AND (c.n > 0 OR l.installs IS NOT NULL) RETURNING l.id`, s.now())
		if err != nil {
			return err
		}
		for len(changed) > 0 {
			n := min(len(changed), 500)
			if err := s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: changed[:n]}); err != nil {
				return err
			}
			changed = changed[n:]
		}
		return nil
	})
}
