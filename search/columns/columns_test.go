package columns_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"souk/models"
	"souk/search"
	"souk/search/columns"
	"souk/search/rank"
)

// TestAnswersAreThoseOfPlainLoops changes a set at random and compares what it
// answers with loops over a plain list.
func TestAnswersAreThoseOfPlainLoops(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 11))
	set, plain := columns.New(), map[int64]search.Document{}
	for round := range 60 {
		var docs []search.Document
		for range 1 + r.IntN(40) {
			docs = append(docs, random(r, int64(1+r.IntN(300))))
		}
		var gone []int64
		for range r.IntN(10) {
			gone = append(gone, int64(1+r.IntN(300)))
		}
		set.Put(docs, gone)
		for _, id := range gone {
			delete(plain, id)
		}
		for _, d := range docs {
			plain[d.ID] = d
		}
		for range 10 {
			q := randomQuery(r)
			compare(t, round, set.View(), plain, q)
			compare(t, round, set.View(), plain, q) // and again, remembered
		}
	}
}

func random(r *rand.Rand, id int64) search.Document {
	d := search.Document{
		ID: id, Slug: fmt.Sprint("s", id), Name: fmt.Sprintf("N%03d", r.IntN(50)), Version: fmt.Sprint(r.Int()), Type: models.AppKinds()[r.IntN(2)],
		Pricing: []string{models.PricingValues()[r.IntN(4)]}, Verified: r.IntN(3) == 0,
		PublishedAt: time.Unix(int64(r.IntN(100)), 0), UpdatedAt: time.Unix(int64(r.IntN(100)), 0),
	}
	for range r.IntN(3) {
		if c := fmt.Sprint("c", r.IntN(6)); !slices.Contains(d.Categories, c) {
			d.Categories = append(d.Categories, c)
		}
	}
	if r.IntN(2) == 0 {
		d.Publisher = fmt.Sprint("p", r.IntN(9))
	}
	if r.IntN(2) == 0 {
		d.Installs = new(int64(r.IntN(40)))
	}
	return d
}

func randomQuery(r *rand.Rand) search.Query {
	q := search.Query{Filters: search.Filters{}, Sort: search.Sorts()[1+r.IntN(4)], Page: 1 + r.IntN(4), PerPage: 1 + r.IntN(30), Counted: search.Facets()}
	if r.IntN(2) == 0 {
		q.Filters[search.Category] = []string{fmt.Sprint("c", r.IntN(7))}
	}
	if r.IntN(3) == 0 {
		q.Filters[search.Pricing] = []string{"free", "paid"}[:1+r.IntN(2)]
	}
	if r.IntN(4) == 0 {
		q.Filters[search.Publisher] = []string{fmt.Sprint("p", r.IntN(10)), fmt.Sprint("p", r.IntN(10))}
	}
	return q
}

func passes(d search.Document, f search.Filters, except search.Facet) bool {
	for facet, values := range f {
		if facet != except && !slices.ContainsFunc(d.FacetValues(facet), func(v string) bool { return slices.Contains(values, v) }) {
			return false
		}
	}
	return true
}

func compare(t *testing.T, round int, v *columns.View, plain map[int64]search.Document, q search.Query) {
	t.Helper()
	var want []search.Document
	counts := search.Counts{}
	for _, f := range search.Facets() {
		counts[f] = map[string]int{}
	}
	for _, d := range plain {
		if passes(d, q.Filters, "") {
			want = append(want, d)
		}
		for _, f := range search.Facets() {
			if passes(d, q.Filters, f) {
				for _, value := range d.FacetValues(f) {
					counts[f][value]++
				}
			}
		}
	}
	slices.SortFunc(want, func(a, b search.Document) int { return before(q.Sort, &a, &b) })
	got := v.Browse(q)
	if got.Total != len(want) || v.Len() != len(plain) {
		t.Fatalf("round %d, %+v: %d results of %d, want %d of %d", round, q, got.Total, v.Len(), len(want), len(plain))
	}
	from := min((q.Page-1)*q.PerPage, len(want))
	want = want[from:min(from+q.PerPage, len(want))]
	if !slices.EqualFunc(got.Hits, want, func(h search.Hit, d search.Document) bool { return h.ID == d.ID }) {
		t.Fatalf("round %d, %+v: other results than expected", round, q)
	}
	for f := range counts {
		if fmt.Sprint(got.Counts[f]) != fmt.Sprint(counts[f]) {
			t.Fatalf("round %d, %+v: counts of %s are %v, want %v", round, q, f, got.Counts[f], counts[f])
		}
	}
}

func before(by search.Sort, a, b *search.Document) int {
	installs := func(d *search.Document) int64 {
		if d.Installs == nil {
			return -1
		}
		return *d.Installs
	}
	first := 0
	switch by {
	case search.Installs:
		first = cmp.Compare(installs(b), installs(a))
	case search.Added:
		first = cmp.Or(b.PublishedAt.Compare(a.PublishedAt), standing(a, b))
	case search.Updated:
		first = cmp.Or(b.UpdatedAt.Compare(a.UpdatedAt), standing(a, b))
	}
	return cmp.Or(first, cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// standing puts what is maintained first, then what is popular.
func standing(a, b *search.Document) int {
	if a.Discontinued != b.Discontinued {
		if a.Discontinued {
			return 1
		}
		return -1
	}
	return cmp.Compare(rank.Popularity(b), rank.Popularity(a))
}
