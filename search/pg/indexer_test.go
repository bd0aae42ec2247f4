package pg_test

import (
	"context"
	"errors"
	"testing"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/jobs"
	"souk/search"
	"souk/search/columns"
	"souk/search/pg"
)

type stage struct {
	db      *db.DB
	queue   *jobs.Queue
	engine  *pg.Engine
	ledger  *pg.Ledger
	indexer *search.Indexer
}

func newStage(t *testing.T, more ...search.Engine) *stage {
	t.Helper()
	d := dbtest.New(t)
	q, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{db: d, queue: q, engine: pg.New(d, columns.New()), ledger: pg.NewLedger(d)}
	s.indexer = search.NewIndexer(pg.NewDocuments(d), s.ledger, d, q, append([]search.Engine{s.engine}, more...)...)
	return s
}

// inSync compares the index with the database.
func (s *stage) inSync(t *testing.T) bool {
	t.Helper()
	want, err := pg.NewDocuments(s.db).Versions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	have, err := s.engine.Versions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changed, gone := search.Differences(want, have)
	return len(changed)+len(gone) == 0
}

func TestIndexerFollowsTheDatabase(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	one, two := dbtest.Listing(t, s.db), dbtest.Listing(t, s.db)
	if err := s.indexer.Index(t.Context(), []int64{one.ID, two.ID, 99_999}); err != nil || !s.inSync(t) {
		t.Fatalf("after indexing: in sync %v, %v", s.inSync(t), err)
	}
	exec(t, s.db, "UPDATE listings SET state = 'archived' WHERE id = ?", one.ID)
	if err := s.indexer.Index(t.Context(), []int64{one.ID}); err != nil || !s.inSync(t) {
		t.Fatalf("after archiving: in sync %v, %v", s.inSync(t), err)
	}
}

func TestSuspendedPublishersLeaveTheIndex(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	acme := dbtest.Account(t, s.db)
	theirs, other := dbtest.Listing(t, s.db, dbtest.By(acme)), dbtest.Listing(t, s.db)
	follow := func(when string, there bool) {
		t.Helper()
		if err := s.indexer.Index(t.Context(), []int64{theirs.ID, other.ID}); err != nil || !s.inSync(t) {
			t.Fatalf("%s: in sync %v, %v", when, s.inSync(t), err)
		}
		have, err := s.engine.Versions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, found := have[theirs.ID]; found != there {
			t.Errorf("%s: in the index %v", when, found)
		}
	}
	follow("before", true)
	dbtest.Suspend(t, s.db, acme)
	follow("suspended", false)
	exec(t, s.db, "UPDATE accounts SET suspended_at = NULL, suspended_reason = '' WHERE id = ?", acme.ID)
	follow("reinstated", true)
}

func TestRepairRebuildsAnEmptyIndex(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for range 3 {
		dbtest.Listing(t, s.db)
	}
	if n, err := s.indexer.Repair(t.Context()); n != 3 || err != nil {
		t.Fatalf("repairing found %d: %v", n, err)
	}
	st, err := s.ledger.Standing(t.Context())
	if err != nil || st.Engines["postgres"].Drift != 0 || !s.inSync(t) {
		t.Errorf("the standing is %+v: %v", st, err)
	}
	if n, err := s.indexer.Repair(t.Context()); n != 0 || err != nil {
		t.Errorf("repairing again found %d: %v", n, err)
	}
}

// broken is an engine that fails at everything.
type broken struct{ search.Engine }

var errBroken = errors.New("broken")

func (broken) Name() string                                       { return "broken" }
func (broken) Index(context.Context, []search.Document) error     { return errBroken }
func (broken) Remove(context.Context, []int64) error              { return errBroken }
func (broken) Versions(context.Context) (map[int64]string, error) { return nil, errBroken }

func TestAFailingEngineKeepsNoOtherBack(t *testing.T) {
	t.Parallel()
	s := newStage(t, broken{})
	l := dbtest.Listing(t, s.db)
	if err := s.indexer.Index(t.Context(), []int64{l.ID}); !errors.Is(err, errBroken) || !s.inSync(t) {
		t.Errorf("in sync %v, %v", s.inSync(t), err)
	}
	if _, err := s.indexer.Repair(t.Context()); !errors.Is(err, errBroken) {
		t.Errorf("repairing says %v", err)
	}
}

// Changes queue jobs, workers bring the index up to date, the periodic job
// repairs what was done behind their backs.
func TestWorkers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var all []int64
	for range 5 {
		all = append(all, dbtest.Listing(t, s.db).ID)
	}
	workers := river.NewWorkers()
	s.indexer.AddWorkers(workers)
	client, err := river.NewClient(riverpgxv5.New(s.db.Pool()), &river.Config{
		Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 2}, jobs.IndexQueue: {MaxWorkers: 2}},
	})
	if err != nil {
		t.Fatal(err)
	}
	done, unsubscribe := client.Subscribe(river.EventKindJobCompleted, river.EventKindJobFailed)
	defer unsubscribe()
	if err := client.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Stop(context.Background()) }()
	run := func(args ...river.JobArgs) {
		t.Helper()
		if err := s.db.Tx(t.Context(), func(tx *db.Tx) error { return s.queue.Enqueue(t.Context(), tx, args...) }); err != nil {
			t.Fatal(err)
		}
		for range args {
			wait(t, done)
		}
	}
	run(jobs.IndexListings{IDs: all})
	if !s.inSync(t) {
		t.Fatal("the job left the index behind")
	}
	exec(t, s.db, "UPDATE listings SET name = 'Renamed' WHERE id = ?", all[0])
	exec(t, s.db, "DELETE FROM search_documents WHERE listing_id = ?", all[1])
	run(jobs.RepairIndex{})
	wait(t, done) // the job that the repair queued
	if !s.inSync(t) {
		t.Fatal("the repair left the index behind")
	}
	st, err := s.ledger.Standing(t.Context())
	if err != nil || st.Engines["postgres"].Drift != 0 || !st.Waiting.IsZero() {
		t.Errorf("the standing is %+v: %v", st, err)
	}
}

func wait(t *testing.T, done <-chan *river.Event) {
	t.Helper()
	e := <-done
	if e.Kind != river.EventKindJobCompleted {
		t.Fatalf("job %d: %v", e.Job.ID, e.Job.Errors)
	}
}

func TestReindexTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for range 3 {
		dbtest.Listing(t, s.db)
	}
	exec(t, s.db, "INSERT INTO search_documents (listing_id, version, tokens) VALUES (77777, 'x', '')")
	var told []int
	if err := s.indexer.Reindex(t.Context(), func(_ string, done, _ int) { told = append(told, done) }); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || told[1] != 3 || !s.inSync(t) {
		t.Errorf("told %v, in sync %v", told, s.inSync(t))
	}
}

func TestWritersTakeTurns(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	release, err := s.ledger.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.ledger.TryLock(t.Context()); ok || err != nil {
		t.Errorf("a second writer: %v, %v", ok, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	waited := make(chan error)
	go func() {
		_, err := s.ledger.Lock(ctx)
		waited <- err
	}()
	cancel()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Errorf("waiting in vain says %v", err)
	}
	release()
	again, ok, err := s.ledger.TryLock(t.Context())
	if !ok || err != nil {
		t.Fatalf("after the first: %v, %v", ok, err)
	}
	again()
}
