package enginetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/search"
)

// word is the k-th of about 8,000 words that can be spoken.
func word(k int) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	var b strings.Builder
	for n := k + 40; n > 0; n /= len(consonants) * len(vowels) {
		b.WriteByte(consonants[n%len(consonants)])
		b.WriteByte(vowels[n/len(consonants)%len(vowels)])
	}
	return b.String() + "t"
}

// Corpus makes n listings that look like a marketplace: few categories,
// many publishers, texts of words by Zipf.
func Corpus(n int) []search.Document {
	seed := uint64(1)
	random := func(k int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % k
	}
	zipf := func() string {
		return word(random(90) * random(90))
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

// CorpusQueries are queries of Corpus with one and two words, slips and
// unfinished words among them.
func CorpusQueries(n int) []string {
	docs := Corpus(200)
	var out []string
	for i := 0; len(out) < n; i++ {
		words := strings.Fields(docs[i%len(docs)].Taglines["en"])
		w := words[i%len(words)]
		switch i % 4 {
		case 0:
			out = append(out, w)
		case 1:
			out = append(out, w+" "+words[(i+3)%len(words)])
		case 2:
			out = append(out, w[:max(len(w)-1, 2)])
		case 3:
			out = append(out, w[:1]+w[2:3]+w[1:2]+w[3:])
		}
	}
	return out
}

// Fill indexes n listings of the corpus.
func Fill(b testing.TB, e search.Engine, n int) {
	b.Helper()
	for docs := range slices.Chunk(Corpus(n), 2000) {
		if err := e.Index(b.Context(), docs); err != nil {
			b.Fatal(err)
		}
	}
}

// Bench asks the corpus's queries in turn and reports the median.
func Bench(b *testing.B, e search.Engine, q search.Query) {
	b.Helper()
	queries := CorpusQueries(100)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		q.Text = queries[i%len(queries)]
		began := time.Now()
		if _, err := e.Search(b.Context(), q); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}
