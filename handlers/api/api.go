// Package api is the API of Souk itself, /api/v1: what anyone may read of the
// catalogue, what people's own programs may read in their name, and what apps may
// read of their customers, as JSON; and those parts of GitHub's API, below /api/v3,
// by which apps and their users ask about purchases and installations.
// Endpoints are plain functions from a typed request to a typed reply; Handle
// and HandleFor put them behind HTTP, and the same types are rendered as the
// OpenAPI description, so that what is described is what is served.
//
// It changes nothing but the drafts of listings that are kept as files, and what apps
// and people may change of installations; it returns errors for web to render as
// problem details, or as GitHub does.
package api

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/catalog"
	"souk/search"
	"souk/web"
	"souk/web/paths"
)

// Searcher finds listings; search.Service is one.
type Searcher interface {
	Search(ctx context.Context, q search.Query) (search.Result, error)
}

// API is the catalogue API. Age tells how long the search index has not been
// brought up to the database; 0 means that it is up to date.
type API struct {
	catalog     *catalog.Service
	people      People
	repos       Repositories
	filing      Filing
	prices      PriceHistory
	ledgers     Ledgers
	callers     Callers
	purchases   Purchases
	bought      Subscriptions
	apps        Installing
	search      Searcher
	age         func(context.Context) time.Duration
	description []byte
}

// New makes the API. It panics when its types can't be described, which every
// test would show.
func New(c *catalog.Service, s Searcher, p People, r Repositories, f Filing, h PriceHistory, l Ledgers, by Callers, asked Purchases, bought Subscriptions, age func(context.Context) time.Duration) *API {
	a := &API{catalog: c, search: s, people: p, repos: r, filing: f, prices: h, ledgers: l, callers: by, purchases: asked, bought: bought, age: age}
	description, err := describe(a.routes())
	if err != nil {
		panic("api: " + err.Error())
	}
	a.description = description
	return a
}

// route is one endpoint: how it is mounted and how it is described.
type route struct {
	pattern string // of paths
	method  string // "" for GET
	media   string // of the answer; "" for JSON
	id      string
	summary string
	in, out any
	missing bool   // may answer 404
	clashes bool   // may answer 409
	token   bool   // needs a personal access token
	app     bool   // needs to come from an app
	scope   string // that the token must have; "" for none
	handler echo.HandlerFunc
}

func (a *API) routes() []route {
	return append([]route{
		endpoint(paths.API, "index", "Addresses of the API", a.Index),
		endpoint(paths.APIListings, "listListings", "Browse and search listings", a.Listings),
		endpoint(paths.APIListingPat, "getListing", "All about one listing", a.Listing).or404(),
		endpoint(paths.APIPricesPat, "getListingPrices", "Every price that a listing's plans have had", a.Prices).or404(),
		endpoint(paths.APILedgerPat, "listListingPermissionChanges", "What a listing's app asked for since when, and whose it was", a.Ledger).or404(),
		endpoint(paths.APICategories, "listCategories", "Every category, with names in all languages", a.Categories),
		endpoint(paths.APIPublisherPat, "getPublisher", "A publisher and its listings", a.Publisher).or404(),
		personal(paths.APIUser, "getUser", "Whose token it is", "", a.User),
		personal(paths.APIUserOrganizations, "listUserOrganizations", "The organizations of whose token it is", "read:org", a.Organizations),
		personal(paths.APIUserRepositories, "listUserRepositories", "The repositories that whose token it is administers or collaborates on", "public_repo", a.UserRepositories),
		personal(paths.APIUserSubscriptions, "listUserSubscriptions", "What whose token it is has bought, and the organizations for which they pay with the scope read:org", "read:user", a.UserSubscriptions),
		byApp(a, paths.APIEvents, "listMarketplaceEvents", "Everything that an app was to be told of its purchases, from a place on", a.Events).or404(),
		{pattern: paths.APIDescription, id: "getDescription", summary: "This description", in: new(nothing), out: new(map[string]any), handler: a.describe},
	}, a.filingRoutes()...)
}

func endpoint[In, Out any](pattern, id, summary string, f func(context.Context, In) (Out, error)) route {
	return route{pattern: pattern, id: id, summary: summary, in: new(In), out: new(Out), handler: Handle(f)}
}

// personal is an endpoint for whoever has a token, with a scope unless that is
// "". The verb behind it asks for the same.
func personal[In, Out any](pattern, id, summary, scope string, f func(context.Context, models.Actor, In) (Out, error)) route {
	return route{pattern: pattern, id: id, summary: summary, in: new(In), out: new(Out), token: true, scope: scope, handler: HandleFor(f)}
}

func (r route) or404() route {
	r.missing = true
	return r
}

func (r route) conflicts() route {
	r.clashes = true
	return r
}

func (r route) by(method string) route {
	r.method = method
	return r
}

// Routes mounts every endpoint, and OPTIONS for browsers that ask before they
// read from another site's page.
func (a *API) Routes(e *echo.Echo) {
	for _, r := range a.routes() {
		if r.token || r.app {
			e.Add(cmp.Or(r.method, http.MethodGet), r.pattern, r.handler, private)
			continue
		}
		e.GET(r.pattern, r.handler, public)
		e.OPTIONS(r.pattern, preflight, public)
	}
	a.compatibleRoutes(e)
	if a.apps.Tokens != nil {
		a.appRoutes(e)
		a.authorizationRoutes(e)
	}
}

// public lets scripts of any site read the answer: it holds nothing that
// depends on who asks.
func public(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "ETag, Link, X-Total-Count")
		h.Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
		return next(c)
	}
}

const allowed = "GET, HEAD, OPTIONS"

func preflight(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Allow", allowed)
	h.Set("Access-Control-Allow-Methods", allowed)
	h.Set("Access-Control-Allow-Headers", "Accept, Accept-Language, If-None-Match")
	h.Set("Access-Control-Max-Age", "86400")
	return c.NoContent(http.StatusNoContent)
}

func (a *API) describe(c echo.Context) error {
	return web.Blob(c, "application/json; charset=utf-8", a.description, 5*time.Minute)
}

// template turns a router's pattern into that of OpenAPI and URI templates:
// /listings/:slug into /listings/{slug}.
func template(pattern string) string {
	parts := strings.Split(pattern, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}
