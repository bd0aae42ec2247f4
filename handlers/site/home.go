package site

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/jsonld"
	"souk/models"
	"souk/models/catalog"
	"souk/search"
	"souk/templates/site"
	"souk/web"
	"souk/web/paths"
)

// homeCards is how many listings each column of the home page shows.
const homeCards = 6

// Home shows what there is.
func (s *Site) Home(c echo.Context) error {
	ctx, r := c.Request().Context(), web.Requested(c)
	found, err := s.search.Search(ctx, search.Query{Lang: r.Lang, Sort: search.Installs, Page: 1, PerPage: homeCards})
	if err != nil {
		return err
	}
	popular, err := s.catalogue.Cards(ctx, r.Lang, ids(found.Hits))
	if err != nil {
		return err
	}
	added, err := s.catalogue.Recent(ctx, r.Lang, catalog.RecentBy{}, homeCards)
	if err != nil {
		return err
	}
	updated, err := s.catalogue.Recent(ctx, r.Lang, catalog.RecentBy{Updated: true}, homeCards)
	if err != nil {
		return err
	}
	shelves, err := s.catalogue.Categories(ctx)
	if err != nil {
		return err
	}
	v := homeView(found, shelves, r.Lang)
	v.Popular, v.Added, v.Updated = cardViews(popular, r.Lang), cardViews(added, r.Lang), cardViews(updated, r.Lang)
	v.JSONLD = jsonld.Website(r.Base, r.Lang)
	return web.Page(c, site.HomePage(v))
}

// homeView is the numbers of the home page.
func homeView(found search.Result, shelves *catalog.Categories, lang string) site.Home {
	n := found.Counts
	return site.Home{
		Total:      found.Total,
		GitHubApps: n[search.Type][string(models.GitHubApp)],
		OAuthApps:  n[search.Type][string(models.OAuthApp)],
		Told:       found.Total - n[search.Permission][search.UnknownPermissions],
		Categories: countedShelves(n[search.Category], shelves, lang),
		Quick: []site.QuickFilter{
			{Code: "free_no_code", Href: paths.Browse + "?type=" + string(models.GitHubApp) + "&pricing=" + models.PricingFree + "&permission=" + search.NoCodeWrite},
			{Code: "free", Href: paths.Browse + "?pricing=" + models.PricingFree, Count: n[search.Pricing][models.PricingFree]},
			{Code: "trial", Href: paths.Browse + "?pricing=" + models.PricingTrial, Count: n[search.Pricing][models.PricingTrial]},
			{Code: "no_code_write", Href: paths.Browse + "?permission=" + search.NoCodeWrite, Count: n[search.Permission][search.NoCodeWrite]},
		},
	}
}
