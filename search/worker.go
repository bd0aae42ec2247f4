package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"souk/models/db"
	"souk/models/jobs"
)

// Ledger is where indexers of all instances write down how the indexes are, and
// the lock that makes them take turns.
type Ledger interface {
	// Lock waits until no other instance writes to any index. TryLock doesn't
	// wait: ok is false when another one does.
	Lock(ctx context.Context) (release func(), err error)
	TryLock(ctx context.Context) (release func(), ok bool, err error)
	// Synced notes that an engine's index says what the database says.
	Synced(ctx context.Context, engine string) error
	// Compared notes in how many listings they differ.
	Compared(ctx context.Context, engine string, drift int) error
	// Wrote notes that n listings were brought up to date.
	Wrote(ctx context.Context, engine string, n int) error
	// Standing returns all of it.
	Standing(ctx context.Context) (Standing, error)
}

// Standing is what the ledger says. Waiting is when the oldest change that
// isn't indexed yet was made; zero when there is none.
type Standing struct {
	Engines map[string]EngineStanding
	Waiting time.Time
}

// EngineStanding is what the ledger says of one engine.
type EngineStanding struct {
	SyncedAt   time.Time
	ComparedAt time.Time
	Drift      int
}

// Preparer is an Engine that needs something done before its first document.
type Preparer interface {
	Prepare(ctx context.Context) error
}

// Sender is an Engine that takes documents over at once and indexes them
// later. The order of handovers is the order of indexing, so only handing over
// needs its turn; waiting for the end doesn't.
type Sender interface {
	Send(ctx context.Context, docs []Document, gone []int64) (wait func(context.Context) error)
}

// Indexer brings indexes up to what the database says.
type Indexer struct {
	source  Source
	engines []Engine
	ledger  Ledger
	db      *db.DB
	queue   *jobs.Queue

	turn chan struct{} // of the workers of this process

	mu       sync.Mutex
	prepared map[string]bool
}

// NewIndexer returns an indexer of engines: all that may ever answer.
func NewIndexer(source Source, ledger Ledger, d *db.DB, queue *jobs.Queue, engines ...Engine) *Indexer {
	return &Indexer{source: source, engines: engines, ledger: ledger, db: d, queue: queue,
		turn: make(chan struct{}, 1), prepared: map[string]bool{}}
}

// Sizes of batches, in listings.
const (
	indexBatch  = 500
	repairBatch = 1000
)

// prepare prepares an engine once in the life of this process.
func (x *Indexer) prepare(ctx context.Context, e Engine) error {
	p, ok := e.(Preparer)
	if !ok {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.prepared[e.Name()] {
		return nil
	}
	if err := p.Prepare(ctx); err != nil {
		return err
	}
	x.prepared[e.Name()] = true
	return nil
}

// Index brings every engine up to what the database says of ids. An engine that
// fails doesn't keep the others back.
func (x *Indexer) Index(ctx context.Context, ids []int64) error {
	wait, err := x.send(ctx, ids)
	if err != nil {
		return err
	}
	return wait(ctx)
}

// send writes ids to every engine, or hands them over; what it returns waits
// for the engines that index later, and tells what failed. An engine that
// failed once isn't asked again.
func (x *Indexer) send(ctx context.Context, ids []int64) (wait func(context.Context) error, err error) {
	waits := make([][]func(context.Context) error, len(x.engines))
	broken := make([]error, len(x.engines))
	for some := range slices.Chunk(ids, indexBatch) {
		docs, err := x.source.Documents(ctx, some)
		if err != nil {
			return nil, err
		}
		gone := missing(some, docs)
		for i, e := range x.engines {
			if broken[i] == nil {
				broken[i] = x.prepare(ctx, e)
			}
			if broken[i] != nil {
				continue
			}
			written := write(ctx, e, docs, gone)
			waits[i] = append(waits[i], func(ctx context.Context) error {
				if err := written(ctx); err != nil {
					return err
				}
				return x.ledger.Wrote(ctx, e.Name(), len(some))
			})
		}
	}
	return func(ctx context.Context) error {
		for i := range x.engines {
			for _, wait := range waits[i] {
				if broken[i] == nil {
					broken[i] = wait(ctx)
				}
			}
		}
		return errors.Join(broken...)
	}, nil
}

// write writes to an engine, or hands over to it.
func write(ctx context.Context, e Engine, docs []Document, gone []int64) (wait func(context.Context) error) {
	if s, ok := e.(Sender); ok {
		return s.Send(ctx, docs, gone)
	}
	err := func() error {
		if len(docs) > 0 {
			if err := e.Index(ctx, docs); err != nil {
				return err
			}
		}
		if len(gone) > 0 {
			return e.Remove(ctx, gone)
		}
		return nil
	}()
	return func(context.Context) error { return err }
}

// missing returns those of ids that no document has.
func missing(ids []int64, docs []Document) []int64 {
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool {
		return slices.ContainsFunc(docs, func(d Document) bool { return d.ID == id })
	})
}

// drift compares an engine's index with the database.
func (x *Indexer) drift(ctx context.Context, e Engine) (changed, gone []int64, all int, err error) {
	if p, ok := e.(Preparer); ok {
		if err := p.Prepare(ctx); err != nil {
			return nil, nil, 0, err
		}
	}
	want, err := x.source.Versions(ctx)
	if err != nil {
		return nil, nil, 0, err
	}
	have, err := e.Versions(ctx)
	if err != nil {
		return nil, nil, 0, err
	}
	changed, gone = Differences(want, have)
	if err := x.ledger.Compared(ctx, e.Name(), len(changed)+len(gone)); err != nil {
		return nil, nil, 0, err
	}
	return changed, gone, len(want), nil
}

