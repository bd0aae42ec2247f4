package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"souk/demo"
	"souk/migrations"
	"souk/models/db"
	"souk/models/db/localpg"
	"souk/models/jobs"
	"souk/search"
	"souk/search/columns"
	"souk/search/eval"
	"souk/search/meili"
	"souk/search/pg"
)

const reindexHelp = `
Builds a second index from the database and swaps it in. Searches are answered
all the while, and the server needs no restart. Needed after a release that says
so, and after Meilisearch lost its data; everything else Souk repairs itself.`

func setUpReindex(*flag.FlagSet) func(context.Context, *system, []string) error {
	return func(ctx context.Context, sys *system, args []string) error {
		if err := noArguments("reindex", args); err != nil {
			return err
		}
		cfg, log, err := configured(sys)
		if err != nil {
			return err
		}
		d, err := openDatabase(ctx, cfg, log)
		if err != nil {
			return err
		}
		defer d.Close()
		queue, err := jobs.NewQueue(d.DB)
		if err != nil {
			return err
		}
		indexes := both(engines(cfg, d.DB, columns.New()))
		return reindex(ctx, sys, search.NewIndexer(pg.NewDocuments(d.DB), pg.NewLedger(d.DB), d.DB, queue, indexes...))
	}
}

// engines are those that the configuration names; primary is nil when Postgres
// searches alone.
func engines(cfg Config, d *db.DB, set *columns.Set) (postgres, primary search.Engine) {
	postgres = pg.New(d, set)
	if cfg.MeiliURL != "" {
		primary = meili.New(meili.Config{URL: cfg.MeiliURL, Key: cfg.MeiliKey, Index: cfg.MeiliIndex}, set)
	}
	return postgres, primary
}

// both lists the engines whose indexes are kept current: Postgres's always,
// since it answers when the other can't.
func both(postgres, primary search.Engine) []search.Engine {
	if primary == nil {
		return []search.Engine{postgres}
	}
	return []search.Engine{postgres, primary}
}

// reindex rebuilds every index and shows how far it is.
func reindex(ctx context.Context, sys *system, x *search.Indexer) error {
	var bar *progress
	var current string
	var indexed int
	var began time.Time
	finish := func() {
		if bar != nil {
			bar.end()
			fmt.Fprintf(sys.stdout, "%s: indexed %d listings in %s\n", current, indexed, time.Since(began).Round(time.Millisecond))
		}
	}
	err := x.Reindex(ctx, func(engine string, done, total int) {
		if engine != current {
			finish()
			bar, current, began = newProgress(sys.stderr, "Indexing with "+engine, int64(total), false), engine, time.Now()
		}
		indexed = done
		bar.to(int64(done), fmt.Sprintf("%d of %d listings", done, total))
	})
	if err != nil {
		if bar != nil {
			bar.end()
		}
		return err
	}
	finish()
	return nil
}

const evalHelp = `
Loads a catalogue into an empty index, asks it judged queries, and prints
nDCG@10, MRR and recall@10 by kind of query and by language, for each engine:
Postgres (a throw-away one, started for this) and, with MEILI_URL, Meilisearch
(in an index of its own that is removed afterwards). Neither the database nor the
index that the configuration names is touched.

A catalogue is in Souk's exchange format or a JSON array of apps; queries are a
JSON array of {"id", "q", "lang", "kind", "collection", "relevant": [{"slug",
"grade"}]} with grades from 1 to 3.`

func setUpEval(flags *flag.FlagSet) func(context.Context, *system, []string) error {
	catalogue := flags.String("catalogue", "", "`file` with the listings (default: the demonstration catalogue)")
	queries := flags.String("queries", "", "`file` with the judged queries")
	collection := flags.String("collection", "", "ask only the queries of this `collection`")
	floor := flags.Float64("floor", 0, "fail when an engine's mean nDCG@10 is below this `number`")
	worst := flags.Float64("worst", 0, "list the queries whose nDCG@10 is below this `number`")
	return func(ctx context.Context, sys *system, args []string) error {
		if err := noArguments("eval", args); err != nil {
			return err
		}
		if *queries == "" {
			return usageError("eval needs --queries FILE; see `souk eval --help`")
		}
		cfg, log, err := configured(sys)
		if err != nil {
			return err
		}
		judged, _, err := openInput(sys, *queries)
		if err != nil {
			return err
		}
		defer judged.Close()
		listings := io.NopCloser(demo.Catalogue())
		if *catalogue != "" {
			if listings, _, err = openInput(sys, *catalogue); err != nil {
				return err
			}
		}
		defer listings.Close()
		scratch, end, err := scratchEngines(ctx, cfg, log)
		if err != nil {
			return err
		}
		defer end()
		reports, err := eval.Evaluate(ctx, interruptible(ctx, listings), interruptible(ctx, judged), scratch, sys.stdout, *collection)
		if err != nil {
			return err
		}
		return judgeReports(sys.stdout, reports, *floor, *worst)
	}
}

// judgeReports lists the worst queries and fails below the floor.
func judgeReports(w io.Writer, reports []eval.Report, floor, worst float64) error {
	for i := range reports {
		if text := reports[i].Worst(worst); text != "" {
			fmt.Fprintf(w, "\n%s, below %.2f:\n%s", reports[i].Engine, worst, text)
		}
	}
	for _, r := range reports {
		if r.All.NDCG < floor {
			return fmt.Errorf("the mean nDCG@10 of %s is %.3f, below the floor of %.3f", r.Engine, r.All.NDCG, floor)
		}
	}
	return nil
}

// scratchEngines returns engines with an empty index of their own, and what
// removes them.
func scratchEngines(ctx context.Context, cfg Config, log *slog.Logger) (_ []search.Engine, end func(), err error) {
	local, err := localpg.Start(ctx, localpg.Config{Log: log, User: cfg.PostgresUser, Throwaway: true})
	if err != nil {
		return nil, nil, err
	}
	d, err := db.Open(ctx, local.URL(), 0)
	if err == nil {
		_, err = d.Migrate(ctx, migrations.Files)
	}
	cfg.MeiliIndex += "_eval_" + strings.ToLower(rand.Text()[:8])
	end = func() {
		if d != nil {
			d.Close()
		}
		local.Stop()
		if cfg.MeiliURL != "" {
			removeIndex(context.WithoutCancel(ctx), cfg)
		}
	}
	if err != nil {
		end()
		return nil, nil, err
	}
	// Each with a set of its own, because filling one fills its set.
	set := columns.New()
	postgres, _ := engines(cfg, d, set)
	all := []search.Engine{columns.Fed(postgres, set)}
	set = columns.New()
	if _, primary := engines(cfg, d, set); primary != nil {
		all = append(all, columns.Fed(primary, set))
	}
	return all, end, nil
}

// removeIndex takes an index away that nobody needs any more. When that fails
// nothing but space is lost.
func removeIndex(ctx context.Context, cfg Config) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for _, name := range []string{cfg.MeiliIndex, cfg.MeiliIndex + "_next"} {
		req, err := http.NewRequestWithContext(ctx, http.MethodDelete, cfg.MeiliURL+"/indexes/"+name, nil)
		if err != nil {
			return
		}
		if cfg.MeiliKey != "" {
			req.Header.Set("Authorization", "Bearer "+cfg.MeiliKey)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return
		}
		_ = res.Body.Close()
	}
}
