package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
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

// walk is what a newcomer does: find, open, filter, compare, read in Japanese
// and in the dark.
func walk(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	b.visit("/")
	b.click(headerSearch)
	b.suggest("continuous integ")
	name := b.openFirstSuggestedListing()
	if h1 := b.text("h1"); !strings.HasPrefix(h1, name) {
		t.Errorf("the suggestion %q leads to the page of %q", name, h1)
	}

	b.click(headerSearch)
	b.press("continuous integration")
	b.leave("results", func() { b.press(kb.Enter) })
	b.wantResults("query=continuous+integration")

	b.visit("/marketplace")
	b.tick("type", "github_app")
	b.tick("pricing", "free")
	b.tick("permission", "no-code-write")
	b.wantResults("type=github_app&pricing=free&permission=no-code-write")
	site.wantNoCodeWriters(t, b.texts(resultNames))

	names := b.texts(resultNames)[:2]
	b.clickNth(boxToCompare, 0)
	b.clickNth(boxToCompare, 1)
	b.follow("#compare button")
	b.wantComparison(names)

	b.click("[data-menu] summary")
	b.follow("[data-menu] a[lang=ja]")
	b.wantJapanese()
	b.goDark()
}

// walkWithoutScript is the same walk where no script runs: everything is a
// link or a form.
func walkWithoutScript(t *testing.T, site *souk) {
	b := open(t, site, window{width: 1280, height: 900, noScript: true})
	b.visit("/")
	b.click(headerSearch)
	b.press("continuous integ")
	b.leave("results", func() { b.press(kb.Enter) })
	b.wantResults("query=continuous+integ")
	name := b.texts(resultNames)[0]
	b.follow(resultNames)
	if h1 := b.text("h1"); !strings.HasPrefix(h1, name) {
		t.Errorf("the result %q leads to the page of %q", name, h1)
	}

	b.visit("/marketplace")
	for _, f := range [][2]string{{"type", "github_app"}, {"pricing", "free"}, {"permission", "no-code-write"}} {
		b.click(box(f[0], f[1]))
	}
	b.follow("#filters button")
	b.wantResults("type=github_app&pricing=free&permission=no-code-write&sort=best")
	if chips := b.texts(chosenFilter); len(chips) != 3 {
		t.Errorf("three filters show as %q", chips)
	}
	b.do("sort", chromedp.SetValue(chromedp.CSS("#sort"), "name"))
	b.follow(".sort button")
	b.wantResults("type=github_app&pricing=free&permission=no-code-write&sort=name")

	names := b.texts(resultNames)[:2]
	b.clickNth(boxToCompare, 0)
	b.clickNth(boxToCompare, 1)
	b.follow("#compare button")
	b.wantComparison(names)

	b.click("[data-menu] summary")
	b.follow("[data-menu] a[lang=ja]")
	b.wantJapanese()
	b.click("[data-menu] summary")
	b.follow("[data-menu] button[value=dark]")
	b.wantDark()
	b.wantJapanese()
}

// suggest types into the search field that has the focus and waits for the
// suggestions to the whole text.
func (b *tab) suggest(text string) {
	b.t.Helper()
	b.press(text)
	b.await("suggestions", "document.querySelector('%s .option-all')?.innerText.includes(document.activeElement.value.trim())", openList)
}

