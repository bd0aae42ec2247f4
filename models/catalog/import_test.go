package catalog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"souk/demo"
	"souk/models"
	"souk/models/catalog"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/jobs"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var now = time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)

func newCatalog(t testing.TB) (*catalog.Service, *db.DB) {
	t.Helper()
	d := dbtest.New(t)
	q, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	return catalog.New(d, q, func() time.Time { return now }, nil), d
}

func load(t testing.TB, s *catalog.Service, r io.Reader, opts catalog.ImportOptions) *catalog.ImportReport {
	t.Helper()
	report, err := s.Import(t.Context(), r, opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Refresh()
	return report
}

const header = `{"souk":"catalogue","version":1}` + "\n"

func lines(entries ...string) io.Reader {
	return strings.NewReader(header + strings.Join(entries, "\n") + "\n")
}

func number(t testing.TB, d *db.DB, sql string, args ...any) (n int64) {
	t.Helper()
	if err := d.Pool().QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheDemonstrationCatalogueGoesInOnce(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	first := load(t, s, demo.Catalogue(), catalog.ImportOptions{BatchSize: 100})
	if len(first.Problems) > 0 {
		t.Fatalf("problems: %+v", first.Problems)
	}
	if first.Listings.Added != 555 || first.Categories.Added != 31 || first.Publishers.Added == 0 {
		t.Fatalf("added %+v", first)
	}
	queued := number(t, d, "SELECT count(*) FROM river_job WHERE kind = 'index_listings'")
	if queued != 6 {
		t.Errorf("%d indexing jobs were queued, want one a batch, 6", queued)
	}

	second := load(t, s, demo.Catalogue(), catalog.ImportOptions{})
	if second.Changed() || second.Listings.Unchanged != 555 {
		t.Errorf("the second import wrote: %+v", second)
	}
	if n := number(t, d, "SELECT count(*) FROM river_job"); n != queued {
		t.Errorf("the second import queued %d jobs", n-queued)
	}
	if n := number(t, d, "SELECT count(DISTINCT listing_id) FROM listing_translations"); n < 60 {
		t.Errorf("only %d listings are translated", n)
	}
}

func TestWhatIsExportedImportsTheSame(t *testing.T) {
	t.Parallel()
	s, _ := newCatalog(t)
	load(t, s, demo.Catalogue(), catalog.ImportOptions{})
	var first bytes.Buffer
	if err := s.Export(t.Context(), &first); err != nil {
		t.Fatal(err)
	}
	if r := load(t, s, bytes.NewReader(first.Bytes()), catalog.ImportOptions{}); r.Changed() || len(r.Problems) > 0 {
		t.Errorf("the export changes its own database: %+v", r)
	}
	other, _ := newCatalog(t)
	if r := load(t, other, bytes.NewReader(first.Bytes()), catalog.ImportOptions{}); len(r.Problems) > 0 || r.Listings.Added != 555 {
		t.Fatalf("the export doesn't import elsewhere: %+v", r)
	}
	var again bytes.Buffer
	if err := other.Export(t.Context(), &again); err != nil {
		t.Fatal(err)
	}
	if first.String() != again.String() {
		t.Error("the second export differs from the first")
	}
}

const linter = `{"listing":{"slug":"linter","name":"Linter","type":"github_app","tagline":"Finds mistakes","permissions":{"checks":"write","contents":"read"},` +
	`"plans":[{"name":"Free","kind":"free"},{"name":"Team","kind":"per_unit","monthly_minor":400,"unit_name":"seat","trial_days":14}]}}`

func TestAChangedEntryUpdates(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	load(t, s, lines(linter), catalog.ImportOptions{})
	team := number(t, d, "SELECT id FROM plans WHERE name = 'Team'")

	changed := strings.NewReplacer("Finds mistakes", "Finds more mistakes", `{"name":"Free","kind":"free"},`, "", "400", "500").Replace(linter)
	r := load(t, s, lines(changed), catalog.ImportOptions{})
	if r.Listings.Updated != 1 {
		t.Fatalf("report %+v", r)
	}
	got, err := s.Listing(t.Context(), "en", "linter")
	if err != nil {
		t.Fatal(err)
	}
	if got.Listing.Tagline != "Finds more mistakes" || got.Listing.Revision != 2 || len(got.Revisions) != 2 {
		t.Errorf("listing %+v, %d revisions", got.Listing, len(got.Revisions))
	}
	if len(got.Plans) != 1 || *got.Plans[0].MonthlyMinor != 500 || got.Plans[0].TrialDays != 14 {
		t.Errorf("plans %+v", got.Plans)
	}
	if id := number(t, d, "SELECT id FROM plans WHERE name = 'Team'"); id != team {
		t.Error("a plan lost its identity")
	}
	if n := number(t, d, "SELECT count(*) FROM plans WHERE name = 'Free' AND state = 'retired'"); n != 1 {
		t.Error("a plan that the entry no longer names was not retired")
	}
}

func TestWhatPeopleSayOfThemselvesStays(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	ada := dbtest.User(t, d, "ada")
	dbtest.Organization(t, d, "acme", ada)
	report := load(t, s, lines(
		`{"publisher":{"login":"ada","kind":"organization","name":"Somebody else","verified":true}}`,
		`{"publisher":{"login":"acme","name":"Somebody else","website_url":"https://else.example"}}`), catalog.ImportOptions{})
	if report.Publishers.Unchanged != 2 || len(report.Problems) != 0 {
		t.Errorf("the report says %+v", report)
	}
	if n := number(t, d, `SELECT count(*) FROM accounts WHERE name = '' AND website_url = '' AND verified_at IS NULL
		AND (login, kind) IN (('ada', 'user'), ('acme', 'organization'))`); n != 2 {
		t.Errorf("%d of two accounts are as they were", n)
	}
}

func TestBadEntriesAreReportedByLineAndTheOthersGoIn(t *testing.T) {
	t.Parallel()
	s, _ := newCatalog(t)
	for _, c := range []struct{ entry, field, why string }{
		{`{"listing":{"slug":"Bad Slug","name":"x","type":"github_app"}}`, "slug", "is not a slug"},
		{`{"listing":{"slug":"compare","name":"x","type":"github_app"}}`, "slug", "an address of the marketplace"},
		{`{"listing":{"slug":"a","type":"github_app"}}`, "name", "is missing"},
		{`{"listing":{"slug":"a","name":"x","type":"plugin"}}`, "type", "is none of github_app, oauth_app"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","publisher":"nobody"}}`, "publisher", "neither in the marketplace"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","categories":["nowhere"]}}`, "categories", "neither in the marketplace"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","permissions":{"contents":"own"}}}`, "permissions", "is not a permission"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","events":["lunch"]}}`, "events", "is not an event"},
		{`{"listing":{"slug":"a","name":"x","type":"oauth_app","scopes":["everything"]}}`, "scopes", "is not an OAuth scope"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","homepage_url":"javascript:alert(1)"}}`, "homepage_url", "is not an http"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","installs":-1}}`, "installs", "below zero"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","stars_as_of":"yesterday"}}`, "stars_as_of", "is not a date"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","plans":[{"name":"P","kind":"flat_rate"}]}}`, "plans[0]", "has no price"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","plans":[{"name":"P","kind":"free","monthly_minor":5}]}}`, "plans[0].monthly_minor", "is a price of a free plan"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","plans":[{"name":"P","kind":"per_unit","monthly_minor":5}]}}`, "plans[0].unit_name", "is missing"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","translations":{"de":{"tagline":"x"}}}}`, "translations", "is none of zh-CN, ja, fr"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","tagline":"` + strings.Repeat("x", 121) + `"}}`, "tagline", "longer than 120"},
		{`{"listing":{"slug":"a","name":"a\u202eb","type":"github_app"}}`, "name", "control character"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","screenshots":[{"file":"../secret.png"}]}}`, "screenshots[0].file", "leaves the folder"},
		{`{"listing":{"slug":"a","name":"x","type":"github_app","colour":"red"}}`, "", "unknown field"},
		{`{"listing":{"slug":"a","name":7,"type":"github_app"}}`, "", "where a string belongs"},
		{`{"listing":`, "", "unexpected EOF"},
		{`{}`, "", "neither a category"},
		{`{"category":{"slug":"c","names":{"fr":"C"}}}`, "names.en", "is missing"},
		{`{"publisher":{"login":"-no-"}}`, "login", "is not a login"},
	} {
		r := load(t, s, lines(linter, c.entry), catalog.ImportOptions{})
		i := slices.IndexFunc(r.Problems, func(p catalog.Problem) bool { return p.Field == c.field && strings.Contains(p.Why, c.why) })
		if i < 0 {
			t.Errorf("%s\n got %+v\nwant %s %q", c.entry, r.Problems, c.field, c.why)
			continue
		}
		if r.Problems[i].Line != 3 {
			t.Errorf("%s was reported for line %d, want 3", c.entry, r.Problems[i].Line)
		}
		if r.Listings.Added+r.Listings.Unchanged != 1 {
			t.Errorf("%s kept the good entry out: %+v", c.entry, r)
		}
	}
}

