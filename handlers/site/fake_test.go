package site

import (
	"context"
	"time"

	"souk/models"
	"souk/models/catalog"
	"souk/search"
)

// fakeCatalogue answers from memory and remembers nothing.
type fakeCatalogue struct {
	details []catalog.Details
	shelves *catalog.Categories
	asked   int // statements a database would have run
}

func (f *fakeCatalogue) Cards(_ context.Context, lang string, ids []int64) ([]catalog.Card, error) {
	f.asked++
	var out []catalog.Card
	for _, id := range ids {
		for i := range f.details {
			if f.details[i].Listing.ID == id {
				out = append(out, f.card(&f.details[i]))
			}
		}
	}
	return out, nil
}

func (f *fakeCatalogue) card(d *catalog.Details) catalog.Card {
	l := &d.Listing
	return catalog.Card{
		ID: l.ID, Slug: l.Slug, Name: l.Name, Tagline: l.Tagline, Kind: d.App.Kind, Publisher: d.Publisher, Categories: d.Categories,
		Pricing: d.Pricing(), Risk: d.App.Risk().Band, Installs: l.Installs, PublishedAt: *l.PublishedAt, UpdatedAt: l.UpdatedAt,
	}
}

func (f *fakeCatalogue) Categories(context.Context) (*catalog.Categories, error) {
	return f.shelves, nil
}

func (f *fakeCatalogue) Publisher(_ context.Context, _, login string) (*catalog.PublisherPage, error) {
	p := &catalog.PublisherPage{Kind: models.KindOrganization}
	for i := range f.details {
		if d := &f.details[i]; d.Publisher != nil && d.Publisher.Login == login {
			p.Publisher, p.Cards, p.Total = *d.Publisher, append(p.Cards, f.card(d)), p.Total+1
		}
	}
	if p.Total == 0 {
		return nil, models.ErrNotFound
	}
	return p, nil
}

func (f *fakeCatalogue) Listing(_ context.Context, _, slug string) (*catalog.Details, error) {
	for i := range f.details {
		if f.details[i].Listing.Slug == slug {
			return &f.details[i], nil
		}
	}
	return nil, models.ErrNotFound
}

func (f *fakeCatalogue) App(ctx context.Context, lang, slug string) (*catalog.Details, error) {
	return f.Listing(ctx, lang, slug)
}

func (f *fakeCatalogue) Compare(ctx context.Context, lang string, slugs []string) ([]catalog.Details, error) {
	if len(slugs) > models.MaxCompared {
		return nil, models.ErrTooManyCompared
	}
	var out []catalog.Details
	for _, s := range slugs {
		if d, err := f.Listing(ctx, lang, s); err == nil {
			out = append(out, *d)
		}
	}
	return out, nil
}

// fakeFinder gives one answer to every query, and keeps the query.
type fakeFinder struct {
	result search.Result
	err    error
	asked  search.Query
}

func (f *fakeFinder) Search(_ context.Context, q search.Query) (search.Result, error) {
	f.asked = q
	return f.result, f.err
}

func (f *fakeFinder) Suggest(context.Context, string, string, int) ([]search.Hit, error) {
	return f.result.Hits, f.err
}

var testDay = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

func testShelves() *catalog.Categories {
	return catalog.NewCategories([]*models.Category{
		{ID: 1, Slug: "code-review", Names: models.Texts{"en": "Code review", "ja": "コードレビュー", "fr": "Revue de code"}, Descriptions: models.Texts{"en": "Help reviewers decide"}},
		{ID: 2, Slug: "security", Names: models.Texts{"en": "Security"}, Descriptions: models.Texts{"en": "Find weaknesses"}},
		{ID: 3, Slug: "empty", Names: models.Texts{"en": "Empty"}, Descriptions: models.Texts{"en": "Nothing yet"}},
	})
}

// testCatalogue has a listing that tells everything, an OAuth App, and one
// that tells nothing.
func testCatalogue() *fakeCatalogue {
	shelves := testShelves()
	installs, month := int64(12_480), int64(1200)
	told := catalog.Details{
		Language: "en", Languages: []string{"ja"}, HTML: "<p>Hello</p>", Categories: shelves.All[:1],
		Publisher: &catalog.Publisher{Login: "acme", Name: "Acme", Verified: true, WebsiteURL: "https://acme.example"},
		Listing: models.Listing{
			ID: 1, Slug: "reviewer", Name: "Reviewer", Tagline: "Reviews code", Introduction: "It reviews.", Installs: &installs,
			Programming: []string{"go"}, PublishedAt: &testDay, UpdatedAt: testDay, Links: models.Links{Support: "https://acme.example/help"},
		},
		App: models.App{
			Slug: "reviewer", Kind: models.GitHubApp, Name: "Reviewer", HomepageURL: "https://www.acme.example/",
			Permissions: models.Grants{"contents": models.LevelWrite, "metadata": models.LevelRead, "organization_projects": models.LevelAdmin},
			Events:      []string{"push"},
		},
		Plans: []models.Plan{
			{Number: 1, Name: "Free", Kind: models.PlanFree, State: models.PlanPublished},
			{Number: 2, Name: "Seats", Kind: models.PlanPerUnit, MonthlyMinor: &month, Currency: "USD", TrialDays: 14, State: models.PlanPublished},
		},
		Revisions: []models.Revision{{Number: 1, CreatedAt: testDay}},
	}
	oauth := catalog.Details{
		Language: "en", Categories: shelves.All[1:2], Publisher: told.Publisher,
		Listing: models.Listing{ID: 2, Slug: "watcher", Name: "Watcher", Tagline: "Watches", PublishedAt: &testDay, UpdatedAt: testDay},
		App:     models.App{Slug: "watcher", Kind: models.OAuthApp, Scopes: []string{"repo:status"}},
	}
	silent := catalog.Details{
		Language: "en",
		Listing:  models.Listing{ID: 3, Slug: "silent", Name: "<Silent>", Tagline: "Tells & shows nothing", PublishedAt: &testDay, UpdatedAt: testDay},
		App:      models.App{Slug: "silent", Kind: models.GitHubApp},
	}
	return &fakeCatalogue{details: []catalog.Details{told, oauth, silent}, shelves: shelves}
}

func testFinder() *fakeFinder {
	return &fakeFinder{result: search.Result{
		Hits: []search.Hit{{ID: 1, Terms: []string{"reviewer"}}, {ID: 2}, {ID: 3}}, Total: 3, Engine: "test",
		Counts: search.Counts{
			search.Category: {"code-review": 2, "security": 1}, search.Type: {"github_app": 2, "oauth_app": 1},
			search.Pricing: {"free": 1, "unknown": 2}, search.Permission: {"unknown": 1, "no-code-write": 1, "contents": 1},
			search.Language: {"go": 1}, search.Verified: {"true": 2, "false": 1},
		},
	}}
}
