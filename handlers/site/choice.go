package site

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"souk/models"
	"souk/search"
	"souk/web/paths"
)

// perPage is how many results a page shows.
const perPage = 20

// maxText is how many characters of a search are read.
const maxText = 200

// browseInput is the address of a page of results, as it came.
type browseInput struct {
	Text       string   `query:"query"`
	Category   []string `query:"category"`
	Type       []string `query:"type"`
	Pricing    []string `query:"pricing"`
	Verified   []string `query:"verified"`
	Language   []string `query:"language"`
	Permission []string `query:"permission"`
	Publisher  []string `query:"publisher"`
	Sort       string   `query:"sort"`
	Page       int      `query:"page"`
	Explain    bool     `query:"explain"`
	Compare    []string `query:"compare"`
}

// choice is what a reader chose: text, filters, order, page. Every link on a
// page of results is made from it.
type choice struct {
	lang    string
	path    string       // where the page is, without the language's prefix
	fixed   search.Facet // the facet that the path stands for
	text    string
	filters search.Filters
	sort    search.Sort
	page    int
	explain bool
	compare []string
}

// choose makes sense of an address. Values may be repeated or joined by
// commas; an order or a page that can't be is the reader's mistake.
func choose(in browseInput, lang string) (choice, error) {
	c := choice{
		lang: lang, path: paths.Browse, text: clip(in.Text), sort: search.Sort(in.Sort), page: max(in.Page, 1),
		explain: in.Explain, compare: values(in.Compare), filters: search.Filters{},
	}
	if c.sort == "" {
		c.sort = search.BestMatch
	}
	if !slices.Contains(search.Sorts(), c.sort) {
		return c, models.ErrBadParameter.On("sort")
	}
	if c.page > search.MaxResults/perPage {
		return c, models.ErrPageOutOfRange
	}
	if len(c.compare) > models.MaxCompared {
		c.compare = c.compare[:models.MaxCompared]
	}
	for facet, list := range map[search.Facet][]string{
		search.Category: in.Category, search.Type: in.Type, search.Pricing: in.Pricing, search.Verified: in.Verified,
		search.Language: in.Language, search.Permission: in.Permission, search.Publisher: in.Publisher,
	} {
		if v := values(list); len(v) > 0 {
			c.filters[facet] = v
		}
	}
	return c, nil
}

func clip(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if utf8.RuneCountInString(text) > maxText {
		text = string([]rune(text)[:maxText])
	}
	return text
}

// values splits what was joined by commas and drops what is empty or twice.
func values(list []string) []string {
	var out []string
	for _, joined := range list {
		for v := range strings.SplitSeq(joined, ",") {
			if v = strings.TrimSpace(v); v != "" && len(v) <= 100 && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// query is what to ask the search.
func (c choice) query() search.Query {
	return search.Query{
		Text: c.text, Lang: c.lang, Filters: c.filters, Sort: c.sort, Page: c.page, PerPage: perPage,
		Explain: c.explain && c.text != "",
	}
}

// chosen reports whether a value is among the filters.
func (c choice) chosen(f search.Facet, value string) bool {
	return slices.Contains(c.filters[f], value)
}

// without is c without one value of a facet, on its first page.
func (c choice) without(f search.Facet, value string) choice {
	c.page, c.filters = 1, cloneFilters(c.filters)
	c.filters[f] = slices.DeleteFunc(c.filters[f], func(v string) bool { return v == value })
	return c
}

// unfiltered is c without any filter but the one its path stands for.
func (c choice) unfiltered() choice {
	kept := c.filters[c.fixed]
	c.page, c.filters = 1, search.Filters{}
	if c.fixed != "" {
		c.filters[c.fixed] = kept
	}
	return c
}

func (c choice) at(page int) choice {
	c.page = page
	return c
}

func (c choice) sorted(by search.Sort) choice {
	c.sort = by
	return c
}

func (c choice) explained(yes bool) choice {
	c.explain = yes
	return c
}

func (c choice) comparing(slugs []string) choice {
	c.compare = slugs
	return c
}

func cloneFilters(f search.Filters) search.Filters {
	out := make(search.Filters, len(f))
	for k, v := range f {
		out[k] = slices.Clone(v)
	}
	return out
}

// href is the address of the page that shows c, in the reader's language.
func (c choice) href() string { return paths.Localized(c.lang, c.address()) }

// address is href without the language's prefix. The same choice has always
// the same address.
func (c choice) address() string {
	var b strings.Builder
	b.WriteString(c.path)
	separator := byte('?')
	add := func(name, value string) {
		b.WriteByte(separator)
		separator = '&'
		b.WriteString(name)
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(value))
	}
	if c.text != "" {
		add("query", c.text)
	}
	for _, f := range search.Facets() {
		if f == c.fixed {
			continue
		}
		for _, v := range c.filters[f] {
			add(string(f), v)
		}
	}
	if c.sort != search.BestMatch {
		add("sort", string(c.sort))
	}
	if c.page > 1 {
		add("page", strconv.Itoa(c.page))
	}
	if c.explain {
		add("explain", "1")
	}
	for _, s := range c.compare {
		add("compare", s)
	}
	return b.String()
}
