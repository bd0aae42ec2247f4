package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
)

// App is the running program without its listeners. For now it answers
// /healthz alone; the parts are put together here.
type App struct {
	db *database
}

// newApp opens the database and makes the parts.
func newApp(ctx context.Context, cfg Config, log *slog.Logger) (*App, error) {
	d, err := openDatabase(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	return &App{db: d}, nil
}

// Handler answers requests.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	return mux
}

// Metrics answers on the listener of SOUK_METRICS_LISTEN.
func (a *App) Metrics() http.Handler { return http.NotFoundHandler() }

// Run works on jobs and listens to the database until ctx ends.
func (a *App) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Close lets go of everything, once no request and no job is left.
func (a *App) Close(context.Context) error {
	a.db.Close()
	return nil
}
