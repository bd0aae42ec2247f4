package meili_test

import (
	"fmt"
	"testing"

	"souk/search"
	"souk/search/columns"
	"souk/search/enginetest"
	"souk/search/meili"
	"souk/search/meili/meilitest"
)

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		set := columns.New()
		m := meili.New(meili.Config{URL: meilitest.URL(b), Index: meilitest.Index(b)}, set)
		if err := m.Prepare(b.Context()); err != nil {
			b.Fatal(err)
		}
		e := columns.Fed(m, set)
		enginetest.Fill(b, e, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) { enginetest.Bench(b, e, search.Query{PerPage: 20}) })
	}
}
