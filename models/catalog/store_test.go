package catalog_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"souk/models"
	"souk/models/catalog"
	"souk/models/db"
	"souk/models/db/dbtest"
)

func store(t testing.TB, s *catalog.Service, d *db.DB, e catalog.ListingEntry) error {
	t.Helper()
	return d.Tx(t.Context(), func(tx *db.Tx) error { return s.Store(t.Context(), tx, e) })
}

// hammer is what an integrator might have written about the app of that name.
func hammer() models.ListingContent {
	return models.ListingContent{
		Slug: "hammer", Name: "Hammer", Type: models.GitHubApp, Tagline: "Hits nails on their heads", Introduction: "Hammer hits nails.",
		Description: "## Why\n\nNails.", Keywords: []string{"nails"}, Categories: []string{"tools"}, Languages: []string{"Go"},
		Translations: map[string]models.ListingTexts{"ja": {Tagline: "釘を打つ", Description: "## 理由"}},
		HomepageURL:  "https://hammer.example/new", Links: models.Links{Support: "mailto:help@hammer.example", Privacy: "https://hammer.example/privacy"},
		Contacts: []models.Contact{{Role: models.ContactSecurity, Mail: "safe@hammer.example"}},
		Data:     models.DataHandling{Accessed: "Issues", Stored: new(false), ThirdParties: "Nobody"}, LogoBackdrop: "FFEE00",
		Purchase: models.PurchaseHere, Plans: []models.PlanTerm{
			{Number: 1, Name: "Free", Kind: models.PlanFree},
			{Name: "Team", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(400)), YearlyMinor: new(int64(4000)), UnitName: "seat",
				MinUnits: new(int64(2)), MaxUnits: new(int64(50)), Capacity: new(int64(90)), PricePolicy: models.PriceMove, NoticeDays: new(60), Bullets: []string{"All"}},
		},
	}
}

func TestStoreWritesAllThatWasApproved(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	load(t, s, lines(`{"category":{"slug":"tools","names":{"en":"Tools"}}}`), catalog.ImportOptions{})
	app := dbtest.App(t, d, dbtest.User(t, d, "ada"), "hammer")
	id := dbtest.Draft(t, d, app, models.ListingContent{})
	if err := store(t, s, d, catalog.ListingEntry{ListingContent: hammer()}); err != nil {
		t.Fatal(err)
	}
	var row []byte
	if err := d.Pool().QueryRow(t.Context(), `SELECT to_jsonb(l) - 'created_at' || jsonb_build_object('app_name', a.name, 'home', a.homepage_url,
			'permissions', a.permissions, 'plans', (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.number) FROM plans p WHERE p.listing_id = l.id),
			'categories', (SELECT count(*) FROM listing_categories c WHERE c.listing_id = l.id),
			'languages', (SELECT array_agg(language) FROM listing_translations t WHERE t.listing_id = l.id),
			'content', (SELECT content FROM listing_revisions r WHERE r.listing_id = l.id AND r.number = l.revision))
		FROM listings l JOIN apps a ON a.id = l.app_id WHERE l.id = $1`, id).Scan(&row); err != nil {
		t.Fatal(err)
	}
	var got struct {
		State, Tagline, Home, Purchase string
		Revision, Categories           int
		RiskScore                      int               `json:"risk_score"`
		Links                          models.Links      `json:"links"`
		Contacts                       []models.Contact  `json:"contacts"`
		Data                           map[string]any    `json:"data_handling"`
		Backdrop                       string            `json:"logo_backdrop"`
		Permissions                    map[string]string `json:"permissions"`
		Content                        models.ListingContent
		Plans                          []struct {
			Number, Version int
			State, Name     string
			MinUnits        *int64 `json:"min_units"`
			Capacity        *int64
			PricePolicy     string `json:"price_policy"`
			NoticeDays      int    `json:"notice_days"`
		}
	}
	if err := json.Unmarshal(row, &got); err != nil {
		t.Fatal(err)
	}
	if got.State != "draft" || got.Revision != 1 || got.Tagline != "Hits nails on their heads" || got.Home != "https://hammer.example/new" ||
		got.Purchase != "here" || got.Categories != 1 || got.Links.Support != "mailto:help@hammer.example" || len(got.Contacts) != 1 ||
		got.Data["accessed"] != "Issues" || got.Backdrop != "ffee00" || got.RiskScore == 0 || got.Permissions["issues"] != "read" {
		t.Errorf("%s", row)
	}
	if p := got.Plans; len(p) != 2 || p[0].Number != 1 || p[1].Number != 2 || *p[1].MinUnits != 2 || p[1].Capacity == nil || *p[1].Capacity != 90 || p[1].PricePolicy != "move" || p[1].NoticeDays != 60 {
		t.Errorf("plans %+v", p)
	}
	if got.Content.Permissions["issues"] != models.LevelRead {
		t.Errorf("the revision doesn't say what the app asks for: %+v", got.Content)
	}
	if n := number(t, d, "SELECT count(*) FROM river_job WHERE kind = 'index_listings' AND args->'ids' = to_jsonb(ARRAY[$1::bigint])", id); n != 1 {
		t.Errorf("%d indexing jobs", n)
	}
}

