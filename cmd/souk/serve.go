package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

const serveHelp = `
Brings the database up to date, prints one line with the address once it
answers requests, and goes on until it is interrupted. Then it finishes the
requests in flight (SOUK_GRACE), stops the background jobs and the Postgres that
it started. Interrupted a second time it exits at once.

Without DATABASE_URL Souk runs a Postgres of its own and keeps the data in
SOUK_DATA_DIR; without MEILI_URL it searches with Postgres.`

func setUpServe(*flag.FlagSet) func(context.Context, *system, []string) error {
	return func(ctx context.Context, sys *system, args []string) error {
		if err := noArguments("serve", args); err != nil {
			return err
		}
		cfg, log, err := configured(sys)
		if err != nil {
			return err
		}
		if sys.getenv("GOGC") == "" {
			collectLess()
		}
		return serve(ctx, sys, cfg, log)
	}
}

// serve runs the app until ctx ends.
func serve(ctx context.Context, sys *system, cfg Config, log *slog.Logger) error {
	// Listening comes first: a taken port is the commonest mistake, and found
	// before a database is started. Who connects early waits.
	listener, err := listen(ctx, cfg)
	if err != nil {
		return err
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	cfg.Port, cfg.BaseURL = port, cfg.Public(port)

	app, err := newApp(ctx, cfg, log)
	if err != nil {
		return err
	}
	s := &serving{cfg: cfg, log: log, app: app, failed: make(chan error, 3)}
	if err := s.start(ctx, listener); err != nil {
		return errors.Join(err, s.stop())
	}
	fmt.Fprintf(sys.stdout, "Souk is ready at %s · %s\n", cfg.BaseURL, describe(cfg, isTerminal(sys.stdout)))
	if cfg.Cast() {
		if err := app.introduce(ctx, sys.stdout, cfg.BaseURL); err != nil {
			log.Warn("there are no links to sign in by", "error", err)
		}
	}
	select {
	case <-ctx.Done():
		return s.stop()
	case err := <-s.failed:
		return errors.Join(err, s.stop())
	}
}

// serving is a running app with the servers in front of it.
type serving struct {
	cfg     Config
	log     *slog.Logger
	app     *App
	servers []*http.Server
	failed  chan error
	endRun  context.CancelFunc
	ran     chan struct{} // closed when App.Run has returned
}

// start begins to work and to answer.
func (s *serving) start(ctx context.Context, listener net.Listener) error {
	// The app works on until the last request has been answered, which is
	// after ctx has ended.
	runCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.endRun, s.ran = cancel, make(chan struct{})
	go func() {
		defer close(s.ran)
		if err := s.app.Run(runCtx); err != nil && runCtx.Err() == nil {
			s.failed <- err
		}
	}()
	s.answer(listener, s.app.Handler())
	if s.cfg.MetricsListen == "" {
		return nil
	}
	metrics, err := listenOn(ctx, s.cfg.MetricsListen, "SOUK_METRICS_LISTEN")
	if err != nil {
		return err
	}
	s.answer(metrics, s.app.Metrics())
	return nil
}

func (s *serving) answer(listener net.Listener, h http.Handler) {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		// What clients do wrong is not worth an operator's attention.
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	s.servers = append(s.servers, server)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
}

// stop ends everything in the order in which things depend on each other:
// requests, background work, connections, the database.
func (s *serving) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.Grace)
	defer cancel()
	var err error
	for _, server := range s.servers {
		if server.Shutdown(ctx) != nil {
			err = unfinishedError(fmt.Sprintf("some requests had not finished after %s and were cut off", s.cfg.Grace))
			_ = server.Close()
		}
	}
	s.endRun()
	select {
	case <-s.ran:
	case <-time.After(s.cfg.Grace):
		err = errors.Join(err, unfinishedError(fmt.Sprintf("some background jobs had not ended after %s and will be run again", s.cfg.Grace)))
	}
	closing, cancel := context.WithTimeout(context.Background(), s.cfg.Grace)
	defer cancel()
	return errors.Join(err, s.app.Close(closing))
}

// describe says in a few words what Souk runs with.
func describe(cfg Config, atTerminal bool) string {
	text := "with your database"
	if cfg.DatabaseURL == "" {
		text = "data in " + cfg.DataDir
	}
	if cfg.MeiliURL != "" {
		text += " · search with Meilisearch"
	} else {
		text += " · search with Postgres"
	}
	if atTerminal {
		text += " · Ctrl-C stops it"
	}
	return text
}

func listen(ctx context.Context, cfg Config) (net.Listener, error) {
	return listenOn(ctx, net.JoinHostPort(cfg.Listen, strconv.Itoa(cfg.Port)), "PORT")
}

// listenOn listens at address, which the named variable sets.
func listenOn(ctx context.Context, address, name string) (net.Listener, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", address)
	if err == nil {
		return l, nil
	}
	host, port, _ := net.SplitHostPort(address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE) && name == "PORT":
		return nil, fmt.Errorf("port %s is taken by another program; choose another, as in PORT=%s", port, suggestPort(port))
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %s is taken by another program; choose another with %s", port, name)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("this user may not listen on port %s; choose one above 1023 with %s", port, name)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("this machine has no address %s to listen on; see SOUK_LISTEN", host)
	default:
		return nil, fmt.Errorf("can't listen on %s: %w", address, err)
	}
}

func suggestPort(taken string) string {
	n, err := strconv.Atoi(taken)
	if err != nil || n >= 65535 {
		n = 8079
	}
	return strconv.Itoa(n + 1)
}
