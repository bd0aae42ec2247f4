package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// phone looks at every type of page in a narrow window: nothing sticks out, no
// text is tiny, fingers hit what they aim at.
func phone(t *testing.T, site *souk) {
	b := open(t, site, phoneWin)
	for _, p := range pageTypes() {
		for _, lang := range []string{"en", "ja", "fr"} {
			if p.once && lang != "en" {
				continue
			}
			b.visit(p.in(lang))
			if wide := eval[int](b, "document.documentElement.scrollWidth"); wide > int(phoneWin.width) {
				t.Errorf("%s in %s is %d wide; what sticks out: %s", p.name, lang, wide, eval[string](b, sticksOut, phoneWin.width))
			}
			if fault := eval[string](b, tooSmall); fault != "" {
				t.Errorf("%s in %s: too small for a finger: %s", p.name, lang, fault)
			}
		}
	}
	// The narrowest phones.
	b.look(window{width: 320, height: 568, mobile: true})
	for _, p := range pageTypes() {
		b.visit(p.in("fr"))
		if wide := eval[int](b, "document.documentElement.scrollWidth"); wide > 320 {
			t.Errorf("%s on the narrowest phone is %d wide; what sticks out: %s", p.name, wide, eval[string](b, sticksOut, 320))
		}
	}
}

// sticksOut names what is wider than the window. What scrolls within a box
// doesn't count, unless it is placed by something outside of that box.
const sticksOut = `[...document.querySelectorAll("body *")].filter((e) => {
	const r = e.getBoundingClientRect();
	if (r.right <= %d + 1 || r.width === 0) return false;
	let style = getComputedStyle(e), placed = style.position === "absolute";
	for (let p = e.parentElement; p; p = p.parentElement) {
		style = getComputedStyle(p);
		if (placed && style.position === "static") continue;
		if (style.overflowX !== "visible") return false;
		placed = style.position === "absolute";
	}
	return true;
}).slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" | ")`

// tooSmall names what can be tapped and is smaller than 24 by 24 pixels, the
// measure of WCAG 2.2; links in running text are exempt.
const tooSmall = `[...document.querySelectorAll("button, summary, select, input:not([type=hidden]), .chip, .pager a, .menu a")].filter((e) => {
	const r = (/checkbox|radio/.test(e.type) && e.labels?.[0] || e).getBoundingClientRect();
	return e.checkVisibility({ checkVisibilityCSS: true }) && r.width > 1 && (r.width < 24 || r.height < 24);
}).slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" | ")`

// phoneFilters opens the drawer of filters on a phone, by keyboard.
func phoneFilters(t *testing.T, site *souk) {
	b := open(t, site, phoneWin)
	b.visit("/marketplace")
	visible := func(selector string) bool {
		t.Helper()
		return eval[bool](b, "document.querySelector(%q).checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })", selector)
	}
	if visible(box("type", "github_app")) {
		t.Error("the filters are open from the start")
	}
	reached := false
	for range 40 {
		b.press(kb.Tab)
		if reached = eval[bool](b, "document.activeElement.matches('.filters > summary')"); reached {
			break
		}
	}
	if !reached {
		t.Fatal("the drawer can't be reached by keyboard")
	}
	b.press(kb.Enter)
	b.await("the open drawer", "document.querySelector('.filters').open")
	if !visible(box("type", "github_app")) {
		t.Error("the open drawer shows no filter")
	}
	b.do("focus", chromedp.Focus(chromedp.CSS(box("type", "github_app"))))
	b.press(" ")
	b.await("the filter", "location.search === '?type=github_app' && document.querySelector(%q).checked", box("type", "github_app"))
	if !eval[bool](b, "document.querySelector('.filters').open") {
		t.Error("the drawer closes when a filter is ticked")
	}
	b.wantResults("type=github_app")
}
