package api

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/catalog"
	"souk/web/paths"
	"souk/web/view"
)

// ListingQuery asks for one listing.
type ListingQuery struct {
	Slug string       `path:"slug" maxLength:"100"`
	Lang TextLanguage `query:"lang" description:"Language of the texts; else that of Accept-Language, else English."`
}

// ListingDetails is all that is public about a listing.
type ListingDetails struct {
	ListingItem
	Introduction  string         `json:"introduction"`
	Description   string         `json:"description_html" description:"Sanitized HTML."`
	Language      TextLanguage   `json:"language" description:"The language of the texts: the one asked for, or English where the listing has no translation."`
	TextLanguages []TextLanguage `json:"text_languages" description:"Languages that the texts come in."`
	Keywords      []string       `json:"keywords"`
	RiskReasons   []RiskReason   `json:"risk_reasons" description:"What the risk's score is made of, the most first."`
	PermissionSet []Permission   `json:"permission_list" nullable:"true" description:"The permissions with their group, the riskiest first. Null when unknown, and for OAuth Apps."`
	Events        []string       `json:"events" nullable:"true" description:"Webhook events that the app listens to; null when unknown."`
	Plans         []ListingPlan  `json:"plans" description:"What the app is sold for; empty when nobody told."`
	Links         Links          `json:"links"`
	Screenshots   []Screenshot   `json:"screenshots"`
	Revisions     []Revision     `json:"revisions" description:"What was published when, the newest first; at most 20."`
	Similar       []ListingRef   `json:"similar" description:"Listings like this one."`
	Lighter       []ListingRef   `json:"lighter" description:"Alternatives that ask for fewer permissions."`
	InstallsAsOf  *string        `json:"installs_as_of" format:"date" description:"The day on which the number of installs was seen."`
	StarsAsOf     *string        `json:"stars_as_of" format:"date" description:"The day on which the number of stars was seen."`
	State         string         `json:"state" enum:"published,unlisted" description:"An unlisted listing is found by its address alone."`
	Data          DataHandling   `json:"data_handling" description:"What the integrator says about the data that the app reaches; empty where nothing is told."`
	Purchase      string         `json:"purchase" enum:",here,direct" description:"How plans are bought: on this marketplace, or directly from the integrator; empty when nobody told."`
	PurchaseURL   string         `json:"purchase_url" description:"Where, with direct; else empty."`
	Handover      *Handover      `json:"handover" description:"A change of the account that the app belongs to, in the last 90 days; else null."`
	BadgeURL      string         `json:"badge_url" format:"uri"`
	EmbedURL      string         `json:"embed_url" format:"uri"`
}

// DataHandling answers what becomes of the data that an app reaches.
type DataHandling struct {
	Accessed     string `json:"accessed" description:"Which data the app reaches."`
	Stored       *bool  `json:"stored" description:"Whether data is stored; null when not told."`
	Where        string `json:"where"`
	Retention    string `json:"retention"`
	ThirdParties string `json:"third_parties"`
}

// Handover is a change of the account that an app belongs to.
type Handover struct {
	From string    `json:"from" description:"Login of the account that it belonged to."`
	At   time.Time `json:"at"`
}

// Permission is one permission that a GitHub App asks for.
type Permission struct {
	Key   string `json:"key"`
	Level string `json:"level" enum:"read,write,admin"`
	Group string `json:"group" enum:"repository,organization,account,enterprise,unknown" description:"Whose things it is about."`
}

// RiskReason is one reason for a risk's score: a permission, a scope, or a
// combination of permissions that is worse than its parts.
type RiskReason struct {
	Permission  string `json:"permission,omitempty" required:"false" description:"Key of a permission, or a scope."`
	Level       string `json:"level,omitempty" required:"false" enum:"read,write,admin" description:"The permission's level; scopes have none."`
	Combination string `json:"combination,omitempty" required:"false"`
	Points      int    `json:"points" minimum:"1"`
}

