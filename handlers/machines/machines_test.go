package machines_test

import (
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"souk/handlers/machines"
	"souk/models"
	"souk/models/catalog"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/search"
	"souk/web"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) { dbtest.Main(m) }

const base = "https://souk.example"

// engine suggests every listing that it was given, public or not.
type engine struct {
	ids  []int64
	err  error
	text string
	lang string
}

func (e *engine) Suggest(_ context.Context, text, lang string, n int) ([]search.Hit, error) {
	e.text, e.lang = text, lang
	var hits []search.Hit
	for _, id := range e.ids[:min(n, len(e.ids))] {
		hits = append(hits, search.Hit{ID: id})
	}
	return hits, e.err
}

type site struct {
	t       *testing.T
	db      *db.DB
	engine  *engine
	echo    *echo.Echo
	handler http.Handler
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, db: dbtest.New(t), engine: &engine{}}
	server := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Base: base})
	machines.New(catalog.New(s.db, nil, time.Now, nil), s.engine, "/docs").Routes(server.Echo)
	s.echo, s.handler = server.Echo, server.Handler()
	return s
}

func (s *site) listing(options ...func(*dbtest.Entry)) dbtest.Entry {
	s.t.Helper()
	e := dbtest.Listing(s.t, s.db, options...)
	s.engine.ids = append(s.engine.ids, e.ID)
	return e
}

// stock adds a listing with something of everything, and one that nobody told
// anything about.
func (s *site) stock() {
	s.t.Helper()
	acme := dbtest.Account(s.t, s.db, func(a *models.Account) { a.Login, a.Name = "acme", "Acme & Sons" })
	dbtest.Category(s.t, s.db, "ci", func(c *models.Category) {
		c.Names = models.Texts{"en": "Continuous integration", "ja": "継続的インテグレーション"}
	})
	s.listing(dbtest.Named("builder", "Builder <b>"), dbtest.By(acme), dbtest.In("ci"), dbtest.Translated("ja", "組み立てます", ""),
		dbtest.WithPlan(models.Plan{}), func(e *dbtest.Entry) {
			e.Tagline, e.Installs = "Builds & tests", new(int64(12345))
			e.UpdatedAt = dbtest.Epoch.Add(48 * time.Hour)
		})
	s.listing(dbtest.Named("mystery", "Mystery"), func(e *dbtest.Entry) {
		e.App.Kind = models.OAuthApp
		e.PublishedAt = new(dbtest.Epoch.Add(24 * time.Hour))
		e.UpdatedAt = dbtest.Epoch.Add(24 * time.Hour)
	})
}

func (s *site) get(path string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// everything is one address of each kind, for the listings of stock.
var everything = []string{
	"/feeds/new.atom", "/feeds/updated.atom", "/feeds/category/ci.atom", "/feeds/publisher/acme.atom",
	"/robots.txt", "/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/listings-0.xml", "/sitemaps/publishers-0.xml",
	"/opensearch.xml", "/opensearch/suggest?q=b",
	"/og/builder.png", "/og/souk.png", "/badges/builder.svg", "/logos/builder.svg", "/embed/builder",
}

func TestBodies(t *testing.T) {
	s := newSite(t)
	s.stock()
	for name, path := range map[string]string{
		"new.atom":          "/feeds/new.atom",
		"new_ja.atom":       "/ja/feeds/new.atom",
		"category.atom":     "/feeds/category/ci.atom?lang=ja",
		"publisher.atom":    "/feeds/publisher/acme.atom",
		"opensearch.xml":    "/opensearch.xml",
		"opensearch_fr.xml": "/opensearch.xml?lang=fr",
		"suggest.json":      "/opensearch/suggest?q=b&lang=ja",
		"sitemap.xml":       "/sitemap.xml",
		"pages.xml":         "/sitemaps/pages.xml",
		"listings.xml":      "/sitemaps/listings-0.xml",
		"publishers.xml":    "/sitemaps/publishers-0.xml",
		"robots.txt":        "/robots.txt",
		"badge.svg":         "/badges/builder.svg",
		"badge_unknown.svg": "/badges/mystery.svg?lang=ja",
		"badge_label.svg":   "/badges/builder.svg?label=%3Cscript%3E%26%22",
		"embed.html":        "/embed/builder?theme=dark",
		"embed_ja.html":     "/embed/mystery?lang=ja",
	} {
		t.Run(name, func(t *testing.T) {
			w := s.get(path)
			if w.Code != http.StatusOK {
				t.Fatalf("%s answers %d", path, w.Code)
			}
			if strings.Contains(w.Header().Get("Content-Type"), "xml") {
				wellFormed(t, w.Body.Bytes())
			}
			golden(t, name, hash.ReplaceAllString(w.Body.String(), ".HASH."))
		})
	}
}

// hash is what the names of static files carry.
var hash = regexp.MustCompile(`\.[0-9a-f]{8}\.`)

func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil || string(want) != got {
		t.Errorf("%s differs (%v); run with -update and look at the difference\ngot:\n%s", name, err, got)
	}
}

