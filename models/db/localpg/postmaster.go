package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postmaster is what Postgres writes about itself into postmaster.pid.
type postmaster struct {
	pid       int
	port      string
	socketDir string
	ready     bool // it says that it accepts connections
}

// readPostmaster returns nil when there is no such file.
func readPostmaster(dir string) (*postmaster, error) {
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the local Postgres can't be looked at: %w", err)
	}
	// pid, data directory, start time, port, socket directory, address, shared
	// memory, status.
	lines := strings.Split(string(text), "\n")
	p := &postmaster{}
	if p.pid, err = strconv.Atoi(strings.TrimSpace(lines[0])); err != nil {
		return nil, fmt.Errorf("%s isn't what Postgres writes", filepath.Join(dir, "data", "postmaster.pid"))
	}
	if len(lines) > 7 {
		p.port, p.socketDir, p.ready = lines[3], lines[4], strings.TrimSpace(lines[7]) == "ready"
	}
	return p, nil
}

// running returns the server that runs on dir, or nil. It waits while one is
// starting or stopping, and clears away what a killed one left behind.
func running(ctx context.Context, dir string) (*postmaster, error) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		p, err := readPostmaster(dir)
		if p == nil || err != nil {
			return nil, err
		}
		if !p.alive(dir) {
			// Postgres would clear this itself, unless the number has gone to
			// another process meanwhile.
			_ = os.Remove(filepath.Join(dir, "data", "postmaster.pid"))
			return nil, nil
		}
		if p.ready && ping(ctx, p) == nil {
			return p, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the Postgres that runs on %s (process %d) doesn't answer: %w", dir, p.pid, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// alive reports whether the process exists and is a Postgres on dir's data.
func (p *postmaster) alive(dir string) bool {
	if err := syscall.Kill(p.pid, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	// The number may have gone to another process. Postgres works in its data
	// directory, and only there.
	cwd, err := os.Stat(fmt.Sprintf("/proc/%d/cwd", p.pid))
	if err != nil {
		_, procErr := os.Stat("/proc/self/cwd")
		return procErr != nil || errors.Is(err, fs.ErrPermission)
	}
	data, err := os.Stat(filepath.Join(dir, "data"))
	return err == nil && os.SameFile(cwd, data)
}

// ping connects once. The errors with which a server says that it is full mean
// that it is there.
func ping(ctx context.Context, p *postmaster) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, connString(p.socketDir, p.port, "postgres"))
	if err == nil {
		return conn.Close(ctx)
	}
	const tooManyConnections = "53300"
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == tooManyConnections {
		return nil
	}
	return err
}
