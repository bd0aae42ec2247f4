// Package jobs lists every background job's arguments and queues them. A job
// is queued in the transaction that causes it, never after; the workers live
// beside the verbs that they carry out.
package jobs

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"souk/models/db"
)

// IndexListings brings the search index up to what the database says about
// these listings: published ones are indexed, all others removed.
type IndexListings struct {
	IDs []int64 `json:"ids"`
}

// Kind is the stable name in the queue.
func (IndexListings) Kind() string { return "index_listings" }

// InsertOpts puts these jobs into a queue of their own: most of their time they
// wait for the search engine, which works on all that wait in one go.
func (IndexListings) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: IndexQueue} }

// IndexQueue is the queue of IndexListings.
const IndexQueue = "index"

// RepairIndex compares the index with the database and queues IndexListings
// for what differs. It runs periodically.
type RepairIndex struct{}

// Kind is the stable name in the queue.
func (RepairIndex) Kind() string { return "repair_index" }

// Queue puts jobs into the database for a worker of any instance.
type Queue struct {
	client *river.Client[pgx.Tx]
}

// NewQueue makes a queue that only inserts; Work is done by a client made in
// cmd.
func NewQueue(d *db.DB) (*Queue, error) {
	c, err := river.NewClient(riverpgxv5.New(d.Pool()), &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return &Queue{client: c}, nil
}

// Enqueue queues args in tx: they run once tx commits, and never when it rolls
// back.
func (q *Queue) Enqueue(ctx context.Context, tx *db.Tx, args ...river.JobArgs) error {
	params := make([]river.InsertManyParams, len(args))
	for i, a := range args {
		params[i] = river.InsertManyParams{Args: a}
	}
	if _, err := q.client.InsertManyFastTx(ctx, tx.Pgx, params); err != nil {
		return fmt.Errorf("jobs: enqueue: %w", err)
	}
	return nil
}

// EnqueueOnce is Enqueue for jobs of which there is to be one at a time: those that
// are there already are left as they are.
func (q *Queue) EnqueueOnce(ctx context.Context, tx *db.Tx, args ...river.JobArgs) error {
	params := make([]river.InsertManyParams, len(args))
	for i, a := range args {
		params[i] = river.InsertManyParams{Args: a}
	}
	if _, err := q.client.InsertManyTx(ctx, tx.Pgx, params); err != nil {
		return fmt.Errorf("jobs: enqueue: %w", err)
	}
	return nil
}
