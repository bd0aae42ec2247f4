package orgs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"souk/models/jobs"
)

// AddWorkers adds the worker for jobs.CheckDomains.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &domainWorker{orgs: s})
}

// PeriodicJobs are the jobs that must run now and then. Which domains are due is
// written beside them, so a tick that was missed is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	const every = time.Hour
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.CheckDomains{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type domainWorker struct {
	river.WorkerDefaults[jobs.CheckDomains]
	orgs *Service
}

func (w *domainWorker) Timeout(*river.Job[jobs.CheckDomains]) time.Duration { return time.Hour }

func (w *domainWorker) Work(ctx context.Context, _ *river.Job[jobs.CheckDomains]) error {
	for {
		n, err := w.orgs.CheckDomains(ctx)
		if err != nil || n < checkBatch {
			return err
		}
	}
}