// openFirstSuggestedListing goes down to the first suggestion that is a
// listing, opens it with Enter, and returns its name.
func (b *tab) openFirstSuggestedListing() string {
	b.t.Helper()
	hrefs := eval[[]string](b, "[...document.querySelectorAll('%s [role=option]')].map((o) => o.dataset.href)", openList)
	at := slices.IndexFunc(hrefs, func(h string) bool {
		rest, ok := strings.CutPrefix(h, "/marketplace/")
		return ok && !strings.Contains(rest, "/")
	})
	if at < 0 {
		b.t.Fatalf("no listing is suggested: %q", hrefs)
	}
	for range at + 1 {
		b.press(kb.ArrowDown)
	}
	active := eval[string](b, "document.querySelector('%s').getAttribute('aria-activedescendant')", headerSearch)
	if got := eval[string](b, "document.getElementById(%q)?.dataset.href", active); got != hrefs[at] {
		b.t.Errorf("after %d arrows the active option is %q, want %q", at+1, got, hrefs[at])
	}
	if n := eval[int](b, "document.querySelectorAll('%s [aria-selected=true]').length", openList); n != 1 {
		b.t.Errorf("%d options are selected", n)
	}
	name := b.text("#" + active + " .option-name")
	b.leave("the suggested listing", func() { b.press(kb.Enter) })
	if got := b.path(); got != hrefs[at] {
		b.t.Errorf("Enter leads to %s, want %s", got, hrefs[at])
	}
	return name
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

// wantNoCodeWriters asks the API about each listing of a page of results.
func (s *souk) wantNoCodeWriters(t *testing.T, shown []string) {
	t.Helper()
	f := s.find(t, "type=github_app&pricing=free&permission=no-code-write")
	for i, item := range f.Items {
		if item.Name != shown[i] || item.Type != "github_app" || !slices.Contains(item.Pricing, "free") || item.Permissions == nil || item.Permissions["contents"] == "write" {
			t.Errorf("result %d is %q, by the API %+v", i+1, shown[i], item)
		}
	}
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

// wantJapanese expects a page in Japanese at a Japanese address.
func (b *tab) wantJapanese() {
	b.t.Helper()
	if path := b.path(); !strings.HasPrefix(path, "/ja/") {
		b.t.Errorf("the address is %s", path)
	}
	if lang := eval[string](b, "document.documentElement.lang"); lang != "ja" {
		b.t.Errorf("the page's language is %q", lang)
	}
	if !eval[bool](b, `/[\u3040-\u30ff]/.test(document.querySelector("h1").innerText + document.querySelector(".main-nav").innerText)`) {
		b.t.Errorf("the page reads %q", b.text("h1"))
	}
}

// goDark chooses the dark theme and stays on the page.
func (b *tab) goDark() {
	b.t.Helper()
	before := b.path()
	b.click("[data-menu] summary")
	eval[chromedp.Void](b, "document.leaving = true; undefined")
	b.click("[data-menu] button[value=dark]")
	b.await("the dark theme", "document.documentElement.dataset.theme === 'dark'")
	if !eval[bool](b, "!!document.leaving") {
		b.t.Error("the page was loaded anew")
	}
	until(b.t, "the cookie", func() bool { v, _ := b.cookie("theme"); return v == "dark" })
	b.visit(before)
	b.wantDark()
}

// wantDark expects light text on a dark page.
func (b *tab) wantDark() {
	b.t.Helper()
	if theme := eval[string](b, "document.documentElement.dataset.theme"); theme != "dark" {
		b.t.Errorf("the theme is %q", theme)
	}
	if v, _ := b.cookie("theme"); v != "dark" {
		b.t.Errorf("the cookie is %q", v)
	}
	if paper, ink := b.luminance("background-color"), b.luminance("color"); paper > 0.1 || ink < 0.6 {
		b.t.Errorf("the paper's luminance is %.2f, the ink's %.2f", paper, ink)
	}
}

// luminance is that of a colour of the page's body, 0 (black) to 1.
func (b *tab) luminance(property string) float64 {
	b.t.Helper()
	return eval[float64](b, `(() => {
		const c = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
		const paint = (color) => { c.fillStyle = color; c.fillRect(0, 0, 1, 1); };
		paint("white");
		paint(getComputedStyle(document.documentElement).getPropertyValue(%[1]q));
		paint(getComputedStyle(document.body).getPropertyValue(%[1]q));
		const [r, g, b] = [...c.getImageData(0, 0, 1, 1).data].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	})()`, property)
}

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

// preferences stay from page to page, and win over what the system prefers.
func preferences(t *testing.T, site *souk) {
	b := open(t, site, window{width: 1280, height: 900, dark: true})
	b.visit("/marketplace")
	if paper := b.luminance("background-color"); paper > 0.1 {
		t.Errorf("where the system is dark the paper's luminance is %.2f", paper)
	}
	b.click("[data-menu] summary")
	b.click("[data-menu] button[value=light]")
	until(t, "the cookie", func() bool { v, _ := b.cookie("theme"); return v == "light" })
	b.visit("/docs")
	if paper := b.luminance("background-color"); paper < 0.8 {
		t.Errorf("after choosing light the paper's luminance is %.2f", paper)
	}
	// Automatic again: no cookie.
	b.click("[data-menu] summary")
	b.click("[data-menu] button[value='']")
	until(t, "the end of the cookie", func() bool { _, ok := b.cookie("theme"); return !ok })
	b.visit("/docs")
	if paper := b.luminance("background-color"); paper > 0.1 {
		t.Errorf("after choosing automatic the paper's luminance is %.2f", paper)
	}

	// A chosen language is remembered: an address without one leads to it.
	b.click("[data-menu] summary")
	b.follow("[data-menu] a[lang=fr]")
	if path := b.path(); path != "/fr/docs" {
		t.Errorf("French is at %s", path)
	}
	b.visit("/marketplace/category/security")
	if path := b.path(); path != "/fr/marketplace/category/security" {
		t.Errorf("after choosing French the category is at %s", path)
	}
	b.click("[data-menu] summary")
	b.follow("[data-menu] a[lang=en]")
	if path := b.path(); path != "/marketplace/category/security" {
		t.Errorf("English is at %s", path)
	}
	// The menu closes with Escape, and gives the focus back.
	b.click("[data-menu] summary")
	b.press(kb.Escape)
	b.await("the closed menu", "!document.querySelector('[data-menu]').open && document.activeElement.matches('[data-menu] summary')")
}