func TestAnEntryMayStandInAFileOnce(t *testing.T) {
	t.Parallel()
	s, _ := newCatalog(t)
	r := load(t, s, lines(linter, linter), catalog.ImportOptions{})
	if len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Why, "in line 2") || r.Problems[0].Line != 3 {
		t.Errorf("problems %+v", r.Problems)
	}
}

func TestOnlyTheFormatIsRead(t *testing.T) {
	t.Parallel()
	s, _ := newCatalog(t)
	for name, text := range map[string]string{
		"empty object": "{}\n", "array": "[]\n", "not JSON": "name,slug\n", "newer": `{"souk":"catalogue","version":2}` + "\n",
	} {
		if _, err := s.Import(t.Context(), strings.NewReader(text), catalog.ImportOptions{}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := s.Import(t.Context(), strings.NewReader("x\n"), catalog.ImportOptions{}); !errors.Is(err, catalog.ErrNotCatalogue) {
		t.Errorf("error %v, want ErrNotCatalogue", err)
	}
}

func TestAnUnknownFieldValueStaysUnknown(t *testing.T) {
	t.Parallel()
	s, _ := newCatalog(t)
	load(t, s, lines(
		`{"listing":{"slug":"silent","name":"Silent","type":"github_app"}}`,
		`{"listing":{"slug":"modest","name":"Modest","type":"github_app","permissions":{},"events":[]}}`), catalog.ImportOptions{})
	silent, err := s.Listing(t.Context(), "en", "silent")
	if err != nil {
		t.Fatal(err)
	}
	if silent.App.PermissionsKnown() || silent.App.Events != nil || silent.Publisher != nil || silent.Pricing().Known || silent.Listing.Installs != nil {
		t.Errorf("what nobody told is not unknown: %+v", silent.App)
	}
	modest, err := s.Listing(t.Context(), "en", "modest")
	if err != nil {
		t.Fatal(err)
	}
	if !modest.App.PermissionsKnown() || modest.App.Risk().Band != models.RiskNone || modest.App.Events == nil {
		t.Errorf("an app that asks for nothing became unknown: %+v", modest.App)
	}
}

func TestScreenshotsAreEncodedAnew(t *testing.T) {
	t.Parallel()
	s, dd := newCatalog(t)
	var shot bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 1200, 675))
	img.Set(3, 3, color.White)
	if err := png.Encode(&shot, img); err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{
		"shot.png": {Data: append(shot.Bytes(), "trailing secret"...)},
		"fake.png": {Data: []byte("<svg onload=alert(1)>")},
	}
	entry := `{"listing":{"slug":%q,"name":"Shown","type":"github_app","screenshots":[{"file":%q,"caption":"The report"}]}}`
	r := load(t, s, lines(fmt.Sprintf(entry, "shown", "shot.png"), fmt.Sprintf(entry, "faked", "fake.png"), fmt.Sprintf(entry, "absent", "no.png")),
		catalog.ImportOptions{Files: files})
	if r.Listings.Added != 1 || r.Listings.Bad != 2 {
		t.Fatalf("report %+v", r)
	}
	d, err := s.Listing(t.Context(), "en", "shown")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Screenshots) != 1 || d.Screenshots[0].Width != 1200 || d.Screenshots[0].Caption != "The report" {
		t.Fatalf("screenshots %+v", d.Screenshots)
	}
	var kept models.Image
	err = dd.Pool().QueryRow(t.Context(), "SELECT media_type, bytes FROM images WHERE hash = $1", d.Screenshots[0].ImageHash).
		Scan(&kept.MediaType, &kept.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(kept.Bytes, []byte("trailing secret")) || kept.MediaType != "image/png" {
		t.Error("the picture was stored as it came")
	}
}

func TestAnImportThatEndsKeepsItsBatches(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	ctx, cancel := context.WithCancel(t.Context())
	entry := func(i int) string {
		return fmt.Sprintf(`{"listing":{"slug":"app-%d","name":"App %d","type":"github_app"}}`, i, i)
	}
	_, err := s.Import(ctx, lines(entry(1), entry(2), entry(3)), catalog.ImportOptions{BatchSize: 1, Progress: func(int64, int) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if n := number(t, d, "SELECT count(*) FROM listings"); n != 1 {
		t.Errorf("%d listings are in, want the first batch, 1", n)
	}
}
