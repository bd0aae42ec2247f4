package main

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"souk/demo"
	"souk/handlers"
	"souk/handlers/api"
	"souk/handlers/dev"
	"souk/handlers/machines"
	"souk/handlers/site"
	"souk/models/catalog"
	"souk/models/jobs"
	"souk/search/columns"
	"souk/search/pg"
	"souk/web"
)

// cacheBytes bounds the pages that are kept in memory.
const cacheBytes = 24 << 20

// App is the running program without its listeners.
type App struct {
	log     *slog.Logger
	db      *database
	queue   *jobs.Queue
	catalog *catalog.Service
	columns *columns.Set
	follow  *pg.Follower
	cache   *web.Cache
	server  *web.Server
}

// newApp opens the database and makes the parts, from the database outwards.
func newApp(ctx context.Context, cfg Config, log *slog.Logger) (_ *App, err error) {
	a := &App{log: log, columns: columns.New()}
	if a.db, err = openDatabase(ctx, cfg, log); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			a.db.Close()
		}
	}()
	if a.queue, err = jobs.NewQueue(a.db.DB); err != nil {
		return nil, err
	}
	a.catalog = catalog.New(a.db.DB, a.queue, time.Now, a.columns)
	engine := pg.New(a.db.DB, a.columns)
	a.follow = pg.NewFollower(a.db.DB, a.columns)

	https := strings.HasPrefix(cfg.BaseURL, "https://")
	if cfg.PageCache && !cfg.Dev {
		if a.cache, err = web.NewCache(cacheBytes, https); err != nil {
			return nil, err
		}
	}
	a.follow.OnChange(a.changed)
	if cfg.Demo {
		if err = a.demonstrate(ctx); err != nil {
			return nil, err
		}
	}
	if err = a.follow.Load(ctx); err != nil {
		return nil, err
	}
	a.server = web.New(web.Options{Log: log, Base: cfg.BaseURL, Dev: cfg.Dev, Cache: a.cache})
	h := handlers.Handlers{
		Site:     site.New(a.catalog, engine),
		API:      api.New(a.catalog, engine, func(context.Context) time.Duration { return 0 }),
		Machines: machines.New(a.catalog, engine),
	}
	if cfg.Dev {
		h.Dev = dev.New()
	}
	handlers.Routes(a.server.Echo, h)
	return a, nil
}

// changed runs after every change of the catalogue, when the columns say it
// already: what is kept beside them is forgotten.
func (a *App) changed() {
	a.catalog.Refresh()
	if a.cache != nil {
		a.cache.Clear()
	}
}

// demonstrate loads the demonstration catalogue, once in the life of a
// database.
func (a *App) demonstrate(ctx context.Context) error {
	done, err := a.catalog.Demonstrated(ctx)
	if err != nil || done {
		return err
	}
	report, err := a.catalog.Import(ctx, demo.Catalogue(), catalog.ImportOptions{})
	if err != nil {
		return err
	}
	for _, p := range report.Problems {
		a.log.Error("the demonstration catalogue has a bad entry", "line", p.Line, "entry", p.Entry, "field", p.Field, "why", p.Why)
	}
	return a.catalog.Demonstrate(ctx, time.Now())
}

// Handler answers requests.
func (a *App) Handler() http.Handler { return a.server.Handler() }

// Metrics answers on the listener of SOUK_METRICS_LISTEN.
func (a *App) Metrics() http.Handler { return http.NotFoundHandler() }

// Run works on jobs and listens to the database until ctx ends.
func (a *App) Run(ctx context.Context) error {
	a.follow.Run(ctx)
	return nil
}

// Close lets go of everything, once no request and no job is left.
func (a *App) Close(context.Context) error {
	a.db.Close()
	return nil
}
