package pg

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models/db"
	"souk/models/jobs"
	"souk/search"
)

// Ledger keeps the standing of the indexes in table search_engines.
type Ledger struct {
	db *db.DB
}

var _ search.Ledger = (*Ledger)(nil)

// NewLedger returns the ledger in d.
func NewLedger(d *db.DB) *Ledger { return &Ledger{d} }

// indexLock is the advisory lock of whoever writes to an index.
const indexLock = 0x736f756b_69

// Lock waits until no other instance writes to an index.
func (l *Ledger) Lock(ctx context.Context) (func(), error) {
	release, _, err := l.lock(ctx, "SELECT pg_advisory_lock($1), true")
	return release, err
}

// TryLock is Lock without waiting.
func (l *Ledger) TryLock(ctx context.Context) (func(), bool, error) {
	return l.lock(ctx, "SELECT NULL, pg_try_advisory_lock($1)")
}

// lock holds a connection of its own for as long as the lock is held: the lock
// ends with the connection, whatever happens to the process.
func (l *Ledger) lock(ctx context.Context, sql string) (func(), bool, error) {
	conn, err := l.db.Pool().Acquire(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("pg: lock: %w", err)
	}
	var nothing any
	var ok bool
	if err := conn.QueryRow(ctx, sql, indexLock).Scan(&nothing, &ok); err != nil || !ok {
		conn.Release()
		if err != nil {
			return nil, false, fmt.Errorf("pg: lock: %w", err)
		}
		return nil, false, nil
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, err := conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", indexLock); err != nil {
			_ = conn.Conn().Close(ctx)
		}
		conn.Release()
	}, true, nil
}

// Synced notes that an index says what the database says.
func (l *Ledger) Synced(ctx context.Context, engine string) error {
	return l.note(ctx, `INSERT INTO search_engines (name, synced_at, drift) VALUES ($1, now(), 0)
		ON CONFLICT ON CONSTRAINT search_engines_pkey DO UPDATE SET synced_at = now(), drift = 0`, engine)
}

// Compared notes in how many listings an index and the database differ.
func (l *Ledger) Compared(ctx context.Context, engine string, drift int) error {
	return l.note(ctx, `INSERT INTO search_engines (name, compared_at, drift) VALUES ($1, now(), $2)
		ON CONFLICT ON CONSTRAINT search_engines_pkey DO UPDATE SET compared_at = now(), drift = excluded.drift`, engine, drift)
}

// Wrote notes that n listings were brought up to date: by so many fewer, at
// most, the index and the database differ.
func (l *Ledger) Wrote(ctx context.Context, engine string, n int) error {
	return l.note(ctx, `INSERT INTO search_engines (name) VALUES ($1)
		ON CONFLICT ON CONSTRAINT search_engines_pkey DO UPDATE SET drift = greatest(search_engines.drift - $2, 0),
			synced_at = CASE WHEN search_engines.drift <= $2 THEN now() ELSE search_engines.synced_at END`, engine, n)
}

func (l *Ledger) note(ctx context.Context, sql string, args ...any) error {
	if _, err := l.db.Pool().Exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("pg: ledger: %w", err)
	}
	return nil
}

// waitingSQL finds the oldest change whose indexing isn't done.
const waitingSQL = `SELECT min(created_at) FROM river_job
	WHERE kind = $1 AND state IN ('available', 'pending', 'retryable', 'running', 'scheduled')`

// Standing returns what is noted of all engines.
func (l *Ledger) Standing(ctx context.Context) (search.Standing, error) {
	st := search.Standing{Engines: map[string]search.EngineStanding{}}
	var waiting *time.Time
	if err := l.db.Pool().QueryRow(ctx, waitingSQL, jobs.IndexListings{}.Kind()).Scan(&waiting); err != nil {
		return st, fmt.Errorf("pg: ledger: %w", err)
	}
	if waiting != nil {
		st.Waiting = *waiting
	}
	rows, err := l.db.Pool().Query(ctx, "SELECT name, synced_at, compared_at, drift FROM search_engines")
	if err != nil {
		return st, fmt.Errorf("pg: ledger: %w", err)
	}
	var name string
	var synced time.Time
	var compared *time.Time
	var drift int
	_, err = pgx.ForEachRow(rows, []any{&name, &synced, &compared, &drift}, func() error {
		e := search.EngineStanding{SyncedAt: synced, Drift: drift}
		if compared != nil {
			e.ComparedAt = *compared
		}
		st.Engines[name] = e
		return nil
	})
	if err != nil {
		return st, fmt.Errorf("pg: ledger: %w", err)
	}
	return st, nil
}