// ListingPlan is what a listing offers for a price.
type ListingPlan struct {
	Number       int      `json:"number" minimum:"1"`
	Name         string   `json:"name"`
	Kind         string   `json:"kind" enum:"free,flat_rate,per_unit"`
	Description  string   `json:"description"`
	MonthlyMinor *int64   `json:"monthly_minor" minimum:"0" description:"Price of a month in minor units, of one unit where the plan is per unit; null when not offered."`
	YearlyMinor  *int64   `json:"yearly_minor" minimum:"0" description:"Price of a year, likewise."`
	Currency     string   `json:"currency" pattern:"^[A-Z]{3}$" description:"ISO 4217."`
	UnitName     string   `json:"unit_name" description:"What is counted in a per-unit plan; else empty."`
	MinUnits     *int64   `json:"min_units" minimum:"1" description:"The fewest units that one can buy of a per-unit plan; null where that isn't limited."`
	MaxUnits     *int64   `json:"max_units" minimum:"1" description:"The most units, likewise."`
	Capacity     *int64   `json:"capacity" minimum:"1" description:"How many units of a per-unit plan are sold at most, of others how many accounts can have it; null where that isn't limited. How many are left isn't told."`
	TrialDays    int      `json:"trial_days" minimum:"0" maximum:"365"`
	Bullets      []string `json:"bullets"`
	Audience     string   `json:"audience" enum:"everyone,users,organizations"`
	AsOf         *string  `json:"as_of" format:"date" description:"The day on which the price was seen."`
}

// Links are a listing's addresses elsewhere; those that it doesn't have are
// left out.
type Links struct {
	Homepage      string `json:"homepage,omitempty" required:"false"`
	Support       string `json:"support,omitempty" required:"false"`
	Documentation string `json:"documentation,omitempty" required:"false"`
	Repository    string `json:"repository,omitempty" required:"false"`
	Status        string `json:"status,omitempty" required:"false"`
	Pricing       string `json:"pricing,omitempty" required:"false"`
	Installation  string `json:"installation,omitempty" required:"false"`
	Company       string `json:"company,omitempty" required:"false"`
	Privacy       string `json:"privacy,omitempty" required:"false"`
	Terms         string `json:"terms,omitempty" required:"false"`
}

// Screenshot is one picture of an app.
type Screenshot struct {
	URL     string `json:"url" format:"uri"`
	Caption string `json:"caption"`
	Width   int    `json:"width" minimum:"0"`
	Height  int    `json:"height" minimum:"0"`
}

// Revision is when a listing said something new.
type Revision struct {
	Number    int       `json:"number" minimum:"1"`
	CreatedAt time.Time `json:"created_at"`
}

// ListingRef points to another listing.
type ListingRef struct {
	Slug    string `json:"slug"`
	Name    string `json:"name"`
	Tagline string `json:"tagline"`
	URL     string `json:"url" format:"uri"`
}

// Listing shows one listing.
func (a *API) Listing(ctx context.Context, in ListingQuery) (ListingDetails, error) {
	if !models.ValidSlug(in.Slug) {
		return ListingDetails{}, models.ErrNotFound
	}
	d, err := a.catalog.Listing(ctx, view.From(ctx).Lang, in.Slug)
	if err != nil {
		return ListingDetails{}, fmt.Errorf("api: listing: %w", err)
	}
	return detailsOf(view.From(ctx), d), nil
}

func detailsOf(v *view.Request, d *catalog.Details) ListingDetails {
	risk := d.App.Risk()
	out := ListingDetails{
		ListingItem:  itemOf(v, itemIn(d)),
		Introduction: d.Listing.Introduction, Description: d.HTML,
		Language: TextLanguage(d.Language), TextLanguages: typed[TextLanguage](d.Languages), Keywords: listed(d.Listing.Keywords),
		RiskReasons: reasons(risk), PermissionSet: permissionsOf(d.App.Permissions), Events: d.App.Events,
		Plans: plansOf(d.Plans), Links: linksOf(d), Screenshots: screenshotsOf(v, d.Screenshots),
		Revisions: revisionsOf(d.Revisions), Similar: refs(v, d.Similar), Lighter: refs(v, d.Lighter),
		InstallsAsOf: day(d.Listing.InstallsAsOf), StarsAsOf: day(d.Listing.StarsAsOf),
		State: string(d.Listing.State), Data: DataHandling(d.Data), Purchase: string(d.Purchase), PurchaseURL: d.PurchaseURL,
		BadgeURL: v.Base + paths.Badge(d.Listing.Slug), EmbedURL: v.Base + paths.Embed(d.Listing.Slug),
	}
	if h := d.Handover; h != nil {
		out.Handover = &Handover{From: h.From, At: h.At.UTC()}
	}
	return out
}

