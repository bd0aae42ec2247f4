package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"

	"souk/web/view"
)

// Cache keeps anonymous pages as the bytes that were sent, with their ETag and
// in the encodings that clients asked for. Clear empties it; whoever hears of a
// change in the catalogue calls that, so a cached page is never older than the
// last change heard of. It holds at most a fixed number of bytes.
type Cache struct {
	pages      *otter.Cache[string, *cached]
	generation atomic.Uint64
	https      bool
	seen       func(*http.Request) // nil: nobody wants to know

	hits, misses atomic.Int64
}

// cached is one page. gzip and br are made when first asked for.
type cached struct {
	plain    []byte
	tag      string
	tagValue []string
	length   []string
	gzip, br atomic.Pointer[encoded]
}

type encoded struct {
	body   []byte
	length []string
}

// NewCache makes a cache of at most size bytes of pages.
func NewCache(size int, https bool) (*Cache, error) {
	pages, err := otter.New(&otter.Options[string, *cached]{
		MaximumWeight: uint64(size),
		// Half again for the encodings that may follow.
		Weigher: func(key string, p *cached) uint32 { return uint32(len(key) + len(p.plain)*3/2 + 256) },
	})
	if err != nil {
		return nil, err
	}
	return &Cache{pages: pages, https: https}, nil
}

// Clear forgets every page, and those that are being made now.
func (c *Cache) Clear() {
	c.generation.Add(1)
	c.pages.InvalidateAll()
}

// Hits and Misses count the requests that the cache could have answered.
func (c *Cache) Hits() int64 { return c.hits.Load() }

// Misses counts those that went on to the handler.
func (c *Cache) Misses() int64 { return c.misses.Load() }

type pending struct {
	cache      *Cache
	key        string
	generation uint64
}

// cacheable says which requests the cache may answer: anonymous reads of
// pages, of browsers without a session. A search by words is left out, since its index follows the database a
// moment later than the cache is cleared.
func cacheable(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if !localizable(r.URL.Path) || len(r.URL.RawQuery) > 256 {
		return false
	}
	return !strings.Contains(r.URL.RawQuery, "query=") && !hasSession(r)
}

func (c *Cache) serve(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !cacheable(r) {
			next.ServeHTTP(w, r)
			return
		}
		v := view.From(r.Context())
		key := v.Lang + v.Theme + " " + v.Path + "?" + r.URL.RawQuery
		if p, ok := c.pages.GetIfPresent(key); ok {
			c.hits.Add(1)
			c.answer(w, r, p)
			if c.seen != nil {
				c.seen(r)
			}
			return
		}
		c.misses.Add(1)
		ctx := withPending(r.Context(), &pending{cache: c, key: key, generation: c.generation.Load()})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func (c *Cache) answer(w http.ResponseWriter, r *http.Request, p *cached) {
	h := w.Header()
	setSecureHeaders(h, c.https)
	h["Cache-Control"] = noCache
	h["Vary"] = varyPage
	h["Etag"] = p.tagValue
	if inm := r.Header["If-None-Match"]; len(inm) > 0 && matches(inm[0], p.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = htmlType
	body, length := p.plain, p.length
	if r.Header["Accept-Encoding"] != nil {
		switch {
		case accepts(r, "br"):
			e := p.encode(&p.br, brotliBest)
			body, length, h["Content-Encoding"] = e.body, e.length, brValue
		case accepts(r, "gzip"):
			e := p.encode(&p.gzip, gzipBest)
			body, length, h["Content-Encoding"] = e.body, e.length, gzipValue
		}
	}
	h["Content-Length"] = length
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

var (
	brValue   = []string{"br"}
	gzipValue = []string{"gzip"}
)

// encode compresses once. Two requests may do so at the same time; one wins.
func (p *cached) encode(slot *atomic.Pointer[encoded], compress func([]byte) []byte) *encoded {
	if e := slot.Load(); e != nil {
		return e
	}
	b := compress(p.plain)
	e := &encoded{body: b, length: []string{strconv.Itoa(len(b))}}
	slot.Store(e)
	return e
}

func brotliBest(b []byte) []byte {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, 5)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func gzipBest(b []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, 6)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// keep stores a page that Page rendered, unless the catalogue changed
// meanwhile or the handler called NoStore.
func keep(c echo.Context, body []byte) {
	p := pendingOf(c.Request().Context())
	if p == nil || p.cache.generation.Load() != p.generation {
		return
	}
	plain := bytes.Clone(body)
	tag := etag(plain)
	p.cache.pages.Set(p.key, &cached{plain: plain, tag: tag, tagValue: []string{tag}, length: []string{strconv.Itoa(len(plain))}})
	if p.cache.generation.Load() != p.generation {
		p.cache.pages.Invalidate(p.key)
	}
}

// NoStore keeps this response out of the page cache.
func NoStore(c echo.Context) {
	c.SetRequest(c.Request().WithContext(withPending(c.Request().Context(), nil)))
}
