package site

import (
	"context"
	"slices"
	"sync"

	"github.com/labstack/echo/v4"

	"souk/handlers/jsonld"
	"souk/models"
	"souk/models/catalog"
	"souk/search"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Browse shows what a search found, or everything.
func (s *Site) Browse(c echo.Context) error {
	in, err := web.Bind[browseInput](c)
	if err != nil {
		return err
	}
	chosen, err := choose(in, web.Requested(c).Lang)
	if err != nil {
		return err
	}
	return s.results(c, chosen, nil)
}

// Category shows what is on one shelf, with the same filters.
func (s *Site) Category(c echo.Context) error {
	in, err := web.Bind[browseInput](c)
	if err != nil {
		return err
	}
	chosen, err := choose(in, web.Requested(c).Lang)
	if err != nil {
		return err
	}
	all, err := s.catalogue.Categories(c.Request().Context())
	if err != nil {
		return err
	}
	shelf := all.BySlug(c.Param("slug"))
	if shelf == nil {
		return models.ErrNotFound
	}
	chosen.path, chosen.fixed = paths.Category(shelf.Slug), search.Category
	chosen.filters[search.Category] = []string{shelf.Slug}
	return s.results(c, chosen, shelf)
}

func (s *Site) results(c echo.Context, chosen choice, shelf *models.Category) error {
	ctx := c.Request().Context()
	found, err := s.search.Search(ctx, chosen.query())
	if err != nil {
		return err
	}
	if chosen.page > 1 && (chosen.page-1)*perPage >= found.Total {
		return models.ErrPageOutOfRange
	}
	cards, err := s.catalogue.Cards(ctx, chosen.lang, ids(found.Hits))
	if err != nil {
		return err
	}
	shelves, err := s.catalogue.Categories(ctx)
	if err != nil {
		return err
	}
	compared, err := s.catalogue.Compare(ctx, chosen.lang, chosen.compare)
	if err != nil {
		return err
	}
	v := browseView(chosen, found, cards, shelves)
	v.Compare = comparedView(chosen, compared)
	v.JSONLD = jsonld.ItemList(cards, v.From, v.Total, web.Requested(c).Base, chosen.lang)
	if shelf != nil {
		v.Category = &site.Category{Slug: shelf.Slug, Name: shelf.Names.In(chosen.lang), Description: shelf.Descriptions.In(chosen.lang)}
		v.Related = relatedView(shelf.Slug, found.Counts[search.Category], shelves, chosen.lang)
	}
	return web.Page(c, site.BrowsePage(v))
}

func ids(hits []search.Hit) []int64 {
	out := make([]int64, len(hits))
	for i := range hits {
		out[i] = hits[i].ID
	}
	return out
}

// browseView is what a page of results shows, but for what needs another verb.
func browseView(c choice, found search.Result, cards []catalog.Card, shelves *catalog.Categories) site.Browse {
	v := site.Browse{
		Text: c.text, Path: c.path, Total: found.Total, Page: c.page,
		From: (c.page-1)*perPage + 1, To: min(c.page*perPage, found.Total),
		Cards: resultCards(c, found.Hits, cards), Facets: facetsView(c, found.Counts, shelves), Chips: chipsView(c, shelves),
		Keep: keepView(c), Sort: string(c.sort), Explained: c.explain && c.text != "", Degraded: found.Degraded,
		ResetHref: c.unfiltered().explained(false).href(), UnexplainHref: c.explained(false).href(),
		Pager: pagerView(c, found.Total), Canonical: c.explained(false).comparing(nil).sorted(search.BestMatch).address(),
	}
	for _, s := range search.Sorts() {
		v.Sorts = append(v.Sorts, string(s))
	}
	if c.text != "" && c.fixed != "" {
		v.WiderHref = choice{lang: c.lang, path: paths.Browse, text: c.text, sort: search.BestMatch, page: 1}.href()
	}
	if v.Total == 0 {
		v.Ideas = []string{"1", "2", "3", "4", "5"}
	}
	return v
}

// resultCards are the cards with what the search says about each.
func resultCards(c choice, hits []search.Hit, cards []catalog.Card) []site.Card {
	out := make([]site.Card, len(cards))
	var why string
	if c.text != "" {
		why = c.explained(true).href()
	}
	show := func(from, to int) {
		for i := from; i < to; i++ {
			out[i] = cardView(&cards[i], c.lang)
			at := slices.IndexFunc(hits, func(h search.Hit) bool { return h.ID == cards[i].ID })
			if at < 0 || c.text == "" {
				continue
			}
			out[i].NameMarks = marks(cards[i].Name, hits[at].Terms)
			out[i].TaglineMarks = marks(cards[i].Tagline, hits[at].Terms)
			out[i].Why = whyView(hits[at].Why)
			out[i].WhyHref = why + "#r-" + cards[i].Slug
		}
	}
	if c.text == "" {
		show(0, len(cards))
		return out
	}
	// Marking what matched takes longer than rendering it: two processors share it.
	var other sync.WaitGroup
	other.Go(func() { show(len(cards)/2, len(cards)) })
	show(0, len(cards)/2)
	other.Wait()
	return out
}

func whyView(w *search.Why) []site.Rule {
	if w == nil {
		return nil
	}
	rules := make([]site.Rule, len(w.Rules))
	for i, r := range w.Rules {
		rules[i] = site.Rule{Code: r.Code, Score: r.Score, Detail: r.Detail}
	}
	return rules
}

// marks is nil where nothing matched.
func marks(text string, terms []string) []ui.Span {
	if len(terms) == 0 {
		return nil
	}
	spans := search.Highlight(text, terms)
	out := make([]ui.Span, len(spans))
	for i, s := range spans {
		out[i] = ui.Span{Text: s.Text, Mark: s.Mark}
	}
	return out
}

// keepView is what the filter form carries along beside its own fields.
func keepView(c choice) []site.Param {
	var keep []site.Param
	if c.text != "" {
		keep = append(keep, site.Param{Name: "query", Value: c.text})
	}
	if c.explain {
		keep = append(keep, site.Param{Name: "explain", Value: "1"})
	}
	for _, slug := range c.compare {
		keep = append(keep, site.Param{Name: "compare", Value: slug})
	}
	return keep
}

func comparedView(c choice, details []catalog.Details) []site.Chosen {
	var out []site.Chosen
	for i := range details {
		slug := details[i].Listing.Slug
		rest := slices.DeleteFunc(slices.Clone(c.compare), func(s string) bool { return s == slug })
		out = append(out, site.Chosen{Slug: slug, Name: details[i].Listing.Name, Href: c.comparing(rest).href()})
	}
	return out
}

// pagerView links to the first pages, those around this one, and the last.
func pagerView(c choice, total int) ui.PagerProps {
	last := (min(total, search.MaxResults) + perPage - 1) / perPage
	return ui.PagerOf(c.page, last, func(n int) string { return c.at(n).href() })
}

// suggestions of the search field.
const maxSuggestions = 7

type suggestInput struct {
	Text string `query:"q"`
}

// Suggest answers the search field with the options to show below it.
func (s *Site) Suggest(c echo.Context) error {
	in, err := web.Bind[suggestInput](c)
	if err != nil {
		return err
	}
	ctx, lang, text := c.Request().Context(), web.Requested(c).Lang, clip(in.Text)
	if text == "" {
		return web.Page(c, site.SuggestList(site.Suggestions{}))
	}
	hits, err := s.search.Suggest(ctx, text, lang, maxSuggestions)
	if err != nil {
		return err
	}
	v, err := s.suggestions(ctx, text, lang, hits)
	if err != nil {
		return err
	}
	return web.Page(c, site.SuggestList(v))
}

func (s *Site) suggestions(ctx context.Context, text, lang string, hits []search.Hit) (v site.Suggestions, err error) {
	cards, err := s.catalogue.Cards(ctx, lang, ids(hits))
	if err != nil {
		return v, err
	}
	shelves, err := s.catalogue.Categories(ctx)
	if err != nil {
		return v, err
	}
	c := choice{lang: lang, path: paths.Browse, text: text, sort: search.BestMatch}
	v = site.Suggestions{Text: text, AllHref: c.href(), Categories: shelvesNamed(text, shelves, lang)}
	v.Cards = resultCards(c, hits, cards)
	return v, nil
}