// itemIn is the item that a list would show of a listing.
func itemIn(d *catalog.Details) *catalog.Item {
	l, risk := &d.Listing, d.App.Risk()
	it := &catalog.Item{
		Card: catalog.Card{
			Slug: l.Slug, Name: l.Name, Tagline: l.Tagline, Kind: d.App.Kind, Publisher: d.Publisher,
			Categories: d.Categories, Pricing: d.Pricing(),
			PermissionsKnown: d.App.PermissionsKnown(), Risk: risk.Band,
			Installs: l.Installs, Stars: l.Stars, Discontinued: l.Discontinued, UpdatedAt: l.UpdatedAt,
		},
		Permissions: d.App.Permissions, Scopes: d.App.Scopes, RiskScore: risk.Score, Programming: l.Programming, Claimed: d.Claimed,
	}
	if l.PublishedAt != nil {
		it.PublishedAt = *l.PublishedAt
	}
	return it
}

func permissionsOf(g models.Grants) []Permission {
	if g == nil {
		return nil
	}
	out := []Permission{}
	for _, grant := range g.Sorted() {
		p, _ := models.PermissionByKey(grant.Key)
		out = append(out, Permission{Key: grant.Key, Level: string(grant.Level), Group: cmp.Or(string(p.Group), "unknown")})
	}
	return out
}

func reasons(r models.Risk) []RiskReason {
	out := make([]RiskReason, len(r.Points))
	for i, p := range r.Points {
		out[i] = RiskReason{Permission: p.Key, Level: string(p.Level), Combination: p.Combo, Points: p.Points}
	}
	return out
}

func plansOf(plans []models.Plan) []ListingPlan {
	out := make([]ListingPlan, len(plans))
	for i := range plans {
		p := &plans[i]
		out[i] = ListingPlan{
			Number: p.Number, Name: p.Name, Kind: string(p.Kind), Description: p.Description,
			MonthlyMinor: p.MonthlyMinor, YearlyMinor: p.YearlyMinor, Currency: p.Currency, UnitName: p.UnitName, MinUnits: p.MinUnits, MaxUnits: p.MaxUnits, Capacity: p.Capacity,
			TrialDays: p.TrialDays, Bullets: listed(p.Bullets), Audience: string(p.Audience), AsOf: day(p.AsOf),
		}
	}
	return out
}

func linksOf(d *catalog.Details) Links {
	l := &d.Listing.Links
	return Links{
		Homepage: d.App.HomepageURL, Support: l.Support, Documentation: l.Documentation, Repository: l.Repository,
		Status: l.Status, Pricing: l.Pricing, Installation: l.Installation, Company: l.Company,
		Privacy: l.Privacy, Terms: l.Terms,
	}
}

func screenshotsOf(v *view.Request, shots []models.Screenshot) []Screenshot {
	out := make([]Screenshot, len(shots))
	for i, s := range shots {
		out[i] = Screenshot{URL: v.Base + paths.Image(s.ImageHash), Caption: s.Caption, Width: s.Width, Height: s.Height}
	}
	return out
}

func revisionsOf(revisions []models.Revision) []Revision {
	out := make([]Revision, len(revisions))
	for i, r := range revisions {
		out[i] = Revision{Number: r.Number, CreatedAt: r.CreatedAt.UTC()}
	}
	return out
}

func refs(v *view.Request, cards []catalog.Card) []ListingRef {
	out := make([]ListingRef, len(cards))
	for i := range cards {
		c := &cards[i]
		out[i] = ListingRef{
			Slug: c.Slug, Name: c.Name, Tagline: c.Tagline,
			URL: v.Base + paths.Localized(v.Lang, paths.Listing(c.Slug)),
		}
	}
	return out
}

// day writes a date without a time.
func day(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.Format(time.DateOnly)
	return &s
}
