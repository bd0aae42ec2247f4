// Package paths holds every address as a pattern for the router and a function
// that builds it, side by side. It is a leaf: no page and no rule knows an
// address otherwise.
//
// Public pages have one address per language: Localized puts the prefix in
// front (/ja/marketplace), which web takes off again before routing.
package paths

import (
	"net/url"
	"strings"
)

// Patterns of the router.
const (
	Home         = "/"
	Browse       = "/marketplace"
	ListingPat   = "/marketplace/:slug"
	CategoryPat  = "/marketplace/category/:slug"
	Compare      = "/marketplace/compare"
	AppPat       = "/apps/:slug"
	PublisherPat = "/publishers/:login"
	Suggest      = "/marketplace/suggest"
	Docs         = "/docs"
	DocPat       = "/docs/:slug"
	ArticlePat   = "/articles/:slug" // where help pages used to be
	Preferences  = "/preferences"
	LogoPat      = "/logos/:slug"
	StaticPat    = "/static/*"
	Favicon      = "/favicon.ico"
	Gallery      = "/dev/gallery"

	OpenSearch        = "/opensearch.xml"
	OpenSearchSuggest = "/opensearch/suggest"
	Robots            = "/robots.txt"
	Sitemap           = "/sitemap.xml"
	SitemapPat        = "/sitemaps/:name"
	FeedNew           = "/feeds/new.atom"
	FeedUpdated       = "/feeds/updated.atom"
	FeedCategoryPat   = "/feeds/category/:slug"
	FeedPublisherPat  = "/feeds/publisher/:login"
	OGImagePat        = "/og/:slug"
	BadgePat          = "/badges/:slug"
	EmbedPat          = "/embed/:slug"

	API             = "/api/v1"
	APIListings     = "/api/v1/listings"
	APIListingPat   = "/api/v1/listings/:slug"
	APICategories   = "/api/v1/categories"
	APIPublisherPat = "/api/v1/publishers/:login"
	APIDescription  = "/api/v1/openapi.json"

	Health  = "/healthz"
	Ready   = "/readyz"
	Metrics = "/metrics"
)

// Localized puts the language's prefix in front of an address of a public
// page; English has none.
func Localized(lang, path string) string {
	if lang == "" || lang == "en" {
		return path
	}
	if path == "/" {
		return "/" + lang
	}
	return "/" + lang + path
}

// Listing is a listing's page.
func Listing(slug string) string { return "/marketplace/" + url.PathEscape(slug) }

// Category is a category's page.
func Category(slug string) string { return "/marketplace/category/" + url.PathEscape(slug) }

// App is an app's page.
func App(slug string) string { return "/apps/" + url.PathEscape(slug) }

// Publisher is a publisher's page.
func Publisher(login string) string { return "/publishers/" + url.PathEscape(login) }

// Comparison compares listings side by side.
func Comparison(slugs ...string) string {
	if len(slugs) == 0 {
		return Compare
	}
	escaped := make([]string, len(slugs))
	for i, s := range slugs {
		escaped[i] = url.QueryEscape(s)
	}
	return Compare + "?apps=" + strings.Join(escaped, ",")
}

// Doc is a help page.
func Doc(slug string) string { return "/docs/" + url.PathEscape(slug) }

// Logo is a listing's logo as an SVG file.
func Logo(slug string) string { return "/logos/" + url.PathEscape(slug) + ".svg" }

// OGImage is the picture that a listing's page is shared with.
func OGImage(slug string) string { return "/og/" + url.PathEscape(slug) + ".png" }

// Badge is a listing's SVG badge.
func Badge(slug string) string { return "/badges/" + url.PathEscape(slug) + ".svg" }

// Embed is a listing's card for other sites.
func Embed(slug string) string { return "/embed/" + url.PathEscape(slug) }

// FeedCategory is the Atom feed of a category.
func FeedCategory(slug string) string { return "/feeds/category/" + url.PathEscape(slug) + ".atom" }

// FeedPublisher is the Atom feed of a publisher.
func FeedPublisher(login string) string {
	return "/feeds/publisher/" + url.PathEscape(login) + ".atom"
}

// SitemapPart is one part of the sitemap, by its name.
func SitemapPart(name string) string { return "/sitemaps/" + url.PathEscape(name) + ".xml" }

// APIListing is a listing in the catalogue API.
func APIListing(slug string) string { return APIListings + "/" + url.PathEscape(slug) }

// APIPublisher is a publisher in the catalogue API.
func APIPublisher(login string) string { return "/api/v1/publishers/" + url.PathEscape(login) }
