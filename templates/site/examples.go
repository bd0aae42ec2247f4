package site

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"

	"souk/models"
	"souk/templates/ui"
)

// Examples are the components of these pages, with something in each.
func Examples() []ui.Example {
	l, w := exampleListing(), func(f func(w *words) templ.Component) templ.Component {
		return templ.ComponentFunc(func(ctx context.Context, out io.Writer) error { return f(newWords(ctx)).Render(ctx, out) })
	}
	unknown := Access{Kind: models.GitHubApp}
	oauth := Access{Kind: models.OAuthApp, Known: true, Scopes: []Scope{{Name: "repo:status", Message: "repo_status"}, {Name: "new:scope"}}, Risk: models.ScopesRisk([]string{"repo:status", "new:scope"})}
	b := exampleBrowse()
	shelf := Browse{Text: "code", Category: &Category{Slug: "code-quality", Name: "Code quality"}, WiderHref: "/marketplace?query=code"}
	fallen, translated := l, l
	fallen.Foreign = Foreign{Tagline: "en", Introduction: "en", Description: "en", Rest: "en"}
	translated.Foreign = Foreign{Description: "en", Rest: "en"}
	return []ui.Example{
		{Name: "rows", Component: w(func(w *words) templ.Component { return rows(b.Cards, w) })},
		{Name: "short-list", Component: shortList(b.Cards)},
		{Name: "risk", Component: templ.Join(Risk(models.RiskUnknown), Risk(models.RiskNone), Risk(models.RiskLow), Risk(models.RiskModerate), Risk(models.RiskElevated), Risk(models.RiskHigh))},
		{Name: "level", Component: templ.Join(Level(models.LevelRead), Level(models.LevelWrite), Level(models.LevelAdmin))},
		{Name: "filters", Component: filters(&b)},
		{Name: "chips", Component: chips(&b)},
		{Name: "notes", Component: notes(&b)},
		{Name: "empty", Component: empty(&b)},
		{Name: "empty-category", Component: empty(&shelf)},
		{Name: "overview-fallen", Component: overview(&fallen)},
		{Name: "overview-translated", Component: overview(&translated)},
		{Name: "plans-fallen", Component: plans(&fallen)},
		{Name: "compare-prices", Component: examplePrices()},
		{Name: "access", Component: access(&l.Access, false)},
		{Name: "access-unknown", Component: access(&unknown, false)},
		{Name: "access-oauth", Component: access(&oauth, false)},
		{Name: "plans", Component: plans(&l)},
		{Name: "versions", Component: versions(&l)},
		{Name: "publisher-box", Component: publisherBox(l.Publisher)},
		{Name: "publisher-unknown", Component: publisherBox(nil)},
		{Name: "facts", Component: facts(&l)},
		{Name: "set-up", Component: templ.Join(setUp(l.SetUp, l.Name, ""), setUp(nil, l.Name, ""), setUp(nil, l.Name, "/apps/"+l.AppSlug+"/installations/new"))},
		{Name: "suggestions", Component: exampleSuggestions(b.Cards)},
	}
}

// exampleSuggestions stands in a list, as the script puts it there.
func exampleSuggestions(cards []Card) templ.Component {
	list := SuggestList(Suggestions{Text: "code", Categories: []Category{{Slug: "code-review", Name: "Code review"}}, Cards: cards, AllHref: "/marketplace?query=code"})
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, `<ul role="listbox" aria-label="x">`)
		defer func() { _, _ = io.WriteString(w, "</ul>") }()
		return list.Render(ctx, w)
	})
}

// examplePrices stands in a table, as on the page.
func examplePrices() templ.Component {
	known := models.Pricing{Known: true, Paid: true}
	rows := priceRows(&Compare{Seats: 10, Columns: []Column{
		{Card: Card{Pricing: known}, Monthly: Quote{Known: true, Offered: true, Minor: 1200, Money: "USD", Plan: "Team"}, Yearly: Quote{Known: true}, TrialDays: 14, PricesSeen: &exampleDay}, {},
	}})
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "<table><tbody>")
		defer func() { _, _ = io.WriteString(w, "</tbody></table>") }()
		return rows.Render(ctx, w)
	})
}

