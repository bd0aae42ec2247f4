package catalog_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"souk/models"
	"souk/models/catalog"
	"souk/models/db/dbtest"
)

const translated = `{"listing":{"slug":"reviewer","name":"Reviewer","type":"github_app","publisher":"acme","categories":["review","ci"],` +
	`"tagline":"Reviews pull requests","introduction":"Reviewer reviews.","description":"# Hello\n\n<script>x</script>\n\n[site](https://example.com) [bad](javascript:x)",` +
	`"translations":{"ja":{"tagline":"プルリクエストをレビュー"}}}}`

func reference() []string {
	return []string{
		`{"category":{"slug":"review","position":1,"names":{"en":"Review","ja":"レビュー"}}}`,
		`{"category":{"slug":"ci","position":2,"names":{"en":"CI"}}}`,
		`{"publisher":{"login":"acme","name":"Acme","verified":true}}`,
	}
}

func TestAListingsPageIsOneStatement(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	load(t, s, lines(append(reference(), translated, linter)...), catalog.ImportOptions{})
	if _, err := s.Categories(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got *catalog.Details
	n := dbtest.Statements(d, func() {
		var err error
		if got, err = s.Listing(t.Context(), "ja", "reviewer"); err != nil {
			t.Fatal(err)
		}
	})
	if n != 1 {
		t.Errorf("%d statements", n)
	}
	if got.Language != "ja" || got.Listing.Tagline != "プルリクエストをレビュー" || got.Listing.Introduction != "Reviewer reviews." {
		t.Errorf("texts %q %+v", got.Language, got.Listing)
	}
	if got.Fallback != (catalog.Fallback{Introduction: true, HTML: true}) {
		t.Errorf("in English all the same: %+v", got.Fallback)
	}
	if !slices.Equal(got.Languages, []string{"en", "ja"}) || len(got.Categories) != 2 || got.Categories[0].Slug != "review" {
		t.Errorf("languages %v, categories %v", got.Languages, got.Categories)
	}
	if got.Publisher == nil || !got.Publisher.Verified {
		t.Errorf("publisher %+v", got.Publisher)
	}
	if !strings.Contains(got.HTML, "<h3>Hello</h3>") || !strings.Contains(got.HTML, `rel="nofollow`) ||
		strings.Contains(got.HTML, "script") || strings.Contains(got.HTML, "javascript") {
		t.Errorf("description %s", got.HTML)
	}
}

func TestCardsComeInTheOrderAskedForAndOnlyPublicOnes(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	draft := `{"listing":{"slug":"hidden","name":"Hidden","type":"github_app","state":"draft"}}`
	load(t, s, lines(append(reference(), translated, linter, draft)...), catalog.ImportOptions{})
	id := func(slug string) int64 { return number(t, d, "SELECT id FROM listings WHERE slug = $1", slug) }
	if _, err := s.Categories(t.Context()); err != nil {
		t.Fatal(err)
	}
	var cards []catalog.Card
	n := dbtest.Statements(d, func() {
		var err error
		if cards, err = s.Cards(t.Context(), "en", []int64{id("linter"), id("hidden"), 999_999, id("reviewer")}); err != nil {
			t.Fatal(err)
		}
	})
	// Three of the statements are the lookups of ids above.
	if n != 4 {
		t.Errorf("cards took %d statements, want 1", n-3)
	}
	if len(cards) != 2 || cards[0].Slug != "linter" || cards[1].Slug != "reviewer" {
		t.Fatalf("cards %+v", cards)
	}
	c := cards[0]
	if !c.Pricing.Free || !c.Pricing.Paid || !c.Pricing.Trial || *c.Pricing.FromMinor != 400 || !c.PermissionsKnown {
		t.Errorf("card %+v", c)
	}
	if cards[1].PermissionsKnown || cards[1].Pricing.Known {
		t.Errorf("the unknown became known: %+v", cards[1])
	}
}

func TestOnlyPublicListingsAreFound(t *testing.T) {
	t.Parallel()
	s, _ := newCatalog(t)
	for state := range models.ListingStates() {
		slug := "in-" + strings.ReplaceAll(string(state), "_", "-")
		load(t, s, lines(`{"listing":{"slug":"`+slug+`","name":"X","type":"github_app","state":"`+string(state)+`"}}`), catalog.ImportOptions{})
		want := map[models.ListingState]error{models.ListingPublished: nil, models.ListingUnlisted: nil, models.ListingTakenDown: models.ErrListingTakenDown}
		expected, ok := want[state]
		if !ok {
			expected = models.ErrNotFound // what was never public isn't gone either
		}
		if _, err := s.Listing(t.Context(), "en", slug); !errors.Is(err, expected) {
			t.Errorf("a listing in state %s: %v, want %v", state, err, expected)
		}
		if all, err := s.Compare(t.Context(), "en", []string{slug}); err != nil || (len(all) == 1) != (state == models.ListingPublished) {
			t.Errorf("comparing a listing in state %s: %d, %v", state, len(all), err)
		}
	}
}

func TestComparing(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	load(t, s, lines(append(reference(), translated, linter)...), catalog.ImportOptions{})
	if _, err := s.Categories(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := dbtest.Statements(d, func() {
		all, err := s.Compare(t.Context(), "en", []string{"linter", "nothing", "reviewer"})
		if err != nil || len(all) != 2 || all[0].Listing.Slug != "linter" {
			t.Errorf("compared %+v, %v", all, err)
		}
	})
	if n != 1 {
		t.Errorf("%d statements", n)
	}
	if _, err := s.Compare(t.Context(), "en", make([]string, models.MaxCompared+1)); !errors.Is(err, models.ErrTooManyCompared) {
		t.Errorf("five were compared: %v", err)
	}
}

func TestAPublisherWithNothingPublicIsNotFound(t *testing.T) {
	t.Parallel()
	s, _ := newCatalog(t)
	load(t, s, lines(append(reference(), translated)...), catalog.ImportOptions{})
	p, err := s.Publisher(t.Context(), "ja", "acme")
	if err != nil || p.Total != 1 || p.Cards[0].Tagline != "プルリクエストをレビュー" {
		t.Errorf("publisher %+v, %v", p, err)
	}
	load(t, s, lines(append(reference(), strings.Replace(translated, `"type"`, `"state":"unlisted","type"`, 1))...), catalog.ImportOptions{})
	if _, err := s.Publisher(t.Context(), "en", "acme"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a publisher with nothing public: %v", err)
	}
	if _, err := s.Publisher(t.Context(), "en", "nobody"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("an unknown publisher: %v", err)
	}
}

func TestAnIllegalStepIsReported(t *testing.T) {
	t.Parallel()
	s, _ := newCatalog(t)
	load(t, s, lines(linter), catalog.ImportOptions{})
	r := load(t, s, lines(strings.Replace(linter, `"type"`, `"state":"rejected","type"`, 1)), catalog.ImportOptions{})
	if len(r.Problems) != 1 || r.Problems[0].Field != "state" {
		t.Errorf("published to rejected: %+v", r)
	}
}
