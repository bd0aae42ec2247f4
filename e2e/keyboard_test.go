package e2e

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// suggestions are a combobox: letters open it, arrows move, Escape closes,
// Enter without a choice searches.
func suggestions(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	b.visit("/docs")
	b.press("/")
	b.await("the search field", "document.activeElement.matches('%s')", headerSearch)
	if v := eval[string](b, "document.activeElement.value"); v != "" {
		t.Errorf("the field holds %q", v)
	}
	state := func(name string) string {
		t.Helper()
		return eval[string](b, "document.querySelector('%s').getAttribute(%q) ?? ''", headerSearch, name)
	}
	if state("role") != "combobox" || state("aria-expanded") != "false" || !b.has("#"+state("aria-controls")+"[role=listbox]") {
		t.Error("the field is no closed combobox")
	}
	b.suggest("codeco")
	if state("aria-expanded") != "true" {
		t.Error("the combobox doesn't say that it is open")
	}
	b.await("a word about it", "/\\d/.test(document.querySelector('form[data-suggest] [role=status]').textContent)")
	if names := b.texts(openList + " .option-name"); !slices.Contains(names, "Codecov") {
		t.Errorf("codeco suggests %q", names)
	}

	// Round and round: past the last one is the field, then the first again.
	n := eval[int](b, "document.querySelectorAll('%s [role=option]').length", openList)
	b.press(kb.ArrowUp)
	if at := state("aria-activedescendant"); at != eval[string](b, "[...document.querySelectorAll('%s [role=option]')].at(-1).id", openList) {
		t.Errorf("an arrow up from the field leads to %q", at)
	}
	b.press(kb.ArrowDown)
	if at := state("aria-activedescendant"); at != "" {
		t.Errorf("an arrow down from the last of %d leads to %q", n, at)
	}
	b.press(kb.ArrowDown)
	if at := state("aria-activedescendant"); at != eval[string](b, "document.querySelector('%s [role=option]').id", openList) {
		t.Errorf("an arrow down from the field leads to %q", at)
	}
	if v := eval[string](b, "document.activeElement.value"); v != "codeco" {
		t.Errorf("moving changes the text to %q", v)
	}
	b.press(kb.Escape)
	b.await("the closed list", "!document.querySelector('%s')", openList)
	if v := eval[string](b, "document.activeElement.value"); v != "codeco" || state("aria-expanded") != "false" {
		t.Errorf("Escape leaves %q, expanded %s", v, state("aria-expanded"))
	}
	b.leave("results", func() { b.press(kb.Enter) })
	if path := b.path(); path != "/marketplace?query=codeco" {
		t.Errorf("Enter leads to %s", path)
	}

	// Nothing to suggest opens nothing.
	b.visit("/")
	b.click(headerSearch)
	b.press("zzqxzzqx")
	b.await("a word about nothing", "document.querySelector('form[data-suggest] [role=status]').textContent !== ''")
	if b.has(openList + " [data-href^='/marketplace/']") {
		t.Errorf("nonsense suggests %q", b.texts(openList+" .option-name"))
	}

	// A click chooses too.
	b.visit("/ja/docs")
	b.click(headerSearch)
	b.press("renov")
	b.await("suggestions", "document.querySelector('%s [data-href=\"/ja/marketplace/renovate\"]')", openList)
	b.follow(openList + " [data-href='/ja/marketplace/renovate']")
	if path := b.path(); path != "/ja/marketplace/renovate" {
		t.Errorf("a click leads to %s", path)
	}
}

// staleSuggestions holds the answer to the first letters back until the answer
// to the last ones has come: it must be cancelled, and not be shown.
func staleSuggestions(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	b.visit("/")
	var mu sync.Mutex
	held := map[string]fetch.RequestID{} // by the letters asked for
	err := chromedp.Listen(b.ctx, func(ev any) {
		if p, ok := ev.(*fetch.EventRequestPaused); ok {
			mu.Lock()
			defer mu.Unlock()
			_, letters, _ := strings.Cut(p.Request.URL, "q=")
			held[letters] = p.RequestID
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	call(b, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "*suggest*"}}})
	waiting := func(letters string) (id fetch.RequestID, ok bool) {
		mu.Lock()
		defer mu.Unlock()
		id, ok = held[letters]
		return id, ok
	}
	release := func(letters string) {
		t.Helper()
		until(t, "the request for "+letters, func() bool { _, ok := waiting(letters); return ok })
		id, _ := waiting(letters)
		ctx, cancel := b.limited()
		defer cancel()
		// One that the page has cancelled can't be continued.
		_, _ = chromedp.Call(ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: id})
	}
	b.click(headerSearch)
	b.press("c")
	until(t, "the first request", func() bool { _, ok := waiting("c"); return ok })
	first := b.sent("q=c")[0].RequestID
	b.press("odecov")
	release("codecov")
	b.await("suggestions", "document.querySelector('%s [role=option]')", openList)
	until(t, "the first request to be cancelled", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.cancelled[first]
	})
	release("c")
	if names := b.texts(openList + " .option-name"); len(names) < 2 || !strings.Contains(names[0]+names[1], "Codecov") || !strings.Contains(names[len(names)-1], "codecov") {
		t.Errorf("codecov suggests %q", names)
	}

	// Going back over letters asks for nothing that is known.
	before := len(b.sent("suggest"))
	b.press(kb.Backspace)
	release("codeco")
	b.await("the list for codeco", "document.querySelector('%s .option-all')?.innerText.includes('codeco”')", openList)
	b.press("v")
	b.await("the list for codecov", "document.querySelector('%s .option-all')?.innerText.includes('codecov”')", openList)
	if n := len(b.sent("suggest")); n != before+1 {
		t.Errorf("taking a letter away and putting it back asks %d times", n-before)
	}
}

