// Package site answers people who look around: home, browse and search,
// categories, listings, apps, publishers, comparison, help, preferences.
//
// A handler reads the request, asks one verb or two, and shows a page. What a
// page shows is built from what verbs return by the pure functions beside each
// handler.
package site

import (
	"context"

	"souk/models/catalog"
	"souk/search"
)

// Catalogue is what these pages ask of the catalogue.
type Catalogue interface {
	Cards(ctx context.Context, lang string, ids []int64) ([]catalog.Card, error)
	Categories(ctx context.Context) (*catalog.Categories, error)
	Publisher(ctx context.Context, lang, login string) (*catalog.PublisherPage, error)
	Listing(ctx context.Context, lang, slug string) (*catalog.Details, error)
	App(ctx context.Context, lang, slug string) (*catalog.Details, error)
	Compare(ctx context.Context, lang string, slugs []string) ([]catalog.Details, error)
}

// Finder is what these pages ask of the search.
type Finder interface {
	Search(ctx context.Context, q search.Query) (search.Result, error)
	Suggest(ctx context.Context, text, lang string, n int) ([]search.Hit, error)
}

// Site holds the handlers.
type Site struct {
	catalogue Catalogue
	search    Finder
}

// New makes the handlers.
func New(c Catalogue, f Finder) *Site { return &Site{catalogue: c, search: f} }
