// Package eval measures how well an engine ranks, by judged queries: a query
// and the listings that answer it, graded 1 to 3. It changes no rule and knows
// no query; a report is a table that two people can argue about.
package eval

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"souk/search"
)

// Query is one judged query. Kind is what makes it hard: exact, prefix, typo,
// synonym, category, publisher, multiword, cjk.
type Query struct {
	ID         string      `json:"id"`
	Text       string      `json:"q"`
	Lang       string      `json:"lang"`
	Kind       string      `json:"kind"`
	Collection string      `json:"collection"`
	Relevant   []Judgement `json:"relevant"`
}

// Judgement grades how well a listing answers a query: 3 is what was meant.
type Judgement struct {
	Slug  string `json:"slug"`
	Grade int    `json:"grade"`
}

// depth is how many results are judged.
const depth = 10

// Metrics are means over queries: nDCG@10 with gains of 2^grade-1, the
// reciprocal rank of the first relevant result, and the share of the relevant
// listings that are among the first ten (of ten where there are more).
type Metrics struct {
	Queries int
	NDCG    float64
	MRR     float64
	Recall  float64
}

// Line is how one query fared.
type Line struct {
	Query   Query
	Metrics Metrics
	Found   []string // slugs, the first ones first
}

// Report is how one engine fared.
type Report struct {
	Engine string
	All    Metrics
	Kinds  map[string]Metrics
	Langs  map[string]Metrics
	Lines  []Line
}

// ReadQueries reads judged queries; collection selects one file's ("" is all).
func ReadQueries(r io.Reader, collection string) ([]Query, error) {
	var all []Query
	if err := json.NewDecoder(r).Decode(&all); err != nil {
		return nil, fmt.Errorf("eval: queries: %w", err)
	}
	return slices.DeleteFunc(all, func(q Query) bool { return collection != "" && q.Collection != collection }), nil
}

// Fill makes docs the whole of an engine's index.
func Fill(ctx context.Context, engine search.Engine, docs []search.Document) error {
	rest := slices.Collect(slices.Chunk(docs, 500))
	return engine.Rebuild(ctx, func(context.Context) ([]search.Document, error) {
		if len(rest) == 0 {
			return nil, nil
		}
		next := rest[0]
		rest = rest[1:]
		return next, nil
	})
}

// Run asks the queries of an engine that holds docs.
func Run(ctx context.Context, engine search.Engine, docs []search.Document, queries []Query) (Report, error) {
	slugs := make(map[int64]string, len(docs))
	for i := range docs {
		slugs[docs[i].ID] = docs[i].Slug
	}
	r := Report{Engine: engine.Name(), Kinds: map[string]Metrics{}, Langs: map[string]Metrics{}}
	for _, q := range queries {
		res, err := engine.Search(ctx, search.Query{
			Text: q.Text, Lang: tag(q.Lang), Sort: search.BestMatch, Page: 1, PerPage: depth, Counted: []search.Facet{},
		})
		if err != nil {
			return Report{}, fmt.Errorf("eval: %q: %w", q.Text, err)
		}
		l := Line{Query: q}
		for _, h := range res.Hits {
			l.Found = append(l.Found, slugs[h.ID])
		}
		l.Metrics = measure(l.Found, q.Relevant)
		r.Lines = append(r.Lines, l)
		r.All = r.All.plus(l.Metrics)
		r.Kinds[q.Kind] = r.Kinds[q.Kind].plus(l.Metrics)
		r.Langs[q.Lang] = r.Langs[q.Lang].plus(l.Metrics)
	}
	r.All = r.All.mean()
	for _, by := range []map[string]Metrics{r.Kinds, r.Langs} {
		for k, m := range by {
			by[k] = m.mean()
		}
	}
	return r, nil
}

// Evaluate fills each engine with the catalogue, asks it the queries of a
// collection ("" is all), and prints a table.
func Evaluate(ctx context.Context, catalogue, queries io.Reader, engines []search.Engine, w io.Writer, collection string) ([]Report, error) {
	docs, err := ReadCatalogue(catalogue)
	if err != nil {
		return nil, err
	}
	judged, err := ReadQueries(queries, collection)
	if err != nil {
		return nil, err
	}
	if len(judged) == 0 {
		return nil, fmt.Errorf("eval: there are no queries of collection %q", collection)
	}
	var reports []Report
	for _, e := range engines {
		if err := Fill(ctx, e, docs); err != nil {
			return nil, err
		}
		r, err := Run(ctx, e, docs, judged)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	return reports, Print(w, reports)
}

func measure(found []string, relevant []Judgement) Metrics {
	grades := map[string]int{}
	var ideal []int
	for _, j := range relevant {
		grades[j.Slug] = j.Grade
		ideal = append(ideal, j.Grade)
	}
	slices.SortFunc(ideal, func(a, b int) int { return cmp.Compare(b, a) })
	m := Metrics{Queries: 1}
	best, got, hits := 0.0, 0.0, 0
	for i, g := range ideal[:min(len(ideal), depth)] {
		best += gain(g, i)
	}
	for i, slug := range found[:min(len(found), depth)] {
		g := grades[slug]
		got += gain(g, i)
		if g > 0 {
			hits++
			if m.MRR == 0 {
				m.MRR = 1 / float64(i+1)
			}
		}
	}
	if best > 0 {
		m.NDCG = got / best
		m.Recall = float64(hits) / float64(min(len(relevant), depth))
	}
	return m
}

func gain(grade, at int) float64 { return (math.Exp2(float64(grade)) - 1) / math.Log2(float64(at+2)) }

func (m Metrics) plus(o Metrics) Metrics {
	return Metrics{m.Queries + o.Queries, m.NDCG + o.NDCG, m.MRR + o.MRR, m.Recall + o.Recall}
}

func (m Metrics) mean() Metrics {
	if m.Queries == 0 {
		return m
	}
	n := float64(m.Queries)
	return Metrics{m.Queries, m.NDCG / n, m.MRR / n, m.Recall / n}
}

// Print writes reports as a table: all queries, then by kind and by language.
func Print(w io.Writer, reports []Report) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "engine\tqueries of\tn\tnDCG@10\tMRR\trecall@10")
	row := func(engine, of string, m Metrics) {
		fmt.Fprintf(t, "%s\t%s\t%d\t%.3f\t%.3f\t%.3f\n", engine, of, m.Queries, m.NDCG, m.MRR, m.Recall)
	}
	for _, r := range reports {
		row(r.Engine, "all", r.All)
		for _, k := range slices.Sorted(maps.Keys(r.Kinds)) {
			row(r.Engine, "kind "+k, r.Kinds[k])
		}
		for _, k := range slices.Sorted(maps.Keys(r.Langs)) {
			row(r.Engine, "language "+k, r.Langs[k])
		}
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return nil
}

// Worst describes the queries below a floor of nDCG, for those who tune.
func (r *Report) Worst(floor float64) string {
	var b strings.Builder
	for _, l := range r.Lines {
		if l.Metrics.NDCG >= floor {
			continue
		}
		fmt.Fprintf(&b, "%.2f %s %s %q\n     found: %s\n     meant:", l.Metrics.NDCG, l.Query.Kind, l.Query.Lang, l.Query.Text, strings.Join(l.Found, " "))
		for _, j := range l.Query.Relevant[:min(len(l.Query.Relevant), 14)] {
			fmt.Fprintf(&b, " %s:%d", j.Slug, j.Grade)
		}
		b.WriteString("\n")
	}
	return b.String()
}
