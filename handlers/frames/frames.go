// Package frames fills in what stands around the pages of an integrator.
package frames

import (
	"github.com/labstack/echo/v4"

	"souk/models/apps"
	"souk/templates/desk"
	"souk/web"
	"souk/web/paths"
)

// App is what stands around a page of an app's settings; page is that of
// paths.AppSettings. The page itself says what it is called.
func App(c echo.Context, st *apps.Standing, page string) desk.App {
	return desk.App{Slug: st.Slug, Name: st.Name, Kind: st.Kind, LogoURL: Logo(st.LogoHash), Owner: st.Owner,
		Owned: web.ActorOf(c).MayOwnApp(st.Rights()) == nil, Listing: st.ListingSlug, Page: page}
}

// Logo is the address of an app's logo, "" for none.
func Logo(hash string) string {
	if hash == "" {
		return ""
	}
	return paths.Image(hash)
}
