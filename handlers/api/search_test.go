package api_test

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"testing"
	"time"

	"souk/handlers/api"
	"souk/models"
	"souk/models/catalog"
	"souk/models/db/dbtest"
	"souk/search/columns"
	"souk/search/pg"
	"souk/web"
)

// TestARealSearch goes all the way: through the API, an engine, and back to
// the database.
func TestARealSearch(t *testing.T) {
	s := &site{t: t, db: dbtest.New(t), engine: &engine{}}
	s.full()
	s.bare()
	s.listing(dbtest.Named("chatter", "Chatter"), dbtest.In("chat"), dbtest.WithPlan(models.Plan{}), func(e *dbtest.Entry) {
		e.Tagline, e.Installs = "Talks about builds", new(int64(99))
		e.App.Permissions = models.Grants{"issues": models.LevelRead}
	})
	s.listing(dbtest.Named("hidden", "Builder in secret"), func(e *dbtest.Entry) { e.State = models.ListingDraft })

	set := columns.New()
	postgres := pg.New(s.db, set)
	if err := postgres.Rebuild(t.Context(), pg.NewDocuments(s.db).All()); err != nil {
		t.Fatal(err)
	}
	if err := pg.NewFollower(s.db, set).Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	server := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Base: base})
	api.New(catalog.New(s.db, nil, time.Now, nil), postgres, nil, nil, nil, nil, nil, nil, nil, nil, func(context.Context) time.Duration { return 0 }).Routes(server.Echo)
	s.handler = server.Handler()

	for _, c := range []struct {
		query string
		want  []string
	}{
		{"", []string{"builder", "chatter", "mystery"}},
		{"sort=name", []string{"builder", "chatter", "mystery"}},
		{"query=builder", []string{"builder"}},
		{"query=continuous+integ", []string{"builder"}},
		{"query=" + url.QueryEscape("持续集成") + "&lang=zh-CN", []string{"builder"}},
		{"pricing=free", []string{"builder", "chatter"}},
		{"pricing=free&permission=no-code-write", []string{"chatter"}},
		{"permission=contents,issues&sort=name", []string{"builder", "chatter"}},
		{"permission=unknown", []string{"mystery"}},
		{"type=oauth_app", []string{"mystery"}},
		{"verified=true", []string{"builder"}},
		{"language=Go", []string{"builder"}},
		{"publisher=ACME", []string{"builder"}},
		{"category=chat,continuous-integration&sort=installs", []string{"builder", "chatter"}},
		{"query=zzzzzz", nil},
		{"page=2&per_page=2&sort=name", []string{"mystery"}},
	} {
		got := read[api.Listings](s, "/api/v1/listings?"+c.query)
		var slugs []string
		for _, it := range got.Items {
			slugs = append(slugs, it.Slug)
		}
		if !slices.Equal(slugs, c.want) || got.Engine != "postgres" {
			t.Errorf("?%s finds %v, want %v", c.query, slugs, c.want)
		}
	}
	got := read[api.Listings](s, "/api/v1/listings?type=github_app")
	if want := []api.FacetValue{{Value: "github_app", Count: 2}, {Value: "oauth_app", Count: 1}}; !slices.Equal(got.Facets["type"], want) {
		t.Errorf("the types are counted as %v, want %v", got.Facets["type"], want)
	}
	if want := []api.FacetValue{{Value: "free", Count: 2}, {Value: "paid", Count: 1}, {Value: "trial", Count: 1}}; !slices.Equal(got.Facets["pricing"], want) {
		t.Errorf("prices are counted as %v, want %v", got.Facets["pricing"], want)
	}
}
