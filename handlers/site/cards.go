package site

import (
	"cmp"

	"souk/models/catalog"
	"souk/templates/site"
	"souk/web/paths"
)

// cardView is a listing in a list.
func cardView(c *catalog.Card, lang string) site.Card {
	v := site.Card{
		Slug: c.Slug, Name: c.Name, Tagline: c.Tagline, Kind: c.Kind, Publisher: publisherView(c.Publisher),
		Pricing: c.Pricing, Risk: c.Risk, Installs: c.Installs, Stars: c.Stars, Discontinued: c.Discontinued,
		LogoURL: logoURL(c.LogoHash), Backdrop: c.LogoBackdrop,
	}
	if len(c.Categories) > 0 {
		v.Category = &site.Category{Slug: c.Categories[0].Slug, Name: c.Categories[0].Names.In(lang)}
	}
	if c.Kept != nil {
		v.Row, v.Short = &c.Kept.Row, &c.Kept.Short
	}
	return v
}

func cardViews(cards []catalog.Card, lang string) []site.Card {
	out := make([]site.Card, len(cards))
	for i := range cards {
		out[i] = cardView(&cards[i], lang)
	}
	return out
}

func publisherView(p *catalog.Publisher) *site.Publisher {
	if p == nil {
		return nil
	}
	return &site.Publisher{Login: p.Login, Name: cmp.Or(p.Name, p.Login), Verified: p.Verified, WebsiteURL: p.WebsiteURL, Domains: p.Domains}
}

// logoURL is empty for a listing without a picture, which shows a monogram.
func logoURL(hash string) string {
	if hash == "" {
		return ""
	}
	return paths.Image(hash)
}
