//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// run is one run of the whole benchmark.
type run struct {
	*meter
	*builder
	quick  bool
	worlds []*world // by size
	middle *world   // the size that targets are about
	least  *world
	market *market // nil unless purchases are measured
	harbor *harbor // nil unless pages about installations are

	browses []address
	mix     []query
	typos   []query

	asks   map[int]float64 // questions to Meilisearch a page, by listings
	memory map[string]memoryFigure
}

// name is the name of a target at a size.
func name(what string, w *world) string { return fmt.Sprintf("%s@%d", what, w.listings) }

// prepare finds addresses, and looks once at what each answers.
func (r *run) prepare(ctx context.Context) (err error) {
	base := r.least.uncached.url("")
	if r.browses, err = full(ctx, base, r.g.browses(), 120); err != nil {
		return fmt.Errorf("browse: %w", err)
	}
	q := r.g.queries(10_000)
	r.mix, r.typos = q.mix(), q.typos()
	for _, w := range r.worlds {
		for _, i := range []*instance{w.uncached, w.withMeili} {
			for what, list := range map[string][]address{
				"home": homes(), "browse": r.browses, "listing": r.g.listings(w.listings, 400), "search": searches(r.mix), "typo": searches(r.typos),
				"api": apiOf(r.browses), "api search": apiSearches(r.mix),
			} {
				if err := assert(ctx, i.url(""), list); err != nil {
					return fmt.Errorf("%s: %s: %w", i.name, what, err)
				}
			}
			if err := mostlyFound(ctx, i.url(""), searches(r.typos)); err != nil {
				return fmt.Errorf("%s: %w", i.name, err)
			}
		}
	}
	return nil
}

const (
	offerBrotli = "Accept-Encoding: gzip, deflate, br"
	offerGzip   = "Accept-Encoding: gzip"
)

// warm measures cached pages against the same bytes from a bare handler.
func (r *run) warm(ctx context.Context) error {
	pages := map[string]map[string]page{}
	lists := map[string][]address{"home": homes(), "browse": r.browses, "listing": r.g.listings(r.least.listings, 120)}
	var targets []target
	for _, what := range []string{"home", "browse", "listing"} {
		for _, w := range r.worlds {
			got, err := warmUp(ctx, w.cached, lists[what])
			if err != nil {
				return err
			}
			targets = append(targets, target{name: name(what+" warm", w), addr: w.cached.addr, requests: requests(lists[what]), heads: heads{app: w.cached.pid(), postgres: w.postgres.pid}})
			if w == r.middle {
				pages[what] = got
			}
		}
		br := with(lists[what], offerBrotli)
		got, err := warmUp(ctx, r.middle.cached, br)
		if err != nil {
			return err
		}
		pages[what+" br"] = got
		targets = append(targets, target{name: name(what+" warm br", r.middle), addr: r.middle.cached.addr, requests: requests(br), heads: heads{app: r.middle.cached.pid(), postgres: r.middle.postgres.pid}})
	}
	baseline, at, err := startBaselines(ctx, baselines{Pages: pages})
	if err != nil {
		return err
	}
	defer baseline.stop()
	for set := range pages {
		list := lists[strings.TrimSuffix(set, " br")]
		if strings.HasSuffix(set, " br") {
			list = with(list, offerBrotli)
		}
		targets = append(targets, target{name: set + " bare", addr: at.Bytes[set], requests: requests(list), heads: heads{app: baseline.pid()}})
	}
	targets = append(targets, target{name: "driver", addr: at.Wire, requests: requests(lists["browse"]), heads: heads{app: baseline.pid()}})
	slices.SortFunc(targets, func(a, b target) int { return strings.Compare(a.name, b.name) })
	return r.group(ctx, "warm pages", targets...)
}

