// Package listings holds the pages of writing listings.
package listings

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	"souk/models/catalog"
	"souk/models/claims"
	"souk/models/drafts"
	"souk/models/insights"
	"souk/templates/desk"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Listings answers for writing listings.
type Listings struct {
	drafts    *drafts.Service
	catalogue *catalog.Service
	insights  *insights.Service
	claims    *claims.Service
}

// New makes the handlers.
func New(d *drafts.Service, c *catalog.Service, i *insights.Service, claimed *claims.Service) *Listings {
	return &Listings{drafts: d, catalogue: c, insights: i, claims: claimed}
}

// deskOf is what stands around a page of a listing's desk. Its title comes from
// the page.
func deskOf(st *apps.Standing, c *models.ListingContent, page string) desk.Listing {
	v := desk.Listing{Slug: st.ListingSlug, Name: c.Name, State: st.ListingState, Page: page}
	if v.Name == "" {
		v.Name = st.ListingName
	}
	if c.Logo != nil && c.Logo.Hash != "" {
		v.LogoURL = paths.Image(c.Logo.Hash)
	}
	return v
}

func problemsView(problems models.Problems) ui.Problems {
	var all ui.Problems
	for _, p := range problems {
		all = append(all, ui.Problem{Field: p.Field, Code: p.Code})
	}
	return all
}

// number reads a number of an address.
func number(c echo.Context, name string) (int, error) {
	n, err := strconv.Atoi(c.Param(name))
	if err != nil || n < 0 {
		return 0, models.ErrNotFound
	}
	return n, nil
}

// language is the language of an address, other than English.
func language(c echo.Context) (string, error) {
	lang := c.Param("lang")
	if lang == "en" || !models.IsLanguage(lang) {
		return "", models.ErrNotFound
	}
	return lang, nil
}

func langOf(c echo.Context) string { return web.Requested(c).Lang }
