package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// axeSource is axe-core, which finds what is hard or impossible to use with
// assistive technology.
var axeSource = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "node_modules", "axe-core", "axe.min.js"))
	return string(text), err
})

// axeAll runs every rule of WCAG 2.2 to level AA and axe's own good practice.
const axeAll = `{ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }`

// axePiece runs those rules that hold for pieces of pages too.
const axePiece = `{ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }`

// axeOnly runs some rules alone.
func axeOnly(rules ...string) string {
	list, _ := json.Marshal(rules)
	return fmt.Sprintf(`{ runOnly: { type: "rule", values: %s } }`, list)
}

// axe returns what axe finds on the page, one sentence each.
func (b *tab) axe(options string) []string {
	b.t.Helper()
	source, err := axeSource()
	if err != nil {
		b.t.Fatalf("there is no axe-core; scripts/setup installs it: %v", err)
	}
	if !eval[bool](b, "typeof axe !== 'undefined'") {
		eval[chromedp.Void](b, source+"\n; undefined")
	}
	return eval[[]string](b, `axe.run(document, Object.assign({ resultTypes: ["violations"], preload: false, iframes: false }, `+options+`)).then((r) => r.violations.map((v) =>
		v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " (" + [...n.any, ...n.all].map((c) => c.message).join("; ").slice(0, 200) + ")").join(" | ") + (v.nodes.length > 3 ? " and " + (v.nodes.length - 3) + " more" : "")))`)
}

// accessibility runs axe over every type of page, by turns in each language,
// theme and window, and over what only opens.
func accessibility(t *testing.T, site *souk) {
	wide, narrow := desktop, phoneWin
	wideDark, narrowDark := desktop, phoneWin
	wideDark.dark, narrowDark.dark = true, true
	for n, look := range []struct {
		name   string
		window window
		langs  []string
	}{
		{"wide and light", wide, []string{"en"}},
		{"narrow and dark", narrowDark, []string{"ja"}},
		{"wide and dark", wideDark, []string{"ja", "fr"}},
		{"narrow and light", narrow, []string{"en", "zh-CN"}},
	} {
		t.Run(look.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, site, look.window)
			for i, p := range pageTypes() {
				// The first two looks see every page, the others half of them
				// each.
				if n >= 2 && i%2 != n%2 {
					continue
				}
				lang := look.langs[i/2%len(look.langs)]
				b.visit(p.in(lang))
				for _, v := range b.axe(axeAll) {
					t.Errorf("%s in %s: %s", p.name, lang, v)
				}
			}
			b.openEverything(t)
		})
	}
}

// openEverything runs axe while things are open that start closed, and over the
// card for other sites.
func (b *tab) openEverything(t *testing.T) {
	t.Helper()
	b.visit("/marketplace/renovate")
	eval[chromedp.Void](b, "document.querySelectorAll('details:not([data-menu])').forEach((d) => (d.open = true)); undefined")
	for _, v := range b.axe(axeAll) {
		t.Errorf("a listing with all open: %s", v)
	}
	b.visit("/marketplace?type=github_app")
	eval[chromedp.Void](b, "document.querySelectorAll('details:not([data-menu])').forEach((d) => (d.open = true)); undefined")
	b.clickNth(boxToCompare, 0)
	for _, v := range b.axe(axeAll) {
		t.Errorf("filters with all open: %s", v)
	}
	// In its frame it needs no landmark.
	b.visit("/embed/everything")
	for _, v := range b.axe(axePiece) {
		t.Errorf("the card for other sites: %s", v)
	}
	b.visit("/docs")
	b.click("[data-menu] summary")
	for _, v := range b.axe(axeAll) {
		t.Errorf("the open menu: %s", v)
	}
	b.visit("/docs")
	b.click(headerSearch)
	b.suggest("code")
	b.press(kb.ArrowDown)
	for _, v := range b.axe(axeAll) {
		t.Errorf("suggestions: %s", v)
	}
}

// TestGallery runs axe over every component in every state, in both themes.
func TestGallery(t *testing.T) {
	t.Parallel()
	site := start(t, "SOUK_DEV=true")
	for _, dark := range []bool{false, true} {
		b := open(t, site, window{width: 1280, height: 900, dark: dark})
		b.tolerate = append(b.tolerate, "/images/1/") // an example of a stored picture, which nobody has stored
		for _, path := range galleryPages(t, site) {
			b.visit(path)
			for _, v := range b.axe(axePiece) {
				t.Errorf("%s, dark %v: %s", path, dark, v)
			}
		}
	}
}

// galleryPages are the addresses of the gallery, by its links.
func galleryPages(t testing.TB, site *souk) []string {
	t.Helper()
	const first = "/dev/gallery"
	pages := []string{first}
	a := site.get(t, first)
	if a.status != 200 {
		t.Fatalf("the gallery answers %d", a.status)
	}
	for _, l := range parse(t, a.body).links {
		if strings.HasPrefix(l.href, first+"/") {
			pages = append(pages, l.href)
		}
	}
	return pages
}
