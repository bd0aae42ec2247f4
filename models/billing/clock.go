package billing

import (
	"sync/atomic"
	"time"
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

// Move moves it ahead; it never goes back.
func (c *Clock) Move(by time.Duration) { c.ahead.Add(int64(max(by, 0))) }
