package jsonld_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"souk/handlers/jsonld"
	"souk/models"
	"souk/models/catalog"
)

func details() *catalog.Details {
	published := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return &catalog.Details{
		Listing: models.Listing{
			Slug: "builder", Name: "Builder", Tagline: "Builds", Introduction: "Builds it all.", PublishedAt: &published, UpdatedAt: published,
			Links: models.Links{Support: "https://builder.example/help"},
		},
		App:        models.App{Kind: models.GitHubApp, HomepageURL: "https://builder.example", Permissions: models.Grants{"checks": "write"}},
		Publisher:  &catalog.Publisher{Login: "acme", Name: "Acme"},
		Language:   "fr",
		Categories: []*models.Category{{Slug: "ci", Names: models.Texts{"en": "CI", "fr": "Intégration continue"}}},
		Plans: []models.Plan{
			{Name: "Open", Kind: models.PlanFree, Currency: "USD", State: models.PlanPublished},
			{Name: "Team", Kind: models.PlanPerUnit, UnitName: "seat", Currency: "USD", MonthlyMinor: new(int64(1205)), YearlyMinor: new(int64(12000)), State: models.PlanPublished},
			{Name: "円", Kind: models.PlanFlatRate, Currency: "JPY", YearlyMinor: new(int64(5000)), State: models.PlanPublished},
			{Name: "Ask us", Kind: models.PlanFlatRate, Currency: "USD", State: models.PlanPublished},
		},
	}
}

func TestListing(t *testing.T) {
	t.Parallel()
	var got, want any
	unmarshal(t, jsonld.Listing(details(), "https://souk.example", "fr"), &got)
	unmarshal(t, []byte(`{
	"@context": "https://schema.org",
	"@graph": [{
		"@type": "SoftwareApplication", "@id": "https://souk.example/fr/marketplace/builder#app",
		"name": "Builder", "url": "https://souk.example/fr/marketplace/builder", "description": "Builds it all.",
		"applicationCategory": "DeveloperApplication", "applicationSubCategory": "Intégration continue",
		"operatingSystem": "Any", "inLanguage": "fr", "image": "https://souk.example/og/builder.png",
		"publisher": {"@type": "Organization", "name": "Acme", "url": "https://souk.example/fr/publishers/acme"},
		"offers": [
			{"@type": "Offer", "name": "Open", "url": "https://souk.example/fr/marketplace/builder", "price": "0.00", "priceCurrency": "USD"},
			{"@type": "Offer", "name": "Team", "url": "https://souk.example/fr/marketplace/builder", "price": "12.05", "priceCurrency": "USD", "priceSpecification": [
				{"@type": "UnitPriceSpecification", "price": "12.05", "priceCurrency": "USD", "unitText": "seat", "referenceQuantity": {"@type": "QuantitativeValue", "value": 1, "unitCode": "MON"}},
				{"@type": "UnitPriceSpecification", "price": "120.00", "priceCurrency": "USD", "unitText": "seat", "referenceQuantity": {"@type": "QuantitativeValue", "value": 1, "unitCode": "ANN"}}]},
			{"@type": "Offer", "name": "円", "url": "https://souk.example/fr/marketplace/builder", "price": "5000", "priceCurrency": "JPY", "priceSpecification": [
				{"@type": "UnitPriceSpecification", "price": "5000", "priceCurrency": "JPY", "referenceQuantity": {"@type": "QuantitativeValue", "value": 1, "unitCode": "ANN"}}]}],
		"softwareHelp": "https://builder.example/help", "permissions": "checks: write",
		"datePublished": "2026-01-02T03:04:05Z", "dateModified": "2026-01-02T03:04:05Z",
		"sameAs": "https://builder.example", "isAccessibleForFree": true
	}, {
		"@type": "BreadcrumbList", "itemListElement": [
			{"@type": "ListItem", "position": 1, "name": "Souk", "item": "https://souk.example/fr"},
			{"@type": "ListItem", "position": 2, "name": "Intégration continue", "item": "https://souk.example/fr/marketplace/category/ci"},
			{"@type": "ListItem", "position": 3, "name": "Builder", "item": "https://souk.example/fr/marketplace/builder"}]
	}]}`), &want)
	equal(t, got, want)
}

func TestWhatIsUnknownIsLeftOut(t *testing.T) {
	t.Parallel()
	got := jsonld.Listing(&catalog.Details{Listing: models.Listing{Slug: "x", Name: "X"}, Language: "en"}, "https://souk.example", "en")
	for _, word := range []string{"offers", "publisher", "Rating", "ratingValue", "datePublished", "dateModified", "isAccessibleForFree", "permissions", "null"} {
		if bytes.Contains(got, []byte(word)) {
			t.Errorf("%s appears in %s", word, got)
		}
	}
}

func TestNothingBreaksOutOfTheScriptElement(t *testing.T) {
	t.Parallel()
	d := details()
	d.Listing.Name = `</script><script>alert(1)</script><!--`
	d.Publisher.Name = `<!-- <script>`
	d.Categories[0].Names["fr"] = `]]></script >`
	card := catalog.Card{Slug: "x", Name: d.Listing.Name}
	for _, document := range [][]byte{
		jsonld.Listing(d, "https://souk.example", "fr"),
		jsonld.ItemList([]catalog.Card{card}, 1, 1, "https://souk.example", "fr"),
	} {
		if bytes.ContainsAny(document, "<>") {
			t.Errorf("%s could end its element", document)
		}
		var v any
		unmarshal(t, document, &v)
	}
}

func TestItemList(t *testing.T) {
	t.Parallel()
	var got, want any
	cards := []catalog.Card{{Slug: "a", Name: "A"}, {Slug: "b", Name: "B"}}
	unmarshal(t, jsonld.ItemList(cards, 21, 349, "https://souk.example", "ja"), &got)
	unmarshal(t, []byte(`{"@context": "https://schema.org", "@type": "ItemList", "numberOfItems": 349, "itemListElement": [
		{"@type": "ListItem", "position": 21, "name": "A", "url": "https://souk.example/ja/marketplace/a"},
		{"@type": "ListItem", "position": 22, "name": "B", "url": "https://souk.example/ja/marketplace/b"}]}`), &want)
	equal(t, got, want)
}

func TestWebsite(t *testing.T) {
	t.Parallel()
	var got, want any
	unmarshal(t, jsonld.Website("https://souk.example", "zh-CN"), &got)
	unmarshal(t, []byte(`{"@context": "https://schema.org", "@type": "WebSite", "name": "Souk", "url": "https://souk.example/zh-CN", "inLanguage": "zh-CN",
		"potentialAction": {"@type": "SearchAction", "query-input": "required name=search_term_string",
			"target": {"@type": "EntryPoint", "urlTemplate": "https://souk.example/zh-CN/marketplace?query={search_term_string}"}}}`), &want)
	equal(t, got, want)
}

func unmarshal(t *testing.T, b []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	g, _ := json.MarshalIndent(got, "", " ")
	w, _ := json.MarshalIndent(want, "", " ")
	if !bytes.Equal(g, w) {
		t.Errorf("got %s\nwant %s", g, w)
	}
}
