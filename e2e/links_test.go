package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// links crawls the site as a search engine does, in two languages, and holds
// every page to what a page owes: a title, a heading, an address in every
// language; and no link that leads nowhere.
func links(t *testing.T, site *souk) {
	const most = 320 // pages
	c := &crawler{site: site, seen: map[string]bool{}, titles: map[string]string{}}
	c.add("the test", "/", "/ja", "/marketplace", "/ja/marketplace", "/docs", "/ja/docs", "/marketplace/everything", "/ja/marketplace/everything")
	pages := 0
	for pages < most && len(c.queue) > 0 {
		n := min(4, len(c.queue), most-pages)
		some := c.queue[:n]
		c.queue = c.queue[n:]
		pages += c.visit(t, some)
	}
	if pages < 200 {
		t.Errorf("the crawl found only %d pages", pages)
	}
	// What is left of the queue is asked for, but not read.
	left := c.queue
	rest := c.visitOnly(t, left)
	t.Logf("%d pages were read and %d more addresses asked for", pages, rest)
}

type crawler struct {
	site *souk

	mu     sync.Mutex
	seen   map[string]bool
	queue  []stop
	titles map[string]string // canonical address by language and title
}

type stop struct{ path, from string }

// add queues addresses that are new.
func (c *crawler) add(from string, paths ...string) {
	for _, p := range paths {
		p, _, _ = strings.Cut(p, "#")
		if p != "" && !c.seen[p] {
			c.seen[p] = true
			c.queue = append(c.queue, stop{p, from})
		}
	}
}

// visit reads some addresses at once and returns how many were pages.
func (c *crawler) visit(t *testing.T, some []stop) (pages int) {
	t.Helper()
	var wg sync.WaitGroup
	for _, s := range some {
		wg.Go(func() {
			a, ok := c.fetch(t, s)
			if !ok || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || strings.HasPrefix(s.path, "/embed/") {
				return
			}
			d := parse(t, a.body)
			c.mu.Lock()
			defer c.mu.Unlock()
			pages++
			c.check(t, s.path, d)
		})
	}
	wg.Wait()
	return pages
}

// visitOnly asks for addresses without reading the answers.
func (c *crawler) visitOnly(t *testing.T, some []stop) int {
	t.Helper()
	n := 0
	for batch := range slices.Chunk(some, 4) {
		var wg sync.WaitGroup
		for _, s := range batch {
			wg.Go(func() { c.fetch(t, s) })
		}
		wg.Wait()
		n += len(batch)
	}
	return n
}

// fetch asks for an address, which must be there, and be there at once.
func (c *crawler) fetch(t *testing.T, s stop) (answer, bool) {
	t.Helper()
	a := c.site.get(t, s.path)
	switch {
	case a.status == http.StatusFound && strings.Contains(s.path, "lang="):
		// A choice of language, which the tests of preferences follow.
		return a, false
	case a.status == http.StatusFound && strings.HasSuffix(s.path, "/setup") && strings.HasPrefix(a.header.Get("Location"), "http"):
		// The step from a listing to its app.
		return a, false
	case a.status == http.StatusSeeOther && strings.Contains(a.header.Get("Location"), "/login?return_to="):
		// What is one's own, such as the settings that help speaks of, wants to
		// know whose.
		return a, false
	case a.status != http.StatusOK:
		t.Errorf("%s answers %d; the link is on %s", s.path, a.status, s.from)
		return a, false
	case a.took > 5*time.Second:
		t.Errorf("%s takes %s", s.path, a.took)
	}
	return a, true
}

// check holds a page to what it owes and queues where it leads.
func (c *crawler) check(t *testing.T, path string, d *document) {
	t.Helper()
	fault := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s: %s", path, fmt.Sprintf(format, args...))
	}
	lang := "en"
	for _, l := range languages[1:] {
		if path == "/"+l || strings.HasPrefix(path, "/"+l+"/") {
			lang = l
		}
	}
	if d.lang != lang {
		fault("its language is %q", d.lang)
	}
	if len(d.headings) != 1 || d.headings[0] == "" {
		fault("its headings are %q", d.headings)
	}
	if n := len([]rune(d.title)); n < 4 || n > 160 {
		fault("its title is %q", d.title)
	}
	if n := len([]rune(d.meta["description"])); n < 10 || n > 400 {
		fault("its description is %q", d.meta["description"])
	}
	for _, name := range []string{"og:title", "og:description", "og:image", "og:url", "og:type", "viewport"} {
		if d.meta[name] == "" {
			fault("it lacks %s", name)
		}
	}
	for _, what := range d.inline {
		fault("there is something in it that the policy forbids: %s", what)
	}
	if !d.noIndex {
		c.checkAddresses(fault, path, lang, d)
	}
	c.checkImages(fault, d)
	c.checkLinks(fault, path, lang, d)
}

