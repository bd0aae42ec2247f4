package outside

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"time"

	"souk/models"
	"souk/web/i18n"
	"souk/web/paths"
)

// SitemapPart is one entry of the sitemap's index.
type SitemapPart struct {
	Name    string
	Changed time.Time // zero: unknown
}

type sitemapIndex struct {
	XMLName xml.Name      `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Parts   []sitemapPart `xml:"sitemap"`
}

type sitemapPart struct {
	Address string `xml:"loc"`
	Changed string `xml:"lastmod,omitempty"`
}

// SitemapIndex writes the list of the sitemap's parts.
func SitemapIndex(base string, parts []SitemapPart) ([]byte, error) {
	var index sitemapIndex
	for _, p := range parts {
		index.Parts = append(index.Parts, sitemapPart{Address: base + paths.SitemapPart(p.Name), Changed: timestamp(p.Changed)})
	}
	return document(&index)
}

// Sitemap writes one part of the sitemap as it comes: every page in every
// language, each with the addresses of the others.
type Sitemap struct {
	w    *bufio.Writer
	base string
}

// NewSitemap begins a part.
func NewSitemap(w io.Writer, base string) *Sitemap {
	s := &Sitemap{w: bufio.NewWriterSize(w, 1<<15), base: base}
	_, _ = s.w.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">` + "\n")
	return s
}

// Add writes a page, by its path without a language's prefix.
func (s *Sitemap) Add(path string, changed time.Time) error {
	var alternates string
	for _, lang := range models.Languages() {
		alternates += alternate(lang, s.address(lang, path))
	}
	alternates += alternate("x-default", s.address(i18n.Default, path))
	var lastmod string
	if !changed.IsZero() {
		lastmod = "<lastmod>" + timestamp(changed) + "</lastmod>"
	}
	for _, lang := range models.Languages() {
		if _, err := fmt.Fprintf(s.w, "<url><loc>%s</loc>%s%s</url>\n", s.address(lang, path), lastmod, alternates); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the part.
func (s *Sitemap) Close() error {
	_, _ = s.w.WriteString("</urlset>\n")
	return s.w.Flush() // reports what earlier writes met
}

func (s *Sitemap) address(lang, path string) string {
	return html.EscapeString(s.base + paths.Localized(lang, path))
}

func alternate(lang, address string) string {
	return `<xhtml:link rel="alternate" hreflang="` + lang + `" href="` + address + `"/>`
}

func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
