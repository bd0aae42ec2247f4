package review

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models/jobs"
)

// AddWorkers adds the worker for jobs.ReleaseReviews.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &releaser{review: s})
}

type releaser struct {
	river.WorkerDefaults[jobs.ReleaseReviews]
	review *Service
}

func (w *releaser) Work(ctx context.Context, _ *river.Job[jobs.ReleaseReviews]) error {
	_, err := w.review.ReleaseLapsed(ctx)
	return err
}

// PeriodicJobs looks for lapsed claims now and then.
func PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(15*time.Minute),
		func() (river.JobArgs, *river.InsertOpts) { return jobs.ReleaseReviews{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

func collect(rows pgx.Rows) ([]int64, error) {
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	return ids, nil
}
