package main

import (
	"context"
	"log/slog"

	"souk/migrations"
	"souk/models/db"
	"souk/models/db/localpg"
)

// database is an open database with the schema of this version, and the
// Postgres behind it where Souk runs one.
type database struct {
	*db.DB
	local   *localpg.Server
	applied []string // migrations that opening it applied
}

// openDatabase opens the configured database, or Souk's own, and migrates it.
// It returns db.ErrNewerSchema when a newer Souk has been there.
func openDatabase(ctx context.Context, cfg Config, log *slog.Logger) (_ *database, err error) {
	d := &database{}
	url := cfg.DatabaseURL
	if url == "" {
		if d.local, err = startLocal(ctx, cfg, log); err != nil {
			return nil, err
		}
		url = d.local.URL()
		defer func() {
			if err != nil {
				d.local.Stop()
			}
		}()
	}
	if d.DB, err = db.Open(ctx, url, cfg.DatabaseConnections); err != nil {
		return nil, err
	}
	if d.applied, err = d.Migrate(ctx, migrations.Files); err != nil {
		d.DB.Close()
		return nil, err
	}
	return d, nil
}

func startLocal(ctx context.Context, cfg Config, log *slog.Logger) (*localpg.Server, error) {
	local, err := cfg.LocalPostgres()
	if err != nil {
		return nil, err
	}
	local.Log = log
	return localpg.Start(ctx, local)
}

// Close closes the connections, and stops Souk's own Postgres unless another
// command uses it too.
func (d *database) Close() {
	d.DB.Close()
	if d.local != nil {
		d.local.Stop()
	}
}
