package checks

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"souk/models/jobs"
)

// AddWorkers adds the worker for jobs.CheckSubmission.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &worker{checks: s})
}

type worker struct {
	river.WorkerDefaults[jobs.CheckSubmission]
	checks *Service
}

// Timeout leaves each address its time.
func (w *worker) Timeout(*river.Job[jobs.CheckSubmission]) time.Duration { return 2 * time.Minute }

// tries is how often checks that could not be done are done again.
const tries = 4

func (w *worker) Work(ctx context.Context, job *river.Job[jobs.CheckSubmission]) error {
	err := w.checks.Run(ctx, job.Args.ID)
	if errors.Is(err, ErrUnfinished) && job.Attempt >= tries {
		return nil
	}
	return err
}
