package catalog

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"souk/models"
	"souk/models/db"
)

// previewSQL is what a listing's page shows that no draft tells: who publishes
// it, its figures, and how large the pictures of the draft ($2) are.
const previewSQL = `SELECT p.login, p.name, p.website_url, p.verified_at IS NOT NULL, ` + domainsSQL + `,
		l.installs, l.installs_as_of, l.stars, l.stars_as_of, l.discontinued, l.published_at,
		coalesce((SELECT jsonb_object_agg(i.hash, jsonb_build_array(i.width, i.height)) FROM images i WHERE i.hash = ANY ($2)), '{}')
	FROM listings l JOIN apps a ON a.id = l.app_id LEFT JOIN accounts p ON p.id = a.account_id
	WHERE l.id = $1`

// Preview is what Listing would return, in lang, once a draft of the listing is
// what is live, with the app as it would be then. It asks nobody whether they
// may see it. It returns ErrNotFound where there is no listing.
func (s *Service) Preview(ctx context.Context, lang string, listingID int64, app models.App, c models.ListingContent) (*Details, error) {
	categories, err := s.Categories(ctx)
	if err != nil {
		return nil, err
	}
	d := &Details{App: app, Language: "en", Languages: inOrder(slices.Collect(maps.Keys(c.Translations))), Claimed: true,
		Data: c.Data, Purchase: c.Purchase, PurchaseURL: c.PurchaseURL}
	d.App.HomepageURL = cmp.Or(c.HomepageURL, app.HomepageURL)
	for _, slug := range c.Categories {
		if one := categories.BySlug(slug); one != nil {
			d.Categories = append(d.Categories, one)
		}
	}
	for i := range c.Plans {
		if p := c.Plans[i].Plan(); p.State == models.PlanPublished {
			d.Plans = append(d.Plans, p)
		}
	}
	if c.Feature != nil {
		d.FeatureHash = c.Feature.Hash
	}
	d.SecurityContact = slices.ContainsFunc(c.Contacts, func(c models.Contact) bool { return c.Role == models.ContactSecurity })
	d.Listing = models.Listing{ID: listingID, AppID: app.ID, Slug: c.Slug, State: models.ListingPublished,
		Keywords: c.Keywords, Programming: c.Languages, Links: c.Links, UpdatedAt: s.now(), CreatedAt: s.now()}
	if c.Logo != nil {
		d.Listing.LogoHash, d.Listing.LogoBackdrop = c.Logo.Hash, c.LogoBackdrop
	}
	if err := d.speak(lang, &c); err != nil {
		return nil, err
	}
	return d, s.surround(ctx, d, c.Screenshots)
}

// speak puts the texts in lang into d, or the English ones where they are
// missing.
func (d *Details) speak(lang string, c *models.ListingContent) (err error) {
	t, translated := c.Translations[lang]
	if translated {
		d.Language = lang
		d.Fallback = Fallback{Tagline: t.Tagline == "", Introduction: t.Introduction == "", HTML: t.Description == ""}
	}
	l := &d.Listing
	l.Name, l.Tagline, l.Introduction = cmp.Or(t.Name, c.Name), cmp.Or(t.Tagline, c.Tagline), cmp.Or(t.Introduction, c.Introduction)
	d.HTML, err = RenderMarkdown(cmp.Or(t.Description, c.Description))
	return err
}

// surround adds what the database knows.
func (s *Service) surround(ctx context.Context, d *Details, shots []models.Picture) error {
	hashes := make([]string, len(shots))
	for i := range shots {
		hashes[i] = shots[i].Hash
	}
	var login, name, website *string
	var verified bool
	var domains []string
	var sizes map[string][2]int
	l := &d.Listing
	err := s.db.Pool().QueryRow(ctx, previewSQL, l.ID, hashes).Scan(&login, &name, &website, &verified, &domains,
		&l.Installs, &l.InstallsAsOf, &l.Stars, &l.StarsAsOf, &l.Discontinued, &l.PublishedAt, &sizes)
	if found, err := db.Found(err); err != nil {
		return fmt.Errorf("catalog: preview: %w", err)
	} else if !found {
		return models.ErrNotFound
	}
	if login != nil {
		d.Publisher = &Publisher{Login: *login, Name: cmp.Or(*name, *login), WebsiteURL: *website, Verified: verified, Domains: domains}
	}
	if l.PublishedAt == nil {
		now := s.now()
		l.PublishedAt = &now
	}
	for i, p := range shots {
		if size, ok := sizes[p.Hash]; ok {
			d.Screenshots = append(d.Screenshots, models.Screenshot{ListingID: l.ID, Position: i, ImageHash: p.Hash, Caption: p.Caption, Width: size[0], Height: size[1]})
		}
	}
	return nil
}
