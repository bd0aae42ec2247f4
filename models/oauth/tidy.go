package oauth

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/jobs"
)

// AddWorkers adds the worker for jobs.TidyAuthorizations.
func (s *Service) AddWorkers(workers *river.Workers) { river.AddWorker(workers, &tidier{oauth: s}) }

// PeriodicJobs tidy now and then; a tick that was missed is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return jobs.TidyAuthorizations{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

type tidier struct {
	river.WorkerDefaults[jobs.TidyAuthorizations]
	oauth *Service
}

func (w *tidier) Work(ctx context.Context, _ *river.Job[jobs.TidyAuthorizations]) error {
	return w.oauth.Tidy(ctx)
}

// codesKept is how long a code is kept: it tells how often people sign in.
const codesKept = 24 * time.Hour

// Tidy deletes codes and tokens that nothing can be done with any more, and those that
// nobody has used for a year. It may run at the same time as itself.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.now()
	for _, one := range []struct {
		sql  string
		args []any
	}{
		{`DELETE FROM authorization_codes WHERE expires_at < $1 AND created_at < $2`, []any{now, now.Add(-codesKept)}},
		{`DELETE FROM authorization_tokens WHERE expires_at <= $1 AND coalesce(refresh_expires_at, expires_at) <= $1`, []any{now}},
		{`DELETE FROM authorization_tokens WHERE expires_at IS NULL AND coalesce(used_at, created_at) < $1`, []any{now.Add(-models.UserTokenIdle)}},
	} {
		if _, err := s.db.Pool().Exec(ctx, one.sql, one.args...); err != nil {
			return fmt.Errorf("oauth: tidy: %w", err)
		}
	}
	return nil
}
