package site

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"souk/handlers/jsonld"
	"souk/models"
	"souk/models/catalog"
	"souk/templates/site"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

type listingInput struct {
	Period models.Period `query:"period"`
}

// Listing shows a listing's page, or what became of it.
func (s *Site) Listing(c echo.Context) error {
	in, err := web.Bind[listingInput](c)
	if err != nil {
		return err
	}
	r := web.Requested(c)
	d, err := s.catalogue.Listing(c.Request().Context(), r.Lang, c.Param("slug"))
	if gone, ok := errors.AsType[*models.ListingGone](err); ok {
		return web.PageStatus(c, http.StatusGone, site.GonePage(site.Gone{Name: gone.Name, Slug: gone.Slug, TakenDown: gone.State == models.ListingTakenDown,
			Since: gone.Since, Reason: gone.Reason, Note: gone.Note}))
	}
	if err != nil {
		return err
	}
	v := ListingView(d, r.Lang)
	v.Yearly, v.EmbedBase = in.Period == models.Yearly, r.Base
	if !v.Unlisted {
		v.JSONLD = jsonld.Listing(d, r.Base, r.Lang)
	}
	around(&v)
	return web.Page(c, site.ListingPage(v))
}

// around adds where the pages are that belong to a listing.
func around(v *site.Listing) {
	v.ReportHref = paths.ListingPart(v.Slug, "report")
	if v.Installable && !v.Discontinued {
		v.InstallHref = paths.SetUpTo(v.Slug, "install")
	}
	if v.Unlisted {
		return
	}
	v.Access.HistoryHref = paths.ListingPart(v.Slug, "permissions")
	if len(v.Plans) > 0 {
		v.PricesHref = paths.ListingPart(v.Slug, "prices")
	}
	if !v.Unclaimed && v.Buy == nil && !v.Discontinued {
		for i := range v.Plans {
			v.Plans[i].OrderHref = paths.Order(v.Slug, v.Plans[i].Number)
		}
	}
	if v.Unclaimed {
		v.ClaimHref = paths.ListingPart(v.Slug, "claim")
	}
}

// ListingView is all that a listing's page shows, without addresses of pages that
// belong to what is public.
func ListingView(d *catalog.Details, lang string) site.Listing {
	l := &d.Listing
	v := site.Listing{
		Card: detailsCard(d, lang), AppSlug: d.App.Slug, Introduction: l.Introduction, DescriptionHTML: d.HTML,
		Categories: categoryViews(d.Categories, lang), Access: accessView(&d.App), Plans: planViews(d.Plans),
		SetUp: setUpView(d), Links: linkViews(d), Programming: l.Programming, Languages: textLanguages(d),
		InstallsAsOf: l.InstallsAsOf, StarsAsOf: l.StarsAsOf, UpdatedAt: l.UpdatedAt,
		Similar: cardViews(d.Similar, lang), Lighter: cardViews(d.Lighter, lang),
		Unlisted: d.Unlisted(), Unclaimed: !d.Claimed, Buy: buyView(d), Data: d.Data, Feature: d.FeatureHash, Security: d.SecurityContact,
		Installable: installable(&d.App),
	}
	if h := d.Handover; h != nil {
		v.Handover = &site.Handover{From: h.From, At: h.At}
	}
	v.Foreign = foreignView(d, lang)
	if l.PublishedAt != nil {
		v.PublishedAt = *l.PublishedAt
	}
	for _, s := range d.Screenshots {
		v.Screenshots = append(v.Screenshots, site.Screenshot{Hash: s.ImageHash, Caption: s.Caption, Width: s.Width, Height: s.Height})
	}
	for _, r := range d.Revisions {
		v.Revisions = append(v.Revisions, site.Revision{Number: r.Number, CreatedAt: r.CreatedAt})
	}
	return v
}

// foreignView is which texts aren't in the reader's language. Plans and
// captions have no translations.
func foreignView(d *catalog.Details, lang string) site.Foreign {
	of := func(fallback bool) string {
		switch {
		case fallback && lang != i18n.Default:
			return i18n.Default
		case d.Language != lang:
			return d.Language
		}
		return ""
	}
	return site.Foreign{
		Tagline: of(d.Fallback.Tagline), Introduction: of(d.Fallback.Introduction), Description: of(d.Fallback.HTML), Rest: of(true),
	}
}

