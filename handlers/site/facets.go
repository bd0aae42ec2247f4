package site

import (
	"cmp"
	"slices"
	"strings"

	"souk/models"
	"souk/models/catalog"
	"souk/search"
	"souk/search/analyze"
	"souk/templates/site"
)

// How many values a facet shows before "more", and behind it.
const (
	facetShown = 8
	facetMore  = 24
)

// facetsView is the column of filters.
func facetsView(c choice, counts search.Counts, shelves *catalog.Categories) []site.Facet {
	var out []site.Facet
	for _, f := range search.Facets() {
		if f == c.fixed {
			continue
		}
		facet := facetView(c, f, counts[f])
		if len(facet.Values) == 0 {
			continue
		}
		name(facet.Values, f, shelves, c.lang)
		name(facet.More, f, shelves, c.lang)
		out = append(out, facet)
	}
	return out
}

func facetView(c choice, f search.Facet, counts map[string]int) site.Facet {
	switch f {
	case search.Type:
		return listed(c, f, counts, kinds())
	case search.Pricing:
		return listed(c, f, counts, models.PricingValues())
	case search.Verified:
		return listed(c, f, counts, []string{"true"})
	case search.Permission:
		special := listed(c, f, counts, []string{search.NoCodeWrite, search.NoPermissions, search.UnknownPermissions})
		rest := ranked(c, f, counts, special.Values, 0)
		special.Values = append(special.Values, rest.Values...)
		special.More = rest.More
		return special
	case search.Language:
		return ranked(c, f, counts, nil, facetShown-2)
	case search.Publisher:
		return ranked(c, f, nil, nil, 0)
	}
	return ranked(c, f, counts, nil, facetShown)
}

func kinds() []string {
	var out []string
	for _, k := range models.AppKinds() {
		out = append(out, string(k))
	}
	return out
}

// listed is a facet whose values have an order of their own.
func listed(c choice, f search.Facet, counts map[string]int, order []string) site.Facet {
	facet := site.Facet{Name: string(f)}
	for _, v := range order {
		if n := counts[v]; n > 0 || c.chosen(f, v) {
			facet.Values = append(facet.Values, site.Value{Value: v, Count: n, Chosen: c.chosen(f, v)})
		}
	}
	return facet
}

// ranked is a facet whose values stand by count: what is chosen first, then as
// many as shown, then those behind "more". Values in not are left out.
func ranked(c choice, f search.Facet, counts map[string]int, not []site.Value, shown int) site.Facet {
	var all []site.Value
	for v, n := range counts {
		if n > 0 && !c.chosen(f, v) && !slices.ContainsFunc(not, func(x site.Value) bool { return x.Value == v }) {
			all = append(all, site.Value{Value: v, Count: n})
		}
	}
	slices.SortFunc(all, func(a, b site.Value) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Value, b.Value)) })
	facet := site.Facet{Name: string(f)}
	for _, v := range c.filters[f] {
		if !slices.ContainsFunc(not, func(x site.Value) bool { return x.Value == v }) {
			facet.Values = append(facet.Values, site.Value{Value: v, Count: counts[v], Chosen: true})
		}
	}
	split := min(max(shown-len(facet.Values), 0), len(all))
	facet.Values = append(facet.Values, all[:split]...)
	facet.More = all[split:min(len(all), split+facetMore)]
	return facet
}

// name puts the categories' names on values that are slugs.
func name(values []site.Value, f search.Facet, shelves *catalog.Categories, lang string) {
	if f != search.Category {
		return
	}
	for i := range values {
		values[i].Label = shelfName(values[i].Value, shelves, lang)
	}
}

func shelfName(slug string, shelves *catalog.Categories, lang string) string {
	if m := shelves.BySlug(slug); m != nil {
		return m.Names.In(lang)
	}
	return slug
}

// chipsView is a removable chip for every chosen value.
func chipsView(c choice, shelves *catalog.Categories) []site.Chip {
	var chips []site.Chip
	for _, f := range search.Facets() {
		if f == c.fixed {
			continue
		}
		for _, v := range c.filters[f] {
			chip := site.Chip{Facet: string(f), Value: v, Href: c.without(f, v).href()}
			if f == search.Category {
				chip.Label = shelfName(v, shelves, c.lang)
			}
			chips = append(chips, chip)
		}
	}
	return chips
}

// relatedView is the fullest other categories.
func relatedView(slug string, counts map[string]int, shelves *catalog.Categories, lang string) []site.Category {
	out := countedShelves(counts, shelves, lang)
	out = slices.DeleteFunc(out, func(c site.Category) bool { return c.Slug == slug || c.Count == 0 })
	slices.SortStableFunc(out, func(a, b site.Category) int { return b.Count - a.Count })
	return out[:min(len(out), 12)]
}

func countedShelves(counts map[string]int, shelves *catalog.Categories, lang string) []site.Category {
	out := make([]site.Category, len(shelves.All))
	for i, m := range shelves.All {
		out[i] = site.Category{Slug: m.Slug, Name: m.Names.In(lang), Count: counts[m.Slug]}
	}
	return out
}

// shelvesNamed finds at most two categories by the beginning of their name, in
// the reader's language or in English.
func shelvesNamed(text string, shelves *catalog.Categories, lang string) []site.Category {
	wanted := analyze.Fold(text)
	var out []site.Category
	for _, m := range shelves.All {
		if len(out) < 2 && (begins(m.Names.In(lang), wanted) || begins(m.Names.In("en"), wanted)) {
			out = append(out, site.Category{Slug: m.Slug, Name: m.Names.In(lang)})
		}
	}
	return out
}

func begins(name, wanted string) bool { return strings.HasPrefix(analyze.Fold(name), wanted) }