func (c *crawler) checkAddresses(fault func(string, ...any), path, lang string, d *document) {
	unprefixed := path
	if lang != "en" {
		if unprefixed = strings.TrimPrefix(path, "/"+lang); !strings.HasPrefix(unprefixed, "/") {
			unprefixed = "/" + unprefixed
		}
	}
	canonical, ok := strings.CutPrefix(d.canonical, c.site.address)
	if !ok || strings.Split(canonical, "?")[0] != strings.Split(path, "?")[0] {
		fault("its canonical address is %q", d.canonical)
	}
	if len(d.alternates) != len(languages)+1 || d.alternates["x-default"] != d.alternates["en"] || d.alternates[lang] != d.canonical {
		fault("its alternates are %v", d.alternates)
	}
	for _, l := range languages {
		if a, ok := strings.CutPrefix(d.alternates[l], c.site.address); !ok || strings.Split(a, "?")[0] != strings.Split(localized(l, unprefixed), "?")[0] {
			fault("its address in %s is %q", l, d.alternates[l])
		}
	}
	// Two pages that want to be found have two titles; the same list in
	// another order is one page.
	address, _, _ := strings.Cut(d.canonical, "?")
	if other, ok := c.titles[lang+d.title]; ok && other != address {
		fault("it has the same title as %s: %q", other, d.title)
	}
	c.titles[lang+d.title] = address
}

func (c *crawler) checkImages(fault func(string, ...any), d *document) {
	for _, img := range d.images {
		if _, ok := img["alt"]; !ok {
			fault("a picture has no alternative: %s", img["src"])
		}
		if img["height"] == "" {
			fault("a picture has no size: %s", img["src"])
		}
	}
	for _, s := range d.sources {
		if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") {
			fault("it loads %q", s)
			continue
		}
		c.add("a page as a source", s)
	}
}

func (c *crawler) checkLinks(fault func(string, ...any), path, lang string, d *document) {
	for _, l := range d.links {
		u, err := url.Parse(l.href)
		if err != nil || l.href == "" {
			fault("a link leads to %q", l.href)
			continue
		}
		switch {
		case u.Scheme == "mailto":
		case u.Host != "" && u.Scheme+"://"+u.Host != c.site.address:
			// Not followed: what others publish is theirs to keep.
			if !l.rels("nofollow") || l.target != "" && !l.rels("noopener") || u.Scheme != "https" && u.Scheme != "http" {
				fault("a link leaves the site with nothing but rel=%q: %s", l.rel, l.href)
			}
		case strings.HasPrefix(l.href, "#"):
			if !d.ids[l.href[1:]] {
				fault("a link leads to %s, which isn't on the page", l.href)
			}
		case !strings.HasPrefix(u.Path, "/"):
			fault("a link leads to the relative address %q", l.href)
		default:
			if l.text == "" && l.rel == "" && len(d.images) == 0 {
				fault("a link has no text: %s", l.href)
			}
			c.follow(fault, path, lang, u)
		}
	}
}

// follow queues a link within the site. Every page offers each filter, so only
// some of those are followed.
func (c *crawler) follow(fault func(string, ...any), path, lang string, u *url.URL) {
	q := u.Query()
	if l := q.Get("lang"); l != "" {
		if !slices.Contains(languages, l) {
			fault("a link changes to the language %q", l)
		}
		return
	}
	filtered := q.Has("query") || q.Has("explain") || q.Has("compare") || len(q) > 1
	if filtered && len(c.seen)%7 != 0 {
		return
	}
	if lang != "en" && lang != "ja" {
		return
	}
	if q.Has("return_to") {
		// The way in is one page, from wherever one comes.
		c.add(path, u.EscapedPath())
		return
	}
	c.add(path, u.RequestURI())
}
