// Package outside is what other programs and other sites show of Souk: Atom
// feeds, the OpenSearch description, badges and cards. It takes views and
// writes whole documents, in the reader's language; it asks nobody.
package outside

import (
	"bytes"
	"context"
	"encoding/xml"
	"net/url"
	"time"

	"souk/static"
	"souk/web/i18n"
	"souk/web/paths"
	"souk/web/view"
)

// FeedKind says what a feed is about.
type FeedKind string

// The kinds of feed.
const (
	FeedNew       FeedKind = "new"
	FeedUpdated   FeedKind = "updated"
	FeedCategory  FeedKind = "category"
	FeedPublisher FeedKind = "publisher"
)

// Feed is an Atom feed. Subject is the name of the category or the publisher
// that it is about; Path and Page are the addresses of the feed and of the
// page that shows the same, without the language's prefix.
type Feed struct {
	Kind    FeedKind
	Subject string
	Path    string
	Page    string
	Entries []Entry
}

// Entry is one listing in a feed.
type Entry struct {
	Slug       string
	Name       string
	Tagline    string
	Login      string // of the publisher; empty: unknown
	Publisher  string
	Categories []Category
	Published  time.Time
	Updated    time.Time
}

// Category is a category of an entry.
type Category struct{ Slug, Name string }

// Updated is when the newest entry changed. It depends on nothing else, so that
// a feed stays the same until a listing changes.
func (f *Feed) Updated() time.Time {
	newest := time.Unix(0, 0)
	for i := range f.Entries {
		if u := f.Entries[i].Updated; u.After(newest) {
			newest = u
		}
	}
	return newest.UTC()
}

type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"xml:lang,attr"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle"`
	Updated   string      `xml:"updated"`
	Author    atomAuthor  `xml:"author"`
	Links     []atomLink  `xml:"link"`
	Icon      string      `xml:"icon"`
	Generator string      `xml:"generator"`
	Entries   []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published,omitempty"`
	Author     atomAuthor     `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
}

type atomAuthor struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Lang string `xml:"hreflang,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
	Label  string `xml:"label,attr"`
}

// Atom writes the feed as RFC 4287 has it.
func Atom(ctx context.Context, f *Feed) ([]byte, error) {
	r := view.From(ctx)
	self, page := r.Base+paths.Localized(r.Lang, f.Path), r.Base+paths.Localized(r.Lang, f.Page)
	feed := atomFeed{
		Lang: r.Lang, ID: tag(r.Base, f.Path+"#"+r.Lang), Title: f.title(ctx), Subtitle: i18n.T(ctx, "site.description"),
		Updated: f.Updated().Format(time.RFC3339),
		Author:  atomAuthor{Name: i18n.T(ctx, "site.name"), URI: r.Base + paths.Home},
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: self},
			{Rel: "alternate", Type: "text/html", Lang: r.Lang, Href: page},
		},
		Icon: r.Base + static.URL("favicon.svg"), Generator: "Souk",
	}
	for i := range f.Entries {
		feed.Entries = append(feed.Entries, f.Entries[i].atom(ctx, r))
	}
	return document(&feed)
}

func (f *Feed) title(ctx context.Context) string {
	switch f.Kind {
	case FeedUpdated:
		return i18n.T(ctx, "machines.feed.updated")
	case FeedCategory:
		return i18n.T(ctx, "machines.feed.category", "category", f.Subject)
	case FeedPublisher:
		return i18n.T(ctx, "machines.feed.publisher", "publisher", f.Subject)
	default:
		return i18n.T(ctx, "machines.feed.new")
	}
}

func (e *Entry) atom(ctx context.Context, r *view.Request) atomEntry {
	a := atomEntry{
		ID: tag(r.Base, paths.Listing(e.Slug)), Title: e.Name, Updated: e.Updated.UTC().Format(time.RFC3339),
		Author: atomAuthor{Name: i18n.T(ctx, "machines.feed.unknown_author")}, Summary: e.Tagline,
		Links: []atomLink{{Rel: "alternate", Type: "text/html", Lang: r.Lang, Href: r.Base + paths.Localized(r.Lang, paths.Listing(e.Slug))}},
	}
	if !e.Published.IsZero() {
		a.Published = e.Published.UTC().Format(time.RFC3339)
	}
	if e.Login != "" {
		a.Author = atomAuthor{Name: e.Publisher, URI: r.Base + paths.Localized(r.Lang, paths.Publisher(e.Login))}
	}
	for _, c := range e.Categories {
		a.Categories = append(a.Categories, atomCategory{Term: c.Slug, Scheme: r.Base + paths.APICategories, Label: c.Name})
	}
	return a
}

// tag is a tag URI (RFC 4151): it stays the same when addresses are served
// over another scheme or port.
func tag(base, name string) string {
	host := base
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return "tag:" + host + ",2026:" + name
}

func document(v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
