package mailer

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/jobs"
	"souk/models/mail"
)

// AddWorkers adds the worker for jobs.SendMail.
func (m *Mailer) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &sendWorker{mailer: m})
}

type sendWorker struct {
	river.WorkerDefaults[jobs.SendMail]
	mailer *Mailer
}

// Timeout bounds one try; an SMTP sender gives up before.
func (*sendWorker) Timeout(*river.Job[jobs.SendMail]) time.Duration { return 2 * time.Minute }

// Work sends a message. What no other try can mend is given up at once.
func (w *sendWorker) Work(ctx context.Context, job *river.Job[jobs.SendMail]) error {
	err := w.mailer.Send(ctx, jobName(job.ID, job.CreatedAt), job.Args)
	known, final := errors.AsType[*models.Error](err)
	if !final {
		return err
	}
	if errors.Is(known, models.ErrMailRefused) {
		slog.Warn("a message can't be delivered", "message", job.Args.Message, "job", job.ID, "error", known)
	}
	return river.JobCancel(known)
}

// pauses are what lies between tries: short at first, since most failures are
// of a moment, and a day in all.
var pauses = []time.Duration{
	15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

// NextRetry says when a message that failed is tried again.
func (*sendWorker) NextRetry(job *river.Job[jobs.SendMail]) time.Time {
	return time.Now().Add(pauses[min(max(job.Attempt-1, 0), len(pauses)-1)])
}

// AddTidying adds the worker for jobs.TidyMailbox.
func AddTidying(workers *river.Workers, box *mail.Mailbox) {
	river.AddWorker(workers, &tidyWorker{box: box})
}

type tidyWorker struct {
	river.WorkerDefaults[jobs.TidyMailbox]
	box *mail.Mailbox
}

func (w *tidyWorker) Work(ctx context.Context, _ *river.Job[jobs.TidyMailbox]) error {
	return w.box.Tidy(ctx)
}

// PeriodicJobs are the jobs that must run now and then.
func PeriodicJobs() []*river.PeriodicJob {
	const every = time.Hour
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.TidyMailbox{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}
