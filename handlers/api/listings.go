package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"souk/models"
	"souk/models/catalog"
	"souk/search"
	"souk/web/paths"
	"souk/web/view"
)

// ListingsQuery asks for one page of listings. Several values of one filter
// widen the result, several filters narrow it.
type ListingsQuery struct {
	Query      string          `query:"query" maxLength:"200" description:"Words to search for, in any of the four languages. Without it, all listings."`
	Category   []string        `query:"category" items.maxLength:"100" description:"Slugs of categories."`
	Type       []AppType       `query:"type" description:"Types of app."`
	Pricing    []PricingValue  `query:"pricing" description:"What there is to pay: free, paid, trial (a paid plan with a free trial), or unknown."`
	Verified   []VerifiedValue `query:"verified" description:"Whether the publisher is verified."`
	Language   []string        `query:"language" items.maxLength:"50" description:"Programming languages that the app is made for, in lower case."`
	Permission []PermissionKey `query:"permission" description:"Permissions that the app asks for, at any level; or no-code-write (can't change code), none (asks for nothing), unknown (nobody told)."`
	Publisher  []string        `query:"publisher" items.maxLength:"39" description:"Logins of publishers."`
	Sort       Order           `query:"sort" default:"best" description:"The order: best match, most installed, recently added, recently updated, or name. Best match without words is most installed."`
	Page       int             `query:"page" default:"1" minimum:"1" maximum:"10000" description:"Which page, from 1. Results beyond the ten thousandth can't be reached: narrow the search instead."`
	PerPage    int             `query:"per_page" default:"20" minimum:"1" maximum:"100" description:"How many listings a page has."`
	Lang       TextLanguage    `query:"lang" description:"Language of names and taglines; else that of Accept-Language, else English."`
}

// Page is one page of a list.
type Page[T any] struct {
	TotalCount int `json:"total_count" minimum:"0" description:"How many there are in all; exact up to 10,000."`
	Items      []T `json:"items"`

	page, perPage, reachable int
}

func (p Page[T]) paging() (page, perPage, total, reachable int) {
	return p.page, p.perPage, p.TotalCount, p.reachable
}

// Listings is one page of listings, with counts to narrow it by.
type Listings struct {
	Page[ListingItem]
	Engine   string                  `json:"engine" enum:"meilisearch,postgres" description:"Which engine answered."`
	Degraded bool                    `json:"degraded" description:"The usual engine failed and the other one stood in."`
	IndexAge int                     `json:"index_age_seconds" minimum:"0" description:"How long a change in the catalogue has been waiting for the search index; 0 when the index is up to date."`
	Facets   map[string][]FacetValue `json:"facets" description:"For each filter, the values that would give results, and how many, with all other filters applied."`
}

func (l Listings) still() any {
	l.IndexAge = 0
	return l
}

// FacetValue is one value of a filter and how many listings have it.
type FacetValue struct {
	Value string `json:"value"`
	Count int    `json:"count" minimum:"0"`
}

// ListingItem is a listing as lists show it.
type ListingItem struct {
	Slug         string            `json:"slug"`
	Name         string            `json:"name"`
	Type         AppType           `json:"type"`
	Tagline      string            `json:"tagline"`
	Publisher    *ListingPublisher `json:"publisher" description:"Null when nobody told who publishes the app."`
	Categories   []string          `json:"categories" description:"Slugs, the main one first."`
	Languages    []string          `json:"languages" description:"Programming languages that the app is made for; empty: any, or unknown."`
	Pricing      []PricingValue    `json:"pricing" description:"What holds of free, paid and trial; or unknown alone."`
	PriceFrom    *Amount           `json:"price_from" description:"The lowest monthly price of a paid plan."`
	Installs     *int64            `json:"installs" minimum:"0" description:"How many accounts installed the app; null when unknown."`
	Stars        *int64            `json:"stars" minimum:"0" description:"Stars of the app's repository; null when unknown."`
	Permissions  map[string]string `json:"permissions" nullable:"true" description:"What a GitHub App asks for, by key: read, write or admin. Null when unknown, and for OAuth Apps."`
	Scopes       []string          `json:"scopes" nullable:"true" description:"What an OAuth App asks for. Null when unknown, and for GitHub Apps."`
	Risk         *Risk             `json:"risk" description:"How much harm the app could do with what it asks for; null when that is unknown."`
	Discontinued bool              `json:"discontinued"`
	Claimed      bool              `json:"claimed" description:"Whether its integrator maintains the listing; else it was only imported."`
	URL          string            `json:"url" format:"uri" description:"The listing's page."`
	LogoURL      string            `json:"logo_url" format:"uri"`
	PublishedAt  time.Time         `json:"published_at"`
	UpdatedAt    time.Time         `json:"updated_at"`
}

// ListingPublisher is who publishes a listing.
type ListingPublisher struct {
	Login    string `json:"login"`
	Name     string `json:"name"`
	Verified bool   `json:"verified"`
}

// Amount is an amount of money in minor units: 1200 USD are $12.00.
type Amount struct {
	Minor    int64  `json:"amount_minor" minimum:"0"`
	Currency string `json:"currency" pattern:"^[A-Z]{3}$" description:"ISO 4217."`
}

// Risk is how much harm an app could do with what it asks for. It says nothing
// about whether it would.
type Risk struct {
	Band  string `json:"band" enum:"none,low,moderate,elevated,high"`
	Score int    `json:"score" minimum:"0" maximum:"100"`
}

