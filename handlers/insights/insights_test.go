package insights_test

import (
	"context"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

type shop struct {
	*apptest.App
	owner, visitor models.Account
}

// open is a site with a listing of an organization.
func open(t *testing.T) *shop {
	t.Helper()
	s := &shop{App: apptest.New(t)}
	s.owner, s.visitor = dbtest.User(t, s.DB, "ada"), dbtest.User(t, s.DB, "bob")
	dbtest.Listing(t, s.DB, dbtest.Named("hammer", "Hammer"), dbtest.By(dbtest.Organization(t, s.DB, "makers", s.owner)))
	if _, err := s.DB.Pool().Exec(t.Context(), "UPDATE apps SET homepage_url = 'https://hammer.example/start'"); err != nil {
		t.Fatal(err)
	}
	s.sum(t)
	return s
}

// sum writes what was counted and sums it up, as happens every few minutes.
func (s *shop) sum(t *testing.T) {
	t.Helper()
	if err := s.Verbs.Insights.Counter.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := s.Verbs.Insights.SumUp(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) browser(t *testing.T, who *models.Account, agent string) *apptest.Browser {
	t.Helper()
	b := s.Visitor(t)
	if who != nil {
		b = s.As(t, *who)
	}
	b.Header().Set("User-Agent", agent)
	return b
}

func TestFiguresOfVisits(t *testing.T) {
	t.Parallel()
	s := open(t)
	owner := s.browser(t, &s.owner, firefox)
	if a := owner.Get("/marketplace/manage/hammer/figures"); a.Status != 200 || !strings.Contains(a.Body, "Nothing has happened yet") {
		t.Fatalf("before anyone came: %d", a.Status)
	}
	stranger := s.browser(t, nil, firefox)
	stranger.Get("/marketplace/hammer")
	stranger.Get("/ja/marketplace/hammer")
	step := stranger.Get("/marketplace/hammer/setup")
	if step.Status != 302 || step.Location != "https://hammer.example/start" || step.Header.Get("Cache-Control") == "" {
		t.Fatalf("the step to the app: %d %s %v", step.Status, step.Location, step.Header)
	}
	s.browser(t, &s.visitor, firefox+" other").Get("/marketplace/hammer")
	// Nobody sees these.
	s.browser(t, nil, "curl/8").Get("/marketplace/hammer")
	owner.Get("/marketplace/hammer")
	stranger.Get("/marketplace/nothing")
	stranger.Do("HEAD", "/marketplace/hammer", "", "")
	ahead := s.browser(t, nil, firefox+" ahead")
	ahead.Header().Set("Sec-Purpose", "prefetch;prerender")
	ahead.Get("/marketplace/hammer")
	s.sum(t)

	a := owner.Get("/marketplace/manage/hammer/figures?days=7")
	if a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	for _, want := range []string{`<span class="figure">2</span>`, `<span class="figure">1</span>`, `class="chart-plot"`, "As a table", "English", "Not known"} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	file := owner.Get("/marketplace/manage/hammer/figures.csv?days=7")
	lines := strings.Split(strings.TrimSpace(file.Body), "\n")
	if file.Status != 200 || len(lines) != 2 || !strings.HasSuffix(lines[1], ",,en,2,3,1,0,0,0,0,0,0,") {
		t.Errorf("%d %s", file.Status, file.Body)
	}
	if year := owner.Get("/marketplace/manage/hammer/figures?days=365"); year.Status != 200 || !strings.Contains(year.Body, "Week from") || len(year.Body) > 60_000 {
		t.Errorf("a year: %d, %d bytes", year.Status, len(year.Body))
	}
	if odd := owner.Get("/marketplace/manage/hammer/figures?days=8"); odd.Status != 422 && odd.Status != 400 {
		t.Errorf("eight days: %d", odd.Status)
	}
}

// The statements of the page don't grow with what it shows.
func TestFiguresTakeFewStatements(t *testing.T) {
	t.Parallel()
	s := open(t)
	owner := s.browser(t, &s.owner, firefox)
	owner.Get("/marketplace/manage/hammer/figures")
	before := s.DB.Statements()
	owner.Get("/marketplace/manage/hammer/figures?days=365")
	// Who is signed in, whose listing it is, the days, the shares.
	if n := s.DB.Statements() - before; n > 5 {
		t.Errorf("%d statements", n)
	}
}

func TestNowhereToSetUp(t *testing.T) {
	t.Parallel()
	s := open(t)
	if a := s.browser(t, nil, firefox).Get("/marketplace/nothing/setup"); a.Status != 404 {
		t.Errorf("%d", a.Status)
	}
	if a := s.browser(t, nil, firefox).Get("/ja/marketplace/hammer/setup"); a.Status != 302 || a.Location != "https://hammer.example/start" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
}
