package site

import (
	"context"

	"souk/templates/layout"
	"souk/web/i18n"
	"souk/web/paths"
)

func (p *PublisherPage) meta(ctx context.Context) layout.Meta {
	return layout.Meta{
		Title:       i18n.T(ctx, "site.listing.publisher.all", "name", p.Name),
		Description: i18n.T(ctx, "site.publisher.description", "name", p.Name),
		Canonical:   paths.Publisher(p.Login),
		Type:        "profile",
		Section:     layout.InBrowse,
		Script:      "browse.js",
		JSONLD:      p.JSONLD,
		Feeds:       []layout.Feed{{Title: p.Name, Path: paths.FeedPublisher(p.Login)}},
	}
}

func (p *PublisherPage) kind(ctx context.Context) string {
	if p.Organization {
		return i18n.T(ctx, "site.publisher.organization")
	}
	return i18n.T(ctx, "site.publisher.user")
}
