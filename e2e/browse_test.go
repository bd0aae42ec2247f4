package e2e

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// searchInFourLanguages finds what is in a category by its name in any
// language, typed into the form of that language.
func searchInFourLanguages(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	for _, c := range []struct{ lang, text, category string }{
		{"en", "continuous integ", "continuous-integration"},
		{"en", "continuous integration", "continuous-integration"},
		{"en", "持续集成", "continuous-integration"},
		{"en", "intégration continue", "continuous-integration"},
		{"zh-CN", "持续集成", "continuous-integration"},
		{"ja", "コードレビュー", "code-review"},
		{"fr", "intégration continue", "continuous-integration"},
		{"fr", "integration continue", "continuous-integration"},
		{"en", "コードレビュー", "code-review"},
		{"zh-CN", "コードレビュー", "code-review"},
		{"ja", "持续集成", "continuous-integration"},
	} {
		b.visit(localized(c.lang, "/"))
		b.click(headerSearch)
		b.press(c.text)
		b.leave("results", func() { b.press(kb.Enter) })
		if path, _, _ := strings.Cut(b.path(), "?"); path != localized(c.lang, "/marketplace") {
			t.Errorf("%s: the results are at %s", c.text, path)
		}
		q := "lang=" + c.lang + "&query=" + url.QueryEscape(c.text)
		if all, found := site.find(t, "category="+c.category).Total, site.find(t, q+"&category="+c.category).Total; found != all {
			t.Errorf("%s in %s finds %d of the %d listings of %s", c.text, c.lang, found, all, c.category)
		}
		items := site.find(t, q).Items
		for i, item := range items[:min(5, len(items))] {
			if !slices.Contains(item.Categories, c.category) {
				t.Errorf("%s in %s: result %d is %s, which is in %q", c.text, c.lang, i+1, item.Slug, item.Categories)
			}
		}
		if got, want := b.slugs(), site.find(t, q).slugs(); !slices.Equal(got, want) {
			t.Errorf("%s in %s: the page shows %q\nthe API %q", c.text, c.lang, got, want)
		}
	}
}

// filters narrow what was searched; chips take them away, one or all.
func filters(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	b.visit("/marketplace?query=code")
	b.wantResults("query=code")
	all := b.total()
	b.tick("type", "github_app")
	b.wantResults("query=code&type=github_app")
	b.tick("pricing", "free")
	b.wantResults("query=code&type=github_app&pricing=free")
	free := b.total()
	b.tick("pricing", "trial")
	b.wantResults("query=code&type=github_app&pricing=free&pricing=trial")
	if b.total() < free {
		t.Errorf("a second value of a facet narrows %d to %d", free, b.total())
	}
	if chips := b.texts(chosenFilter); len(chips) != 3 {
		t.Errorf("three filters show as %q", chips)
	}
	if focused := eval[string](b, "document.activeElement.value ?? ''"); focused != "trial" {
		t.Errorf("after a filter was ticked the focus is on %q", focused)
	}

	// A chip takes its filter away, the reset all of them; the words stay.
	b.clickNth(chosenFilter, 1)
	b.awaitChips(2)
	b.wantResults("query=code&type=github_app&pricing=trial")
	b.click(resetFilters)
	b.awaitChips(0)
	b.wantResults("query=code")
	if b.total() != all || b.has(resetFilters) {
		t.Errorf("after the reset there are %d results, want %d", b.total(), all)
	}

	// A category's page has filters of its own, below its address.
	b.visit("/marketplace/category/continuous-integration")
	b.tick("verified", "true")
	if path := b.path(); path != "/marketplace/category/continuous-integration?verified=true" {
		t.Errorf("the address is %s", path)
	}
	if got, want := b.total(), site.find(t, "category=continuous-integration&verified=true").Total; got != want {
		t.Errorf("the category finds %d, the API %d", got, want)
	}
}

// awaitChips waits until so many filters are chosen, by the chips and by the
// address.
func (b *tab) awaitChips(n int) {
	b.t.Helper()
	b.await("the list with other filters", "document.readyState === 'complete' && document.querySelectorAll('%s').length === %d && [...new URLSearchParams(location.search)].length === %d && %s", chosenFilter, n, n+1, settled)
}

// sorting follows the choice, by keyboard.
func sorting(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	b.visit("/marketplace?type=github_app")
	for _, order := range []string{"installs", "added", "updated", "name"} {
		b.do("focus", chromedp.Focus(chromedp.CSS("#sort")))
		b.press(kb.ArrowDown)
		b.await("the order "+order, "new URLSearchParams(location.search).get('sort') === %q && document.querySelector('#sort').value === %q", order, order)
		b.wantResults("type=github_app&sort=" + order)
	}
	names := b.texts(resultNames)
	if !slices.IsSortedFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }) {
		t.Errorf("by name they are %q", names)
	}
}

