// Package meili searches with Meilisearch. Meilisearch finds the candidates,
// counts them and sorts them by anything but best match; the order of the
// first of them by best match is the one that every engine gives (package
// rank), from the copy of the listings in memory (package columns).
//
// It trusts the index with nothing but ids: what a page shows is read from the
// database.
package meili

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"souk/search"
	"souk/search/columns"
)

// Config says where Meilisearch is.
type Config struct {
	URL   string
	Key   string // an API key with all actions on Index and Index_next
	Index string // "listings" when empty
}

// Engine is the search engine "meilisearch".
type Engine struct {
	searches searcher
	patient  meilisearch.ServiceManager // for everything else
	index    string
	set      *columns.Set
}

var _ search.Engine = (*Engine)(nil)

// The server answers small requests at once or is in trouble.
const (
	searchTimeout = 2 * time.Second
	indexTimeout  = time.Minute
	pollInterval  = 15 * time.Millisecond
)

// New returns an engine that ranks with set, which the caller keeps current.
func New(cfg Config, set *columns.Set) *Engine {
	if cfg.Index == "" {
		cfg.Index = "listings"
	}
	// With compression Meilisearch answers in two packets, and the second
	// waits 40 ms for an acknowledgement.
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}
	return &Engine{
		searches: newSearcher(&http.Client{Transport: transport, Timeout: searchTimeout}, cfg.URL, cfg.Key),
		patient: meilisearch.New(cfg.URL, meilisearch.WithAPIKey(cfg.Key), meilisearch.DisableRetries(),
			meilisearch.WithCustomClient(&http.Client{Transport: transport, Timeout: indexTimeout})),
		index: cfg.Index, set: set,
	}
}

// Name is "meilisearch".
func (e *Engine) Name() string { return "meilisearch" }

func (e *Engine) next() string { return e.index + "_next" }

// Prepare makes the index and its settings what they should be. It is safe to
// repeat, and does little when all is well.
func (e *Engine) Prepare(ctx context.Context) error {
	if err := e.prepare(ctx, e.index); err != nil {
		return fmt.Errorf("meili: prepare: %w", err)
	}
	return nil
}

func (e *Engine) prepare(ctx context.Context, uid string) error {
	_, err := e.patient.GetIndexWithContext(ctx, uid)
	if isNotFound(err) {
		err = e.do(ctx, func() (*meilisearch.TaskInfo, error) {
			return e.patient.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: uid, PrimaryKey: "id"})
		})
	}
	if err != nil {
		return because(ctx, err)
	}
	if err := e.do(ctx, func() (*meilisearch.TaskInfo, error) {
		return e.patient.Index(uid).UpdateFilterableAttributesWithContext(ctx, filterable())
	}); err != nil {
		return err
	}
	return e.do(ctx, func() (*meilisearch.TaskInfo, error) {
		return e.patient.Index(uid).UpdateSettingsWithContext(ctx, settings())
	})
}

// Index adds or replaces documents.
func (e *Engine) Index(ctx context.Context, docs []search.Document) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return e.Send(ctx, docs, nil)(ctx)
}

// Remove takes documents out.
func (e *Engine) Remove(ctx context.Context, ids []int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return e.Send(ctx, nil, ids)(ctx)
}

// Send hands documents to add and ids to take out to the server, which works
// on them in the order in which they come, several handovers at a time. What
// it returns waits until they are searchable.
func (e *Engine) Send(ctx context.Context, docs []search.Document, gone []int64) func(context.Context) error {
	var waits []func(context.Context) error
	if len(docs) > 0 {
		waits = append(waits, e.add(ctx, e.index, docs))
	}
	if len(gone) > 0 {
		names := make([]string, len(gone))
		for i, id := range gone {
			names[i] = fmt.Sprint(id)
		}
		waits = append(waits, e.start(ctx, func() (*meilisearch.TaskInfo, error) {
			return e.patient.Index(e.index).DeleteDocumentsWithContext(ctx, names, nil)
		}))
	}
	return func(ctx context.Context) error {
		for _, wait := range waits {
			if err := wait(ctx); err != nil {
				return fmt.Errorf("meili: index: %w", err)
			}
		}
		return nil
	}
}

// add hands documents over to an index.
func (e *Engine) add(ctx context.Context, uid string, docs []search.Document) func(context.Context) error {
	return e.start(ctx, func() (*meilisearch.TaskInfo, error) {
		return e.patient.Index(uid).AddDocumentsWithContext(ctx, documents(docs), nil)
	})
}

