package pg_test

import (
	"fmt"
	"testing"

	"souk/models/db/dbtest"
	"souk/search"
	"souk/search/columns"
	"souk/search/enginetest"
	"souk/search/pg"
)

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		set := columns.New()
		d := dbtest.New(b)
		e := columns.Fed(pg.New(d, set), set)
		enginetest.Fill(b, e, n)
		if err := d.Read(b.Context()).Exec("ANALYZE search_documents").Error; err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) { enginetest.Bench(b, e, search.Query{PerPage: 20}) })
	}
}