func TestStoreKeepsPlansByNumberThenName(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	load(t, s, lines(`{"category":{"slug":"tools","names":{"en":"Tools"}}}`), catalog.ImportOptions{})
	id := dbtest.Draft(t, d, dbtest.App(t, d, dbtest.User(t, d, "ada"), "hammer"), models.ListingContent{})
	content := hammer()
	if err := store(t, s, d, catalog.ListingEntry{ListingContent: content}); err != nil {
		t.Fatal(err)
	}
	content.Plans = []models.PlanTerm{
		{Number: 2, Name: "Company", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(500)), UnitName: "seat"},
		{Name: "Team", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(900))},
	}
	if err := store(t, s, d, catalog.ListingEntry{ListingContent: content}); err != nil {
		t.Fatal(err)
	}
	rows, err := d.Pool().Query(t.Context(), "SELECT number || ' ' || name || ' ' || state || ' ' || version FROM plans WHERE listing_id = $1 ORDER BY number", id)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	if want := []string{"1 Free retired 1", "2 Company published 2", "3 Team published 1"}; !slices.Equal(got, want) {
		t.Errorf("plans %q, want %q", got, want)
	}
}

func TestStoreRefusesWhatIsGone(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	if err := store(t, s, d, catalog.ListingEntry{ListingContent: hammer()}); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("no listing: %v", err)
	}
	dbtest.Draft(t, d, dbtest.App(t, d, dbtest.User(t, d, "ada"), "hammer"), models.ListingContent{})
	content := hammer()
	content.Logo = &models.Picture{Hash: "00"}
	content.Screenshots = []models.Picture{{Hash: "11"}}
	problems, ok := models.AsProblems(store(t, s, d, catalog.ListingEntry{ListingContent: content}))
	if !ok || len(problems) != 3 || problems[0].Field != "categories[0]" || problems[1].Field != "logo.hash" || problems[2].Field != "screenshots[0].hash" {
		t.Errorf("problems %v", problems)
	}
	if n := number(t, d, "SELECT count(*) FROM listing_revisions"); n != 0 {
		t.Errorf("%d revisions were written", n)
	}
}

func TestImportsLeaveClaimedListingsAlone(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	id := dbtest.Draft(t, d, dbtest.App(t, d, dbtest.User(t, d, "ada"), "linter"), models.ListingContent{})
	r := load(t, s, lines(linter, `{"listing":{"slug":"other","app_slug":"linter","name":"Other","type":"github_app"}}`), catalog.ImportOptions{})
	if r.Listings.Claimed != 1 || r.Changed() || !slices.Equal(r.Claimed, []string{"linter"}) {
		t.Errorf("%+v", r)
	}
	if len(r.Problems) != 1 || r.Problems[0].Field != "app_slug" || r.Problems[0].Line != 3 {
		t.Errorf("problems %+v", r.Problems)
	}
	if n := number(t, d, "SELECT revision FROM listings WHERE id = $1", id); n != 0 {
		t.Errorf("revision %d", n)
	}
}

func TestImportsLeaveRegisteredAppsAlone(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	dbtest.App(t, d, dbtest.User(t, d, "ada"), "linter")
	r := load(t, s, lines(linter), catalog.ImportOptions{})
	if r.Listings.Bad != 1 || len(r.Problems) != 1 || r.Problems[0].Field != "app_slug" {
		t.Errorf("%+v", r)
	}
}
