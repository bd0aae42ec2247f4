// Package handlers holds the map: every address of Souk and the function that
// answers it, by audience. The addresses themselves are in web/paths.
package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"souk/handlers/api"
	"souk/handlers/dev"
	"souk/handlers/machines"
	"souk/handlers/operations"
	"souk/handlers/site"
	"souk/static"
	"souk/web/paths"
)

// Handlers are everything that addresses lead to. Dev is nil outside of
// development.
type Handlers struct {
	Site       *site.Site
	API        *api.API
	Machines   *machines.Machines
	Operations *operations.Operations
	Dev        *dev.Dev
	People
}

// Routes puts every handler behind its addresses.
func Routes(e *echo.Echo, h Handlers) {
	// Anyone
	get(e, paths.Home, h.Site.Home)
	get(e, paths.Browse, h.Site.Browse)
	get(e, paths.CategoryPat, h.Site.Category)
	get(e, paths.Compare, h.Site.Compare)
	get(e, paths.Suggest, h.Site.Suggest)
	get(e, paths.ListingPat, h.Site.Listing)
	get(e, paths.AppPat, h.Site.App)
	get(e, paths.PublisherPat, h.Site.Publisher)
	get(e, paths.Docs, h.Site.Docs)
	get(e, paths.DocPat, h.Site.Doc)
	get(e, paths.ArticlePat, h.Site.Article)
	get(e, paths.ImagePat, h.Site.Image)
	get(e, paths.StaticPat, echo.WrapHandler(static.Handler()))
	get(e, paths.Favicon, echo.WrapHandler(static.Icon()))
	e.POST(paths.Preferences, h.Site.Preferences)

	// Coming in
	// (entry)

	// What is one's own: nobody gets here without signing in
	// (account, security, inbox)

	// Organizations
	// (organizations)

	// Accounts' pages and repositories; last, since they take any first part
	// (repositories)

	// Staff
	// (staff)

	// Programs: the catalogue API, and what feed readers, crawlers and other
	// sites ask for
	h.API.Routes(e)
	h.Machines.Routes(e)

	// Whoever runs Souk
	get(e, paths.Health, h.Operations.Alive)
	get(e, paths.Ready, h.Operations.Ready)

	// Whoever works on Souk
	if h.Dev != nil {
		get(e, paths.Gallery, h.Dev.Gallery)
	}
}

// get answers GET, and HEAD with the same headers.
func get(e *echo.Echo, path string, h echo.HandlerFunc) {
	e.Match([]string{http.MethodGet, http.MethodHead}, path, h)
}
