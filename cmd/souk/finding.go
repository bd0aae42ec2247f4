package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"souk/demo"
	"souk/migrations"
	"souk/models/db"
	"souk/models/db/localpg"
	"souk/search"
	"souk/search/columns"
	"souk/search/eval"
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
		engines, err := indexes(cfg, d, log)
		if err != nil {
			return err
		}
		for _, e := range engines {
			if err := reindex(ctx, sys, e, pg.NewDocuments(d.DB)); err != nil {
				return err
			}
		}
		return nil
	}
}

// indexes are the engines whose index the configuration uses: Postgres's
// always, since it answers when the other one can't.
func indexes(_ Config, d *database, _ *slog.Logger) ([]search.Engine, error) {
	return []search.Engine{pg.New(d.DB, columns.New())}, nil
}

// reindex rebuilds one index and shows how far it is.
func reindex(ctx context.Context, sys *system, e search.Engine, docs *pg.Documents) error {
	all, err := docs.Versions(ctx)
	if err != nil {
		return err
	}
	total := int64(len(all))
	bar := newProgress(sys.stderr, "Indexing with "+e.Name(), total, false)
	began := time.Now()
	next := docs.All()
	done := int64(0)
	err = e.Rebuild(ctx, func(ctx context.Context) ([]search.Document, error) {
		bar.to(done, fmt.Sprintf("%d of %d listings", done, total))
		batch, err := next(ctx)
		done += int64(len(batch))
		return batch, err
	})
	bar.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s: indexed %d listings in %s\n", e.Name(), done, time.Since(began).Round(time.Millisecond))
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
		engines, end, err := scratchEngines(ctx, cfg, log)
		if err != nil {
			return err
		}
		defer end()
		reports, err := eval.Evaluate(ctx, interruptible(ctx, listings), interruptible(ctx, judged), engines, sys.stdout, *collection)
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
	end = func() {
		if d != nil {
			d.Close()
		}
		local.Stop()
	}
	if err != nil {
		end()
		return nil, nil, err
	}
	set := columns.New()
	return []search.Engine{columns.Fed(pg.New(d, set), set)}, end, nil
}
