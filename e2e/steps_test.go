package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/chromedp/chromedp"
)

// What pages are made of, as far as the journeys touch it.
const (
	headerSearch = "input[data-shortcut]"
	pageSearch   = "main form[data-suggest] input[name=query]"
	openList     = "[role=listbox]:not([hidden])"
	resultNames  = ".rows h3 a"
	boxToCompare = "input[type=checkbox][name=apps]"
	chosenFilter = ".results .chips a.chip.on"
	resetFilters = "a.reset"
	nextPage     = ".pager a[rel=next]"
)

// suggest types into the search field that has the focus and waits for the
// suggestions to the whole text.
func (b *tab) suggest(text string) {
	b.t.Helper()
	b.press(text)
	b.await("suggestions", "document.querySelector('%s .option-all')?.innerText.includes(document.activeElement.value.trim())", openList)
}

// box is the check box of a filter.
func box(facet, value string) string {
	return fmt.Sprintf("#filters input[name=%q][value=%q]", facet, value)
}

// tick ticks a filter, which applies without a full load, and holds the count
// beside it to what then is found.
func (b *tab) tick(facet, value string) {
	b.t.Helper()
	promised := b.number(box(facet, value) + " ~ .n")
	others := b.choices()
	b.click(box(facet, value))
	b.await("the filter "+value, "location.search.includes(%q) && document.querySelector(%q)?.checked && %s",
		facet+"="+url.QueryEscape(value), box(facet, value), settled)
	// The count of a facet without a choice is what choosing would leave.
	if !slices.ContainsFunc(others, func(c string) bool { return strings.HasPrefix(c, facet+"=") }) && promised != b.total() {
		b.t.Errorf("%s=%s promised %d and gives %d", facet, value, promised, b.total())
	}
}

// settled is true once a list that is replaced without a full load is the
// newest one: its filters and the address agree.
const settled = `[...new URLSearchParams(location.search)].every(([k, v]) =>
	!document.querySelector('#filters input[name="' + k + '"][type=checkbox]') ||
	document.querySelector('#filters input[name="' + k + '"][value="' + CSS.escape(v) + '"]')?.checked)`

// choices are the filters of the address, as name=value.
func (b *tab) choices() []string {
	b.t.Helper()
	return eval[[]string](b, "[...new URLSearchParams(location.search)].map((p) => p.join('='))")
}

// number is the number that an element shows; 0 if it is empty or missing.
func (b *tab) number(selector string) int {
	b.t.Helper()
	// innerText is empty where a list is folded.
	text := strings.NewReplacer(",", "", " ", "", "\u00a0", "", "\u202f", "").Replace(eval[string](b, "document.querySelector(%q)?.textContent ?? ''", selector))
	n, err := strconv.Atoi(text)
	if err != nil && text != "" {
		b.t.Fatalf("%s shows %q, want a number", selector, text)
	}
	return n
}

// span is "21–40 of 349" as numbers.
func (b *tab) span() (from, to, total int) {
	b.t.Helper()
	text := strings.ReplaceAll(b.text(".range"), ",", "")
	if _, err := fmt.Sscanf(text, "%d–%d of %d", &from, &to, &total); err != nil {
		b.t.Fatalf("the range is %q", text)
	}
	return from, to, total
}

// total is how many results there are, by what the page says.
func (b *tab) total() int {
	b.t.Helper()
	if b.has(".empty") {
		return 0
	}
	_, _, total := b.span()
	return total
}

// wantResults holds the page to what the catalogue API says about a query: the
// address, the number of results, the results and the counts of the facets.
func (b *tab) wantResults(query string) {
	b.t.Helper()
	want, err := url.ParseQuery(query)
	if err != nil {
		b.t.Fatal(err)
	}
	_, raw, _ := strings.Cut(b.path(), "?")
	have, err := url.ParseQuery(raw)
	if err != nil || have.Encode() != want.Encode() {
		b.t.Errorf("the address says %q, want %q", raw, query)
	}
	f := b.site.find(b.t, query)
	if f.Total == 0 {
		b.t.Fatalf("nothing is found for %s", query)
	}
	if got := b.total(); got != f.Total {
		b.t.Errorf("the page finds %d, the API %d", got, f.Total)
	}
	if got := b.slugs(); !slices.Equal(got, f.slugs()) {
		b.t.Errorf("the page shows %q\nthe API    %q", got, f.slugs())
	}
	for _, facet := range []string{"type", "pricing", "verified", "permission", "category"} {
		for _, value := range f.Facets[facet] {
			if b.has(box(facet, value.Value)) {
				if got := b.number(box(facet, value.Value) + " ~ .n"); got != value.Count {
					b.t.Errorf("%s=%s counts %d on the page, %d in the API", facet, value.Value, got, value.Count)
				}
			}
		}
	}
}

// slugs of the results on the page, in their order.
func (b *tab) slugs() []string {
	b.t.Helper()
	return eval[[]string](b, "[...document.querySelectorAll('%s')].map((a) => a.pathname.split('/').at(-1))", resultNames)
}

// clickNth clicks one of the elements that a selector finds, from 0.
func (b *tab) clickNth(selector string, n int) {
	b.t.Helper()
	b.do("click "+selector, chromedp.Click(chromedp.JSPath(fmt.Sprintf("document.querySelectorAll(%q)[%d]", selector, n))))
}

// wantComparison expects the table to have these columns.
func (b *tab) wantComparison(names []string) {
	b.t.Helper()
	if got := b.texts(".compare thead .column-head > a:not(.remove)"); !slices.Equal(got, names) {
		b.t.Errorf("the columns are %q, want %q", got, names)
	}
	if rows := len(b.texts(".compare tbody tr")); rows < 10 {
		b.t.Errorf("the comparison has %d rows", rows)
	}
}
