package meili_test

import (
	"testing"
	"time"

	"souk/models/db/dbtest"
	"souk/search"
	"souk/search/columns"
	"souk/search/enginetest"
	"souk/search/meili"
	"souk/search/meili/meilitest"
	"souk/search/pg"
)

// A server that hangs or dies costs the reader nothing but a note.
func TestServiceOutlivesMeilisearch(t *testing.T) {
	t.Parallel()
	server, err := meilitest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Kill()
	set := columns.New()
	m := meili.New(meili.Config{URL: server.URL, Index: "listings"}, set)
	p := pg.New(dbtest.New(t), set)
	if err := m.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, e := range []search.Engine{m, p} {
		if err := columns.Fed(e, set).Index(t.Context(), enginetest.Documents()); err != nil {
			t.Fatal(err)
		}
	}
	s := search.NewService(p, m, pg.NewLedger(dbtest.New(t)), search.Options{Timeout: 200 * time.Millisecond, Retry: 50 * time.Millisecond})
	ask := func() search.Result {
		t.Helper()
		r, err := s.Search(t.Context(), search.Query{Text: "renovator", Page: 1, PerPage: 20})
		if err != nil || len(r.Hits) == 0 || r.Hits[0].ID != 7 {
			t.Fatalf("%+v, %v", r, err)
		}
		return r
	}
	until := func(degraded bool) {
		t.Helper()
		for ask().Degraded != degraded {
			if t.Context().Err() != nil {
				t.Fatalf("degraded is not %v", degraded)
			}
		}
	}
	until(false)
	if err := server.Pause(); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		began := time.Now()
		if !ask().Degraded {
			t.Error("a server that hangs answered")
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("a reader waited %s", took)
		}
	}
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	until(false)
	server.Kill()
	for range 5 {
		if !ask().Degraded {
			t.Error("a dead server answered")
		}
	}
}
