package columns_test

import (
	"fmt"
	"runtime"
	"testing"

	"souk/search"
	"souk/search/columns"
	"souk/search/enginetest"
)

func filled(n int) *columns.Set {
	set := columns.New()
	docs := enginetest.Corpus(n)
	for len(docs) > 0 {
		k := min(1000, len(docs))
		set.Put(docs[:k], nil)
		docs = docs[k:]
	}
	return set
}

func BenchmarkBrowse(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		set := filled(n)
		for name, f := range map[string]search.Filters{
			"all":         nil,
			"category":    {search.Category: {"category-3"}},
			"pricing":     {search.Pricing: {"free"}},
			"pricing+two": {search.Pricing: {"free", "paid"}, search.Category: {"category-3", "category-4"}},
		} {
			for _, page := range []int{1, 20} {
				b.Run(fmt.Sprintf("%d/%s/page%d", n, name, page), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						set.View().Browse(search.Query{Filters: f, Page: page, PerPage: 20})
					}
				})
			}
		}
	}
}

func BenchmarkChange(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		set := filled(n)
		doc := enginetest.Corpus(10)[5:6]
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				set.Put(doc, nil)
			}
		})
	}
}

func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			docs := enginetest.Corpus(n)
			var before, after runtime.MemStats
			for b.Loop() {
				runtime.GC()
				runtime.ReadMemStats(&before)
				set := columns.New()
				for at := 0; at < n; at += 1000 {
					set.Put(docs[at:min(at+1000, n)], nil)
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "B/listing")
				runtime.KeepAlive(set)
			}
		})
	}
}
