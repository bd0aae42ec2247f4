package site

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"souk/models"
	"souk/models/catalog"
	"souk/search"
	"souk/templates/site"
	"souk/templates/ui"
)

func TestFacetsView(t *testing.T) {
	c, _ := choose(browseInput{Category: []string{"empty"}, Permission: []string{"issues"}, Publisher: []string{"acme"}}, "ja")
	got := map[string]site.Facet{}
	var order []string
	for _, f := range facetsView(c, testFinder().result.Counts, testShelves()) {
		got[f.Name], order = f, append(order, f.Name)
	}
	if want := []string{"category", "type", "pricing", "verified", "permission", "language", "publisher"}; !slices.Equal(order, want) {
		t.Errorf("%v", order)
	}
	// What is chosen stands first, even without results; then by count, with
	// names in the reader's language.
	if v := got["category"].Values; len(v) != 3 || !v[0].Chosen || v[0].Value != "empty" || v[1].Label != "コードレビュー" || v[1].Count != 2 {
		t.Errorf("%+v", v)
	}
	if v := got["pricing"].Values; len(v) != 2 || v[0].Value != "free" || v[1].Value != "unknown" {
		t.Errorf("%+v", v)
	}
	if v := got["verified"].Values; len(v) != 1 || v[0].Value != "true" {
		t.Errorf("%+v", v)
	}
	p := got["permission"]
	if len(p.Values) != 3 || p.Values[0].Value != search.NoCodeWrite || p.Values[2].Value != "issues" || len(p.More) != 1 || p.More[0].Value != "contents" {
		t.Errorf("%+v", p)
	}
	if v := got["publisher"].Values; len(v) != 1 || !v[0].Chosen {
		t.Errorf("%+v", v)
	}
}

func TestFacetsAreShort(t *testing.T) {
	counts := map[string]int{}
	for i := range 100 {
		counts[fmt.Sprintf("lang-%02d", i)] = 100 - i
	}
	f := ranked(choice{}, search.Language, counts, nil, 6)
	if len(f.Values) != 6 || len(f.More) != facetMore || f.Values[0].Value != "lang-00" || f.More[0].Value != "lang-06" {
		t.Errorf("%d %d", len(f.Values), len(f.More))
	}
}

func TestPagerView(t *testing.T) {
	for _, test := range []struct {
		page, total int
		want        string
	}{
		{1, 0, ""}, {1, 20, ""}, {1, 21, "[1] 2 >"}, {5, 200, "< 1 … 3 4 [5] 6 7 … 10 >"}, {10, 200, "< 1 … 8 9 [10]"},
		{500, 1_000_000, "< 1 … 498 499 [500]"},
	} {
		p := pagerView(choice{path: "/m", page: test.page, sort: search.BestMatch}, test.total)
		if got := drawn(p.Previous, p.Next, p.Links); got != test.want {
			t.Errorf("%d of %d: %q, not %q", test.page, test.total, got, test.want)
		}
	}
}

func TestListingView(t *testing.T) {
	f := testCatalogue()
	v := ListingView(&f.details[0], "ja")
	if v.Foreign != (site.Foreign{Tagline: "en", Introduction: "en", Description: "en", Rest: "en"}) || !slices.Equal(v.Languages, []string{"en", "ja"}) {
		t.Errorf("%q %v", v.Foreign, v.Languages)
	}
	if v.SetUp == nil || v.SetUp.URL != "https://www.acme.example/" || len(v.Links) != 2 {
		t.Errorf("%+v %+v", v.SetUp, v.Links)
	}
	a := v.Access
	if !a.Known || !a.WritesCode || len(a.Levels) != 3 || a.Levels[0].Level != models.LevelAdmin || a.Levels[2].Grants[0].Key != "metadata" {
		t.Errorf("%+v", a)
	}
	if !v.Pricing.Free || !v.Pricing.Trial || len(v.Plans) != 2 || v.Category.Name != "コードレビュー" {
		t.Errorf("%+v", v.Pricing)
	}
}