// detailsCard is the part of a listing that lists show too.
func detailsCard(d *catalog.Details, lang string) site.Card {
	l := &d.Listing
	v := site.Card{
		Slug: l.Slug, Name: l.Name, Tagline: l.Tagline, Kind: d.App.Kind, Publisher: publisherView(d.Publisher),
		Pricing: d.Pricing(), Risk: d.App.Risk().Band, Installs: l.Installs, Stars: l.Stars, Discontinued: l.Discontinued,
		LogoURL: logoURL(l.LogoHash), Backdrop: l.LogoBackdrop,
	}
	if c := categoryViews(d.Categories, lang); len(c) > 0 {
		v.Category = &c[0]
	}
	return v
}

func categoryViews(list []*models.Category, lang string) []site.Category {
	out := make([]site.Category, len(list))
	for i, m := range list {
		out[i] = site.Category{Slug: m.Slug, Name: m.Names.In(lang), Description: m.Descriptions.In(lang)}
	}
	return out
}

// textLanguages are the languages of the listing's texts, in the usual order.
func textLanguages(d *catalog.Details) []string {
	return slices.DeleteFunc(models.Languages(), func(l string) bool { return l != "en" && !slices.Contains(d.Languages, l) })
}

func planViews(plans []models.Plan) []site.Plan {
	out := make([]site.Plan, len(plans))
	for i := range plans {
		p := &plans[i]
		out[i] = site.Plan{
			Number: p.Number, Name: p.Name, Kind: p.Kind, Description: p.Description, MonthlyMinor: p.MonthlyMinor,
			YearlyMinor: p.YearlyMinor, Currency: p.Currency, UnitName: p.UnitName, TrialDays: p.TrialDays,
			MinUnits: p.MinUnits, MaxUnits: p.MaxUnits, Bullets: p.Bullets, Audience: p.Audience, AsOf: p.AsOf,
		}
	}
	return out
}

// installable reports whether anyone may install an app, or ask for it, here.
func installable(a *models.App) bool { return a.Kind == models.GitHubApp && a.Registered() && a.Public }

// buyView is where the integrator sells the app by themselves, if they do.
func buyView(d *catalog.Details) *site.Link {
	if d.Purchase != models.PurchaseDirect || d.PurchaseURL == "" || d.Listing.Discontinued {
		return nil
	}
	return &site.Link{Kind: "purchase", URL: d.PurchaseURL, Via: paths.SetUpTo(d.Listing.Slug, "purchase")}
}

// setUpView is where one sets the app up, as far as anybody told.
func setUpView(d *catalog.Details) *site.Link {
	address := cmp.Or(d.Listing.Links.Installation, d.App.HomepageURL, d.Listing.Links.Repository)
	if address == "" || d.Listing.Discontinued {
		return nil
	}
	return &site.Link{Kind: "installation", URL: address, Via: paths.SetUp(d.Listing.Slug)}
}

func linkViews(d *catalog.Details) []site.Link {
	l := d.Listing.Links
	all := []site.Link{
		{Kind: "homepage", URL: d.App.HomepageURL}, {Kind: "documentation", URL: l.Documentation}, {Kind: "support", URL: l.Support},
		{Kind: "repository", URL: l.Repository}, {Kind: "status", URL: l.Status}, {Kind: "pricing", URL: l.Pricing},
		{Kind: "company", URL: l.Company}, {Kind: "privacy", URL: l.Privacy}, {Kind: "terms", URL: l.Terms},
	}
	return slices.DeleteFunc(all, func(l site.Link) bool { return l.URL == "" })
}

// accessView is what an app asks for, the highest level first.
func accessView(a *models.App) site.Access {
	v := site.Access{Kind: a.Kind, Known: a.PermissionsKnown(), WritesCode: a.Permissions.WritesCode(), Risk: a.Risk(), Events: a.Events}
	for _, level := range []models.Level{models.LevelAdmin, models.LevelWrite, models.LevelRead} {
		group := site.LevelGroup{Level: level}
		for _, g := range a.Permissions.Sorted() {
			if g.Level == level {
				p, known := models.PermissionByKey(g.Key)
				group.Grants = append(group.Grants, site.Grant{Key: g.Key, Level: level, Group: p.Group, Known: known})
			}
		}
		if len(group.Grants) > 0 {
			v.Levels = append(v.Levels, group)
		}
	}
	for _, name := range a.Scopes {
		scope := site.Scope{Name: name}
		if s, known := models.ScopeByName(name); known {
			scope.Message = s.MessageName()
		}
		v.Scopes = append(v.Scopes, scope)
	}
	return v
}
