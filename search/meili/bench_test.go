package meili_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"souk/search"
	"souk/search/columns"
	"souk/search/enginetest"
	"souk/search/meili"
	"souk/search/meili/meilitest"
)

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { againstRaw(b, n) })
	}
}

// againstRaw asks each query of the engine and, in turn, of Meilisearch alone:
// the first 20 with the counts of all facets.
func againstRaw(b *testing.B, n int) {
	set, url, index := columns.New(), meilitest.URL(b), meilitest.Index(b)
	m := meili.New(meili.Config{URL: url, Index: index}, set)
	if err := m.Prepare(b.Context()); err != nil {
		b.Fatal(err)
	}
	enginetest.Fill(b, columns.Fed(m, set), n)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	raw := func(text string) {
		body, _ := json.Marshal(map[string]any{"q": text, "limit": 20,
			"facets": []string{"by_category", "by_type", "by_pricing", "by_verified", "by_permission", "by_language"}})
		r, err := client.Post(url+"/indexes/"+index+"/search", "application/json", bytes.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	queries := enginetest.CorpusQueries(100)
	var ours, theirs []time.Duration
	for i := 0; b.Loop(); i++ {
		text := queries[i%len(queries)]
		began := time.Now()
		if _, err := m.Search(b.Context(), search.Query{Text: text, Lang: "en", PerPage: 20}); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		raw(text)
		ours, theirs = append(ours, between.Sub(began)), append(theirs, time.Since(between))
	}
	p50, rawP50 := median(ours), median(theirs)
	b.ReportMetric(float64(p50.Microseconds()), "p50-µs")
	b.ReportMetric(float64(rawP50.Microseconds()), "raw-p50-µs")
	b.ReportMetric(float64(p50)/float64(rawP50), "of-raw")
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
