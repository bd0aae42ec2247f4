package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pageType is a page that stands for all of its kind.
type pageType struct {
	name string
	path string
	once bool // has one language, so no prefix
}

// in is the page's address in a language.
func (p pageType) in(lang string) string {
	if p.once {
		return p.path
	}
	return localized(lang, p.path)
}

// pageTypes are all kinds of pages, with each thing in each of its states:
// known and unknown, much and nothing.
func pageTypes() []pageType {
	return []pageType{
		{name: "home", path: "/"},
		{name: "browse", path: "/marketplace"},
		{name: "search", path: "/marketplace?query=continuous+integration"},
		{name: "filtered search", path: "/marketplace?query=code&type=github_app&pricing=free&sort=installs"},
		{name: "explained search", path: "/marketplace?query=coverage&explain=1"},
		{name: "last page", path: "/marketplace?category=security&page=3"},
		{name: "nothing found", path: "/marketplace?query=zzqxzzqx&type=oauth_app"},
		{name: "choosing for a comparison", path: "/marketplace?compare=renovate&compare=codecov"},
		{name: "category", path: "/marketplace/category/continuous-integration"},
		{name: "listing with plans", path: "/marketplace/renovate"},
		{name: "listing with everything", path: "/marketplace/everything"},
		{name: "listing with prices by year", path: "/marketplace/everything?period=year"},
		{name: "listing of an OAuth App", path: "/marketplace/" + oauthApp},
		{name: "discontinued listing", path: "/marketplace/" + discontinued},
		{name: "listing of an unknown publisher", path: "/marketplace/" + unknownPublisher},
		{name: "app", path: "/apps/renovate"},
		{name: "publisher", path: "/publishers/googleapis"},
		{name: "comparison", path: "/marketplace/compare?apps=renovate,everything,travis-ci," + oauthApp},
		{name: "empty comparison", path: "/marketplace/compare"},
		{name: "help", path: "/docs"},
		{name: "ranking rules", path: "/docs/ranking"},
		{name: "permissions", path: "/docs/permissions"},
		{name: "nothing there", path: "/marketplace/there-is-no-such-listing"},
		{name: "bad parameter", path: "/marketplace?sort=upwards"},
	}
}

// Listings of the demonstration catalogue that lack something.
const (
	oauthApp         = "drone"
	discontinued     = "lgtm"
	unknownPublisher = "antenna"
)

// everyPageIsLight holds the first load of every type of page to its weight:
// all that travels, with headers, style sheet and scripts.
func everyPageIsLight(t *testing.T, site *souk) {
	const most = 60_000
	heaviest, name := 0, ""
	b := open(t, site, desktop)
	call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	for _, p := range pageTypes() {
		for _, lang := range []string{"en", "ja"} {
			b.forget()
			b.visit(p.in(lang))
			w := b.weight()
			if w > most {
				t.Errorf("%s in %s weighs %d bytes, at most %d are allowed", p.name, lang, w, most)
			}
			if w > heaviest {
				heaviest, name = w, p.name+" in "+lang
			}
			if !b.has("link[rel=stylesheet]") || w < 5000 {
				t.Errorf("%s in %s weighs %d bytes, which can't be all of it", p.name, lang, w)
			}
		}
	}
	t.Logf("the heaviest first load is %s with %d bytes", name, heaviest)
}

// nothingMoves measures how much a page's layout shifts while it loads.
func nothingMoves(t *testing.T, site *souk) {
	const most = 0.02
	largest := 0.0
	for _, w := range []window{desktop, phoneWin} {
		b := open(t, site, w)
		for _, path := range []string{"/", "/ja", "/marketplace?query=code+review", "/marketplace/category/security", "/marketplace/renovate", "/zh-CN/marketplace/renovate", "/marketplace/compare?apps=renovate,codecov"} {
			b.visit(path)
			shift := eval[float64](b, `new Promise((done) => {
				let sum = 0;
				new PerformanceObserver((list) => list.getEntries().forEach((e) => (sum += e.hadRecentInput ? 0 : e.value))).observe({ type: "layout-shift", buffered: true });
				requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 100)));
			})`)
			largest = max(largest, shift)
			if shift >= most {
				t.Errorf("%s on a window of %d shifts by %.3f", path, w.width, shift)
			}
		}
	}
	t.Logf("the largest shift is %.4f", largest)
}

