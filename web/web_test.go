package web_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/web"
	"souk/web/i18n"
	"souk/web/view"
)

type site struct {
	*httptest.Server
	cache    *web.Cache
	renders  atomic.Int64
	log      strings.Builder
	text     atomic.Value
	rendered chan struct{} // when set, a page waits here after reading its text
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{}
	s.text.Store("first")
	cache, err := web.NewCache(1<<20, false)
	if err != nil {
		t.Fatal(err)
	}
	s.cache = cache
	server := web.New(web.Options{Log: slog.New(slog.NewTextHandler(&s.log, nil)), Base: "http://souk.test", Cache: cache, Timeout: time.Second})
	page := func(c echo.Context) error {
		s.renders.Add(1)
		text := s.text.Load().(string)
		if s.rendered != nil {
			s.rendered <- struct{}{}
			<-s.rendered
		}
		return web.Page(c, words(text))
	}
	server.GET("/marketplace", page)
	server.GET("/", page)
	server.GET("/degraded", func(c echo.Context) error {
		web.NoStore(c)
		return page(c)
	})
	server.GET("/missing", func(echo.Context) error { return fmt.Errorf("catalog: %w", models.ErrNotFound) })
	server.GET("/broken", func(echo.Context) error { return errors.New("the secret reason") })
	server.GET("/panics", func(echo.Context) error { panic("the secret reason") })
	server.GET("/slow", func(c echo.Context) error {
		<-c.Request().Context().Done()
		return c.Request().Context().Err()
	})
	server.GET("/api/v1/bad", func(echo.Context) error { return models.ErrBadParameter.On("sort") })
	server.GET("/api/v1/ok", func(c echo.Context) error { return web.JSON(c, http.StatusOK, map[string]string{"a": "b"}) })
	server.POST("/write", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	s.Server = httptest.NewServer(server.Handler())
	t.Cleanup(s.Close)
	return s
}

func words(text string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		v := view.From(ctx)
		_, err := fmt.Fprintf(w, "%s lang=%s theme=%s path=%s ja=%s %s", text, i18n.Lang(ctx), v.Theme, v.Path, v.Address("ja"), strings.Repeat("padding ", 300))
		return err
	})
}

func (s *site) do(t *testing.T, method, path string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func TestTheLanguageOfAnAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, c := range map[string]struct {
		path     string
		header   []string
		lang     string // of a page
		location string // of a redirect
	}{
		"English has no prefix":            {"/marketplace", nil, "en", ""},
		"a prefix decides":                 {"/ja/marketplace", []string{"Accept-Language", "fr", "Cookie", "lang=fr"}, "ja", ""},
		"the home page has one too":        {"/fr", nil, "fr", ""},
		"Accept-Language leads there":      {"/marketplace?category=ci", []string{"Accept-Language", "fr-CA,en;q=0.5"}, "", "/fr/marketplace?category=ci"},
		"zh leads to simplified":           {"/", []string{"Accept-Language", "zh-TW"}, "", "/zh-CN"},
		"the cookie beats Accept-Language": {"/marketplace", []string{"Accept-Language", "fr", "Cookie", "lang=en"}, "en", ""},
		"the cookie leads there":           {"/marketplace", []string{"Cookie", "lang=ja"}, "", "/ja/marketplace"},
		"?lang beats everything":           {"/ja/marketplace?page=2&lang=fr", []string{"Cookie", "lang=ja"}, "", "/fr/marketplace?page=2"},
		"?lang=en takes the prefix off":    {"/ja/marketplace?lang=en", nil, "", "/marketplace"},
		"an unknown ?lang is nothing":      {"/marketplace?lang=xx", nil, "en", ""},
		"an unknown cookie is nothing":     {"/marketplace", []string{"Cookie", "lang=xx"}, "en", ""},
		"/en has one address":              {"/en/marketplace", nil, "", "/marketplace"},
		"a prefix has one spelling":        {"/zh-cn/marketplace", nil, "", "/zh-CN/marketplace"},
		"a redirect stays on the site":     {"//evil.test/?lang=fr", nil, "", "/fr/evil.test/"},
		"an unknown Accept-Language":       {"/marketplace", []string{"Accept-Language", "tlh, *;q=0.1"}, "en", ""},
	} {
		resp, body := s.do(t, "GET", c.path, c.header...)
		if c.location != "" {
			if resp.StatusCode != http.StatusFound || resp.Header.Get("Location") != c.location {
				t.Errorf("%s: %d to %q, want %q", name, resp.StatusCode, resp.Header.Get("Location"), c.location)
			}
			continue
		}
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, "lang="+c.lang+" ") {
			t.Errorf("%s: %d %.80s", name, resp.StatusCode, body)
		}
	}
	if _, body := s.do(t, "GET", "/fr/marketplace?page=2"); !strings.Contains(body, "path=/marketplace ") || !strings.Contains(body, "ja=http://souk.test/ja/marketplace?page=2 ") {
		t.Errorf("the page doesn't know its address: %.200s", body)
	}
}

func TestCachedPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first, body := s.do(t, "GET", "/marketplace")
	again, same := s.do(t, "GET", "/marketplace")
	if s.renders.Load() != 1 || body != same || first.Header.Get("ETag") != again.Header.Get("ETag") || first.Header.Get("ETag") == "" {
		t.Errorf("%d renders; tags %q %q", s.renders.Load(), first.Header.Get("ETag"), again.Header.Get("ETag"))
	}
	for _, h := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Vary", "Cache-Control", "Content-Type", "Content-Length"} {
		if first.Header.Get(h) != again.Header.Get(h) || again.Header.Get(h) == "" {
			t.Errorf("%s is %q fresh and %q cached", h, first.Header.Get(h), again.Header.Get(h))
		}
	}
	if resp, body := s.do(t, "GET", "/marketplace", "If-None-Match", first.Header.Get("ETag")); resp.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("an unchanged page: %d", resp.StatusCode)
	}
	if resp, body := s.do(t, "HEAD", "/marketplace"); resp.StatusCode != http.StatusOK || body != "" || resp.ContentLength != int64(len(same)) {
		t.Errorf("HEAD: %d, %d bytes of %d", resp.StatusCode, len(body), resp.ContentLength)
	}
	for _, address := range []string{"/ja/marketplace", "/marketplace?page=2"} {
		before := s.renders.Load()
		s.do(t, "GET", address)
		if s.renders.Load() != before+1 {
			t.Errorf("%s was answered with another page", address)
		}
	}
	if _, body := s.do(t, "GET", "/marketplace", "Cookie", "theme=dark"); !strings.Contains(body, "theme=dark") {
		t.Error("a dark page was answered with a light one")
	}
}

func TestCachedPagesAreCompressed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, plain := s.do(t, "GET", "/marketplace")
	resp, body := s.do(t, "GET", "/marketplace", "Accept-Encoding", "gzip, deflate")
	if resp.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("encoding %q", resp.Header.Get("Content-Encoding"))
	}
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || string(got) != plain {
		t.Errorf("unpacked to something else: %v", err)
	}
	if resp, _ := s.do(t, "GET", "/marketplace", "Accept-Encoding", "gzip, br"); resp.Header.Get("Content-Encoding") != "br" {
		t.Errorf("encoding %q", resp.Header.Get("Content-Encoding"))
	}
	if resp, _ := s.do(t, "GET", "/marketplace", "Accept-Encoding", "br;q=0, gzip;q=0"); resp.Header.Get("Content-Encoding") != "" {
		t.Errorf("encoding %q was refused", resp.Header.Get("Content-Encoding"))
	}
}

func TestAChangeEmptiesTheCache(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.do(t, "GET", "/marketplace")
	s.text.Store("second")
	s.cache.Clear()
	if _, body := s.do(t, "GET", "/marketplace"); !strings.HasPrefix(body, "second") {
		t.Errorf("after a change: %.20s", body)
	}
}

