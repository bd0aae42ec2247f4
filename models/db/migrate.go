package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// riverVersion pins River's own schema.
const riverVersion = 6

// migrateLock serializes migrations of several instances.
const migrateLock = 0x736f756b

// ErrNewerSchema means that a newer Souk has migrated this database.
var ErrNewerSchema = errors.New("db: the database has a newer schema than this version of Souk knows; start the newer version")

// Migrate brings the schema up to files (NNNN_verb_noun.sql), each in a
// transaction of its own, under a lock that other instances wait for. It
// returns the names of those it applied, and ErrNewerSchema when the database
// has one that files lacks.
func (d *DB) Migrate(ctx context.Context, files fs.FS) (applied []string, err error) {
	names, err := fs.Glob(files, "[0-9]*.sql")
	if err != nil {
		return nil, fmt.Errorf("db: migrations: %w", err)
	}
	slices.Sort(names)
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("db: migrate: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", migrateLock); err != nil {
		return nil, fmt.Errorf("db: migrate: %w", err)
	}
	defer func() { _, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrateLock) }()

	done, err := migrated(ctx, conn.Conn())
	if err != nil {
		return nil, err
	}
	for name := range done {
		if !slices.Contains(names, name) {
			return nil, ErrNewerSchema
		}
	}
	if err := d.migrateRiver(ctx); err != nil {
		return nil, err
	}
	for _, name := range names {
		if done[name] {
			continue
		}
		if err := migrateOne(ctx, conn.Conn(), files, name); err != nil {
			return applied, err
		}
		applied = append(applied, name)
	}
	return applied, nil
}

func migrated(ctx context.Context, conn *pgx.Conn) (map[string]bool, error) {
	if _, err := conn.Exec(ctx, `CREATE TABLE IF NOT EXISTS schema_migrations (
		name text CONSTRAINT schema_migrations_pkey PRIMARY KEY,
		applied_at timestamptz NOT NULL DEFAULT now())`); err != nil {
		return nil, fmt.Errorf("db: migrate: %w", err)
	}
	rows, err := conn.Query(ctx, "SELECT name FROM schema_migrations")
	if err != nil {
		return nil, fmt.Errorf("db: migrate: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("db: migrate: %w", err)
	}
	done := make(map[string]bool, len(names))
	for _, n := range names {
		done[n] = true
	}
	return done, nil
}

func (d *DB) migrateRiver(ctx context.Context) error {
	m, err := rivermigrate.New(riverpgxv5.New(d.pool), nil)
	if err != nil {
		return fmt.Errorf("db: migrate river: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{TargetVersion: riverVersion}); err != nil {
		return fmt.Errorf("db: migrate river: %w", err)
	}
	return nil
}

func migrateOne(ctx context.Context, conn *pgx.Conn, files fs.FS, name string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("db: migrate: %w", err)
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("db: migrate %s: %w", name, err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := tx.Exec(ctx, strings.TrimSpace(string(text)), pgx.QueryExecModeSimpleProtocol); err != nil {
		return fmt.Errorf("db: migrate %s: %w", name, err)
	}
	if _, err := tx.Exec(ctx, "INSERT INTO schema_migrations (name) VALUES ($1)", name); err != nil {
		return fmt.Errorf("db: migrate %s: %w", name, err)
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("db: migrate %s: %w", name, err)
	}
	return nil
}