// Repair compares every index with the database and queues what differs; an
// index that differs in more than half is rebuilt at once. It returns how many
// listings differed.
func (x *Indexer) Repair(ctx context.Context) (drift int, err error) {
	var failed []error
	for _, e := range x.engines {
		n, err := x.repair(ctx, e)
		drift += n
		if err != nil {
			failed = append(failed, fmt.Errorf("search: repair %s: %w", e.Name(), err))
		}
	}
	return drift, errors.Join(failed...)
}

func (x *Indexer) repair(ctx context.Context, e Engine) (int, error) {
	changed, gone, all, err := x.drift(ctx, e)
	if err != nil {
		return 0, err
	}
	n := len(changed) + len(gone)
	switch {
	case n == 0:
		return 0, x.ledger.Synced(ctx, e.Name())
	case len(changed) > all/2:
		slog.Info("rebuilding a search index", "engine", e.Name(), "differing", n)
		return n, x.rebuild(ctx, e, func(int, int) {})
	}
	slog.Warn("a search index differed from the database; repairing it", "engine", e.Name(), "listings", n)
	return n, x.db.Tx(ctx, func(tx *db.Tx) error {
		for some := range slices.Chunk(append(changed, gone...), repairBatch) {
			if err := x.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: some}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Reindex rebuilds every index while searches go on. Progress is told the
// engine, and how many listings of how many are done.
func (x *Indexer) Reindex(ctx context.Context, progress func(engine string, done, total int)) error {
	release, err := x.ledger.Lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	for _, e := range x.engines {
		if err := x.rebuild(ctx, e, func(done, total int) { progress(e.Name(), done, total) }); err != nil {
			return err
		}
	}
	return nil
}

// rebuild fills a second index and swaps it in, and then catches up with what
// changed meanwhile. The caller holds the lock.
func (x *Indexer) rebuild(ctx context.Context, e Engine, progress func(done, total int)) error {
	total, err := x.source.Count(ctx)
	if err != nil {
		return err
	}
	next, done := x.source.All(), 0
	progress(done, total)
	if err := e.Rebuild(ctx, func(ctx context.Context) ([]Document, error) {
		docs, err := next(ctx)
		if done += len(docs); len(docs) > 0 {
			progress(done, max(done, total))
		}
		return docs, err
	}); err != nil {
		return err
	}
	changed, gone, _, err := x.drift(ctx, e)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(changed, indexBatch) {
		docs, err := x.source.Documents(ctx, some)
		if err != nil {
			return err
		}
		if err := write(ctx, e, docs, missing(some, docs))(ctx); err != nil {
			return err
		}
	}
	if err := write(ctx, e, nil, gone)(ctx); err != nil {
		return err
	}
	return x.ledger.Synced(ctx, e.Name())
}

// busy is how long a job waits for its turn when another instance is writing.
const busy = time.Second

// AddWorkers adds the workers for jobs.IndexListings and jobs.RepairIndex.
func (x *Indexer) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &indexWorker{indexer: x})
	river.AddWorker(workers, &repairWorker{indexer: x})
}

// PeriodicJobs are the jobs that must run now and then: at the start, and often
// enough that an index which was lost or missed something is soon right again.
func PeriodicJobs() []*river.PeriodicJob {
	const every = 5 * time.Minute
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.RepairIndex{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type indexWorker struct {
	river.WorkerDefaults[jobs.IndexListings]
	indexer *Indexer
}

func (w *indexWorker) Timeout(*river.Job[jobs.IndexListings]) time.Duration { return 5 * time.Minute }

func (w *indexWorker) Work(ctx context.Context, job *river.Job[jobs.IndexListings]) error {
	var wait func(context.Context) error
	err := w.indexer.inTurn(ctx, func() (err error) {
		wait, err = w.indexer.send(ctx, job.Args.IDs)
		return err
	})
	if err != nil {
		return err
	}
	return wait(ctx)
}

type repairWorker struct {
	river.WorkerDefaults[jobs.RepairIndex]
	indexer *Indexer
}

func (w *repairWorker) Timeout(*river.Job[jobs.RepairIndex]) time.Duration { return 30 * time.Minute }

func (w *repairWorker) Work(ctx context.Context, _ *river.Job[jobs.RepairIndex]) error {
	standing, err := w.indexer.ledger.Standing(ctx)
	if err != nil {
		return err
	}
	if oldest := standing.Waiting; !oldest.IsZero() && time.Since(oldest) < overdue {
		return river.JobSnooze(overdue / 60)
	}
	return w.indexer.inTurn(ctx, func() error {
		_, err := w.indexer.Repair(ctx)
		return err
	})
}

// overdue is how old a queued change must be for a repair not to wait for it:
// what is about to be written differs, and would be written twice.
const overdue = 10 * time.Minute

// inTurn does something while no other worker writes: two writers could leave
// an older text behind the newer one. Who doesn't get a turn soon, because an
// index is being rebuilt, comes back later.
func (x *Indexer) inTurn(ctx context.Context, do func() error) error {
	// Workers of this process queue here, without a connection each.
	select {
	case x.turn <- struct{}{}:
		defer func() { <-x.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	release, ok, err := x.ledger.TryLock(ctx)
	if err == nil && !ok {
		release, err = x.queued(ctx)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return river.JobSnooze(busy)
		}
	}
	if err != nil {
		return err
	}
	defer release()
	return do()
}

// queued waits for a turn, but not for long.
func (x *Indexer) queued(ctx context.Context) (func(), error) {
	soon, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return x.ledger.Lock(soon)
}

// patience is how long a job waits in line before it comes back later.
const patience = 10 * time.Second
