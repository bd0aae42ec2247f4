package installtokens

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"souk/models/jobs"
)

// AddWorkers adds the worker for jobs.TidyInstallationTokens.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &tidier{tokens: s})
}

// PeriodicJobs forget tokens whose time is over. They say themselves since when, so a
// tick that was missed is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(15*time.Minute),
		func() (river.JobArgs, *river.InsertOpts) { return jobs.TidyInstallationTokens{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

type tidier struct {
	river.WorkerDefaults[jobs.TidyInstallationTokens]
	tokens *Service
}

func (w *tidier) Work(ctx context.Context, _ *river.Job[jobs.TidyInstallationTokens]) error {
	return w.tokens.Tidy(ctx)
}

// tidyBatch bounds how many tokens one statement forgets.
const tidyBatch = 5000

// Tidy forgets the tokens whose time is over.
func (s *Service) Tidy(ctx context.Context) error {
	for {
		done, err := s.db.Pool().Exec(ctx, `DELETE FROM installation_tokens WHERE id IN (SELECT id FROM installation_tokens WHERE expires_at <= $1
			ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)`, s.now(), tidyBatch)
		if err != nil {
			return fmt.Errorf("installtokens: tidy: %w", err)
		}
		if done.RowsAffected() < tidyBatch {
			return nil
		}
	}
}
