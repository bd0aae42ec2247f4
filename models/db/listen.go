package db

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// Listen calls heard with the payload of every notification on channel until
// ctx ends. It calls heard("*") when it (re)connects, since what was announced
// meanwhile is lost. It holds one connection outside the pool.
func (d *DB) Listen(ctx context.Context, channel string, heard func(payload string)) {
	const pause = time.Second
	for ctx.Err() == nil {
		err := d.listenOnce(ctx, channel, heard)
		if ctx.Err() != nil {
			return
		}
		slog.Warn("listening to the database stopped; connecting again", "channel", channel, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func (d *DB) listenOnce(ctx context.Context, channel string, heard func(string)) error {
	cfg := d.pool.Config().ConnConfig.Copy()
	cfg.Tracer = nil
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return err
	}
	heard("*")
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		heard(n.Payload)
	}
}