// warmUp asks for every page twice, so that the cache has it, and returns what
// the second answers were.
func warmUp(ctx context.Context, i *instance, list []address) (map[string]page, error) {
	pages := map[string]page{}
	for range 2 {
		for _, a := range list {
			head := http.Header{"Accept-Language": {"en-US,en;q=0.9"}}
			for _, line := range a.head {
				name, value, _ := strings.Cut(line, ": ")
				head.Set(name, value)
			}
			status, p, err := fetch(ctx, i.url(a.uri), head)
			if err != nil {
				return nil, err
			}
			if status != http.StatusOK {
				return nil, fmt.Errorf("%s answers %d", a.uri, status)
			}
			for _, own := range []string{"Date", "Content-Length"} {
				p.Head.Del(own)
			}
			pages[a.uri] = p
		}
	}
	return pages, nil
}

// sizes makes a target of an instance at every size.
func (r *run) sizes(what string, of func(*world) *instance, list func(*world) []address) []target {
	var out []target
	for _, w := range r.worlds {
		i := of(w)
		t := target{name: name(what, w), addr: i.addr, requests: requests(list(w)), heads: heads{app: i.pid(), postgres: w.postgres.pid}}
		if i == w.withMeili {
			t.heads.meili = w.meili.pid()
			t.fallbacks = i.fallbacks
		}
		out = append(out, t)
	}
	return out
}