// nothingFound teaches, and looks different from a search that failed, which
// TestSearchSurvives sees.
func nothingFound(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	b.visit("/marketplace?query=zzqxzzqx")
	if !b.has(".empty h2") || !strings.Contains(b.text(".empty"), "zzqxzzqx") || b.has("[role=alert]") {
		t.Errorf("nothing found reads %q", b.text("main"))
	}
	if site.get(t, "/marketplace?query=zzqxzzqx").status != http.StatusOK {
		t.Error("nothing found is an error")
	}
	// What it suggests finds something.
	ideas := eval[[]string](b, "[...document.querySelectorAll('.empty .chips a')].map((a) => a.pathname + a.search)")
	if len(ideas) < 3 {
		t.Fatalf("it suggests %q", ideas)
	}
	for _, path := range ideas {
		b.visit(path)
		if b.total() == 0 {
			t.Errorf("the suggested search %s finds nothing", path)
		}
	}
	// With filters one button takes them away.
	b.visit("/marketplace?query=codecov&pricing=unknown&type=oauth_app")
	if b.total() != 0 {
		t.Fatalf("codecov is found as %q", b.texts(resultNames))
	}
	b.follow(".empty a.button")
	b.wantResults("query=codecov")
}

// errorPages say in every language what happened, and let one search on.
func errorPages(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	titles := map[string]bool{}
	for _, lang := range languages {
		path := localized(lang, "/marketplace/there-is-no-such-listing")
		if a := site.get(t, path); a.status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, a.status)
		}
		b.visit(path)
		if got := eval[string](b, "document.documentElement.lang"); got != lang {
			t.Errorf("%s is in %q", path, got)
		}
		titles[b.text("h1")] = true
		if n := len(b.texts("h1")); n != 1 {
			t.Errorf("%s has %d headings of the first order", path, n)
		}
		b.click(pageSearch)
		b.press("renovate")
		b.leave("results", func() { b.press(kb.Enter) })
		if got, want := b.path(), localized(lang, "/marketplace?query=renovate"); got != want {
			t.Errorf("searching from %s leads to %s", path, got)
		}
		if first := b.texts(resultNames)[0]; first != "Renovate" {
			t.Errorf("renovate finds %q first in %s", first, lang)
		}
	}
	if len(titles) != len(languages) {
		t.Errorf("the titles are %v", titles)
	}
	for path, status := range map[string]int{
		"/marketplace?sort=upwards": http.StatusBadRequest, "/marketplace?page=x": http.StatusBadRequest, "/nowhere": http.StatusNotFound,
		"/docs/nothing": http.StatusNotFound, "/apps/nothing": http.StatusNotFound, "/publishers/nothing": http.StatusNotFound,
		"/marketplace/category/nothing": http.StatusNotFound, "/marketplace/compare?seats=-1": http.StatusBadRequest,
	} {
		if a := site.get(t, path); a.status != status || !strings.Contains(a.body, "data-suggest") {
			t.Errorf("%s answers %d, want %d with a search form", path, a.status, status)
		}
	}
}