func wellFormed(t *testing.T, b []byte) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(b)))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, b)
		}
	}
}

func TestMediaTypes(t *testing.T) {
	s := newSite(t)
	s.stock()
	for path, want := range map[string]string{
		"/feeds/new.atom":          "application/atom+xml; charset=utf-8",
		"/sitemap.xml":             "application/xml; charset=utf-8",
		"/sitemaps/listings-0.xml": "application/xml; charset=utf-8",
		"/opensearch.xml":          "application/opensearchdescription+xml; charset=utf-8",
		"/opensearch/suggest?q=b":  "application/x-suggestions+json; charset=utf-8",
		"/og/builder.png":          "image/png",
		"/badges/builder.svg":      "image/svg+xml; charset=utf-8",
		"/logos/builder.svg":       "image/svg+xml; charset=utf-8",
		"/robots.txt":              "text/plain; charset=utf-8",
		"/embed/builder":           "text/html; charset=utf-8",
	} {
		w := s.get(path)
		if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != want {
			t.Errorf("%s is %d %s, want %s", path, w.Code, got, want)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be taken for something else", path)
		}
	}
}

func TestETags(t *testing.T) {
	s := newSite(t)
	s.stock()
	for _, path := range everything {
		if strings.HasPrefix(path, "/sitemaps/") {
			continue // written as they are read
		}
		tag := s.get(path).Header().Get("ETag")
		if w := s.get(path, "If-None-Match", tag); tag == "" || w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s with %q answers %d and %d bytes", path, tag, w.Code, w.Body.Len())
		}
	}
}

func TestFeedsKnowWhenTheyChanged(t *testing.T) {
	s := newSite(t)
	s.stock()
	w := s.get("/feeds/new.atom")
	at := w.Header().Get("Last-Modified")
	if want := dbtest.Epoch.Add(48 * time.Hour).Format(http.TimeFormat); at != want {
		t.Fatalf("the feed changed at %q, want %q", at, want)
	}
	if again := s.get("/feeds/new.atom"); again.Body.String() != w.Body.String() {
		t.Error("the feed changes by itself")
	}
	if w := s.get("/feeds/new.atom", "If-Modified-Since", at); w.Code != http.StatusNotModified {
		t.Errorf("an unchanged feed answers %d", w.Code)
	}
	if w := s.get("/feeds/new.atom", "If-Modified-Since", dbtest.Epoch.Format(http.TimeFormat)); w.Code != http.StatusOK {
		t.Errorf("a changed feed answers %d", w.Code)
	}
	if w := s.get("/feeds/new.atom", "If-Modified-Since", at, "If-None-Match", `"other"`); w.Code != http.StatusOK {
		t.Errorf("the time outweighs the tag: %d", w.Code)
	}
}

