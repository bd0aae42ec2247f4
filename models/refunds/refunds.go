// Package refunds gives money back, and records disputes and payouts. A refund is
// reserved, asked of the gateway and recorded with a credit note, each step by
// itself, so that all can be repeated after a crash. It ends no subscription.
package refunds

import (
	"context"
	"time"

	"github.com/riverqueue/river"

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
	real     func() time.Time // of sessions

	reached func(point string) // where a test breaks off
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, gateways gateway.Set, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, gateways: gateways, now: now, real: now, reached: func(string) {}}
}

// Confirm has sessions' confirmations judged by a clock of their own: that of what is
// bought may have been moved. It is called before the service is used.
func (s *Service) Confirm(now func() time.Time) { s.real = now }

// AddWorkers adds the workers for jobs.SettleRefund and jobs.TendRefunds.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &settleWorker{refunds: s})
	river.AddWorker(workers, &tendWorker{refunds: s})
}

// PeriodicJobs are the jobs that must run now and then. A tick that was missed is
// made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	const every = time.Hour
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.TendRefunds{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type settleWorker struct {
	river.WorkerDefaults[jobs.SettleRefund]
	refunds *Service
}

func (w *settleWorker) Work(ctx context.Context, job *river.Job[jobs.SettleRefund]) error {
	return w.refunds.Settle(ctx, job.Args.ID)
}

type tendWorker struct {
	river.WorkerDefaults[jobs.TendRefunds]
	refunds *Service
}

func (w *tendWorker) Work(ctx context.Context, _ *river.Job[jobs.TendRefunds]) error {
	return w.refunds.Tend(ctx)
}
