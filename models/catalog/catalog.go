// Package catalog holds the verbs of the catalogue: reading what pages and the
// API show, importing and exporting entries, and keeping what is derived from
// them. It decides who may see a listing; what search returns is checked here
// against the database. It renders nothing and knows no address.
package catalog

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models/db"
	"souk/models/jobs"
)

// Service is the catalogue.
type Service struct {
	db         *db.DB
	queue      *jobs.Queue
	now        func() time.Time
	neighbours Neighbours

	categories atomic.Pointer[Categories]
	refreshed  atomic.Int64
	shelf      atomic.Pointer[shelf]
}

// Neighbours finds listings near another one without touching the database.
type Neighbours interface {
	// Similar returns up to n ids of listings like the one at slug, and up to
	// n of those that serve the same purpose with fewer permissions.
	Similar(slug string, n int) (similar, lighter []int64)
}

// New makes the catalogue. neighbours may be nil, where no page asks for them.
func New(d *db.DB, queue *jobs.Queue, now func() time.Time, neighbours Neighbours) *Service {
	return &Service{db: d, queue: queue, now: now, neighbours: neighbours}
}

// Refresh drops what is kept in memory; it is called when the catalogue
// changed.
func (s *Service) Refresh() {
	s.refreshed.Add(1)
	s.categories.Store(nil)
	s.shelf.Store(nil)
}

// reindexWhere queues the indexing of the listings that a condition on
// listings l and apps a chooses.
func (s *Service) reindexWhere(ctx context.Context, tx *db.Tx, condition string, args ...any) error {
	rows, err := tx.Pgx.Query(ctx, "SELECT l.id FROM listings l JOIN apps a ON a.id = l.app_id WHERE "+condition, args...)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) == 0 {
		return err
	}
	return s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: ids})
}