var exampleDay = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func exampleCard() Card {
	installs, from := int64(12_480), int64(1200)
	return Card{
		Slug: "codecov", Name: "Codecov", NameMarks: []ui.Span{{Text: "Code", Mark: true}, {Text: "cov"}},
		Tagline: "Coverage of every change", Kind: models.GitHubApp, Installs: &installs, Risk: models.RiskModerate,
		Publisher: &Publisher{Login: "codecov", Name: "Codecov", Verified: true, WebsiteURL: "https://about.codecov.io"},
		Category:  &Category{Slug: "code-quality", Name: "Code quality"},
		Pricing:   models.Pricing{Known: true, Free: true, Paid: true, Trial: true, FromMinor: &from, Currency: "USD"},
		WhyHref:   "?explain=1#r-codecov", Why: []Rule{{Code: "name_start", Score: 1}, {Code: "words", Score: 0.42, Detail: "code"}, {Code: "installs", Score: 0.5, Detail: "12480"}},
	}
}

func exampleBrowse() Browse {
	bare := Card{Slug: "quiet", Name: "Quiet", Tagline: "Nobody told much about it", Kind: models.OAuthApp, Discontinued: true}
	return Browse{
		Text: "code", Path: "/marketplace", Total: 42, From: 21, To: 40, Page: 2, Cards: []Card{exampleCard(), bare},
		Sorts: []string{"best", "name"}, Sort: "best", Explained: true, Degraded: true, ResetHref: "?query=code", UnexplainHref: "?query=code",
		Chips: []Chip{{Facet: "pricing", Value: "free", Href: "?query=code"}, {Facet: "permission", Value: "contents", Href: "?query=code"}},
		Keep:  []Param{{Name: "query", Value: "code"}}, Ideas: []string{"1", "2"},
		Facets: []Facet{
			{Name: "type", Values: []Value{{Value: "github_app", Count: 30}, {Value: "oauth_app", Count: 12}}},
			{Name: "permission", Values: []Value{{Value: "no-code-write", Count: 9}}, More: []Value{{Value: "contents", Count: 4}}},
			{Name: "language", Values: []Value{{Value: "c++", Count: 1200, Chosen: true}}},
		},
	}
}

func exampleListing() Listing {
	asks := models.Grants{"contents": models.LevelWrite, "workflows": models.LevelWrite, "metadata": models.LevelRead, "organization_projects": models.LevelAdmin}
	month, year, seat := int64(1200), int64(12_000), int64(450)
	return Listing{
		Card: exampleCard(), AppSlug: "codecov", Introduction: "Shows which lines a change leaves untested.", DescriptionHTML: "<p>In <b>every</b> language.</p>",
		Screenshots: []Screenshot{{Hash: "1", Caption: "A report", Width: 800, Height: 600}, {Hash: "2", Width: 1600, Height: 1200}}, PublishedAt: exampleDay, UpdatedAt: exampleDay,
		InstallsAsOf: &exampleDay, Categories: []Category{{Slug: "code-quality", Name: "Code quality"}},
		SetUp: &Link{Kind: "installation", URL: "https://www.example.com/install"}, Links: []Link{{Kind: "support", URL: "https://example.com/help"}},
		Programming: []string{"go", "c++"}, Languages: []string{"en", "ja"}, Revisions: []Revision{{2, exampleDay}, {1, exampleDay}},
		Plans: []Plan{
			{Number: 1, Name: "Open", Kind: models.PlanFree, Bullets: []string{"Public repositories"}},
			{Number: 2, Name: "Team", Kind: models.PlanFlatRate, MonthlyMinor: &month, YearlyMinor: &year, Currency: "USD", TrialDays: 14, AsOf: &exampleDay, Audience: models.AudienceOrganizations},
			{Number: 3, Name: "Seats", Kind: models.PlanPerUnit, MonthlyMinor: &seat, Currency: "USD", UnitName: "seat", TrialDays: 1},
		},
		Access: Access{
			Kind: models.GitHubApp, Known: true, WritesCode: true, Risk: asks.Risk(), Events: []string{"push", "an_event_to_come"},
			Levels: []LevelGroup{
				{Level: models.LevelAdmin, Grants: []Grant{{Key: "organization_projects", Level: models.LevelAdmin, Group: models.GroupOrganization, Known: true}}},
				{Level: models.LevelWrite, Grants: []Grant{{Key: "contents", Level: models.LevelWrite, Group: models.GroupRepository, Known: true}, {Key: "to_come", Level: models.LevelWrite}}},
			},
		},
	}
}
