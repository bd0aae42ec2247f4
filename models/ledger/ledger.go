package ledger

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/gateway"
	"souk/models/jobs"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	gateways gateway.Set
	now      func() time.Time
}

// New makes a Service, which asks gateways for charges.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, gateways gateway.Set, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, gateways: gateways, now: now}
}

// AddWorkers adds the worker for jobs.CheckLedger.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &checkWorker{ledger: s})
}

// PeriodicJobs are the jobs that must run now and then. A tick that was missed is
// made up for by the next: each proves all there is.
func PeriodicJobs() []*river.PeriodicJob {
	const every = 6 * time.Hour
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.CheckLedger{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type checkWorker struct {
	river.WorkerDefaults[jobs.CheckLedger]
	ledger *Service
}

func (w *checkWorker) Timeout(*river.Job[jobs.CheckLedger]) time.Duration { return 30 * time.Minute }

func (w *checkWorker) Work(ctx context.Context, _ *river.Job[jobs.CheckLedger]) error {
	_, err := w.ledger.Check(ctx, models.Actor{Operator: true}, Options{Ask: sample})
	return err
}
