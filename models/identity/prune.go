package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/jobs"
)

// AddWorkers adds the workers for jobs.PruneIdentity and jobs.SendResets.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &pruneWorker{identity: s})
	river.AddWorker(workers, &resetWorker{identity: s})
}

// PeriodicJobs are the jobs that must run now and then. A tick that was missed
// is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	const every = time.Hour
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.PruneIdentity{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type pruneWorker struct {
	river.WorkerDefaults[jobs.PruneIdentity]
	identity *Service
}

func (w *pruneWorker) Work(ctx context.Context, _ *river.Job[jobs.PruneIdentity]) error {
	return w.identity.Prune(ctx)
}

type resetWorker struct {
	river.WorkerDefaults[jobs.SendResets]
	identity *Service
}

func (w *resetWorker) Work(ctx context.Context, job *river.Job[jobs.SendResets]) error {
	return w.identity.SendResets(ctx, job.Args)
}

// Prune deletes what nobody can use any more.
func (s *Service) Prune(ctx context.Context) error {
	now := s.now()
	for _, p := range []struct {
		statement string
		args      []any
	}{
		{`DELETE FROM throttles WHERE arrival < ?`, []any{now}},
		{`DELETE FROM sessions WHERE expires_at < ? OR used_at < ?`, []any{now, now.Add(-models.SessionIdle)}},
		{`DELETE FROM single_use_tokens WHERE expires_at < ?`, []any{now}},
		{`DELETE FROM ceremonies WHERE expires_at < ?`, []any{now}},
		{`DELETE FROM mail_changes WHERE created_at < ?`, []any{now.Add(-2 * models.PurposeNewMail.Lifetime())}},
	} {
		if err := s.db.Read(ctx).Exec(p.statement, p.args...).Error; err != nil {
			return fmt.Errorf("identity: prune: %w", err)
		}
	}
	return nil
}
