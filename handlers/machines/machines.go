// Package machines answers other programs and other sites: Atom feeds, the
// sitemap, the OpenSearch description, pictures to share, badges, logos and
// cards. What it shows, everybody may see; a listing that is not public is
// not there, whatever the form.
package machines

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"

	"souk/models"
	"souk/models/catalog"
	"souk/search"
	"souk/templates/ogimage"
	"souk/web"
	"souk/web/paths"
)

// Suggester finds listings while somebody types; search.Service is one.
type Suggester interface {
	Suggest(ctx context.Context, text, lang string, n int) ([]search.Hit, error)
}

// Machines is what machines read.
type Machines struct {
	catalog  *catalog.Service
	search   Suggester
	pages    []string
	pictures *otter.Cache[ogimage.Picture, []byte]
	logos    Logos // nil: there are none
}

// Logos has the files of logos; pictures.Service is one.
type Logos interface {
	File(ctx context.Context, hash string, width int) (bytes []byte, mediaType string, err error)
}

// WithLogos lets pictures of listings show their logos.
func (m *Machines) WithLogos(l Logos) *Machines {
	m.logos = l
	return m
}

// keptPictures bounds the pictures that are kept; one is about 20 kB.
const keptPictures = 200

// New makes the handlers. pages are further pages of the site, as paths
// without a language's prefix, for the sitemap.
func New(c *catalog.Service, s Suggester, pages ...string) *Machines {
	return &Machines{
		catalog: c, search: s, pages: pages,
		pictures: otter.Must(&otter.Options[ogimage.Picture, []byte]{MaximumSize: keptPictures}),
	}
}

// Routes mounts every address.
func (m *Machines) Routes(e *echo.Echo) {
	for pattern, handler := range map[string]echo.HandlerFunc{
		paths.FeedNew:           m.NewFeed,
		paths.FeedUpdated:       m.UpdatedFeed,
		paths.FeedCategoryPat:   m.CategoryFeed,
		paths.FeedPublisherPat:  m.PublisherFeed,
		paths.Robots:            m.Robots,
		paths.Sitemap:           m.Sitemap,
		paths.SitemapPat:        m.SitemapPart,
		paths.OpenSearch:        m.OpenSearch,
		paths.OpenSearchSuggest: m.Suggest,
		paths.OGImagePat:        m.OGImage,
		paths.BadgePat:          m.Badge,
		paths.LogoPat:           m.Logo,
		paths.EmbedPat:          m.Embed,
	} {
		e.GET(pattern, handler)
	}
}

// named is the parameter of an address such as /badges/:slug without the
// ending that the address must have.
func named(c echo.Context, parameter, ending string) (string, error) {
	name, ok := strings.CutSuffix(c.Param(parameter), ending)
	if !ok || !models.ValidSlug(name) {
		return "", models.ErrNotFound
	}
	return name, nil
}

// card loads the public listing that the address names.
func (m *Machines) card(c echo.Context, ending string) (*catalog.Card, error) {
	slug, err := named(c, "slug", ending)
	if err != nil {
		return nil, err
	}
	return m.catalog.PublicCard(c.Request().Context(), web.Requested(c).Lang, slug)
}

// varies tells caches that the answer depends on the reader's language.
func varies(c echo.Context) {
	c.Response().Header().Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
}

// modified sends Last-Modified and reports whether the client's copy, which it
// names by time alone, is still right.
func modified(c echo.Context, at time.Time) (fresh bool) {
	at = at.UTC().Truncate(time.Second)
	c.Response().Header().Set("Last-Modified", at.Format(http.TimeFormat))
	r := c.Request()
	if r.Header.Get("If-None-Match") != "" {
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !at.After(since)
}
