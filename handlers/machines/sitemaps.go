package machines

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/catalog"
	"souk/templates/outside"
	"souk/web"
	"souk/web/paths"
)

// A part of the sitemap is everything in a range of ids, so that a page stays
// in its part for good. The range is such that a part has at most 10,000
// addresses, one for each language.
const maxAddresses = 10_000

var chunkSize = int64(maxAddresses / len(models.Languages()))

// part is one kind of part of the sitemap.
type part struct {
	chunks func(context.Context, int64) ([]catalog.Chunk, error)
	each   func(ctx context.Context, chunk, size int64, do func(catalog.Located) error) error
	path   func(string) string
}

const pagesPart = "pages"

func (m *Machines) parts() map[string]part {
	return map[string]part{
		"listings":   {m.catalog.ListingChunks, m.catalog.EachListing, paths.Listing},
		"publishers": {m.catalog.PublisherChunks, m.catalog.EachPublisher, paths.Publisher},
	}
}

// Sitemap is the index of the sitemap.
func (m *Machines) Sitemap(c echo.Context) error {
	list := []outside.SitemapPart{{Name: pagesPart}}
	parts := m.parts()
	for _, kind := range []string{"listings", "publishers"} {
		chunks, err := parts[kind].chunks(c.Request().Context(), chunkSize)
		if err != nil {
			return err
		}
		for _, chunk := range chunks {
			list = append(list, outside.SitemapPart{Name: kind + "-" + strconv.FormatInt(chunk.Number, 10), Changed: chunk.Changed})
		}
	}
	body, err := outside.SitemapIndex(web.Requested(c).Base, list)
	if err != nil {
		return err
	}
	return web.Blob(c, "application/xml; charset=utf-8", body, 0)
}

// SitemapPart is one part of the sitemap, written while it is read.
func (m *Machines) SitemapPart(c echo.Context) error {
	name, err := named(c, "name", ".xml")
	if err != nil {
		return err
	}
	out := &stream{c: c}
	if name == pagesPart {
		err = m.writePages(out)
	} else {
		err = m.writeChunk(out, name)
	}
	if err == nil && out.sitemap == nil {
		return models.ErrNotFound
	}
	return out.close(err)
}

func (m *Machines) writePages(out *stream) error {
	categories, err := m.catalog.Categories(out.c.Request().Context())
	if err != nil {
		return err
	}
	pages := append([]string{paths.Home, paths.Browse}, m.pages...)
	for _, category := range categories.All {
		pages = append(pages, paths.Category(category.Slug))
	}
	for _, path := range pages {
		if err := out.add(path, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

func (m *Machines) writeChunk(out *stream, name string) error {
	kind, number, _ := strings.Cut(name, "-")
	p, ok := m.parts()[kind]
	n, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || n < 0 || n > math.MaxInt32 || strconv.FormatInt(n, 10) != number {
		return models.ErrNotFound
	}
	return p.each(out.c.Request().Context(), n, chunkSize, func(at catalog.Located) error {
		return out.add(p.path(at.Name), at.Changed)
	})
}

// stream begins to answer with the first page of a part, so that until then an
// error or an empty part can still be answered as such.
type stream struct {
	c       echo.Context
	sitemap *outside.Sitemap
	gzip    *gzip.Writer
}

func (s *stream) add(path string, changed time.Time) error {
	if s.sitemap == nil {
		s.start()
	}
	return s.sitemap.Add(path, changed)
}

func (s *stream) start() {
	w := s.c.Response()
	h := w.Header()
	h.Set("Content-Type", "application/xml; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	var to io.Writer = w
	if strings.Contains(s.c.Request().Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		s.gzip = gzip.NewWriter(w)
		to = s.gzip
	}
	w.WriteHeader(http.StatusOK)
	s.sitemap = outside.NewSitemap(to, web.Requested(s.c).Base)
}

// close ends the answer. Once it has begun, an error can only be told by
// breaking it off: a sitemap that is cut short would read as a whole one.
func (s *stream) close(err error) error {
	if s.sitemap == nil {
		return err
	}
	if err == nil {
		err = s.sitemap.Close()
	}
	if err == nil && s.gzip != nil {
		err = s.gzip.Close()
	}
	if err != nil {
		if s.c.Request().Context().Err() == nil {
			slog.Error("a sitemap broke off", "path", s.c.Request().URL.Path, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}

// robots keeps crawlers away from what is no page, or the same page in another
// order. {base} is the site's address.
const robots = `User-agent: *
Disallow: /api/
Disallow: /embed/
Disallow: /preferences
Disallow: /opensearch/suggest
Disallow: /marketplace/suggest
Disallow: /*/marketplace/suggest
Disallow: /*?*explain=
Disallow: /*?*sort=
Disallow: /*?*lang=
Disallow: /*?*per_page=

Sitemap: {base}/sitemap.xml
`

// Robots is robots.txt.
func (m *Machines) Robots(c echo.Context) error {
	body := strings.ReplaceAll(robots, "{base}", web.Requested(c).Base)
	return web.Blob(c, "text/plain; charset=utf-8", []byte(body), time.Hour)
}