// Listings searches the catalogue.
func (a *API) Listings(ctx context.Context, in ListingsQuery) (Listings, error) {
	q, err := a.query(ctx, in)
	if err != nil {
		return Listings{}, err
	}
	found, err := a.search.Search(ctx, q)
	if err != nil {
		return Listings{}, fmt.Errorf("api: listings: %w", err)
	}
	ids := make([]int64, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = h.ID
	}
	items, err := a.catalog.Items(ctx, q.Lang, ids)
	if err != nil {
		return Listings{}, fmt.Errorf("api: listings: %w", err)
	}
	out := Listings{
		Page: Page[ListingItem]{
			TotalCount: found.Total, Items: make([]ListingItem, len(items)),
			page: q.Page, perPage: q.PerPage, reachable: min(found.Total, search.MaxResults),
		},
		Engine: found.Engine, Degraded: found.Degraded,
		IndexAge: int(a.age(ctx).Seconds()), Facets: facets(found.Counts),
	}
	for i := range items {
		out.Items[i] = itemOf(view.From(ctx), &items[i])
	}
	return out, nil
}

// query checks what the tags of ListingsQuery can't say.
func (a *API) query(ctx context.Context, in ListingsQuery) (search.Query, error) {
	if in.Page*in.PerPage > search.MaxResults {
		return search.Query{}, models.ErrPageOutOfRange
	}
	categories, err := a.catalog.Categories(ctx)
	if err != nil {
		return search.Query{}, fmt.Errorf("api: listings: %w", err)
	}
	for _, slug := range in.Category {
		if categories.BySlug(slug) == nil {
			return search.Query{}, models.ErrBadParameter.On("category")
		}
	}
	publishers := make([]string, len(in.Publisher))
	for i, login := range in.Publisher {
		publishers[i] = strings.ToLower(login)
		if !models.ValidLogin(publishers[i]) {
			return search.Query{}, models.ErrBadParameter.On("publisher")
		}
	}
	languages := make([]string, len(in.Language))
	for i, l := range in.Language {
		languages[i] = strings.ToLower(l)
	}
	q := search.Query{
		Text: in.Query, Lang: view.From(ctx).Lang, Sort: search.Sort(in.Sort), Page: in.Page, PerPage: in.PerPage,
		Filters: search.Filters{},
	}
	for facet, chosen := range map[search.Facet][]string{
		search.Category: in.Category, search.Type: plain(in.Type), search.Pricing: plain(in.Pricing),
		search.Verified: plain(in.Verified), search.Language: languages,
		search.Permission: plain(in.Permission), search.Publisher: publishers,
	} {
		if len(chosen) > 0 {
			q.Filters[facet] = chosen
		}
	}
	return q, nil
}

// facets orders counts: the most first, then by value.
func facets(counts search.Counts) map[string][]FacetValue {
	out := map[string][]FacetValue{}
	for _, f := range search.DefaultCounted() {
		list := make([]FacetValue, 0, len(counts[f]))
		for value, n := range counts[f] {
			list = append(list, FacetValue{Value: value, Count: n})
		}
		slices.SortFunc(list, func(x, y FacetValue) int {
			return cmp.Or(y.Count-x.Count, strings.Compare(x.Value, y.Value))
		})
		out[string(f)] = list
	}
	return out
}

func itemOf(v *view.Request, it *catalog.Item) ListingItem {
	out := ListingItem{
		Slug: it.Slug, Name: it.Name, Type: AppType(it.Kind), Tagline: it.Tagline,
		Publisher: publisherOf(it.Publisher), Categories: slugs(it.Categories), Languages: listed(it.Programming),
		Pricing: typed[PricingValue](it.Pricing.Values()), PriceFrom: priceFrom(it.Pricing),
		Installs: it.Installs, Stars: it.Stars,
		Permissions: grants(it.Permissions), Scopes: it.Scopes,
		Discontinued: it.Discontinued, Claimed: it.Claimed,
		URL:         v.Base + paths.Localized(v.Lang, paths.Listing(it.Slug)),
		LogoURL:     v.Base + paths.Logo(it.Slug),
		PublishedAt: it.PublishedAt.UTC(), UpdatedAt: it.UpdatedAt.UTC(),
	}
	if it.PermissionsKnown {
		out.Risk = &Risk{Band: string(it.Risk), Score: it.RiskScore}
	}
	return out
}

func publisherOf(p *catalog.Publisher) *ListingPublisher {
	if p == nil {
		return nil
	}
	return &ListingPublisher{Login: p.Login, Name: cmp.Or(p.Name, p.Login), Verified: p.Verified}
}

func priceFrom(p models.Pricing) *Amount {
	if p.FromMinor == nil {
		return nil
	}
	return &Amount{Minor: *p.FromMinor, Currency: p.Currency}
}

func slugs(categories []*models.Category) []string {
	out := make([]string, len(categories))
	for i, c := range categories {
		out[i] = c.Slug
	}
	return out
}

// listed makes sure that an empty list is [] and not null.
func listed(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// grants spells permissions as they go over the wire; unknown ones stay null.
func grants(g models.Grants) map[string]string {
	if g == nil {
		return nil
	}
	out := make(map[string]string, len(g))
	for _, grant := range g.Sorted() {
		out[grant.Key] = string(grant.Level)
	}
	return out
}
