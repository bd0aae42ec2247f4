// Package db opens the database, runs transactions and migrations, and listens
// for what other instances commit. It knows no table of the product and holds
// no query of it: those live in the verb that needs them.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// DB is one pool of connections, seen by GORM and by what needs pgx itself
// (River, COPY, LISTEN).
type DB struct {
	gorm *gorm.DB
	sql  *sql.DB
	pool *pgxpool.Pool

	statements atomic.Int64
}

// Tx is an open transaction: GORM's view of it, and pgx's for River and COPY.
// Both speak on one connection, so rows must be read to their end before the
// other is used, and never from two goroutines.
type Tx struct {
	*gorm.DB
	Pgx pgx.Tx
}

// Open connects to the database at url, with at most maxConns connections (0:
// pgx's default), and checks that it answers.
func Open(ctx context.Context, url string, maxConns int) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("db: DATABASE_URL can't be read: %w", err)
	}
	if maxConns > 0 {
		cfg.MaxConns = int32(maxConns)
	}
	d := &DB{}
	cfg.ConnConfig.Tracer = d
	if cfg.ConnConfig.RuntimeParams["application_name"] == "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = "souk"
	}
	if cfg.ConnConfig.RuntimeParams["plan_cache_mode"] == "" {
		// The statements of a page differ in values, never in the best plan, and
		// planning a listing's page takes longer than running it.
		cfg.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	}
	d.pool, err = pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("db: open: %w", err)
	}
	if err := d.pool.Ping(ctx); err != nil {
		d.pool.Close()
		return nil, fmt.Errorf("db: the database doesn't answer: %w", err)
	}
	d.sql = stdlib.OpenDBFromPool(d.pool)
	// The pool below keeps the connections; sql.DB must not keep them too.
	d.sql.SetMaxIdleConns(0)
	d.gorm, err = gorm.Open(postgres.New(postgres.Config{Conn: d.sql}), &gorm.Config{
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		Logger:                 logger.NewSlogLogger(slog.Default(), logger.Config{LogLevel: logger.Silent, IgnoreRecordNotFoundError: true}),
	})
	if err != nil {
		d.pool.Close()
		return nil, fmt.Errorf("db: open: %w", err)
	}
	return d, nil
}

// Close waits for connections in use and closes them all.
func (d *DB) Close() {
	_ = d.sql.Close()
	d.pool.Close()
}

// Read returns a handle for statements outside a transaction.
func (d *DB) Read(ctx context.Context) *gorm.DB { return d.gorm.WithContext(ctx) }

// Pool returns the pool below, for River and for LISTEN.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Tx runs do in a transaction: committed when do returns nil, else rolled back.
// A panic rolls back too.
func (d *DB) Tx(ctx context.Context, do func(tx *Tx) error) error {
	conn, err := d.sql.Conn(ctx)
	if err != nil {
		return fmt.Errorf("db: begin: %w", err)
	}
	defer conn.Close()
	var raw *pgx.Conn
	if err := conn.Raw(func(c any) error {
		raw = c.(*stdlib.Conn).Conn()
		return nil
	}); err != nil {
		return fmt.Errorf("db: begin: %w", err)
	}
	ptx, err := raw.Begin(ctx)
	if err != nil {
		return fmt.Errorf("db: begin: %w", err)
	}
	// After a commit this does nothing. Within Raw, because a connection that a
	// cancelled statement broke is closed by database/sql meanwhile, and then
	// there is nothing to roll back.
	defer func() {
		_ = conn.Raw(func(any) error {
			_ = ptx.Rollback(context.WithoutCancel(ctx))
			return nil
		})
	}()

	g := d.gorm.Session(&gorm.Session{NewDB: true, Context: ctx})
	g.Statement.ConnPool = conn
	if err := do(&Tx{DB: g, Pgx: ptx}); err != nil {
		return err
	}
	var committed error
	if err := conn.Raw(func(any) error {
		committed = ptx.Commit(ctx)
		return nil
	}); err != nil {
		return fmt.Errorf("db: commit: %w", err)
	}
	if committed != nil {
		return fmt.Errorf("db: commit: %w", committed)
	}
	return nil
}

// Statements is how many statements were sent since Open, for tests that pin
// what a page costs.
func (d *DB) Statements() int64 { return d.statements.Load() }

// TraceQueryStart counts a statement; it makes DB a pgx.QueryTracer.
func (d *DB) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	d.statements.Add(1)
	return ctx
}

// TraceQueryEnd does nothing; it makes DB a pgx.QueryTracer.
func (d *DB) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// Sayable reports whether the database could hold a text: what it couldn't, it has
// nothing by the name of.
func Sayable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Found turns "no row" into false and keeps every other error.
func Found(err error) (bool, error) {
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows), errors.Is(err, pgx.ErrNoRows):
		return false, nil
	default:
		return false, err
	}
}

// Violates reports whether err is the violation of the named constraint.
func Violates(err error, constraint string) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.ConstraintName == constraint
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Literal is text that LIKE and ILIKE take at its word.
func Literal(s string) string { return likeEscapes.Replace(s) }
