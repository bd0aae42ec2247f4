package site

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"souk/models"
	"souk/search"
	"souk/web"
	"souk/web/paths"
)

// server is the whole of the site over fakes.
func server(c *fakeCatalogue, f *fakeFinder) http.Handler {
	s := web.New(web.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Base: "https://souk.example"})
	h := New(c, f)
	e := s.Echo
	e.GET(paths.Home, h.Home)
	e.GET(paths.Browse, h.Browse)
	e.GET(paths.CategoryPat, h.Category)
	e.GET(paths.Compare, h.Compare)
	e.GET(paths.Suggest, h.Suggest)
	e.GET(paths.ListingPat, h.Listing)
	e.GET(paths.AppPat, h.App)
	e.GET(paths.PublisherPat, h.Publisher)
	e.GET(paths.Docs, h.Docs)
	e.GET(paths.DocPat, h.Doc)
	e.GET(paths.ArticlePat, h.Article)
	e.POST(paths.Preferences, h.Preferences)
	return s.Handler()
}

func get(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

// Every page opens, in every language, with its address in each of the others.
func TestPagesOpen(t *testing.T) {
	h := server(testCatalogue(), testFinder())
	for _, path := range []string{
		"/", "/marketplace", "/marketplace?query=review&explain=1", "/marketplace/category/security", "/marketplace/reviewer",
		"/marketplace/watcher?period=year", "/marketplace/silent", "/apps/reviewer", "/publishers/acme",
		"/marketplace/compare", "/marketplace/compare?apps=reviewer,watcher&apps=silent&seats=3", "/docs", "/docs/ranking",
	} {
		for _, lang := range models.Languages() {
			w := get(h, paths.Localized(lang, path))
			body := w.Body.String()
			if w.Code != http.StatusOK {
				t.Errorf("%s %s: %d", lang, path, w.Code)
				continue
			}
			for _, want := range []string{`<html lang="` + lang + `"`, "<h1", `<main id="main"`, "</html>"} {
				if !strings.Contains(body, want) {
					t.Errorf("%s %s has no %s", lang, path, want)
				}
			}
			if strings.Contains(body, "<Silent>") || strings.Contains(body, " style=") || strings.Contains(body, "onclick") {
				t.Errorf("%s %s isn't safe", lang, path)
			}
			indexed := !strings.Contains(body, `content="noindex"`)
			if n := strings.Count(body, `<link rel="alternate" hreflang="`); indexed && n != 5 {
				t.Errorf("%s %s has %d alternates", lang, path, n)
			}
		}
	}
}

func TestStatuses(t *testing.T) {
	h := server(testCatalogue(), testFinder())
	for path, want := range map[string]int{
		"/marketplace/nothing": 404, "/apps/nothing": 404, "/publishers/nobody": 404, "/docs/nothing": 404,
		"/marketplace/category/nothing": 404, "/marketplace?sort=size": 400, "/marketplace?page=x": 400,
		"/marketplace?page=2": 400, "/marketplace?page=99999": 400, "/marketplace/compare?seats=-1": 400,
		"/articles/ranking": 301, "/marketplace/compare?apps=a,b,c,d,e": 200,
	} {
		if w := get(h, path); w.Code != want {
			t.Errorf("%s: %d, not %d", path, w.Code, want)
		}
	}
}

// A search that failed looks different from one that found nothing.
func TestFailedAndEmpty(t *testing.T) {
	failed := get(server(testCatalogue(), &fakeFinder{err: models.ErrSearchFailed.Because(errors.New("down"))}), "/marketplace?query=x")
	if failed.Code != http.StatusServiceUnavailable || !strings.Contains(failed.Body.String(), "The search isn’t answering") {
		t.Error(failed.Code)
	}
	empty := get(server(testCatalogue(), &fakeFinder{}), "/marketplace?query=x&pricing=free").Body.String()
	for _, want := range []string{"No listing matches", `href="/marketplace?query=x">Reset filters`, "code review"} {
		if !strings.Contains(empty, want) {
			t.Errorf("no %s", want)
		}
	}
	degraded := testFinder()
	degraded.result.Degraded = true
	if body := get(server(testCatalogue(), degraded), "/marketplace?query=x").Body.String(); !strings.Contains(body, "main search engine is not answering") {
		t.Error("the page doesn’t say that another engine answered")
	}
}

func TestBrowseAsksForWhatWasChosen(t *testing.T) {
	f := testFinder()
	get(server(testCatalogue(), f), "/ja/marketplace?query=a&category=x,y&category=z&permission=no-code-write&sort=name")
	if f.asked.Text != "a" || f.asked.Lang != "ja" || len(f.asked.Filters[search.Category]) != 3 || f.asked.Sort != search.Name || f.asked.Counted != nil {
		t.Errorf("%+v", f.asked)
	}
}

// Another order of the same list is no page of its own.
func TestCanonical(t *testing.T) {
	for path, want := range map[string]string{
		"/marketplace?sort=added": "/marketplace", "/marketplace?sort=name&query=a": "/marketplace?query=a",
		"/marketplace/category/code-review?sort=installs": "/marketplace/category/code-review",
	} {
		body := get(server(testCatalogue(), testFinder()), path).Body.String()
		if !strings.Contains(body, `<link rel="canonical" href="`) || !strings.Contains(body, want+`">`) || strings.Contains(body, `canonical" href="https://souk.example`+path) {
			t.Errorf("%s: %q is not its canonical address", path, want)
		}
	}
	c := choice{path: paths.Browse, sort: search.Added, page: 3}
	if got := browseView(c, search.Result{Total: 100}, nil, nil).Canonical; got != "/marketplace?page=3" {
		t.Error(got)
	}
}

func TestWhatMatchedIsMarked(t *testing.T) {
	body := get(server(testCatalogue(), testFinder()), "/marketplace?query=review").Body.String()
	if !strings.Contains(body, "<mark>Reviewer</mark>") {
		t.Error("nothing is marked")
	}
	if !strings.Contains(body, `href="/marketplace?query=review&amp;explain=1#r-reviewer"`) {
		t.Error("no way to ask why")
	}
}

func TestCompareTooMany(t *testing.T) {
	w := get(server(testCatalogue(), testFinder()), "/marketplace/compare?apps=reviewer&apps=watcher&apps=silent&apps=x&apps=y")
	if body := w.Body.String(); !strings.Contains(body, "Only four listings can be compared") || strings.Count(body, `<th scope="col">`) != 3 {
		t.Error("five listings are not four with a message")
	}
}

func TestSuggest(t *testing.T) {
	body := get(server(testCatalogue(), testFinder()), "/fr/marketplace/suggest?q=revue").Body.String()
	for _, want := range []string{`data-href="/fr/marketplace/category/code-review"`, `data-href="/fr/marketplace/reviewer"`, `data-href="/fr/marketplace?query=revue"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if body := get(server(testCatalogue(), testFinder()), "/marketplace/suggest?q=+").Body.String(); body != "" {
		t.Errorf("%q", body)
	}
}

func TestPreferences(t *testing.T) {
	h := server(testCatalogue(), testFinder())
	send := func(form url.Values) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, paths.Preferences, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.ServeHTTP(w, r)
		return w
	}
	w := send(url.Values{"theme": {"dark"}, "return": {"/ja/marketplace?query=x"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/ja/marketplace?query=x" || !strings.HasPrefix(w.Header().Get("Set-Cookie"), "theme=dark") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := send(url.Values{"theme": {"blue"}}); w.Code != http.StatusBadRequest {
		t.Error(w.Code)
	}
	if w := send(url.Values{"theme": {""}, "return": {"//evil.example"}}); w.Header().Get("Location") != "/" {
		t.Errorf("%v", w.Header())
	}
}
