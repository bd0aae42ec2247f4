package operations_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"souk/handlers/operations"
	"souk/search"
	"souk/web"
	"souk/web/paths"
)

type answer struct {
	Status   string
	Database string
	Search   struct {
		Engine, Primary, Breaker string
		IndexAge                 float64    `json:"index_age_seconds"`
		Synced                   *time.Time `json:"synced_at"`
		Drift                    int
	}
}

func ask(t *testing.T, path string, ping error, state search.State) (int, answer) {
	t.Helper()
	server := web.New(web.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Base: "http://souk.test"})
	o := operations.New(func(context.Context) error { return ping }, func() search.State { return state })
	server.GET(paths.Health, o.Alive)
	server.GET(paths.Ready, o.Ready)
	w := httptest.NewRecorder()
	server.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return w.Code, a
}

func TestReady(t *testing.T) {
	t.Parallel()
	synced := time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	well := search.State{Engine: "meilisearch", Primary: "meilisearch", Breaker: "closed", Age: 1500 * time.Millisecond, SyncedAt: synced, Drift: 2}
	fallen := search.State{Engine: "postgres", Primary: "meilisearch", Breaker: "open"}
	for name, c := range map[string]struct {
		ping   error
		state  search.State
		code   int
		status string
	}{
		"all is well":                       {nil, well, http.StatusOK, "ok"},
		"a search that fell back is ready":  {nil, fallen, http.StatusOK, "degraded"},
		"without the database nothing goes": {errors.New("refused"), well, http.StatusServiceUnavailable, "unavailable"},
	} {
		code, a := ask(t, paths.Ready, c.ping, c.state)
		if code != c.code || a.Status != c.status || a.Search.Engine != c.state.Engine || a.Search.Primary != c.state.Primary {
			t.Errorf("%s: %d %+v", name, code, a)
		}
	}
	_, a := ask(t, paths.Ready, nil, well)
	if a.Search.IndexAge != 1.5 || a.Search.Drift != 2 || a.Search.Synced == nil || !a.Search.Synced.Equal(synced) {
		t.Errorf("the age of the index is not told: %+v", a.Search)
	}
	if _, a := ask(t, paths.Ready, nil, fallen); a.Search.Synced != nil {
		t.Error("an index that was never in step says when it was")
	}
}

func TestAliveAsksNobody(t *testing.T) {
	t.Parallel()
	if code, a := ask(t, paths.Health, errors.New("refused"), search.State{}); code != http.StatusOK || a.Status != "ok" {
		t.Errorf("%d %+v", code, a)
	}
}
