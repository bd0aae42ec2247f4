//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/jackc/pgx/v5"

	"souk/models/db/localpg"
)

// postgres is a local Postgres as Souk starts one for itself: everything is
// flushed to disk, nothing is tuned for a benchmark.
type postgres struct {
	server *localpg.Server
	pid    int // of the postmaster
}

func startPostgres(ctx context.Context, dir string) (*postgres, error) {
	server, err := localpg.Start(ctx, localpg.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	p := &postgres{server: server}
	f, err := os.Open(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		p.stop()
		return nil, err
	}
	defer f.Close()
	line, _, _ := bufio.NewReader(f).ReadLine()
	if p.pid, err = strconv.Atoi(string(line)); err != nil {
		p.stop()
		return nil, fmt.Errorf("postmaster.pid: %w", err)
	}
	return p, nil
}

func (p *postgres) stop() { p.server.Stop() }

// database returns the address of a database of that name, which it makes if
// there is none.
func (p *postgres) database(ctx context.Context, name string) (string, error) {
	u, err := url.Parse(p.server.URL())
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	var there bool
	err = p.with(ctx, p.server.URL(), func(c *pgx.Conn) error {
		if err := c.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
			return err
		}
		_, err := c.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
		return err
	})
	return u.String(), err
}

func (p *postgres) with(ctx context.Context, address string, do func(*pgx.Conn) error) error {
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	return do(c)
}

// settle does what Postgres would do by itself in the minutes after an import,
// so that it doesn't do it while something is measured.
func (p *postgres) settle(ctx context.Context, address string) error {
	return p.with(ctx, address, func(c *pgx.Conn) error {
		for _, sql := range []string{"VACUUM (ANALYZE)", "CHECKPOINT"} {
			if _, err := c.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
}

// waiting counts the jobs that have not been done.
func (p *postgres) waiting(ctx context.Context, address, kind string) (n int, err error) {
	err = p.with(ctx, address, func(c *pgx.Conn) error {
		return c.QueryRow(ctx, "SELECT count(*) FROM river_job WHERE kind = $1 AND finalized_at IS NULL", kind).Scan(&n)
	})
	return n, err
}

func (p *postgres) version(ctx context.Context) (v string, err error) {
	err = p.with(ctx, p.server.URL(), func(c *pgx.Conn) error {
		return c.QueryRow(ctx, "SHOW server_version").Scan(&v)
	})
	return v, err
}
