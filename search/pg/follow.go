package pg

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"souk/models/db"
	"souk/search"
	"souk/search/columns"
)

// channel is where migrations/0002 announces what changed: ids of listings, or
// '*' for everything.
const channel = "souk_catalogue"

// Follower keeps a set of columns the same as the database.
type Follower struct {
	db     *db.DB
	docs   *Documents
	set    *columns.Set
	mu     sync.Mutex
	hooks  []func()
	ids    map[int64]bool // announced and not read yet
	all    bool
	wanted chan struct{}
}

// NewFollower returns a follower of d that fills set.
func NewFollower(d *db.DB, set *columns.Set) *Follower {
	return &Follower{db: d, docs: NewDocuments(d), set: set, ids: map[int64]bool{}, wanted: make(chan struct{}, 1)}
}

// OnChange has do called after every change, when the set says it already.
func (f *Follower) OnChange(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hooks = append(f.hooks, do)
}

// Load reads what differs between the set and the database.
func (f *Follower) Load(ctx context.Context) error {
	want, err := f.docs.Versions(ctx)
	if err != nil {
		return err
	}
	have := f.set.View().Versions()
	changed, gone := search.Differences(want, have)
	if len(changed) > len(want)/2 {
		return f.replace(ctx)
	}
	for some := range slices.Chunk(changed, batch) {
		if err := f.read(ctx, some); err != nil {
			return err
		}
	}
	f.set.Put(nil, gone)
	return nil
}

// replace reads everything.
func (f *Follower) replace(ctx context.Context) error {
	next := f.docs.All()
	gone := f.set.View().Versions()
	for {
		docs, err := next(ctx)
		if err != nil {
			return err
		}
		if len(docs) == 0 {
			f.set.Put(nil, slices.Collect(maps.Keys(gone)))
			return nil
		}
		for i := range docs {
			delete(gone, docs[i].ID)
		}
		f.set.Put(docs, nil)
	}
}

// read brings the set up to what the database says of ids.
func (f *Follower) read(ctx context.Context, ids []int64) error {
	docs, err := f.docs.Documents(ctx, ids)
	if err != nil {
		return err
	}
	gone := map[int64]bool{}
	for _, id := range ids {
		gone[id] = true
	}
	for i := range docs {
		delete(gone, docs[i].ID)
	}
	f.set.Put(docs, slices.Collect(maps.Keys(gone)))
	return nil
}

// Run follows the database until ctx ends. What it could not read it tries
// again.
func (f *Follower) Run(ctx context.Context) {
	go f.db.Listen(ctx, channel, f.heard)
	const pause = time.Second
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wanted:
		}
		if err := f.catchUp(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("following the catalogue failed; trying again", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
			f.want()
		}
	}
}

// heard remembers what was announced. It must not block the connection that
// listens.
func (f *Follower) heard(payload string) {
	f.mu.Lock()
	for part := range strings.SplitSeq(payload, ",") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil {
			f.ids[id] = true
		} else {
			f.all = true
		}
	}
	f.mu.Unlock()
	f.want()
}

func (f *Follower) want() {
	select {
	case f.wanted <- struct{}{}:
	default:
	}
}

// catchUp reads what was announced and then tells those who wait for changes.
func (f *Follower) catchUp(ctx context.Context) (err error) {
	f.mu.Lock()
	ids, all, hooks := f.ids, f.all, f.hooks
	f.ids, f.all = map[int64]bool{}, false
	f.mu.Unlock()
	if all {
		err = f.Load(ctx)
	} else {
		for some := range slices.Chunk(slices.Collect(maps.Keys(ids)), batch) {
			if err = f.read(ctx, some); err != nil {
				break
			}
		}
	}
	if err != nil {
		f.mu.Lock()
		f.all = f.all || all
		maps.Copy(f.ids, ids)
		f.mu.Unlock()
	}
	for _, do := range hooks {
		do()
	}
	return err
}
