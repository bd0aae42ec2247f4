// Package operations answers whoever runs Souk: is the process alive, is it
// ready to serve. It shows nothing of the catalogue.
package operations

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"souk/search"
	"souk/web"
)

// Operations holds the handlers.
type Operations struct {
	ping   func(context.Context) error
	search func() search.State
}

// New makes the handlers. ping asks the database for a sign of life; state
// says how the search is.
func New(ping func(context.Context) error, state func() search.State) *Operations {
	return &Operations{ping: ping, search: state}
}

// patience is how long the database has to answer.
const patience = 2 * time.Second

// Alive says that the process answers; it asks nobody else.
func (o *Operations) Alive(c echo.Context) error {
	return web.JSON(c, http.StatusOK, map[string]string{"status": "ok"})
}

// readiness is the answer of Ready.
type readiness struct {
	Status   string          `json:"status"` // ok, degraded or unavailable
	Database string          `json:"database"`
	Search   searchReadiness `json:"search"`
}

type searchReadiness struct {
	Engine   string     `json:"engine"`
	Primary  string     `json:"primary"`
	Breaker  string     `json:"breaker"`
	IndexAge float64    `json:"index_age_seconds"`
	Synced   *time.Time `json:"synced_at"`
	Drift    int        `json:"drift"`
}

// Ready says whether this instance can serve: 503 without the database, 200
// with it. A search that fell back is degraded, which is still ready.
func (o *Operations) Ready(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), patience)
	defer cancel()
	s := o.search()
	r := readiness{Status: "ok", Database: "ok", Search: searchReadiness{
		Engine: s.Engine, Primary: s.Primary, Breaker: s.Breaker, IndexAge: s.Age.Seconds(), Drift: s.Drift,
	}}
	if !s.SyncedAt.IsZero() {
		r.Search.Synced = &s.SyncedAt
	}
	status := http.StatusOK
	if s.Engine != s.Primary {
		r.Status = "degraded"
	}
	if err := o.ping(ctx); err != nil {
		r.Status, r.Database, status = "unavailable", "unreachable", http.StatusServiceUnavailable
	}
	return web.JSON(c, status, r)
}
