//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// profiles puts load on one kind of page after another and writes what the app
// spends its processor time on, and at last what it holds in memory, as `go
// tool pprof` reads it.
func (r *run) profiles(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	w := r.middle
	for _, p := range []struct {
		name string
		i    *instance
		list []address
	}{
		{"warm-browse", w.cached, r.browses}, {"warm-home", w.cached, homes()}, {"warm-listing", w.cached, r.g.listings(w.listings, 120)},
		{"home", w.uncached, homes()}, {"browse", w.uncached, r.browses}, {"listing", w.uncached, r.g.listings(w.listings, 400)},
		{"search-postgres", w.uncached, searches(r.mix)}, {"typo-postgres", w.uncached, searches(r.typos)},
		{"search-meilisearch", w.withMeili, searches(r.mix)}, {"api", w.uncached, apiOf(r.browses)},
	} {
		if err := r.profile(ctx, p.i, p.list, filepath.Join(dir, p.name+".pprof")); err != nil {
			return err
		}
	}
	return w.cached.save(ctx, "heap", filepath.Join(dir, "heap.pprof"))
}

// save writes one of the app's profiles to a file.
func (i *instance) save(ctx context.Context, profile, file string) error {
	status, p, err := fetch(ctx, "http://"+i.metrics+"/debug/pprof/"+profile, nil)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("the app gives no profile: %d %s", status, tail(p.Body))
	}
	return os.WriteFile(file, p.Body, 0o644)
}

func (r *run) profile(ctx context.Context, i *instance, list []address, file string) error {
	const length = 5
	done := make(chan error, 1)
	go func() { done <- i.save(ctx, fmt.Sprintf("profile?seconds=%d", length), file) }()
	_, err := r.loader.do(order{Addr: i.addr, Requests: requests(list), Conns: 16, For: (length + 1) * time.Second, Warm: 0})
	return errors.Join(err, <-done)
}
