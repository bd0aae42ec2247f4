// Package pg searches with Postgres alone. Postgres finds the listings in
// which words stand (table search_documents, a GIN index over terms); filters,
// counts, orders and scores come from the copy in memory (package columns),
// which this package fills from the database and keeps current.
//
// It is the one part of search that speaks to the database.
package pg

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"souk/models/db"
	"souk/search"
	"souk/search/columns"
	"souk/search/rank"
)

// Engine is the search engine "postgres".
type Engine struct {
	db  *db.DB
	set *columns.Set
}

var _ search.Engine = (*Engine)(nil)

// New returns an engine that looks words up in d and reads everything else
// from set, which the caller keeps current (Follow).
func New(d *db.DB, set *columns.Set) *Engine { return &Engine{db: d, set: set} }

// Name is "postgres".
func (e *Engine) Name() string { return "postgres" }

// Search answers one query; without text it asks the database nothing.
func (e *Engine) Search(ctx context.Context, q search.Query) (search.Result, error) {
	if err := ctx.Err(); err != nil {
		return search.Result{}, err
	}
	view := e.set.View()
	if q.Browses() {
		r := view.Browse(q)
		r.Engine = e.Name()
		return r, nil
	}
	plan := view.Plan(q.Text)
	if plan == nil {
		return search.Result{Engine: e.Name(), Counts: q.NoCounts()}, nil
	}
	defer plan.Close()
	found, err := e.find(ctx, plan)
	if err != nil {
		return search.Result{}, fmt.Errorf("pg: search: %w", err)
	}
	r := view.Answer(q, plan, found)
	r.Engine = e.Name()
	return r, nil
}

// Suggest answers search-as-you-type.
func (e *Engine) Suggest(ctx context.Context, text, lang string, n int) ([]search.Hit, error) {
	r, err := e.Search(ctx, search.Suggestion(text, lang, n))
	return r.Hits, err
}

// findSQL looks up each query by itself: what they have in common, and how
// well they match, is decided on sets of ids in memory.
const findSQL = `SELECT q.n, array_agg(d.listing_id)
	FROM unnest($1::text[]) WITH ORDINALITY AS q (words, n)
	JOIN search_documents d ON d.tokens @@ q.words::tsquery
	GROUP BY q.n`

// find returns for each unit of the plan the listings in which it stands; nil
// for those that don't count.
func (e *Engine) find(ctx context.Context, plan *rank.Plan) ([][]int64, error) {
	queries := plan.Queries()
	var unique []string
	for _, q := range queries {
		if q != "" && !slices.Contains(unique, q) {
			unique = append(unique, q)
		}
	}
	ids := make([][]int64, len(unique))
	rows, err := e.db.Pool().Query(ctx, findSQL, unique)
	if err != nil {
		return nil, err
	}
	var n int64
	var some []int64
	if _, err := pgx.ForEachRow(rows, []any{&n, &some}, func() error {
		ids[n-1] = slices.Clone(some)
		return nil
	}); err != nil {
		return nil, err
	}
	out := make([][]int64, len(queries))
	for i, q := range queries {
		if q == "" {
			continue
		}
		out[i] = ids[slices.Index(unique, q)]
		if out[i] == nil && plan.Required(i) {
			out[i] = []int64{}
		}
	}
	return out, nil
}

const upsertSQL = `INSERT INTO search_documents (listing_id, version, tokens, indexed_at)
	SELECT listing_id, version, tokens::tsvector, now() FROM unnest($1::bigint[], $2::text[], $3::text[]) AS t (listing_id, version, tokens)
	ON CONFLICT ON CONSTRAINT search_documents_pkey
	DO UPDATE SET version = excluded.version, tokens = excluded.tokens, indexed_at = excluded.indexed_at`

type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Index adds or replaces documents.
func (e *Engine) Index(ctx context.Context, docs []search.Document) error {
	return e.write(ctx, e.db.Pool(), docs)
}

func (e *Engine) write(ctx context.Context, to execer, docs []search.Document) error {
	for batch := range slices.Chunk(docs, 500) {
		ids, versions, tokens := make([]int64, len(batch)), make([]string, len(batch)), make([]string, len(batch))
		for i := range batch {
			ids[i], versions[i], tokens[i] = batch[i].ID, batch[i].Version, vector(&batch[i])
		}
		if _, err := to.Exec(ctx, upsertSQL, ids, versions, tokens); err != nil {
			return fmt.Errorf("pg: index: %w", err)
		}
	}
	return nil
}

// Remove takes documents out.
func (e *Engine) Remove(ctx context.Context, ids []int64) error {
	if _, err := e.db.Pool().Exec(ctx, "DELETE FROM search_documents WHERE listing_id = ANY($1)", ids); err != nil {
		return fmt.Errorf("pg: remove: %w", err)
	}
	return nil
}

// Rebuild writes everything anew in one transaction: until it commits,
// searches see the index as it was.
func (e *Engine) Rebuild(ctx context.Context, next func(context.Context) ([]search.Document, error)) error {
	tx, err := e.db.Pool().Begin(ctx)
	if err != nil {
		return fmt.Errorf("pg: rebuild: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	for {
		docs, err := next(ctx)
		if err != nil {
			return err
		}
		if len(docs) == 0 {
			break
		}
		if err := e.write(ctx, tx, docs); err != nil {
			return err
		}
	}
	// now() is when the transaction began.
	if _, err := tx.Exec(ctx, "DELETE FROM search_documents WHERE indexed_at < now()"); err != nil {
		return fmt.Errorf("pg: rebuild: %w", err)
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("pg: rebuild: %w", err)
	}
	return nil
}

// Versions returns the version of every indexed document.
func (e *Engine) Versions(ctx context.Context) (map[int64]string, error) {
	return versions(ctx, e.db, "SELECT listing_id, version FROM search_documents")
}

func versions(ctx context.Context, d *db.DB, sql string) (map[int64]string, error) {
	rows, err := d.Pool().Query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("pg: versions: %w", err)
	}
	out := map[int64]string{}
	var id int64
	var version string
	if _, err := pgx.ForEachRow(rows, []any{&id, &version}, func() error {
		out[id] = version
		return nil
	}); err != nil {
		return nil, fmt.Errorf("pg: versions: %w", err)
	}
	return out, nil
}
