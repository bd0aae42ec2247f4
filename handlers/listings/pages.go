package listings

import (
	"strings"

	"souk/models"
)

// textBoxes are the English texts and what the listing is found by.
var textBoxes = []box{
	text("name", func(c *models.ListingContent) *string { return &c.Name }),
	text("tagline", func(c *models.ListingContent) *string { return &c.Tagline }),
	text("introduction", func(c *models.ListingContent) *string { return &c.Introduction }),
	text("description", func(c *models.ListingContent) *string { return &c.Description }),
	categories(),
	words("languages", func(c *models.ListingContent) *[]string { return &c.Languages }),
	words("keywords", func(c *models.ListingContent) *[]string { return &c.Keywords }),
}

var linkBoxes = []box{
	text("homepage_url", func(c *models.ListingContent) *string { return &c.HomepageURL }),
	text("links.support", func(c *models.ListingContent) *string { return &c.Links.Support }),
	text("links.privacy", func(c *models.ListingContent) *string { return &c.Links.Privacy }),
	text("links.terms", func(c *models.ListingContent) *string { return &c.Links.Terms }),
	text("links.installation", func(c *models.ListingContent) *string { return &c.Links.Installation }),
	text("links.documentation", func(c *models.ListingContent) *string { return &c.Links.Documentation }),
	text("links.status", func(c *models.ListingContent) *string { return &c.Links.Status }),
	text("links.pricing", func(c *models.ListingContent) *string { return &c.Links.Pricing }),
	text("links.company", func(c *models.ListingContent) *string { return &c.Links.Company }),
	text("links.repository", func(c *models.ListingContent) *string { return &c.Links.Repository }),
	contacts(),
}

var dataBoxes = []box{
	text("data.accessed", func(c *models.ListingContent) *string { return &c.Data.Accessed }),
	stored(),
	text("data.where", func(c *models.ListingContent) *string { return &c.Data.Where }),
	text("data.retention", func(c *models.ListingContent) *string { return &c.Data.Retention }),
	text("data.third_parties", func(c *models.ListingContent) *string { return &c.Data.ThirdParties }),
}

// translationBoxes are the texts in one language, and the fields of them.
func translationBoxes(lang string) []box {
	return []box{
		translation(lang, "name", func(t *models.ListingTexts) *string { return &t.Name }),
		translation(lang, "tagline", func(t *models.ListingTexts) *string { return &t.Tagline }),
		translation(lang, "introduction", func(t *models.ListingTexts) *string { return &t.Introduction }),
		translation(lang, "description", func(t *models.ListingTexts) *string { return &t.Description }),
	}
}

// boxOf finds the box that a path belongs to: itself, or the list that it is an
// entry of.
func boxOf(boxes []box, path string) *box {
	for i := range boxes {
		b := &boxes[i]
		if path == b.name || strings.HasPrefix(path, b.name+"[") {
			return b
		}
	}
	return nil
}