// keyboard is a walk without a mouse.
func keyboard(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	b.visit("/marketplace")
	b.press(kb.Tab)
	if !eval[bool](b, "document.activeElement.matches('a.skip') && document.activeElement.getBoundingClientRect().top >= 0") {
		t.Fatal("the first stop isn't a skip link in sight")
	}
	b.press(kb.Enter)
	b.await("the content", "location.hash === '#main'")
	// From the content on, every stop lies in it, until a result is reached.
	// Chromium takes a moment to follow the link and may forget the first stops
	// of who is quicker.
	reached := false
	for range 120 {
		b.press(kb.Tab)
		if eval[bool](b, "document.activeElement !== document.body && !document.getElementById('main').contains(document.activeElement)") {
			t.Errorf("the focus has left the content for %s", eval[string](b, "document.activeElement.outerHTML.slice(0, 200)"))
			break
		}
		if reached = eval[bool](b, "document.activeElement.matches('%s')", resultNames); reached {
			break
		}
	}
	if !reached {
		t.Fatal("no result can be reached")
	}
	name := eval[string](b, "document.activeElement.innerText")
	b.leave("the listing", func() { b.press(kb.Enter) })
	if h1 := b.text("h1"); !strings.HasPrefix(h1, plain(name)) {
		t.Errorf("Enter on %q leads to %q", name, h1)
	}

	// "/" goes to the search, but is a letter in a field.
	b.press("/")
	b.await("the search field", "document.activeElement.matches('%s')", headerSearch)
	b.press("a/b")
	if v := eval[string](b, "document.activeElement.value"); v != "a/b" {
		t.Errorf("typing a/b gives %q", v)
	}

	// A filter by keyboard: space ticks it, and the focus stays on it.
	b.visit("/marketplace")
	b.do("focus", chromedp.Focus(chromedp.CSS(box("type", "oauth_app"))))
	b.press(" ")
	b.await("the filter", "location.search === '?type=oauth_app' && document.querySelector(%q).checked", box("type", "oauth_app"))
	if !eval[bool](b, "document.activeElement.matches(%q)", box("type", "oauth_app")) {
		t.Error("the focus has left the filter")
	}
}

// focusIsSeen tabs through whole pages: every stop is in sight, marked, and
// not covered by anything.
func focusIsSeen(t *testing.T, site *souk) {
	b := open(t, site, desktop)
	// The page moves to the focus at once.
	b.media("", "prefers-reduced-motion", "reduce")
	for _, path := range []string{"/", "/marketplace?type=github_app", "/marketplace/renovate", "/marketplace/compare?apps=renovate,codecov", "/docs/ranking"} {
		b.visit(path)
		seen := 0
		for range 250 {
			b.press(kb.Tab)
			if eval[bool](b, "document.activeElement === document.body || document.activeElement === null") {
				break
			}
			if fault := eval[string](b, focusFault); fault != "" {
				t.Errorf("%s: %s", path, fault)
			}
			seen++
			// The last stop of the page leads out of it, and in headless
			// Chromium back to its beginning.
			if eval[bool](b, "document.activeElement.tabbed === true") {
				break
			}
			eval[chromedp.Void](b, "document.activeElement.tabbed = true; undefined")
		}
		if seen < 10 {
			t.Errorf("%s has %d stops", path, seen)
		}
	}
}

// focusFault says what is wrong with the focus, if anything. What is drawn for
// an invisible radio button is the text beside it.
const focusFault = `(() => {
	const e = document.activeElement;
	let drawn = e;
	if (getComputedStyle(e).opacity === "0") drawn = e.nextElementSibling;
	const s = getComputedStyle(drawn), r = drawn.getBoundingClientRect();
	const name = e.outerHTML.slice(0, 120);
	if (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 2) return "no focus ring on " + name;
	if (r.width === 0 || r.height === 0) return "the focus is on something without a size: " + name;
	if (r.bottom <= 0 || r.top >= innerHeight || r.right <= 0 || r.left >= innerWidth) return "the focus is out of sight: " + name;
	const x = Math.min(Math.max(r.left + Math.min(r.width, innerWidth) / 2, 1), innerWidth - 1), y = Math.min(Math.max(r.top + Math.min(r.height / 2, 10), 1), innerHeight - 1);
	const top = document.elementFromPoint(x, y);
	if (top && !drawn.contains(top) && !top.contains(drawn) && !e.labels?.[0]?.contains(top)) return "the focus is covered by " + top.outerHTML.slice(0, 80) + ": " + name;
	return "";
})()`
