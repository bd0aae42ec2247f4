package jobs

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// Add adds jobs to what b writes, so that a transaction that writes much does so in
// one go. They are found by the workers' next look, within a second. What must be
// unique is for Enqueue.
func Add(b *pgx.Batch, args ...river.JobArgs) error {
	if len(args) == 0 {
		return nil
	}
	bodies, kinds, queues := make([]string, len(args)), make([]string, len(args)), make([]string, len(args))
	attempts, priorities := make([]int16, len(args)), make([]int16, len(args))
	for i, a := range args {
		body, err := json.Marshal(a)
		if err != nil {
			return fmt.Errorf("jobs: %w", err)
		}
		o := opts(a)
		bodies[i], kinds[i], queues[i] = string(body), a.Kind(), cmp.Or(o.Queue, river.QueueDefault)
		attempts[i], priorities[i] = int16(cmp.Or(o.MaxAttempts, river.MaxAttemptsDefault)), int16(cmp.Or(o.Priority, river.PriorityDefault))
	}
	b.Queue(`INSERT INTO river_job (args, kind, queue, max_attempts, priority)
		SELECT * FROM unnest($1::jsonb[], $2::text[], $3::text[], $4::smallint[], $5::smallint[])`, bodies, kinds, queues, attempts, priorities)
	return nil
}

func opts(a river.JobArgs) river.InsertOpts {
	if o, ok := a.(river.JobArgsWithInsertOpts); ok {
		return o.InsertOpts()
	}
	return river.InsertOpts{}
}
