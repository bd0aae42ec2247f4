package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
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
