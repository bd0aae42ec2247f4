package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

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