func TestFeedsHoldThirtyNewest(t *testing.T) {
	s := newSite(t)
	for i := range 35 {
		s.listing(dbtest.Named(fmt.Sprintf("app-%02d", i), ""), func(e *dbtest.Entry) {
			e.PublishedAt = new(dbtest.Epoch.Add(time.Duration(i) * time.Hour))
			e.UpdatedAt = dbtest.Epoch.Add(-time.Duration(i) * time.Hour)
		})
	}
	for path, first := range map[string]string{"/feeds/new.atom": "app-34", "/feeds/updated.atom": "app-00"} {
		var feed struct {
			Entries []struct {
				ID string `xml:"id"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(s.get(path).Body.Bytes(), &feed); err != nil {
			t.Fatal(err)
		}
		if len(feed.Entries) != 30 || feed.Entries[0].ID != "tag:souk.example,2026:/marketplace/"+first {
			t.Errorf("%s has %d entries, the first %+v", path, len(feed.Entries), feed.Entries[0])
		}
	}
}

func TestAnEmptyFeedIsAFeed(t *testing.T) {
	s := newSite(t)
	dbtest.Category(t, s.db, "ci")
	for _, path := range []string{"/feeds/new.atom", "/feeds/category/ci.atom"} {
		w := s.get(path)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<updated>1970-01-01T00:00:00Z</updated>") {
			t.Errorf("%s answers %d: %s", path, w.Code, w.Body)
		}
	}
}

func TestSitemapsAreCutByIDs(t *testing.T) {
	s := newSite(t)
	for _, slug := range []string{"one", "two", "three"} {
		s.listing(dbtest.Named(slug, ""))
	}
	// As if thousands had come and gone in between.
	if err := s.db.Read(t.Context()).Exec("UPDATE listings SET state = 'archived' WHERE slug = 'two'").Error; err != nil {
		t.Fatal(err)
	}
	if err := s.db.Read(t.Context()).Exec(`INSERT INTO apps (slug, kind, name) VALUES ('far', 'github_app', 'Far')`).Error; err != nil {
		t.Fatal(err)
	}
	if err := s.db.Read(t.Context()).Exec(`INSERT INTO listings (id, app_id, slug, name, state) OVERRIDING SYSTEM VALUE
		SELECT n, a.id, 'far', 'Far', 'published' FROM apps a, unnest(ARRAY[5001]) n WHERE a.slug = 'far'`).Error; err != nil {
		t.Fatal(err)
	}
	index := s.get("/sitemap.xml").Body.String()
	for name, there := range map[string]bool{"pages": true, "listings-0": true, "listings-1": false, "listings-2": true, "publishers-0": false} {
		if strings.Contains(index, base+"/sitemaps/"+name+".xml") != there {
			t.Errorf("%s in the index: want %t", name, there)
		}
		if code := s.get("/sitemaps/" + name + ".xml").Code; (code == http.StatusOK) != there {
			t.Errorf("%s answers %d", name, code)
		}
	}
	part := s.get("/sitemaps/listings-0.xml").Body.String()
	if n := strings.Count(part, "<loc>"); n != 8 || strings.Contains(part, "two") || strings.Contains(part, "far") {
		t.Errorf("a part has %d addresses: %s", n, part)
	}
	if n := strings.Count(part, "<xhtml:link "); n != 8*5 {
		t.Errorf("a part has %d alternates", n)
	}
}

func TestSitemapsAreCompressed(t *testing.T) {
	s := newSite(t)
	s.stock()
	server := httptest.NewServer(s.handler)
	defer server.Close()
	for _, path := range []string{"/sitemaps/listings-0.xml", "/sitemap.xml"} {
		resp, err := http.Get(server.URL + path) // asks for gzip and takes it apart
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		if err != nil || path == "/sitemaps/listings-0.xml" && !resp.Uncompressed {
			t.Errorf("%s isn't compressed (%v)", path, err)
		}
		wellFormed(t, b)
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestABrokenSitemapIsNoShortOne(t *testing.T) {
	s := newSite(t)
	s.stock()
	s.db.Close()
	if w := s.get("/sitemaps/listings-0.xml"); w.Code != http.StatusInternalServerError {
		t.Errorf("without a database a sitemap answers %d: %s", w.Code, w.Body)
	}
}

func TestUnknownAddresses(t *testing.T) {
	s := newSite(t)
	s.stock()
	for _, path := range []string{
		"/feeds/category/none.atom", "/feeds/category/ci", "/feeds/category/CI.atom", "/feeds/publisher/nobody.atom", "/feeds/publisher/acme",
		"/feeds/other.atom", "/sitemaps/listings-1.xml", "/sitemaps/listings-00.xml", "/sitemaps/listings--1.xml", "/sitemaps/listings.xml",
		"/sitemaps/listings-99999999999999999999.xml", "/sitemaps/apps-0.xml", "/sitemaps/pages", "/og/builder", "/og/builder.svg", "/og/.png",
		"/og/none.png", "/badges/builder.png", "/badges/none.svg", "/logos/none.svg", "/logos/builder", "/embed/none", "/embed/a%00b", "/badges/%ff.svg",
	} {
		if w := s.get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
}

func TestOnlyPublicListingsAreThere(t *testing.T) {
	for state := range models.ListingStates() {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			acme := dbtest.Account(t, s.db, func(a *models.Account) { a.Login = "acme" })
			s.listing(dbtest.Named("builder", "Confidential"), dbtest.By(acme), dbtest.In("ci"), func(e *dbtest.Entry) { e.State = state })
			public := state == models.ListingPublished
			own := map[string]bool{"/feeds/publisher/acme.atom": true, "/sitemaps/listings-0.xml": true, "/sitemaps/publishers-0.xml": true,
				"/og/builder.png": true, "/badges/builder.svg": true, "/logos/builder.svg": true, "/embed/builder": true}
			for _, path := range everything {
				w := s.get(path)
				want := http.StatusOK
				if own[path] && !public {
					want = http.StatusNotFound
				}
				if w.Code != want {
					t.Errorf("%s answers %d, want %d", path, w.Code, want)
				}
				if body := w.Body.String(); !public && (strings.Contains(body, "Confidential") || strings.Contains(body, "marketplace/builder")) {
					t.Errorf("%s gives it away: %s", path, body)
				}
			}
		})
	}
}

func TestStatements(t *testing.T) {
	s := newSite(t)
	s.stock()
	s.get("/feeds/new.atom") // reads the categories, which are kept
	for path, want := range map[string]int64{
		"/feeds/new.atom": 1, "/feeds/updated.atom": 1, "/feeds/category/ci.atom": 1, "/feeds/publisher/acme.atom": 1,
		"/robots.txt": 0, "/sitemap.xml": 2, "/sitemaps/pages.xml": 0, "/sitemaps/listings-0.xml": 1, "/sitemaps/publishers-0.xml": 1,
		"/opensearch.xml": 0, "/opensearch/suggest?q=b": 1, "/opensearch/suggest?q=": 0,
		"/og/builder.png": 1, "/og/souk.png": 0, "/badges/builder.svg": 1, "/logos/builder.svg": 1, "/embed/builder": 1,
	} {
		if n := dbtest.Statements(s.db, func() { s.get(path) }); n != want {
			t.Errorf("%s takes %d statements, want %d", path, n, want)
		}
	}
}

func TestPicturesFollowTheListing(t *testing.T) {
	s := newSite(t)
	s.stock()
	before := s.get("/og/builder.png")
	if n := before.Body.Len(); n == 0 || n > 60_000 {
		t.Errorf("a picture has %d bytes", n)
	}
	if err := s.db.Read(t.Context()).Exec("UPDATE listings SET tagline = 'Changed' WHERE slug = 'builder'").Error; err != nil {
		t.Fatal(err)
	}
	if after := s.get("/og/builder.png"); after.Header().Get("ETag") == before.Header().Get("ETag") {
		t.Error("the picture shows the old text")
	}
}

func TestAnUploadedLogoIsTheLogo(t *testing.T) {
	s := newSite(t)
	s.listing(dbtest.Named("painted", ""), func(e *dbtest.Entry) { e.LogoHash = "abc123" })
	if w := s.get("/logos/painted.svg"); w.Code != http.StatusFound || w.Header().Get("Location") != "/images/abc123/256" {
		t.Errorf("the logo answers %d to %q", w.Code, w.Header().Get("Location"))
	}
}

func TestOnlyCardsMayBeFramed(t *testing.T) {
	s := newSite(t)
	s.stock()
	for _, path := range everything {
		policy := s.get(path).Header().Get("Content-Security-Policy")
		framed := strings.HasSuffix(policy, "frame-ancestors *")
		if framed != (path == "/embed/builder") || !framed && !strings.HasSuffix(policy, "frame-ancestors 'none'") {
			t.Errorf("%s has the policy %q", path, policy)
		}
	}
	if body := s.get("/embed/builder").Body.String(); strings.Contains(body, "<script") || strings.Contains(body, " style=") {
		t.Error("the card has something that the policy forbids")
	}
}

func TestSuggestions(t *testing.T) {
	s := newSite(t)
	s.stock()
	s.get("/opensearch/suggest?q=" + strings.Repeat("é", 150) + "&lang=fr")
	if s.engine.text != strings.Repeat("é", 100) || s.engine.lang != "fr" {
		t.Errorf("asked for %q in %s", s.engine.text, s.engine.lang)
	}
	if w := s.get("/opensearch/suggest"); strings.TrimSpace(w.Body.String()) != `["",[],[],[]]` {
		t.Errorf("nothing typed suggests %s", w.Body)
	}
	s.engine.err = models.ErrSearchFailed
	if w := s.get("/opensearch/suggest?q=x"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a failed search answers %d", w.Code)
	}
}

func TestEveryAddressHasAnOwner(t *testing.T) {
	s := newSite(t)
	for _, r := range s.echo.Routes() {
		if r.Method != http.MethodGet {
			continue
		}
		prefix, _, _ := strings.Cut(r.Path, ":")
		tested := false
		for _, path := range everything {
			tested = tested || strings.HasPrefix(path, prefix)
		}
		if !tested {
			t.Errorf("%s is in no test", r.Path)
		}
	}
}
