package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

// On has do called for jobs that say nothing but that it is time.
func On[T river.JobArgs](workers *river.Workers, do func(context.Context) error) {
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[T]) error { return do(ctx) }))
}

// Every queues a job now and then, and at the start of the program.
func Every(interval time.Duration, args river.JobArgs) []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return args, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}
