package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// FuzzQueries holds that whatever is asked, the answer is a result or a
// problem of the asker's, and that the engine is never given what it can't
// take.
func FuzzQueries(f *testing.F) {
	for _, seed := range []string{
		"", "query=ci", "category=ci,ci", "page=2&per_page=3", "sort=name&sort=name", "q=1", "query=%00", "query=%ff", "%", "a=b;c", "type=,,,",
		"permission=contents,none&verified=true,false", "lang=ja&query=%E6%8C%81", "page=9223372036854775807", "page=+1", "page=01", "per_page=1e2",
	} {
		f.Add(seed)
	}
	s := newSite(f)
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/listings", nil)
		r.URL = &url.URL{Path: "/api/v1/listings", RawQuery: query}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Fatalf("?%s answers %d: %s", query, w.Code, w.Body)
		}
		if q := s.engine.asked; w.Code == http.StatusOK && (q.Page < 1 || q.PerPage < 1 || q.PerPage > 100 || q.Page*q.PerPage > 10_000 || q.Lang == "" || q.Sort == "") {
			t.Fatalf("?%s asks for %+v", query, q)
		}
	})
}
