package site

import (
	"context"
	"fmt"
	"html"
	"strings"

	"github.com/a-h/templ"

	"souk/models"
	"souk/templates/layout"
	"souk/web/i18n"
	"souk/web/paths"
)

// reached lets the keyboard reach what scrolls in a description.
var reached = strings.NewReplacer("<pre>", `<pre tabindex="0">`, "<table>", `<table tabindex="0">`)

func (l *Listing) meta(ctx context.Context) layout.Meta {
	m := layout.Meta{
		Title:       l.Name,
		Description: l.Tagline,
		Canonical:   paths.Listing(l.Slug),
		Type:        "article",
		Image:       paths.OGImage(l.Slug),
		Section:     layout.InBrowse,
		JSONLD:      l.JSONLD,
	}
	if l.Unlisted || l.Above != nil {
		m.NoIndex, m.Image = true, ""
		return m
	}
	if l.Publisher != nil {
		m.Feeds = []layout.Feed{{
			Title: i18n.T(ctx, "site.listing.publisher.all", "name", l.Publisher.Name),
			Path:  paths.FeedPublisher(l.Publisher.Login),
		}}
	}
	return m
}

func (l *Listing) badgeSnippet() string {
	return fmt.Sprintf("[![%s](%s)](%s)", l.Name, l.EmbedBase+paths.Badge(l.Slug), l.EmbedBase+paths.Listing(l.Slug))
}

func (l *Listing) embedSnippet() string {
	return fmt.Sprintf(`<iframe src="%s" title="%s" width="360" height="160"></iframe>`,
		l.EmbedBase+paths.Embed(l.Slug), html.EscapeString(l.Name))
}

// shotSizes is how wide a picture of the page is.
const shotSizes = "(max-width: 40rem) 85vw, 36rem"

// tellsData reports whether the integrator said anything about data.
func (l *Listing) tellsData() bool { return l.Data != (models.DataHandling{}) }

func (g *Gone) title(ctx context.Context) string {
	if g.TakenDown {
		return i18n.T(ctx, "site.gone.taken_down.title")
	}
	return i18n.T(ctx, "site.gone.archived.title")
}

// foreign marks the words of a screenshot, if it has any of its own.
func (s *Screenshot) foreign(lang string) templ.Attributes {
	if s.Caption == "" {
		return nil
	}
	return foreign(lang)
}

// alt says what the nth screenshot shows to who can't see it.
func (s *Screenshot) alt(ctx context.Context, n int) string {
	if s.Caption != "" {
		return s.Caption
	}
	return i18n.T(ctx, "site.listing.screenshot", "n", n)
}