// fallbacks counts the searches that Postgres answered for Meilisearch.
func (i *instance) fallbacks(ctx context.Context) (int, error) {
	status, p, err := fetch(ctx, "http://"+i.metrics+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	_, rest, ok := strings.Cut(string(p.Body), "\nsouk_search_fallbacks_total ")
	if status != http.StatusOK || !ok {
		return 0, fmt.Errorf("the app doesn't count its fall-backs: %d", status)
	}
	line, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.ParseFloat(line, 64)
	return int(n), err
}

func uncached(w *world) *instance  { return w.uncached }
func withMeili(w *world) *instance { return w.withMeili }

func always(list []address) func(*world) []address { return func(*world) []address { return list } }

// browse measures pages of results without words.
func (r *run) browse(ctx context.Context) error {
	baseline, at, err := startBaselines(ctx, baselines{Catalogue: r.middle.listings, Seed: r.g.seed, Browse: uris(r.browses)})
	if err != nil {
		return err
	}
	defer baseline.stop()
	if err := assert(ctx, "http://"+at.Templ, r.browses); err != nil {
		return fmt.Errorf("the bare templ handler: %w", err)
	}
	targets := r.sizes("browse", uncached, always(r.browses))
	targets = append(targets, target{name: "browse templ", addr: at.Templ, requests: requests(r.browses), heads: heads{app: baseline.pid()}})
	zipped := r.sizes("browse gzip", uncached, always(with(r.browses, offerGzip)))
	targets = append(targets, zipped[slices.Index(r.worlds, r.middle)])
	return r.group(ctx, "browse", targets...)
}

// search measures pages of results by words, and the engine behind them.
func (r *run) search(ctx context.Context) error {
	var targets []target
	for _, w := range r.worlds {
		exactly, plainly, err := r.record(ctx, w)
		if err != nil {
			return err
		}
		raw := target{name: name("meilisearch", w), addr: w.meili.addr, requests: plainly, heads: heads{meili: w.meili.pid()}}
		same := raw
		same.name, same.requests = name("meilisearch as souk asks", w), exactly
		targets = append(targets, raw, same)
	}
	targets = append(targets, r.sizes("search with meilisearch", withMeili, always(searches(r.mix)))...)
	targets = append(targets, r.sizes("search with postgres", uncached, always(searches(r.mix)))...)
	targets = append(targets, r.sizes("typo with postgres", uncached, always(searches(r.typos)))...)
	return r.group(ctx, "search", targets...)
}

// record writes down what Souk asks Meilisearch for each query, and the same
// as anybody would ask it.
func (r *run) record(ctx context.Context, w *world) (exactly, plainly [][]byte, err error) {
	rec, err := startRecorder(w.meili.addr)
	if err != nil {
		return nil, nil, err
	}
	defer rec.server.Close()
	i, err := r.program.serve(ctx, fmt.Sprintf("souk-%d-recorded", w.listings),
		"DATABASE_URL="+w.meiliDB, "MEILI_URL=http://"+rec.addr, "MEILI_KEY="+meiliKey, "SOUK_PAGE_CACHE=off", "SOUK_WORKERS=0")
	if err != nil {
		return nil, nil, err
	}
	defer i.stop()
	rec.take()
	for _, a := range searches(r.mix) {
		if err := a.ask(ctx, i.url("")); err != nil {
			return nil, nil, err
		}
		got := rec.take()
		if len(got) == 0 {
			return nil, nil, fmt.Errorf("%s: Souk asked Meilisearch nothing", a.uri)
		}
		for _, g := range got {
			exactly = append(exactly, g.request())
		}
		s, err := got[0].plainly()
		if err != nil {
			return nil, nil, err
		}
		plainly = append(plainly, s)
	}
	r.asks[w.listings] = float64(len(exactly)) / float64(len(plainly))
	return exactly, plainly, nil
}

// listing measures listings' pages.
func (r *run) listing(ctx context.Context) error {
	return r.group(ctx, "listing", r.sizes("listing", uncached, func(w *world) []address { return r.g.listings(w.listings, 400) })...)
}

// others measures what no target is about.
func (r *run) others(ctx context.Context) error {
	targets := r.sizes("home", uncached, always(homes()))
	targets = append(targets, r.sizes("api", uncached, always(apiOf(r.browses)))...)
	targets = append(targets, r.sizes("api search with postgres", uncached, always(apiSearches(r.mix)))...)
	targets = append(targets, r.sizes("api search with meilisearch", withMeili, always(apiSearches(r.mix)))...)
	targets = append(targets, r.sizes("suggest with postgres", uncached, always(suggestions(r.mix)))...)
	targets = append(targets, r.sizes("suggest with meilisearch", withMeili, always(suggestions(r.mix)))...)
	return r.group(ctx, "others", targets...)
}

// memoryFigure is what an instance holds in bytes.
type memoryFigure struct{ idle, loaded, peak int64 }

// remember puts everything at once on a fresh instance, of the configuration
// that Souk comes in, and looks at what it holds.
func (r *run) remember(ctx context.Context, w *world) error {
	for what, env := range map[string][]string{
		"postgres":    {"DATABASE_URL=" + w.plainDB},
		"meilisearch": append(r.meiliEnv(w), "DATABASE_URL="+w.meiliDB),
	} {
		i, err := r.program.serve(ctx, fmt.Sprintf("souk-%d-memory", w.listings), env...)
		if err != nil {
			return err
		}
		f, err := r.fillMemory(ctx, w, i)
		i.stop()
		if err != nil {
			return err
		}
		r.memory[name(what, w)] = f
		r.say("memory of the app, search with %s, %d listings: %d MiB idle, %d MiB at most under load, %d MiB at most since it started",
			what, w.listings, f.idle>>20, f.loaded>>20, f.peak>>20)
	}
	return nil
}

func (r *run) fillMemory(ctx context.Context, w *world, i *instance) (f memoryFigure, err error) {
	list := slices.Concat(homes(), r.browses, searches(r.mix), searches(r.typos), r.g.listings(w.listings, min(w.listings, 1500)), apiOf(r.browses), apiSearches(r.mix))
	list = append(list, with(list, offerGzip)...)
	shuffle := rand.New(rand.NewPCG(r.g.seed, 5))
	shuffle.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	f.idle, f.peak = memory(i.pid())
	forgetPeak(i.pid())
	for range r.rounds {
		out, err := r.loader.do(order{Addr: i.addr, Requests: requests(list), Conns: 16, For: 2 * r.slice, Warm: 0})
		if err != nil {
			return f, err
		}
		if out.Bad > 0 {
			return f, fmt.Errorf("%d of %d answers were errors", out.Bad, out.Sent)
		}
	}
	_, f.loaded = memory(i.pid())
	f.peak = max(f.peak, f.loaded)
	return f, ctx.Err()
}
