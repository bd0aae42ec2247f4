package dbtest_test

import (
	"fmt"
	"testing"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			d := dbtest.New(t)
			if n := count(t, d); n != 0 {
				t.Fatalf("a fresh database holds %d accounts", n)
			}
			dbtest.Account(t, d)
			if n := count(t, d); n != 1 {
				t.Fatalf("there are %d accounts, want 1", n)
			}
		})
	}
}

func TestStatementsAreCounted(t *testing.T) {
	d := dbtest.New(t)
	count(t, d)
	if n := dbtest.Statements(d, func() { count(t, d); count(t, d) }); n != 2 {
		t.Fatalf("two statements count as %d", n)
	}
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Read(t.Context()).Raw("SELECT count(*) FROM accounts").Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func TestListingFixtureFillsWhatCardsShow(t *testing.T) {
	d := dbtest.New(t)
	a := dbtest.Account(t, d, dbtest.Verified)
	e := dbtest.Listing(t, d, dbtest.Named("checker", "Checker"), dbtest.By(a), dbtest.In("code-quality", "testing"),
		dbtest.WithPlan(models.Plan{}), dbtest.WithPlan(models.Plan{Kind: models.PlanPerUnit, MonthlyMinor: new(int64(400)), TrialDays: 14}),
		dbtest.Translated("ja", "確認", "確認します"),
		func(e *dbtest.Entry) {
			e.App.Permissions = models.Grants{"contents": models.LevelWrite}
			e.Keywords = []string{`quo"te`, `back\slash`, "two words"}
		})
	var got struct {
		Pricing, Keywords, Band, Login string
		From                           int64
		Categories                     int
	}
	err := d.Read(t.Context()).Raw(`SELECT array_to_string(l.pricing, ' ') pricing, array_to_string(l.keywords, '|') keywords, l.risk_band band,
			a.login, l.pricing_from_minor "from", (SELECT count(*) FROM listing_categories c WHERE c.listing_id = l.id) categories
		FROM listings l JOIN apps p ON p.id = l.app_id JOIN accounts a ON a.id = p.account_id WHERE l.id = ?`, e.ID).Scan(&got).Error
	if err != nil {
		t.Fatal(err)
	}
	if got.Pricing != "free paid trial" || got.Keywords != `quo"te|back\slash|two words` || got.Band == "" ||
		got.Login != a.Login || got.From != 400 || got.Categories != 2 {
		t.Fatalf("the listing reads %+v", got)
	}
}