// A translation may leave texts out; English ones stand in for them.
func TestForeignView(t *testing.T) {
	d := testCatalogue().details[0]
	d.Language = "ja"
	d.Fallback.HTML = true
	if got := foreignView(&d, "ja"); got != (site.Foreign{Description: "en", Rest: "en"}) {
		t.Errorf("%+v", got)
	}
	d.Language = "en"
	if got := foreignView(&d, "en"); got != (site.Foreign{}) {
		t.Errorf("%+v", got)
	}
}

// What nobody told is unknown, not nothing.
func TestUnknownStaysUnknown(t *testing.T) {
	f := testCatalogue()
	v := ListingView(&f.details[2], "en")
	if v.Access.Known || v.Risk != models.RiskUnknown || v.Pricing.Known || v.Installs != nil || v.SetUp != nil || v.Publisher != nil || v.Foreign != (site.Foreign{}) {
		t.Errorf("%+v", v)
	}
	told := f.details[2]
	told.App.Permissions = models.Grants{}
	if v := ListingView(&told, "en"); !v.Access.Known || v.Risk != models.RiskNone {
		t.Errorf("%+v", v.Access)
	}
}

func TestDiscontinuedIsNotSetUp(t *testing.T) {
	f := testCatalogue()
	f.details[0].Listing.Discontinued = true
	if v := ListingView(&f.details[0], "en"); v.SetUp != nil {
		t.Error("a way to set up what is discontinued")
	}
}

func TestCompareView(t *testing.T) {
	f := testCatalogue()
	v := compareView(f.details, 5, "fr")
	if v.Apps != "reviewer,watcher,silent" || v.AddHref != "/fr/marketplace?compare=reviewer,watcher,silent" {
		t.Errorf("%s %s", v.Apps, v.AddHref)
	}
	c := v.Columns
	if c[0].RemoveHref != "/fr/marketplace/compare?apps=watcher,silent" {
		t.Error(c[0].RemoveHref)
	}
	if q := c[0].Monthly; !q.Offered || q.Minor != 6000 || q.Plan != "Seats" {
		t.Errorf("%+v", q)
	}
	if q := c[0].Yearly; !q.Known || q.Offered {
		t.Errorf("%+v", q)
	}
	if c[2].Monthly.Known {
		t.Error("a price that nobody told")
	}
	var rows []string
	for _, r := range v.Rows {
		rows = append(rows, fmt.Sprintf("%s %v", r.Key, r.Levels))
	}
	want := []string{"contents [write  ]", "organization_projects [admin  ]", "metadata [read  ]", "repo:status [ write ]"}
	if !slices.Equal(rows, want) {
		t.Errorf("%q", rows)
	}
	if full := compareView([]catalog.Details{f.details[0], f.details[1], f.details[2], f.details[0]}, 0, "en"); full.AddHref != "" || full.Seats != usualSeats {
		t.Errorf("%q %d", full.AddHref, full.Seats)
	}
}

func TestRelatedView(t *testing.T) {
	got := relatedView("security", map[string]int{"security": 9, "code-review": 2, "empty": 0}, testShelves(), "fr")
	if len(got) != 1 || got[0].Name != "Revue de code" {
		t.Errorf("%+v", got)
	}
}

func TestShelvesNamed(t *testing.T) {
	for text, want := range map[string]int{"コード": 1, "code rev": 1, "CODE": 1, "sec": 1, "xyz": 0} {
		if got := shelvesNamed(text, testShelves(), "ja"); len(got) != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// drawn writes a pager as a person reads it.
func drawn(previous, next string, links []ui.PageLink) string {
	var parts []string
	if previous != "" {
		parts = append(parts, "<")
	}
	for _, l := range links {
		switch {
		case l.Gap:
			parts = append(parts, "…")
		case l.Current:
			parts = append(parts, fmt.Sprintf("[%d]", l.Page))
		default:
			parts = append(parts, strconv.Itoa(l.Page))
		}
	}
	if next != "" {
		parts = append(parts, ">")
	}
	return strings.Join(parts, " ")
}
