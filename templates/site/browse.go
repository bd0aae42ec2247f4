package site

import (
	"context"
	"net/url"

	"souk/templates/layout"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

func (b *Browse) meta(ctx context.Context) layout.Meta {
	m := layout.Meta{
		Title:       b.title(ctx),
		Description: b.describe(ctx),
		Canonical:   b.Canonical,
		NoIndex:     b.narrow(),
		Search:      b.Text,
		Script:      "browse.js",
		Section:     layout.InBrowse,
		JSONLD:      b.JSONLD,
		Feeds:       []layout.Feed{{Title: i18n.T(ctx, "site.home.added"), Path: paths.FeedNew}},
	}
	if b.Category != nil {
		m.Feeds = []layout.Feed{{Title: b.Category.Name, Path: paths.FeedCategory(b.Category.Slug)}}
	}
	return m
}

func (b *Browse) title(ctx context.Context) string {
	t := b.heading(ctx)
	if b.Page > 1 {
		t += ", " + i18n.T(ctx, "site.browse.page", "n", b.Page)
	}
	return t
}

func (b *Browse) heading(ctx context.Context) string {
	switch {
	case b.Text != "":
		return i18n.T(ctx, "site.browse.h1_text", "text", b.Text)
	case b.Category != nil:
		return b.Category.Name
	}
	return i18n.T(ctx, "site.browse.title")
}

func (b *Browse) describe(ctx context.Context) string {
	if b.Category != nil {
		return i18n.T(ctx, "site.category.description", "name", b.Category.Name, "description", b.Category.Description)
	}
	return i18n.T(ctx, "site.browse.description")
}

func (b *Browse) rangeWords(ctx context.Context) string {
	return i18n.T(ctx, "site.browse.range", "from", b.From, "to", b.To, "total", b.Total)
}

func (b *Browse) emptyWords(ctx context.Context) string {
	switch {
	case b.Text != "" && len(b.Chips) > 0:
		return i18n.T(ctx, "site.empty.both", "text", b.Text)
	case len(b.Chips) > 0:
		return i18n.T(ctx, "site.empty.filters")
	case b.Text != "" && b.Category != nil:
		return i18n.T(ctx, "site.empty.category", "text", b.Text, "name", b.Category.Name)
	case b.Text != "":
		return i18n.T(ctx, "site.empty.text", "text", b.Text)
	}
	return i18n.T(ctx, "site.empty.all")
}

// resetWords says what resetting the filters leaves.
func (b *Browse) resetWords(ctx context.Context) string {
	if b.Text != "" {
		return i18n.T(ctx, "site.empty.unfiltered")
	}
	return i18n.T(ctx, "site.browse.reset")
}

func searchPath(text string) string { return paths.Browse + "?query=" + url.QueryEscape(text) }

func (b *Browse) pager(ctx context.Context) ui.PagerProps {
	p := b.Pager
	p.Label = i18n.T(ctx, "site.browse.pages")
	return p
}

// narrow reports whether a page is of use to none but the one who made it: it
// is filtered, explained, empty, or deep in a search. Others may be found.
func (b *Browse) narrow() bool {
	return len(b.Chips) > 0 || b.Explained || len(b.Compare) > 0 || b.Text != "" && (b.Total == 0 || b.Page > 1)
}
