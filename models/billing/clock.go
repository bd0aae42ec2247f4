package billing

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"souk/models/db"
)

// Clock is the clock of everything that is bought. In development it can be moved
// ahead, so that trials end and periods are paid while one looks on.
type Clock struct {
	now   func() time.Time
	ahead atomic.Int64 // nanoseconds
}

// NewClock makes a clock that shows now.
func NewClock(now func() time.Time) *Clock { return &Clock{now: now} }

// Now is the time it shows.
func (c *Clock) Now() time.Time { return c.now().Add(c.Ahead()) }

// Ahead is how far it was moved.
func (c *Clock) Ahead() time.Duration { return time.Duration(c.ahead.Load()) }

// clockSetting is how far the clock of a database was moved: what has happened by it
// isn't undone by starting the program again.
const clockSetting = "billing_clock_seconds"

// Load moves the clock as far as it was moved before.
func (c *Clock) Load(ctx context.Context, d *db.DB) error {
	var seconds int64
	found, err := db.Found(d.Pool().QueryRow(ctx, `SELECT value::bigint FROM marketplace_settings WHERE name = $1`, clockSetting).Scan(&seconds))
	if err != nil {
		return fmt.Errorf("billing: clock: %w", err)
	}
	if found {
		c.ahead.Store(seconds * int64(time.Second))
	}
	return nil
}

// Move moves the clock ahead; it never goes back.
func (c *Clock) Move(ctx context.Context, d *db.DB, by time.Duration) error {
	if by <= 0 {
		return nil
	}
	var seconds int64
	err := d.Pool().QueryRow(ctx, `INSERT INTO marketplace_settings (name, value, updated_at) VALUES ($1, to_jsonb($2::bigint), now())
		ON CONFLICT ON CONSTRAINT marketplace_settings_pkey DO UPDATE SET value = to_jsonb(marketplace_settings.value::bigint + $2), updated_at = now()
		RETURNING value::bigint`, clockSetting, int64(by/time.Second)).Scan(&seconds)
	if err != nil {
		return fmt.Errorf("billing: clock: %w", err)
	}
	c.ahead.Store(seconds * int64(time.Second))
	return nil
}
