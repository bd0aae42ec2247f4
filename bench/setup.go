//go:build linux

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"souk/migrations"
	"souk/models/jobs"
)

// world is one size of catalogue with everything that serves it.
type world struct {
	listings int
	dir      string
	postgres *postgres
	meili    *meili
	plainDB  string // the database that is searched with Postgres
	meiliDB  string // the one with Meilisearch beside it
	loading  loading

	// cached is Souk as it comes: search with Postgres, page cache on.
	// uncached is the same without the cache, withMeili that with Meilisearch.
	cached, uncached, withMeili *instance
}

// loading is how long it took to fill a world: the import by itself, and until
// everything was in the index too. Souk was running and indexing meanwhile.
type loading struct {
	Fingerprint       string
	Import, ImportIx  time.Duration // search with Postgres
	MImport, MIndexed time.Duration // search with Meilisearch
	Again             time.Duration // importing the same file once more, which changes nothing
}

// builder makes worlds.
type builder struct {
	g       *generator
	program *program
	meili   string
	dir     string
	out     io.Writer
}

func (b *builder) say(format string, args ...any) { fmt.Fprintf(b.out, format+"\n", args...) }

// world starts the servers of a size, and fills them unless they are full from
// an earlier run in the same folder.
func (b *builder) world(ctx context.Context, n int) (w *world, err error) {
	w = &world{listings: n, dir: filepath.Join(b.dir, fmt.Sprint(n))}
	defer func() {
		if err != nil {
			w.stop()
			err = fmt.Errorf("%d listings: %w", n, err)
		}
	}()
	if !w.full(b.g.seed) {
		if err := os.RemoveAll(w.dir); err != nil {
			return w, err
		}
	}
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		return w, err
	}
	if w.postgres, err = startPostgres(ctx, filepath.Join(w.dir, "postgres")); err != nil {
		return w, err
	}
	if w.meili, err = startMeili(ctx, b.meili, filepath.Join(w.dir, "meilisearch")); err != nil {
		return w, err
	}
	if w.plainDB, err = w.postgres.database(ctx, "souk"); err != nil {
		return w, err
	}
	if w.meiliDB, err = w.postgres.database(ctx, "souk_meilisearch"); err != nil {
		return w, err
	}
	if err := b.fill(ctx, w); err != nil {
		return w, err
	}
	return w, b.serve(ctx, w)
}

func (w *world) stop() {
	for _, i := range []*instance{w.cached, w.uncached, w.withMeili} {
		if i != nil {
			i.stop()
		}
	}
	if w.meili != nil {
		w.meili.stop()
	}
	if w.postgres != nil {
		w.postgres.stop()
	}
}

func (w *world) marker() string { return filepath.Join(w.dir, "loaded.json") }

// full reports whether an earlier run filled the folder with what this one
// would fill it with.
func (w *world) full(seed uint64) bool {
	text, err := os.ReadFile(w.marker())
	if err != nil || json.Unmarshal(text, &w.loading) != nil || w.loading.Fingerprint != fingerprint(seed) {
		w.loading = loading{}
		return false
	}
	return true
}

// fill imports the catalogue into both databases.
func (b *builder) fill(ctx context.Context, w *world) error {
	if w.loading.Fingerprint != "" {
		b.say("%d listings are there from an earlier run", w.listings)
		return nil
	}
	file := filepath.Join(w.dir, "catalogue.jsonl")
	if err := b.g.writeFile(file, w.listings); err != nil {
		return err
	}
	defer os.Remove(file)
	var err error
	if w.loading.Import, w.loading.ImportIx, err = b.load(ctx, w, file, w.plainDB); err != nil {
		return err
	}
	again, err := b.program.run(ctx, []string{"DATABASE_URL=" + w.plainDB}, "import", file)
	if err != nil {
		return err
	}
	w.loading.Again = again
	if w.loading.MImport, w.loading.MIndexed, err = b.load(ctx, w, file, w.meiliDB, b.meiliEnv(w)...); err != nil {
		return err
	}
	b.say("%d listings: import %.1f s, with index %.1f s; with Meilisearch %.1f s, with index %.1f s; again %.1f s", w.listings,
		w.loading.Import.Seconds(), w.loading.ImportIx.Seconds(), w.loading.MImport.Seconds(), w.loading.MIndexed.Seconds(), again.Seconds())
	w.loading.Fingerprint = fingerprint(b.g.seed)
	text, err := json.Marshal(w.loading)
	return errors.Join(err, os.WriteFile(w.marker(), text, 0o644))
}

func (b *builder) meiliEnv(w *world) []string {
	return []string{"MEILI_URL=http://" + w.meili.addr, "MEILI_KEY=" + meiliKey}
}

// load imports into one database while Souk runs on it, and waits until all is
// indexed.
func (b *builder) load(ctx context.Context, w *world, file, database string, more ...string) (imported, indexed time.Duration, err error) {
	env := append([]string{"DATABASE_URL=" + database}, more...)
	serving, err := b.program.serve(ctx, fmt.Sprintf("souk-%d-loading", w.listings), env...)
	if err != nil {
		return 0, 0, err
	}
	defer serving.stop()
	began := time.Now()
	if imported, err = b.program.run(ctx, env, "import", file); err != nil {
		return 0, 0, err
	}
	if err := w.awaitIndex(ctx, database, len(more) > 0); err != nil {
		return 0, 0, err
	}
	indexed = time.Since(began)
	serving.stop()
	return imported, indexed, w.postgres.settle(ctx, database)
}

// awaitIndex waits until no listing is left to be indexed.
func (w *world) awaitIndex(ctx context.Context, database string, withMeili bool) error {
	deadline := time.Now().Add(20 * time.Minute)
	for time.Now().Before(deadline) {
		waiting, err := w.postgres.waiting(ctx, database, jobs.IndexListings{}.Kind())
		if err != nil {
			return err
		}
		documents, busy := w.listings, false
		if withMeili {
			if documents, busy, err = w.meili.indexed(ctx); err != nil {
				return err
			}
		}
		if waiting == 0 && documents == w.listings && !busy {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return errors.New("the index is not complete after 20 minutes")
}

// serve starts the instances that are measured.
func (b *builder) serve(ctx context.Context, w *world) (err error) {
	name := func(s string) string { return fmt.Sprintf("souk-%d-%s", w.listings, s) }
	off := "SOUK_PAGE_CACHE=off"
	if w.cached, err = b.program.serve(ctx, name("cached"), "DATABASE_URL="+w.plainDB); err != nil {
		return err
	}
	if w.uncached, err = b.program.serve(ctx, name("uncached"), "DATABASE_URL="+w.plainDB, off); err != nil {
		return err
	}
	w.withMeili, err = b.program.serve(ctx, name("meilisearch"), append(b.meiliEnv(w), "DATABASE_URL="+w.meiliDB, off)...)
	return err
}

func (g *generator) writeFile(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(g.write(f, n), f.Close())
}

// fingerprint changes when databases that are full must be filled anew.
func fingerprint(seed uint64) string {
	h := sha256.New()
	fmt.Fprintln(h, seed)
	_ = newGenerator(seed).write(h, 20)
	_ = fs.WalkDir(migrations.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations.Files, path)
		fmt.Fprintln(h, path, string(text))
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:8])
}
