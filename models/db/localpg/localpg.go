// Package localpg runs a Postgres for Souk where nobody has set one up: it
// finds the programs on the machine or fetches them, makes a data directory,
// and starts a server that listens on a socket of its own, on no port.
//
// Several processes may use one directory. The first starts the server, the
// others join it, and it stops when the last of them has ended, however that
// one ended. The package is for one machine and one user: who needs replicas,
// backups or access over the network sets DATABASE_URL instead.
package localpg

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

// role is the superuser of the cluster and the name of Souk's database in it.
const role = "souk"

// Config says where and how to run.
type Config struct {
	// Dir holds the data, the socket and the log, and fetched programs. It is
	// made if missing. A throw-away server may leave it empty.
	Dir string
	// Log hears what takes time: making the data directory, fetching.
	Log *slog.Logger
	// User is the system user to run as when the process is root, which
	// Postgres refuses to be. Empty: the owner of existing data, else
	// "postgres", else "nobody".
	User string
	// Throwaway is for tests: nothing is flushed to disk, many connections
	// are allowed, and the directory is removed at the end.
	Throwaway bool
}

// Server is a running Postgres that this process uses.
type Server struct {
	dir     string
	url     string
	use     *os.File  // open while this process needs the server
	child   *exec.Cmd // nil when the server was running already
	gone    chan struct{}
	discard string // directory to remove once stopped
}

// URL is the connection string of Souk's database.
func (s *Server) URL() string { return s.url }

// Started tells whether Start started the server (true) or joined one that was
// running (false).
func (s *Server) Started() bool { return s.child != nil }

// Start returns once the server of cfg.Dir accepts connections and Souk's
// database exists in it. It fails with one sentence for a person to read when
// there is no Postgres and none can be fetched, when the data directory was
// made by a version that isn't there, or when it can't be used.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := chooseDir(cfg)
	if err != nil {
		return nil, err
	}
	who, err := choosePerson(cfg.User, dir)
	if err != nil {
		return nil, err
	}
	if err := prepareDir(dir, who); err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	defer unlock()

	s := &Server{dir: dir}
	if cfg.Throwaway {
		s.discard = dir
	}
	if s.use, err = openUse(dir, who); err != nil {
		return nil, err
	}
	if err := s.joinOrLaunch(ctx, cfg, who); err != nil {
		s.abandon()
		return nil, err
	}
	return s, nil
}

// joinOrLaunch is called with the directory locked.
func (s *Server) joinOrLaunch(ctx context.Context, cfg Config, who person) error {
	p, err := running(ctx, s.dir)
	if err != nil {
		return err
	}
	if p == nil {
		if p, err = s.launch(ctx, cfg, who); err != nil {
			return err
		}
	}
	s.url = connString(p.socketDir, p.port, role)
	return ensureDatabase(ctx, connString(p.socketDir, p.port, "postgres"))
}

// launch makes the data directory if it is missing and starts a server on it.
func (s *Server) launch(ctx context.Context, cfg Config, who person) (*postmaster, error) {
	bin, err := choosePrograms(ctx, cfg, s.dir, who)
	if err != nil {
		return nil, err
	}
	if err := ensureCluster(ctx, cfg, s.dir, bin, who); err != nil {
		return nil, err
	}
	if err := s.spawn(cfg, bin, who); err != nil {
		return nil, err
	}
	return s.awaitReady(ctx)
}

// awaitReady waits until the server that was spawned accepts connections.
func (s *Server) awaitReady(ctx context.Context) (*postmaster, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute) // recovery may take a while
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		p, err := readPostmaster(s.dir)
		if err == nil && p != nil && p.ready && ping(ctx, p) == nil {
			return p, nil
		}
		select {
		case <-s.gone:
			return nil, fmt.Errorf("the local Postgres in %s didn't start: %s", s.dir, lastWords(s.dir))
		case <-ctx.Done():
			return nil, fmt.Errorf("the local Postgres in %s isn't ready: %w", s.dir, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// Stop ends this process's use of the server. When no other process uses it,
// the server is shut down and Stop returns once it is gone; else it runs on.
// Stopping twice does nothing.
func (s *Server) Stop() {
	if s.use == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	// Nobody may join between the look at who uses it and its end. Without
	// the lock after ten seconds, stopping is still better than staying.
	if unlock, err := lock(ctx, filepath.Join(s.dir, "lock")); err == nil {
		defer unlock()
	}
	_ = s.use.Close()
	s.use = nil
	if inUse(s.dir) {
		return
	}
	s.shutDown()
	if s.discard != "" {
		_ = os.RemoveAll(s.discard)
	}
}

// abandon undoes a Start that failed half-way.
func (s *Server) abandon() {
	_ = s.use.Close()
	s.use = nil
	if s.child != nil && !inUse(s.dir) {
		s.shutDown()
	}
	if s.discard != "" {
		_ = os.RemoveAll(s.discard)
	}
}

// connString names a database behind the socket in dir.
func connString(dir, port, database string) string {
	q := url.Values{"host": {dir}, "port": {port}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database, RawQuery: q.Encode()}
	return u.String()
}

func ensureDatabase(ctx context.Context, maintenance string) error {
	conn, err := pgx.Connect(ctx, maintenance)
	if err != nil {
		return fmt.Errorf("the local Postgres doesn't answer: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var exists bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", role).Scan(&exists)
	if err != nil {
		return fmt.Errorf("the local Postgres doesn't answer: %w", err)
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+role); err != nil {
		return fmt.Errorf("the local Postgres can't make a database: %w", err)
	}
	return nil
}
