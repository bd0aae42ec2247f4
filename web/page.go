package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/web/paths"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Page answers with a page, status 200. Anonymous pages may be cached.
func Page(c echo.Context, page templ.Component) error { return PageStatus(c, http.StatusOK, page) }

// PageStatus answers with a page and a status. Only 200 is ever cached.
func PageStatus(c echo.Context, status int, page templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer buffers.Put(b)
	takeFlash(c, Requested(c))
	if err := page.Render(c.Request().Context(), b); err != nil {
		return fmt.Errorf("web: render: %w", err)
	}
	h := c.Response().Header()
	h["Content-Type"] = htmlType
	h["Cache-Control"] = noCache
	if Requested(c).Viewer != nil {
		h["Cache-Control"] = private
	}
	h["Vary"] = varyPage
	if status == http.StatusOK {
		keep(c, b.Bytes())
	}
	return send(c, status, b.Bytes())
}

var (
	htmlType = []string{"text/html; charset=utf-8"}
	noCache  = []string{"no-cache"}
	private  = []string{"private, no-store"}
	varyPage = []string{"Accept-Encoding, Accept-Language, Cookie"}
)

// JSON answers with v as JSON.
func JSON(c echo.Context, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("web: json: %w", err)
	}
	h := c.Response().Header()
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json; charset=utf-8")
	}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	return send(c, status, b)
}

// Blob answers with bytes that may be kept for maxAge; 0 means to ask again
// each time.
func Blob(c echo.Context, mediaType string, body []byte, maxAge time.Duration) error {
	h := c.Response().Header()
	h.Set("Content-Type", mediaType)
	if maxAge > 0 {
		h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(maxAge.Seconds())))
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	return send(c, http.StatusOK, body)
}

// SeeOther redirects after a write, or to an address that took over. A page of
// this site without a language is the one in the visitor's.
func SeeOther(c echo.Context, address string) error {
	if prefix, path := splitPrefix(address); prefix == "" && strings.HasPrefix(path, "/") && localizable(path) {
		address = paths.Localized(Requested(c).Lang, address)
	}
	return c.Redirect(http.StatusSeeOther, address)
}

// SetPreference keeps a visitor's choice in a cookie for a year; an empty value
// forgets it.
func SetPreference(c echo.Context, name, value string) {
	setPreference(c.Response(), name, value, Requested(c).Secure)
}

// send writes the body with ETag and length, compressed where the client takes
// it and it is worth it.
func send(c echo.Context, status int, body []byte) error {
	w, r := c.Response(), c.Request()
	h := w.Header()
	if status == http.StatusOK {
		tag := etag(body)
		h.Set("ETag", tag)
		if matches(r.Header.Get("If-None-Match"), tag) {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	if h.Get("Vary") == "" {
		h.Set("Vary", "Accept-Encoding")
	}
	if len(body) > 1024 && compressible(h.Get("Content-Type")) && accepts(r, "gzip") {
		b := buffers.Get().(*bytes.Buffer)
		b.Reset()
		defer buffers.Put(b)
		gzipFast(b, body)
		h.Set("Content-Encoding", "gzip")
		body = b.Bytes()
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

var gzipWriters = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return w
}}

func gzipFast(to *bytes.Buffer, body []byte) {
	w := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(w)
	w.Reset(to)
	// Writing to a buffer doesn't fail.
	_, _ = w.Write(body)
	_ = w.Close()
}

func compressible(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || strings.Contains(mediaType, "json") ||
		strings.Contains(mediaType, "xml") || strings.Contains(mediaType, "javascript")
}

// accepts reports whether the client takes an encoding. A quality of 0 is the
// only one that matters.
func accepts(r *http.Request, encoding string) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			q := strings.ReplaceAll(params, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

// etag is weak, because one tag stands for every encoding of the body.
func etag(body []byte) string {
	return `W/"` + strconv.FormatUint(xxhash.Sum64(body), 36) + `-` + strconv.FormatInt(int64(len(body)), 36) + `"`
}

func matches(header, tag string) bool {
	if header == "" {
		return false
	}
	tag = strings.TrimPrefix(tag, "W/")
	for _, t := range strings.Split(header, ",") {
		t = strings.TrimSpace(t)
		if t == "*" || strings.TrimPrefix(t, "W/") == tag {
			return true
		}
	}
	return false
}

// Bind reads the query and the form into a T by its `query` and `form` tags.
func Bind[T any](c echo.Context) (T, error) {
	var in T
	if err := (&echo.DefaultBinder{}).BindQueryParams(c, &in); err != nil {
		return in, badParameter(err)
	}
	if c.Request().Method != http.MethodGet && c.Request().Method != http.MethodHead {
		if err := (&echo.DefaultBinder{}).BindBody(c, &in); err != nil {
			return in, badParameter(err)
		}
	}
	return in, nil
}

func badParameter(err error) error {
	if be, ok := err.(*echo.BindingError); ok {
		return models.ErrBadParameter.On(be.Field).Because(err)
	}
	return models.ErrBadParameter.Because(err)
}

// PageNumber is the page of a list that was asked for; what is no number, or none that
// a list could have, is the first.
func PageNumber(typed string) int {
	n, err := strconv.Atoi(typed)
	if err != nil || n < 1 || n > 1_000_000 {
		return 1
	}
	return n
}
