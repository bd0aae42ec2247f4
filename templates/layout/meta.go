// Package layout is what every page has around it: the head with what machines
// read, the header with the search, the footer. What it needs to know of the
// request it takes from web/view; what it needs to know of the page is Meta.
package layout

import (
	"context"
	"net/url"
	"strings"

	"souk/models"
	"souk/web/i18n"
	"souk/web/paths"
	"souk/web/view"
)

// Meta is what a page tells about itself. Texts are in the reader's language.
type Meta struct {
	Title       string // without the site's name; empty on the home page
	Description string // empty: the site's own
	Canonical   string // path and query without the language's prefix; empty: the path alone
	Type        string // Open Graph's type; empty: website
	Image       string // path of the picture to share; empty: the site's own
	Feeds       []Feed
	NoIndex     bool
	JSONLD      []byte // one JSON-LD document
	Search      string // what stands in the search field
	OwnSearch   bool   // the page brings the search field itself
	Script      string // the page's own script module
	Section     Section
}

// Feed is an Atom feed that belongs to the page.
type Feed struct{ Title, Path string }

// Section is the place in the main navigation that a page belongs to.
type Section string

// The sections.
const (
	InNone    Section = ""
	InBrowse  Section = "browse"
	InDocs    Section = "docs"
	InCompare Section = "compare"
)

func (m *Meta) title(ctx context.Context) string {
	if m.Title == "" {
		return i18n.T(ctx, "site.title")
	}
	return m.Title + " · " + i18n.T(ctx, "site.name")
}

func (m *Meta) ogTitle(ctx context.Context) string {
	if m.Title == "" {
		return i18n.T(ctx, "site.title")
	}
	return m.Title
}

func (m *Meta) description(ctx context.Context) string {
	if m.Description == "" {
		return i18n.T(ctx, "site.description")
	}
	return m.Description
}

func (m *Meta) kind() string {
	if m.Type == "" {
		return "website"
	}
	return m.Type
}

func (m *Meta) canonical(r *view.Request) string {
	if m.Canonical == "" {
		return r.Path
	}
	return m.Canonical
}

func (m *Meta) image(r *view.Request) string {
	if m.Image == "" {
		return r.Base + paths.OGImage("souk")
	}
	return r.Base + m.Image
}

func (m *Meta) address(r *view.Request, lang string) string {
	return r.Base + paths.Localized(lang, m.canonical(r))
}

// legal escapes what browsers send in a query and may not stand in a link.
var legal = strings.NewReplacer("[", "%5B", "]", "%5D", "{", "%7B", "}", "%7D", "|", "%7C", "\\", "%5C", "^", "%5E", "`", "%60")

// switchTo is the address of this very page in another language; ?lang makes
// the choice last.
func switchTo(r *view.Request, lang string) string {
	a := paths.Localized(lang, r.Path) + "?"
	if r.Query != "" {
		a += legal.Replace(r.Query) + "&"
	}
	return a + "lang=" + lang
}

// here is this page's address with its query, for coming back after a choice.
func here(r *view.Request) string {
	a := paths.Localized(r.Lang, r.Path)
	if r.Query != "" {
		a += "?" + r.Query
	}
	return a
}

// signIn is the way in, and back to this page; from where one comes in there is
// nothing to come back to.
func signIn(r *view.Request) string {
	switch r.Path {
	case paths.Home, paths.Login, paths.Join:
		return paths.Login
	}
	back := r.Path
	if r.Query != "" {
		back += "?" + r.Query
	}
	return paths.Login + "?return_to=" + url.QueryEscape(back)
}

// languageNames are the languages in their own words.
var languageNames = map[string]string{"en": "English", "zh-CN": "简体中文", "ja": "日本語", "fr": "Français"}

// ogLocales are Open Graph's names for the languages.
var ogLocales = map[string]string{"en": "en_US", "zh-CN": "zh_CN", "ja": "ja_JP", "fr": "fr_FR"}

// LanguageName is a language in its own words.
func LanguageName(lang string) string { return languageNames[lang] }

func otherLanguages(lang string) []string {
	var others []string
	for _, l := range models.Languages() {
		if l != lang {
			others = append(others, l)
		}
	}
	return others
}
