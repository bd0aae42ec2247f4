//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// profiles puts load on one kind of page after another and writes what the app
// spends its processor time on, as `go tool pprof` reads it.
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
	return nil
}

func (r *run) profile(ctx context.Context, i *instance, list []address, file string) error {
	const length = 5
	done := make(chan error, 1)
	go func() {
		status, p, err := fetch(ctx, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", i.metrics, length), nil)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("the app gives no profile: %d %s", status, strings.TrimSpace(string(p.Body)))
		}
		if err == nil {
			err = os.WriteFile(file, p.Body, 0o644)
		}
		done <- err
	}()
	_, err := r.loader.do(order{Addr: i.addr, Requests: requests(list), Conns: 16, For: (length + 1) * time.Second, Warm: 0})
	return errors.Join(err, <-done)
}
