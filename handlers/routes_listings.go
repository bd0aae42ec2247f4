package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/listings"
	"souk/web/paths"
)

// listingsRoutes: What integrators write: drafts of listings.
func listingsRoutes(e *echo.Echo, h *listings.Listings, b before) {
	e.GET(paths.Manage, h.Manage, b.mine...)
	e.GET(paths.NewListing, h.New, b.mine...)
	e.POST(paths.NewListing, h.Begin, b.mine...)
	e.GET(paths.ListingTextPat, h.Text, b.mine...)
	e.POST(paths.ListingTextPat, h.SaveText, b.mine...)
	e.GET(paths.ListingTranslationsPat, h.Translations, b.mine...)
	e.GET(paths.ListingTranslationPat, h.Translation, b.mine...)
	e.POST(paths.ListingTranslationPat, h.SaveTranslation, b.mine...)
	e.GET(paths.ListingLinksPat, h.Links, b.mine...)
	e.POST(paths.ListingLinksPat, h.SaveLinks, b.mine...)
	e.GET(paths.ListingDataPat, h.Data, b.mine...)
	e.POST(paths.ListingDataPat, h.SaveData, b.mine...)
	e.GET(paths.ListingPreviewPat, h.Preview, b.mine...)
	e.POST(paths.ListingMarkdownPat, h.Markdown, b.mine...)
	e.GET(paths.ListingHistoryPat, h.History, b.mine...)
	e.GET(paths.ListingVersionPat, h.Version, b.mine...)
	e.POST(paths.ListingRestorePat, h.Restore, b.mine...)
}