// paper is what a printer gets: what one reads, in black on white, without
// what one clicks.
func paper(t *testing.T, site *souk) {
	b := open(t, site, window{width: 794, height: 1123, dark: true})
	b.media("print", "prefers-color-scheme", "dark")
	for _, path := range []string{"/marketplace/everything", "/marketplace", "/marketplace/compare?apps=renovate,codecov", "/docs/permissions"} {
		b.visit(path)
		for _, hidden := range []string{".top form", ".main-nav", ".menu", "footer nav", ".filters", ".compare-bar", ".pager"} {
			if b.has(hidden) && eval[bool](b, "document.querySelector(%q).checkVisibility()", hidden) {
				t.Errorf("%s prints %s", path, hidden)
			}
		}
		if !eval[bool](b, "document.querySelector('h1').checkVisibility()") {
			t.Errorf("%s prints no heading", path)
		}
		if back, ink := b.luminance("background-color"), b.luminance("color"); back < 0.99 || ink > 0.05 {
			t.Errorf("%s prints paper of luminance %.2f and ink of %.2f", path, back, ink)
		}
	}
	b.visit("/marketplace/everything")
	if !eval[bool](b, "document.querySelector('.plans .monthly').checkVisibility() && document.querySelector('.plans .yearly').checkVisibility()") {
		t.Error("prices of only one period are printed")
	}
}

// reducedMotion: nothing moves for who asked for that.
func reducedMotion(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	const moving = `[...document.querySelectorAll("*")].filter((e) => {
		const s = getComputedStyle(e);
		return s.transitionDuration.split(",").some((d) => parseFloat(d) > 0.15) || s.animationName !== "none" || s.scrollBehavior === "smooth" && e !== document.documentElement;
	}).slice(0, 3).map((e) => e.outerHTML.slice(0, 80)).join(" | ")`
	const still = `[...document.querySelectorAll("*")].filter((e) => {
		const s = getComputedStyle(e);
		return s.transitionDuration.split(",").some((d) => parseFloat(d) > 0.001) || s.animationName !== "none" || s.scrollBehavior === "smooth";
	}).slice(0, 3).map((e) => e.outerHTML.slice(0, 80)).join(" | ")`
	for _, path := range []string{"/", "/marketplace", "/marketplace/renovate"} {
		b.media("", "prefers-reduced-motion", "no-preference")
		b.visit(path)
		if what := eval[string](b, moving); what != "" {
			t.Errorf("%s: moves for longer than 150 ms: %s", path, what)
		}
		b.media("", "prefers-reduced-motion", "reduce")
		if what := eval[string](b, still); what != "" {
			t.Errorf("%s: moves although motion is reduced: %s", path, what)
		}
	}
}

// forcedColors: what colour alone would tell has an edge where the system
// chooses the colours.
func forcedColors(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	b.media("", "forced-colors", "active")
	b.visit("/marketplace?type=github_app&compare=renovate")
	for _, selector := range []string{".chip.on", ".tile.mono"} {
		if b.style(selector, "border-top-style") == "none" {
			t.Errorf("%s has no edge", selector)
		}
	}
	b.click(headerSearch)
	b.suggest("code")
	b.press(kb.ArrowDown)
	if b.style(openList+" [aria-selected=true]", "outline-style") == "none" && b.style(openList+" [aria-selected=true]", "border-top-style") == "none" {
		t.Error("the chosen suggestion has no edge")
	}
	b.do("focus", chromedp.Focus(chromedp.CSS("a.skip")))
	if b.style("a.skip", "outline-style") == "none" {
		t.Error("the focus has no ring")
	}
}

// moreContrast: text reaches 7:1 for who asked for that.
func moreContrast(t *testing.T, site *souk) {
	for _, dark := range []string{"light", "dark"} {
		b := open(t, site, desktop)
		b.media("", "prefers-contrast", "more", "prefers-color-scheme", dark)
		for _, path := range []string{"/", "/marketplace?type=github_app", "/marketplace/renovate"} {
			b.visit(path)
			// Monograms stand for logos, which are exempt.
			eval[chromedp.Void](b, "document.querySelectorAll('.tile').forEach((e) => e.remove()); undefined")
			for _, v := range b.axe(axeOnly("color-contrast-enhanced")) {
				t.Errorf("%s, %s: %s", path, dark, v)
			}
		}
	}
}
