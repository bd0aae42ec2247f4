package api

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"strings"

	"souk/models"
	"souk/web/paths"
	"souk/web/view"
)

// Categories is every category.
type Categories struct {
	TotalCount int        `json:"total_count" minimum:"0"`
	Items      []Category `json:"items"`
}

// Category is a shelf that listings stand on.
type Category struct {
	Slug         string            `json:"slug"`
	Names        map[string]string `json:"names" description:"By language: en, zh-CN, ja, fr. English is always there."`
	Descriptions map[string]string `json:"descriptions" description:"By language."`
	Listings     int               `json:"listings_count" minimum:"0"`
	URL          string            `json:"url" format:"uri"`
	ListingsURL  string            `json:"listings_url" format:"uri" description:"Its listings in this API."`
}

// CategoriesQuery asks for every category.
type CategoriesQuery struct {
	Lang TextLanguage `query:"lang" description:"Language of the pages that url points to; else that of Accept-Language, else English."`
}

// Categories lists every category in the order of the site.
func (a *API) Categories(ctx context.Context, _ CategoriesQuery) (Categories, error) {
	categories, err := a.catalog.Categories(ctx)
	if err != nil {
		return Categories{}, fmt.Errorf("api: categories: %w", err)
	}
	totals, err := a.catalog.CategoryTotals(ctx)
	if err != nil {
		return Categories{}, fmt.Errorf("api: categories: %w", err)
	}
	v := view.From(ctx)
	out := Categories{TotalCount: len(categories.All), Items: make([]Category, len(categories.All))}
	for i, c := range categories.All {
		out.Items[i] = Category{
			Slug: c.Slug, Names: texts(c.Names), Descriptions: texts(c.Descriptions), Listings: totals[c.ID],
			URL:         v.Base + paths.Localized(v.Lang, paths.Category(c.Slug)),
			ListingsURL: v.Base + paths.APIListings + "?category=" + c.Slug,
		}
	}
	return out, nil
}

func texts(t models.Texts) map[string]string {
	if t == nil {
		return map[string]string{}
	}
	return t
}

// PublisherQuery asks for one publisher.
type PublisherQuery struct {
	Login string       `path:"login" maxLength:"39"`
	Lang  TextLanguage `query:"lang" description:"Language of the listings' texts; else that of Accept-Language, else English."`
}

// Publisher is an account that publishes listings.
type Publisher struct {
	ListingPublisher
	Kind        string       `json:"kind" enum:"user,organization"`
	WebsiteURL  string       `json:"website_url" description:"Empty when unknown."`
	Count       int          `json:"listings_count" minimum:"1"`
	Listings    []ListingRef `json:"listings" description:"The most installed ones; at most 100."`
	URL         string       `json:"url" format:"uri"`
	ListingsURL string       `json:"listings_url" format:"uri" description:"All of its listings in this API."`
}

// Publisher shows one publisher.
func (a *API) Publisher(ctx context.Context, in PublisherQuery) (Publisher, error) {
	login := strings.ToLower(in.Login)
	if !models.ValidLogin(login) {
		return Publisher{}, models.ErrNotFound
	}
	v := view.From(ctx)
	p, err := a.catalog.Publisher(ctx, v.Lang, login)
	if err != nil {
		return Publisher{}, fmt.Errorf("api: publisher: %w", err)
	}
	return Publisher{
		ListingPublisher: ListingPublisher{Login: p.Login, Name: cmp.Or(p.Name, p.Login), Verified: p.Verified},
		Kind:             string(p.Kind), WebsiteURL: p.WebsiteURL, Count: p.Total, Listings: refs(v, p.Cards),
		URL:         v.Base + paths.Localized(v.Lang, paths.Publisher(p.Login)),
		ListingsURL: v.Base + paths.APIListings + "?publisher=" + p.Login,
	}, nil
}

// Index is where everything else is, as URI templates (RFC 6570).
type Index struct {
	ListingsURL      string `json:"listings_url"`
	ListingURL       string `json:"listing_url"`
	CategoriesURL    string `json:"categories_url"`
	PublisherURL     string `json:"publisher_url"`
	UserURL          string `json:"user_url"`
	OrganizationsURL string `json:"user_organizations_url"`
	SubscriptionsURL string `json:"user_subscriptions_url"`
	DescriptionURL   string `json:"description_url"`
	DocsURL          string `json:"documentation_url"`
}

// Index lists the addresses of the API.
func (a *API) Index(ctx context.Context, _ nothing) (Index, error) {
	base := view.From(ctx).Base
	var names []string
	for _, p := range parametersOf(reflect.TypeFor[ListingsQuery]()) {
		names = append(names, p.name)
	}
	return Index{
		ListingsURL:      base + paths.APIListings + "{?" + strings.Join(names, ",") + "}",
		ListingURL:       base + template(paths.APIListingPat),
		CategoriesURL:    base + paths.APICategories,
		PublisherURL:     base + template(paths.APIPublisherPat),
		UserURL:          base + paths.APIUser,
		OrganizationsURL: base + paths.APIUserOrganizations,
		SubscriptionsURL: base + paths.APIUserSubscriptions,
		DescriptionURL:   base + paths.APIDescription,
		DocsURL:          base + paths.Doc("api"),
	}, nil
}
