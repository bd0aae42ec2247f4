package columns_test

import (
	"fmt"
	"slices"
	"testing"

	"souk/models"
	"souk/search"
	"souk/search/columns"
)

func similarDocs() []search.Document {
	doc := func(id int64, slug, tagline, category string, grants models.Grants) search.Document {
		return search.Document{
			ID: id, Slug: slug, Name: slug, Type: models.GitHubApp, Categories: []string{category},
			CategoryNames: []models.Texts{{"en": category}}, Taglines: map[string]string{"en": tagline}, Permissions: grants, Version: "1",
		}
	}
	heavy := models.Grants{"contents": models.LevelWrite, "workflows": models.LevelWrite, "pull_requests": models.LevelWrite}
	light := models.Grants{"contents": models.LevelRead}
	docs := []search.Document{
		doc(1, "updater", "updates outdated dependencies with pull requests", "deps", heavy),
		doc(2, "bumper", "bumps outdated dependencies by pull requests", "deps", light),
		doc(3, "license", "reports licences of packages", "deps", light),
		doc(4, "secret", "bumps outdated dependencies quietly", "deps", nil),
		doc(5, "chatty", "outdated dependencies in chat", "chat", light),
	}
	for i := range int64(40) {
		docs = append(docs, doc(100+i, fmt.Sprintf("other-%d", i), fmt.Sprintf("something else number %d", i), "misc", light))
	}
	return docs
}

func TestSimilarListings(t *testing.T) {
	t.Parallel()
	s := columns.New()
	s.Put(similarDocs(), nil)
	similar, lighter := s.Similar("updater", 3)
	if len(similar) != 3 || similar[0] != 2 || similar[2] != 3 {
		t.Errorf("similar %v, want the ones about the same first and only of the category", similar)
	}
	if !slices.Equal(lighter, []int64{2, 3}) {
		t.Errorf("lighter %v, want those that tell and ask for less", lighter)
	}
	if _, lighter := s.Similar("bumper", 3); lighter != nil {
		t.Errorf("lighter than the lightest: %v", lighter)
	}
	if _, lighter := s.Similar("secret", 3); lighter != nil {
		t.Errorf("lighter than the unknown: %v", lighter)
	}
	if similar, _ := s.Similar("nothing", 3); similar != nil {
		t.Errorf("similar to nothing: %v", similar)
	}
	s.Put(nil, []int64{2})
	if similar, _ := s.Similar("updater", 3); slices.Contains(similar, 2) {
		t.Error("a listing that is gone is still similar")
	}
	if similar, _ := s.Similar("bumper", 3); similar != nil {
		t.Errorf("a listing that is gone has similar ones: %v", similar)
	}
}

func BenchmarkSimilar(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		var docs []search.Document
		for i := range int64(n) {
			docs = append(docs, search.Document{
				ID: i + 1, Slug: fmt.Sprintf("app-%d", i), Name: "App", Type: models.GitHubApp,
				Categories: []string{fmt.Sprintf("c%d", i%31)}, CategoryNames: []models.Texts{{"en": "c"}},
				Taglines: map[string]string{"en": fmt.Sprintf("word%d word%d checks the code of pull requests", i%500, i%77)}, Version: "1",
			})
		}
		s := columns.New()
		s.Put(docs, nil)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				s.Similar(fmt.Sprintf("app-%d", i%n), 4)
			}
		})
	}
}
