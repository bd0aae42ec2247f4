//go:build linux

package main

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"souk/models"
	"souk/models/catalog"
	"souk/search"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/paths"
)

// perPage is how many cards a page of results has.
const perPage = 20

// browseView is the page of one address but for its cards, and where these
// begin in the slice.
type browseView struct {
	page site.Browse
	at   int
}

// browseViews makes the cards of a catalogue and the views of some addresses.
// They are what Souk shows in kind and amount, though not the same listings.
func browseViews(g *generator, n int, uris []string) ([]site.Card, map[string]browseView) {
	cards := make([]site.Card, n)
	counts := map[search.Facet]map[string]int{}
	for _, f := range search.DefaultCounted() {
		counts[f] = map[string]int{}
	}
	for i := range n {
		e := g.listing(i)
		cards[i] = g.card(&e)
		d := documentOf(&e)
		for f := range counts {
			for _, v := range d.FacetValues(f) {
				counts[f][v]++
			}
		}
	}
	views := make(map[string]browseView, len(uris))
	for i, uri := range uris {
		views[uri] = browseView{page: pageOf(uri, n, counts), at: (i * 9973) % (n - perPage)}
	}
	return cards, views
}

// documentOf holds what facets are counted by.
func documentOf(e *catalog.ListingEntry) search.Document {
	d := search.Document{Type: e.Type, Categories: e.Categories, Pricing: pricingOf(e).Values(), Permissions: e.Permissions, Scopes: e.Scopes, Verified: e.Installs != nil}
	for _, l := range e.Languages {
		d.Programming = append(d.Programming, strings.ToLower(l))
	}
	return d
}

func pricingOf(e *catalog.ListingEntry) models.Pricing {
	plans := make([]models.Plan, len(e.Plans))
	for i, p := range e.Plans {
		plans[i] = models.Plan{Kind: p.Kind, State: models.PlanPublished, MonthlyMinor: p.MonthlyMinor, YearlyMinor: p.YearlyMinor, Currency: "USD", TrialDays: p.TrialDays}
	}
	return models.PricingOf(plans)
}

func (g *generator) card(e *catalog.ListingEntry) site.Card {
	c := site.Card{
		Slug: e.Slug, Name: e.Name, Tagline: e.Tagline, Kind: e.Type, Pricing: pricingOf(e),
		Installs: e.Installs, Stars: e.Stars, Discontinued: e.Discontinued,
		Category: &site.Category{Slug: e.Categories[0], Name: title(strings.ReplaceAll(e.Categories[0], "-", " "))},
	}
	switch {
	case e.Permissions != nil:
		c.Risk = e.Permissions.Risk().Band
	case e.Scopes != nil:
		c.Risk = models.ScopesRisk(e.Scopes).Band
	}
	if e.Publisher != "" {
		c.Publisher = &site.Publisher{Login: e.Publisher, Name: title(e.Publisher), Verified: len(e.Publisher)%3 == 0}
	}
	return c
}

// pageOf is the page around the cards: facets, chips, sorts, pager.
func pageOf(uri string, n int, counts map[search.Facet]map[string]int) site.Browse {
	u, err := url.Parse(uri)
	if err != nil {
		return site.Browse{}
	}
	q := u.Query()
	number, _ := strconv.Atoi(q.Get("page"))
	number = max(number, 1)
	v := site.Browse{
		Path: paths.Browse, Total: n, Page: number, From: (number-1)*perPage + 1, To: number * perPage,
		Sort: cmp.Or(q.Get("sort"), string(search.BestMatch)), ResetHref: paths.Browse, UnexplainHref: uri, Canonical: uri,
		Pager: pagerOf(uri, number, n),
	}
	for _, s := range search.Sorts() {
		v.Sorts = append(v.Sorts, string(s))
	}
	for _, f := range search.Facets() {
		for _, value := range q[string(f)] {
			v.Chips = append(v.Chips, site.Chip{Facet: string(f), Value: value, Label: value, Href: paths.Browse})
		}
		if counts[f] != nil {
			v.Facets = append(v.Facets, facetOf(f, counts[f], q[string(f)]))
		}
	}
	v.JSONLD = []byte(`{"@context":"https://schema.org","@type":"ItemList","numberOfItems":` + strconv.Itoa(n) + `,"itemListElement":[` +
		strings.Repeat(`{"@type":"ListItem","position":1,"url":"http://localhost:8080/marketplace/some-listing","name":"Some Listing"},`, perPage-1) +
		`{"@type":"ListItem","position":20,"url":"http://localhost:8080/marketplace/some-listing","name":"Some Listing"}]}`)
	return v
}

// facetOf shows as many values as Souk does: some, and more behind.
func facetOf(f search.Facet, counts map[string]int, chosen []string) site.Facet {
	values := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], strings.Compare(a, b)) })
	out := site.Facet{Name: string(f)}
	for i, v := range values[:min(len(values), 48)] {
		value := site.Value{Value: v, Count: counts[v], Chosen: slices.Contains(chosen, v)}
		if f == search.Category {
			value.Label = title(strings.ReplaceAll(v, "-", " "))
		}
		if i < 8 {
			out.Values = append(out.Values, value)
		} else {
			out.More = append(out.More, value)
		}
	}
	return out
}

func pagerOf(uri string, number, n int) ui.PagerProps {
	last := (min(n, search.MaxResults) + perPage - 1) / perPage
	p := ui.PagerProps{Next: uri + "&page=2"}
	for _, k := range []int{1, number - 2, number - 1, number, number + 1, number + 2, last} {
		if k < 1 || k > last || slices.ContainsFunc(p.Links, func(l ui.PageLink) bool { return l.Page == k }) {
			continue
		}
		p.Links = append(p.Links, ui.PageLink{Page: k, Href: uri + "&page=" + strconv.Itoa(k), Current: k == number})
	}
	return p
}
