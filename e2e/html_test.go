package e2e

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// document is what the tests ask of a page's HTML.
type document struct {
	lang       string
	title      string
	headings   []string // of the first order
	meta       map[string]string
	canonical  string
	alternates map[string]string // address by hreflang
	noIndex    bool
	links      []link
	images     []map[string]string
	ids        map[string]bool
	sources    []string // of pictures, scripts, style sheets, icons
	inline     []string // styles, scripts and handlers within the page
}

type link struct {
	href, rel, target string
	text              string
}

func parse(t testing.TB, text string) *document {
	t.Helper()
	tree, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	d := &document{meta: map[string]string{}, alternates: map[string]string{}, ids: map[string]bool{}}
	for n := range tree.Descendants() {
		if n.Type == html.ElementNode {
			d.take(n)
		}
	}
	return d
}

func (d *document) take(n *html.Node) {
	a := map[string]string{}
	for _, at := range n.Attr {
		a[at.Key] = at.Val
		if at.Key == "style" || strings.HasPrefix(at.Key, "on") {
			d.inline = append(d.inline, n.Data+" "+at.Key+"="+at.Val)
		}
	}
	if a["id"] != "" {
		d.ids[a["id"]] = true
	}
	switch n.Data {
	case "html":
		d.lang = a["lang"]
	case "title":
		if n.Parent.Data == "head" {
			d.title = content(n)
		}
	case "h1":
		d.headings = append(d.headings, content(n))
	case "meta":
		d.meta[a["name"]+a["property"]] = a["content"]
		d.noIndex = d.noIndex || a["name"] == "robots" && strings.Contains(a["content"], "noindex")
	case "link":
		d.takeLink(a)
	case "a":
		d.links = append(d.links, link{a["href"], a["rel"], a["target"], content(n)})
	case "img":
		d.images = append(d.images, a)
		d.sources = append(d.sources, a["src"])
	case "use":
		d.sources = append(d.sources, a["href"])
	case "script":
		if a["src"] != "" {
			d.sources = append(d.sources, a["src"])
		} else if !strings.Contains(a["type"], "json") {
			d.inline = append(d.inline, "script")
		}
	case "style":
		d.inline = append(d.inline, "style")
	case "iframe", "object", "embed", "base":
		d.inline = append(d.inline, n.Data)
	}
}

func (d *document) takeLink(a map[string]string) {
	switch {
	case a["rel"] == "canonical":
		d.canonical = a["href"]
	case a["hreflang"] != "":
		d.alternates[a["hreflang"]] = a["href"]
	default:
		d.sources = append(d.sources, a["href"])
	}
}

// content is the text within an element.
func content(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return plain(b.String())
}

// rels reports whether a link has every one of some relations.
func (l link) rels(all ...string) bool {
	have := strings.Fields(l.rel)
	return !slices.ContainsFunc(all, func(r string) bool { return !slices.Contains(have, r) })
}
