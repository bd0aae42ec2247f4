package site

import (
	"slices"

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

// Home shows what there is: its columns are three orders of browsing, loaded
// together.
func (s *Site) Home(c echo.Context) error {
	ctx, r := c.Request().Context(), web.Requested(c)
	var found [3]search.Result
	var wanted []int64
	for i, sort := range []search.Sort{search.Installs, search.Added, search.Updated} {
		var err error
		if found[i], err = s.search.Search(ctx, search.Query{Lang: r.Lang, Sort: sort, Page: 1, PerPage: homeCards}); err != nil {
			return err
		}
		wanted = append(wanted, ids(found[i].Hits)...)
	}
	cards, err := s.catalogue.Cards(ctx, r.Lang, wanted)
	if err != nil {
		return err
	}
	shelves, err := s.catalogue.Categories(ctx)
	if err != nil {
		return err
	}
	v := homeView(found[0], shelves, r.Lang)
	v.Popular = cardViews(cardsOf(cards, found[0].Hits, anyCard), r.Lang)
	v.Added = cardViews(cardsOf(cards, found[1].Hits, anyCard), r.Lang)
	v.Updated = cardViews(cardsOf(cards, found[2].Hits, changedCard), r.Lang)
	v.JSONLD = jsonld.Website(r.Base, r.Lang)
	return web.Page(c, site.HomePage(v))
}

func anyCard(*catalog.Card) bool { return true }

// changedCard leaves out what has only been published: that is not an update.
func changedCard(c *catalog.Card) bool { return c.UpdatedAt.After(c.PublishedAt) }

// cardsOf returns the cards of hits, in their order, that keep says yes to.
func cardsOf(cards []catalog.Card, hits []search.Hit, keep func(*catalog.Card) bool) []catalog.Card {
	var chosen []catalog.Card
	for _, h := range hits {
		i := slices.IndexFunc(cards, func(c catalog.Card) bool { return c.ID == h.ID })
		if i >= 0 && keep(&cards[i]) {
			chosen = append(chosen, cards[i])
		}
	}
	return chosen
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