// Rebuild fills a second index and swaps it in.
func (e *Engine) Rebuild(ctx context.Context, next func(context.Context) ([]search.Document, error)) error {
	if err := e.fill(ctx, next); err != nil {
		return err
	}
	swap := func() error {
		if err := e.prepare(ctx, e.index); err != nil {
			return err
		}
		if err := e.do(ctx, func() (*meilisearch.TaskInfo, error) {
			return e.patient.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{e.index, e.next()}}})
		}); err != nil {
			return err
		}
		return e.discard(ctx)
	}
	if err := swap(); err != nil {
		return fmt.Errorf("meili: rebuild: %w", err)
	}
	return nil
}

// fill writes all documents into a fresh second index.
func (e *Engine) fill(ctx context.Context, next func(context.Context) ([]search.Document, error)) error {
	if err := e.discard(ctx); err != nil {
		return fmt.Errorf("meili: rebuild: %w", err)
	}
	if err := e.prepare(ctx, e.next()); err != nil {
		return fmt.Errorf("meili: rebuild: %w", err)
	}
	var pending []func(context.Context) error
	for {
		docs, err := next(ctx)
		if err != nil {
			return errors.Join(err, e.discard(context.WithoutCancel(ctx)))
		}
		if len(docs) > 0 {
			pending = append(pending, e.add(ctx, e.next(), docs))
		}
		for len(pending) > ahead || (len(docs) == 0 && len(pending) > 0) {
			if err := pending[0](ctx); err != nil {
				return fmt.Errorf("meili: rebuild: %w", err)
			}
			pending = pending[1:]
		}
		if len(docs) == 0 {
			return nil
		}
	}
}

// ahead is how many handovers may wait for the server, which works on all that
// wait in one go.
const ahead = 4

// discard deletes the second index, if there is one.
func (e *Engine) discard(ctx context.Context) error {
	_, err := e.patient.GetIndexWithContext(ctx, e.next())
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return because(ctx, err)
	}
	return e.do(ctx, func() (*meilisearch.TaskInfo, error) { return e.patient.DeleteIndexWithContext(ctx, e.next()) })
}

// Versions returns the version of every indexed document.
func (e *Engine) Versions(ctx context.Context) (map[int64]string, error) {
	const page = 5000
	out := map[int64]string{}
	for offset := int64(0); ; offset += page {
		var r meilisearch.DocumentsResult
		q := &meilisearch.DocumentsQuery{Offset: offset, Limit: page, Fields: []string{"id", "version"}}
		if err := e.patient.Index(e.index).GetDocumentsWithContext(ctx, q, &r); err != nil {
			return nil, fmt.Errorf("meili: versions: %w", because(ctx, err))
		}
		var some []struct {
			ID      int64  `json:"id"`
			Version string `json:"version"`
		}
		if err := r.Results.DecodeInto(&some); err != nil {
			return nil, fmt.Errorf("meili: versions: %w", err)
		}
		for _, d := range some {
			out[d.ID] = d.Version
		}
		if len(some) < page {
			return out, nil
		}
	}
}

// do enqueues a task and waits until it is done.
func (e *Engine) do(ctx context.Context, enqueue func() (*meilisearch.TaskInfo, error)) error {
	return e.start(ctx, enqueue)(ctx)
}

// start enqueues a task; what it returns waits until the task is done.
func (e *Engine) start(ctx context.Context, enqueue func() (*meilisearch.TaskInfo, error)) func(context.Context) error {
	info, err := enqueue()
	if err != nil {
		err = because(ctx, err)
		return func(context.Context) error { return err }
	}
	return func(ctx context.Context) error { return e.wait(ctx, info) }
}

func (e *Engine) wait(ctx context.Context, info *meilisearch.TaskInfo) error {
	task, err := e.patient.WaitForTaskWithContext(ctx, info.TaskUID, pollInterval)
	if err != nil {
		return because(ctx, err)
	}
	if task.Status != meilisearch.TaskStatusSucceeded {
		return fmt.Errorf("task %d %s: %s", info.TaskUID, task.Status, task.Error.Message)
	}
	return nil
}

// because prefers the context's reason to the client's wording of it.
func because(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func isNotFound(err error) bool {
	e, ok := errors.AsType[*meilisearch.Error](err)
	return ok && e.StatusCode == http.StatusNotFound
}