// paging goes through all results once: none is missing, none comes twice.
func paging(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	const query = "category=security"
	b.visit("/marketplace?" + query)
	want := site.find(t, query).Total
	seen := map[string]int{}
	for page := 1; ; page++ {
		from, to, total := b.span()
		slugs := b.slugs()
		if from != (page-1)*20+1 || to != min(page*20, want) || total != want || len(slugs) != to-from+1 {
			t.Fatalf("page %d shows %d–%d of %d with %d listings; there are %d", page, from, to, total, len(slugs), want)
		}
		for _, s := range slugs {
			if seen[s] > 0 {
				t.Errorf("%s is on page %d and on page %d", s, seen[s], page)
			}
			seen[s] = page
		}
		if current := b.text(".pager [aria-current=page]"); current != strconv.Itoa(page) {
			t.Errorf("on page %d the pager says %q", page, current)
		}
		if !b.has(nextPage) {
			break
		}
		b.follow(nextPage)
	}
	if len(seen) != want {
		t.Errorf("%d listings are on the pages, want %d", len(seen), want)
	}
	b.follow(".pager a[rel=prev]")
	if a := site.get(t, "/marketplace?page=400"); a.status != http.StatusBadRequest && a.status != http.StatusNotFound {
		t.Errorf("a page that can't be answers %d", a.status)
	}
}

// history: every state has an address, so Back and Forward lead through them.
func history(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	b.visit("/marketplace")
	b.tick("type", "github_app")
	b.tick("pricing", "free")
	b.follow(resultNames)
	listing := b.path()

	back := func(what, query string, js string) {
		t.Helper()
		eval[chromedp.Void](b, js+"; undefined")
		b.await(what, "location.pathname + location.search === %q && document.readyState === 'complete' && document.querySelector('#filters') && %s", query, settled)
	}
	back("the list with two filters", "/marketplace?type=github_app&pricing=free", "history.back()")
	b.wantResults("type=github_app&pricing=free")
	back("the list with one filter", "/marketplace?type=github_app", "history.back()")
	b.await("one filter", "!document.querySelector(%q).checked", box("pricing", "free"))
	b.wantResults("type=github_app")
	back("the list without a filter", "/marketplace", "history.back()")
	b.await("no filter", "!document.querySelector(%q).checked", box("type", "github_app"))
	if got, want := b.total(), site.find(t, "").Total; got != want {
		t.Errorf("all listings are %d, want %d", got, want)
	}
	back("forward to one filter", "/marketplace?type=github_app", "history.forward()")
	b.await("the filter", "document.querySelector(%q).checked", box("type", "github_app"))
	b.wantResults("type=github_app")
	back("forward to two filters", "/marketplace?type=github_app&pricing=free", "history.forward()")
	b.await("both filters", "document.querySelector(%q).checked", box("pricing", "free"))
	b.wantResults("type=github_app&pricing=free")
	eval[chromedp.Void](b, "history.forward(); undefined")
	b.await("the listing again", "location.pathname === %q && document.readyState === 'complete'", listing)
}

// compare takes up to four, and works prices out for a number of seats.
func compare(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	b.visit("/marketplace?pricing=paid")
	for n := range 4 {
		b.clickNth(boxToCompare, n)
	}
	if !eval[bool](b, "document.querySelectorAll('%s')[4].disabled", boxToCompare) {
		t.Error("a fifth can be ticked")
	}
	b.clickNth(boxToCompare, 3)
	if eval[bool](b, "document.querySelectorAll('%s')[4].disabled", boxToCompare) {
		t.Error("with three ticked no fourth can be")
	}
	names := b.texts(resultNames)[:3]
	b.follow("#compare button")
	b.wantComparison(names)
	ten := b.texts(".compare tbody:first-of-type td")
	b.do("seats", chromedp.SetValue(chromedp.CSS("#seats"), "25"))
	b.follow(".seats button")
	if seats := eval[string](b, "new URLSearchParams(location.search).get('seats')"); seats != "25" {
		t.Errorf("the address has %q seats", seats)
	}
	b.wantComparison(names)
	if slices.Equal(ten, b.texts(".compare tbody:first-of-type td")) && strings.Contains(strings.Join(ten, ""), "per") {
		t.Error("25 seats cost as much as 10")
	}
	b.follow(".compare thead th:last-of-type .remove")
	b.wantComparison(names[:2])

	// Five by hand: the first four, and a word about it.
	var five []string
	for _, item := range site.find(t, "pricing=paid&per_page=5").Items {
		five = append(five, item.Slug)
	}
	b.visit("/marketplace/compare?apps=" + strings.Join(five, ","))
	if n := len(b.texts(".compare thead th")); n != 4 || !b.has("[role=alert]") {
		t.Errorf("five listings make %d columns", n)
	}
}
