package db_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/jobs"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

type recorder struct {
	river.WorkerDefaults[jobs.IndexListings]
	ran chan []int64
}

func (r *recorder) Work(_ context.Context, job *river.Job[jobs.IndexListings]) error {
	r.ran <- job.Args.IDs
	return nil
}

func TestQueuedJobRunsOnlyIfItsTransactionCommits(t *testing.T) {
	d := dbtest.New(t)
	queue, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	ran := work(t, d)
	enqueue := func(id int64, result error) error {
		return d.Tx(t.Context(), func(tx *db.Tx) error {
			return errors.Join(queue.Enqueue(t.Context(), tx, jobs.IndexListings{IDs: []int64{id}}), result)
		})
	}
	refused := errors.New("refused")
	if err := enqueue(1, refused); !errors.Is(err, refused) {
		t.Fatal(err)
	}
	if err := enqueue(2, nil); err != nil {
		t.Fatal(err)
	}
	select {
	case ids := <-ran:
		if !slices.Equal(ids, []int64{2}) {
			t.Fatalf("the job for %v ran", ids)
		}
	case <-time.After(patience):
		t.Fatal("no job ran")
	}
	var queued int
	if err := d.Read(t.Context()).Raw("SELECT count(*) FROM river_job").Scan(&queued).Error; err != nil || queued != 1 {
		t.Fatalf("%d jobs were queued (%v), want 1", queued, err)
	}
}

// work runs workers until the test ends.
func work(t *testing.T, d *db.DB) <-chan []int64 {
	t.Helper()
	r := &recorder{ran: make(chan []int64, 10)}
	workers := river.NewWorkers()
	river.AddWorker(workers, r)
	client, err := river.NewClient(riverpgxv5.New(d.Pool()), &river.Config{
		Workers: workers,
		Queues:  map[string]river.QueueConfig{jobs.IndexQueue: {MaxWorkers: 2}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return r.ran
}
