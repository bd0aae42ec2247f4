package insights_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/insights"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

type world struct {
	*insights.Service
	t       *testing.T
	db      *db.DB
	now     time.Time
	owner   models.Account
	makers  models.Account
	listing int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: time.Date(2026, 3, 20, 10, 0, 0, 0, time.UTC)}
	w.Service = insights.New(w.db, func() time.Time { return w.now })
	w.owner = dbtest.User(t, w.db, "ada")
	w.makers = dbtest.Organization(t, w.db, "makers", w.owner)
	w.listing = dbtest.Listing(t, w.db, dbtest.Named("hammer", "Hammer"), dbtest.By(w.makers)).ID
	w.flush()
	return w
}

func (w *world) flush() {
	w.t.Helper()
	if err := w.Counter.Flush(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) sumUp() {
	w.t.Helper()
	if err := w.SumUp(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) actor() models.Actor {
	return models.Actor{UserID: w.owner.ID, MailVerified: true, Memberships: []models.Membership{{OrganizationID: w.makers.ID, Login: "makers", Role: models.RoleOwner}}}
}

func (w *world) figures(days int) *insights.Figures {
	w.t.Helper()
	f, _, err := w.Of(w.t.Context(), w.actor(), "hammer", days)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func (w *world) saw(ip string, change ...func(*insights.Visit)) {
	v := insights.Visit{Slug: "hammer", IP: ip, UserAgent: firefox, Language: "en"}
	for _, c := range change {
		c(&v)
	}
	w.Counter.Saw(v)
}

func TestCounting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.saw("1.1.1.1", func(v *insights.Visit) { v.Country = "JP"; v.Language = "ja" })
	w.saw("1.1.1.1", func(v *insights.Visit) { v.Country = "JP"; v.Language = "ja" })
	w.saw("2.2.2.2")
	w.saw("2.2.2.2", func(v *insights.Visit) { v.Click = true })
	w.flush()
	w.saw("2.2.2.2") // the same person, some seconds later or on another instance
	// What doesn't count.
	w.saw("3.3.3.3", func(v *insights.Visit) { v.UserAgent = "curl/8" })
	w.saw("3.3.3.4", func(v *insights.Visit) { v.Actor = w.actor() })
	w.saw("3.3.3.5", func(v *insights.Visit) { v.Actor = models.Actor{UserID: 99, Staff: models.StaffSupport} })
	w.saw("3.3.3.6", func(v *insights.Visit) {
		v.Actor = models.Actor{UserID: w.owner.ID, ActingFor: &models.ActingFor{StaffID: 99}}
	})
	w.saw("3.3.3.7", func(v *insights.Visit) { v.Slug = "nothing" })
	// The integrator's own visits don't count in a browser from which somebody
	// else looked before, nor does signing in make two visitors of one.
	w.saw("2.2.2.2", func(v *insights.Visit) { v.Actor = w.actor() })
	w.saw("1.1.1.1", func(v *insights.Visit) { v.Actor = models.Actor{UserID: 98} })
	w.saw("1.1.1.1")
	// Somebody else who is signed in counts like anyone.
	w.saw("4.4.4.4", func(v *insights.Visit) { v.Actor = models.Actor{UserID: 99} })
	w.flush()
	w.sumUp()
	w.sumUp() // once more changes nothing

	f := w.figures(7)
	if f.Sum.Visitors != 3 || f.Sum.Views != 7 || f.Sum.Clicks != 1 {
		t.Errorf("%+v", f.Sum)
	}
	if len(f.Days) != 7 || f.Days[6].Visitors != 3 || f.Days[5].Visitors != 0 || f.At == nil {
		t.Errorf("%+v", f.Days)
	}
	if fmt.Sprint(f.Countries) != "[{ 2 1 0} {JP 1 0 0}]" || fmt.Sprint(f.Languages) != "[{en 2 1 0} {ja 1 0 0}]" {
		t.Errorf("%v, %v", f.Countries, f.Languages)
	}

	// Neither address nor browser is kept, and with the day goes the salt.
	var stored string
	if err := w.db.Pool().QueryRow(t.Context(), "SELECT string_agg(v::text, ' ') FROM listing_visits v").Scan(&stored); err != nil || strings.Contains(stored, "2.2.2.2") || strings.Contains(stored, "Firefox") {
		t.Errorf("%s, %v", stored, err)
	}
	w.now = w.now.AddDate(0, 0, 1)
	w.flush()
	var salts int
	if err := w.db.Pool().QueryRow(t.Context(), "SELECT count(*) FROM visit_salts WHERE day < '2026-03-21'").Scan(&salts); err != nil || salts != 0 {
		t.Errorf("%d old salts, %v", salts, err)
	}
}

// The job may run days late; what was summed stays when the visits go.
func TestSumUpCatchesUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 5 {
		w.saw("1.1.1.1")
		w.flush()
		w.now = w.now.AddDate(0, 0, 1)
		w.flush()
	}
	w.sumUp()
	if f := w.figures(7); f.Sum.Visitors != 5 || f.Days[0].Visitors != 0 || f.Days[1].Visitors != 1 {
		t.Errorf("%+v", f.Days)
	}
	w.now = w.now.AddDate(0, 0, 10)
	w.sumUp()
	var kept int
	if err := w.db.Pool().QueryRow(t.Context(), "SELECT count(*) FROM listing_visits").Scan(&kept); err != nil || kept != 0 {
		t.Errorf("%d visits are kept, %v", kept, err)
	}
	w.sumUp()
	if f := w.figures(30); f.Sum.Visitors != 5 {
		t.Errorf("%+v", f.Sum)
	}
	if f := w.figures(7); f.Sum.Visitors != 0 || f.Before.Visitors != 3 {
		t.Errorf("%+v, before %+v", f.Sum, f.Before)
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	record := func(facts ...models.Fact) {
		t.Helper()
		err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
			for _, f := range facts {
				f.ListingID = w.listing
				if err := insights.Record(t.Context(), tx, f); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	long := w.now.AddDate(0, 0, -40)
	record(models.Fact{Kind: models.FactInstall, At: long}, models.Fact{Kind: models.FactInstall, At: long}, models.Fact{Kind: models.FactInstall, At: w.now},
		models.Fact{Kind: models.FactUninstall, At: w.now}, models.Fact{Kind: models.FactPurchase, At: w.now},
		models.Fact{Kind: models.FactRevenue, At: w.now, Minor: 1200, Currency: "EUR"}, models.Fact{Kind: models.FactRevenue, At: w.now, Minor: 500, Currency: "JPY"})
	w.sumUp()
	record(models.Fact{Kind: models.FactRevenue, At: w.now, Minor: -200, Currency: "EUR"})
	w.sumUp()
	f := w.figures(30)
	if f.Sum.Installs != 1 || f.Sum.Active != 2 || f.Sum.Total != 3 || f.Sum.ActiveBefore != 2 || f.Sum.Purchases != 1 || fmt.Sprint(f.Sum.Revenue) != "[{1000 EUR} {500 JPY}]" {
		t.Errorf("%+v", f.Sum)
	}
	var b strings.Builder
	write, err := w.Export(t.Context(), w.actor(), "hammer", 30)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	want := "date,country,language,visitors,views,clicks,installs,uninstalls,purchases,trials,cancellations,revenue_minor,currency\n" +
		"2026-03-20,,,0,0,0,1,1,1,0,0,0,\n2026-03-20,,,0,0,0,0,0,0,0,0,1000,EUR\n2026-03-20,,,0,0,0,0,0,0,0,0,500,JPY\n"
	if b.String() != want {
		t.Errorf("%s", b.String())
	}
	if sums, err := w.Summaries(t.Context(), []int64{w.listing}); err != nil || sums[w.listing].Installs != 1 || sums[w.listing].Active != 2 || fmt.Sprint(sums[w.listing].Revenue) != "[{1000 EUR} {500 JPY}]" {
		t.Errorf("%v, %v", sums, err)
	}
}

func TestFiguresAreTheOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		actor models.Actor
		days  int
		want  error
	}{
		"nobody":      {models.Actor{}, 30, models.ErrSignInNeeded},
		"stranger":    {models.Actor{UserID: 99}, 30, models.ErrNotFound},
		"member":      {models.Actor{UserID: 99, Memberships: []models.Membership{{OrganizationID: w.makers.ID, Role: models.RoleMember}}}, 30, models.ErrForbidden},
		"odd numbers": {w.actor(), 31, models.ErrUnknownChoice},
	} {
		if _, _, err := w.Of(t.Context(), c.actor, "hammer", c.days); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if _, err := w.Export(t.Context(), c.actor, "hammer", c.days); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Many visits at once, written by several at once and summed up meanwhile, are
// all counted.
func TestCountingAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := insights.New(w.db, func() time.Time { return w.now }) // another instance
	if err := other.Counter.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	failed := make(chan error, 8)
	for i := range 8 {
		c := []*insights.Counter{w.Counter, other.Counter}[i%2]
		all.Go(func() {
			for k := range 50 {
				c.Saw(insights.Visit{Slug: "hammer", IP: fmt.Sprint("10.0.0.", k), UserAgent: firefox, Language: "en"})
				if k%10 == 0 {
					if err := c.Flush(context.WithoutCancel(t.Context())); err != nil {
						failed <- err
						return
					}
				}
			}
			failed <- w.SumUp(t.Context())
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.flush()
	if err := other.Counter.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.sumUp()
	if f := w.figures(7); f.Sum.Views != 400 || f.Sum.Visitors != 50 {
		t.Errorf("%+v", f.Sum)
	}
}

// TestSetUpTellsThePlan: an OAuth App learns which plan was bought, a GitHub App
// hears of it otherwise.
func TestSetUpTellsThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ kind, address, want string }{
		{"oauth_app", "https://hammer.example/start", "https://hammer.example/start?marketplace_listing_plan_id=7"},
		{"oauth_app", "https://hammer.example/start?from=souk#top", "https://hammer.example/start?from=souk&marketplace_listing_plan_id=7#top"},
		{"github_app", "https://hammer.example/start", "https://hammer.example/start"},
	} {
		if _, err := w.db.Pool().Exec(t.Context(), `WITH l AS (UPDATE listings SET links = jsonb_build_object('installation', $2::text)) UPDATE apps SET kind = $1`, c.kind, c.address); err != nil {
			t.Fatal(err)
		}
		if got, err := w.SetUp(t.Context(), "hammer", false, 7); got != c.want || err != nil {
			t.Errorf("%s at %s: %s, %v", c.kind, c.address, got, err)
		}
	}
}

func TestSetUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		sql, want, buy string
	}{
		{"UPDATE listings SET links = '{}'; UPDATE apps SET homepage_url = ''", "", ""},
		{"UPDATE apps SET homepage_url = 'https://hammer.example'", "https://hammer.example", ""},
		{`UPDATE listings SET links = '{"installation": "https://hammer.example/install"}', purchase_url = 'https://hammer.example/buy'`, "https://hammer.example/install", ""},
		{"UPDATE listings SET purchase = 'direct'", "https://hammer.example/install", "https://hammer.example/buy"},
		{"UPDATE listings SET state = 'taken_down'", "", ""},
	} {
		for sql := range strings.SplitSeq(c.sql, ";") {
			if _, err := w.db.Pool().Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		for purchase, want := range map[bool]string{false: c.want, true: c.buy} {
			if got, err := w.SetUp(t.Context(), "hammer", purchase, 0); got != want || (want == "") != errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s, to buy %v: %q, %v", c.sql, purchase, got, err)
			}
		}
	}
}
