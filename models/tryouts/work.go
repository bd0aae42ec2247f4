package tryouts

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/jobs"
)

// AddWorkers registers the worker of models/jobs that this package has.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &pruneWorker{tryouts: s})
}

// PeriodicJobs are the jobs that must run now and then. What is old is written
// beside each tryout, so a tick that was missed is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	const every = 24 * time.Hour
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.PruneTryouts{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type pruneWorker struct {
	river.WorkerDefaults[jobs.PruneTryouts]
	tryouts *Service
}

func (w *pruneWorker) Work(ctx context.Context, _ *river.Job[jobs.PruneTryouts]) error {
	_, err := w.tryouts.Prune(ctx)
	return err
}

// Prune deletes the tryouts that nobody has touched for models.TryoutLifetime, and
// returns how many there were.
func (s *Service) Prune(ctx context.Context) (int64, error) {
	done, err := s.db.Pool().Exec(ctx, `DELETE FROM tryouts WHERE updated_at < $1`, s.now().Add(-models.TryoutLifetime))
	if err != nil {
		return 0, fmt.Errorf("tryouts: prune: %w", err)
	}
	return done.RowsAffected(), nil
}
