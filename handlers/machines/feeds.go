package machines

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/catalog"
	"souk/templates/outside"
	"souk/web"
	"souk/web/paths"
)

// feedEntries is how many listings a feed holds.
const feedEntries = 30

// NewFeed is the feed of the newest listings.
func (m *Machines) NewFeed(c echo.Context) error {
	return m.feed(c, catalog.RecentBy{}, outside.Feed{Kind: outside.FeedNew, Path: paths.FeedNew, Page: paths.Browse + "?sort=added"})
}

// UpdatedFeed is the feed of the listings that changed last.
func (m *Machines) UpdatedFeed(c echo.Context) error {
	return m.feed(c, catalog.RecentBy{Updated: true}, outside.Feed{Kind: outside.FeedUpdated, Path: paths.FeedUpdated, Page: paths.Browse + "?sort=updated"})
}

// CategoryFeed is the feed of the newest listings of a category.
func (m *Machines) CategoryFeed(c echo.Context) error {
	slug, err := named(c, "slug", ".atom")
	if err != nil {
		return err
	}
	categories, err := m.catalog.Categories(c.Request().Context())
	if err != nil {
		return err
	}
	category := categories.BySlug(slug)
	if category == nil {
		return models.ErrNotFound
	}
	return m.feed(c, catalog.RecentBy{Category: slug}, outside.Feed{
		Kind: outside.FeedCategory, Subject: category.Names.In(web.Requested(c).Lang),
		Path: paths.FeedCategory(slug), Page: paths.Category(slug),
	})
}

// PublisherFeed is the feed of the newest listings of a publisher.
func (m *Machines) PublisherFeed(c echo.Context) error {
	login, ok := strings.CutSuffix(c.Param("login"), ".atom")
	login = strings.ToLower(login)
	if !ok || !models.ValidLogin(login) {
		return models.ErrNotFound
	}
	return m.feed(c, catalog.RecentBy{Publisher: login}, outside.Feed{
		Kind: outside.FeedPublisher, Path: paths.FeedPublisher(login), Page: paths.Publisher(login),
	})
}

func (m *Machines) feed(c echo.Context, by catalog.RecentBy, f outside.Feed) error {
	ctx, lang := c.Request().Context(), web.Requested(c).Lang
	cards, err := m.catalog.Recent(ctx, lang, by, feedEntries)
	if err != nil {
		return err
	}
	if f.Kind == outside.FeedPublisher {
		if len(cards) == 0 {
			return models.ErrNotFound
		}
		f.Subject = cmp.Or(cards[0].Publisher.Name, cards[0].Publisher.Login)
	}
	for i := range cards {
		f.Entries = append(f.Entries, entryOf(&cards[i], lang))
	}
	varies(c)
	if modified(c, f.Updated()) {
		return c.NoContent(http.StatusNotModified)
	}
	body, err := outside.Atom(ctx, &f)
	if err != nil {
		return err
	}
	return web.Blob(c, "application/atom+xml; charset=utf-8", body, 0)
}

func entryOf(card *catalog.Card, lang string) outside.Entry {
	e := outside.Entry{Slug: card.Slug, Name: card.Name, Tagline: card.Tagline, Published: card.PublishedAt, Updated: card.UpdatedAt}
	if p := card.Publisher; p != nil {
		e.Login, e.Publisher = p.Login, cmp.Or(p.Name, p.Login)
	}
	for _, category := range card.Categories {
		e.Categories = append(e.Categories, outside.Category{Slug: category.Slug, Name: category.Names.In(lang)})
	}
	return e
}
