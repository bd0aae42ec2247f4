package columns_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"souk/models"
	"souk/search"
	"souk/search/columns"
)

// catalogue makes n listings that look like a marketplace: few categories,
// many publishers, texts of words by Zipf.
func catalogue(n int) []search.Document {
	seed := uint64(1)
	random := func(k int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % k
	}
	zipf := func() string {
		k := random(64) * random(64) * 2
		return fmt.Sprintf("w%c%c%d", 'a'+k%26, 'a'+k/26%26, k)
	}
	permissions := models.Permissions()
	docs := make([]search.Document, n)
	for i := range docs {
		d := search.Document{
			ID: int64(i + 1), Slug: fmt.Sprintf("app-%d", i), Name: fmt.Sprintf("%s %s %d", zipf(), zipf(), i),
			Names: map[string]string{}, Taglines: map[string]string{}, Introductions: map[string]string{}, Descriptions: map[string]string{},
			Publisher: fmt.Sprintf("pub%d", random(1+n/4)), Type: models.GitHubApp, Pricing: []string{[]string{"free", "paid", "unknown"}[random(3)]},
			Version: fmt.Sprint(i), PublishedAt: time.Unix(int64(random(1e9)), 0), UpdatedAt: time.Unix(int64(random(1e9)), 0),
		}
		d.PublisherName = d.Publisher
		for _, lang := range models.Languages()[:1+3*(i%2)] {
			for range 12 {
				d.Taglines[lang] += zipf() + " "
			}
			for range 30 {
				d.Introductions[lang] += zipf() + " "
			}
		}
		for range 1 + random(3) {
			c := random(33)
			d.Categories = append(d.Categories, fmt.Sprintf("category-%d", c))
			d.CategoryNames = append(d.CategoryNames, models.Texts{"en": fmt.Sprintf("Category %d", c)})
		}
		if random(3) > 0 {
			d.Permissions = models.Grants{}
			for range random(6) {
				d.Permissions[permissions[random(len(permissions))].Key] = models.LevelRead
			}
		}
		if random(4) > 0 {
			d.Installs = new(int64(random(1_000_000)))
		}
		if random(3) == 0 {
			d.Programming = []string{fmt.Sprintf("lang%d", random(40))}
		}
		docs[i] = d
	}
	return docs
}

func filled(n int) *columns.Set {
	set := columns.New()
	docs := catalogue(n)
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
		doc := catalogue(10)[5:6]
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
			docs := catalogue(n)
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