// TestAPageMadeDuringAChangeIsNotKept lets a handler read, then changes the
// catalogue, then lets the handler finish.
func TestAPageMadeDuringAChangeIsNotKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.rendered = make(chan struct{})
	done := make(chan string)
	go func() {
		_, body := s.do(t, "GET", "/marketplace")
		done <- body
	}()
	<-s.rendered
	s.text.Store("second")
	s.cache.Clear()
	s.rendered <- struct{}{}
	<-done
	go func() {
		_, body := s.do(t, "GET", "/marketplace")
		done <- body
	}()
	<-s.rendered
	s.rendered <- struct{}{}
	if body := <-done; !strings.HasPrefix(body, "second") {
		t.Errorf("an old page was kept: %.20s", body)
	}
}

func TestWhatIsNeverCached(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, address := range []string{"/marketplace?query=ci", "/degraded", "/missing"} {
		s.do(t, "GET", address)
		hits := s.cache.Hits()
		s.do(t, "GET", address)
		if s.cache.Hits() != hits {
			t.Errorf("%s came from the cache", address)
		}
	}
}

func TestErrorsAreAnsweredInOnePlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for path, status := range map[string]int{
		"/missing": 404, "/nowhere": 404, "/broken": 500, "/panics": 500, "/slow": 503, "/api/v1/bad": 400, "/api/v1/nowhere": 404,
	} {
		resp, body := s.do(t, "GET", path)
		if resp.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, status)
		}
		if strings.Contains(body, "secret reason") {
			t.Errorf("%s tells the cause", path)
		}
		wantType := "text/html"
		if strings.HasPrefix(path, "/api/") {
			wantType = "application/problem+json"
		}
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), wantType) {
			t.Errorf("%s: type %s", path, resp.Header.Get("Content-Type"))
		}
		if id := resp.Header.Get("X-Request-Id"); status >= 500 && (id == "" || !strings.Contains(s.log.String(), id) || !strings.Contains(body, id)) {
			t.Errorf("%s: the request id %q is not in both page and log", path, id)
		}
	}
	if n := strings.Count(s.log.String(), "request failed"); n != 3 {
		t.Errorf("%d lines were logged, want one for each of our faults, 3", n)
	}
	if resp, body := s.do(t, "HEAD", "/missing"); resp.StatusCode != http.StatusNotFound || body != "" {
		t.Errorf("HEAD of a missing page: %d", resp.StatusCode)
	}
	if resp, body := s.do(t, "HEAD", "/degraded"); resp.StatusCode != http.StatusOK || body != "" || resp.ContentLength <= 0 {
		t.Errorf("HEAD of an uncached page: %d, length %d", resp.StatusCode, resp.ContentLength)
	}
	if resp, _ := s.do(t, "POST", "/missing"); resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") == "" {
		t.Errorf("POST to a page: %d, Allow %q", resp.StatusCode, resp.Header.Get("Allow"))
	}
}

func TestAProblemNamesTheField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, body := s.do(t, "GET", "/api/v1/bad?sort=x", "Accept-Language", "fr")
	var p struct {
		Status   int
		Code     string
		Detail   string
		Instance string
		Errors   []struct{ Field, Code string }
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != 400 || p.Code != "bad_parameter" || p.Instance != "/api/v1/bad?sort=x" || len(p.Errors) != 1 || p.Errors[0].Field != "sort" {
		t.Errorf("problem %s", body)
	}
	if p.Detail == "" || p.Detail == "error.bad_parameter" {
		t.Errorf("detail %q", p.Detail)
	}
}

func TestWritesFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if resp, _ := s.do(t, "POST", "/write"); resp.StatusCode != http.StatusNoContent {
		t.Errorf("a write without a browser: %d", resp.StatusCode)
	}
	if resp, _ := s.do(t, "POST", "/write", "Sec-Fetch-Site", "same-origin"); resp.StatusCode != http.StatusNoContent {
		t.Errorf("a write of our own page: %d", resp.StatusCode)
	}
	if resp, _ := s.do(t, "POST", "/write", "Sec-Fetch-Site", "cross-site"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a write of another site's page: %d", resp.StatusCode)
	}
}
