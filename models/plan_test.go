package models_test

import (
	"slices"
	"testing"

	"souk/models"
)

func minor(v int64) *int64 { return &v }

func TestPrice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plan   models.Plan
		period models.Period
		units  int64
		want   int64
		ok     bool
	}{
		"free costs nothing":            {models.Plan{Kind: models.PlanFree}, models.Yearly, 7, 0, true},
		"flat ignores units":            {models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(900)}, models.Monthly, 7, 900, true},
		"per unit multiplies":           {models.Plan{Kind: models.PlanPerUnit, MonthlyMinor: minor(400)}, models.Monthly, 7, 2800, true},
		"yearly is the year's price":    {models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(900), YearlyMinor: minor(9000)}, models.Yearly, 1, 9000, true},
		"a missing period is not zero":  {models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(900)}, models.Yearly, 1, 0, false},
		"nothing for no units per unit": {models.Plan{Kind: models.PlanPerUnit, MonthlyMinor: minor(400)}, models.Monthly, 0, 0, true},
	} {
		got, ok := c.plan.Price(c.period, c.units)
		if got.Minor != c.want || ok != c.ok {
			t.Errorf("%s: %d, %v; want %d, %v", name, got.Minor, ok, c.want, c.ok)
		}
	}
}

func TestPricingOf(t *testing.T) {
	t.Parallel()
	free := models.Plan{Kind: models.PlanFree, State: models.PlanPublished}
	paid := models.Plan{Kind: models.PlanFlatRate, State: models.PlanPublished, MonthlyMinor: minor(900), Currency: "EUR"}
	trial := models.Plan{Kind: models.PlanFlatRate, State: models.PlanPublished, MonthlyMinor: minor(500), Currency: "EUR", TrialDays: 14}
	yearly := models.Plan{Kind: models.PlanFlatRate, State: models.PlanPublished, YearlyMinor: minor(100), Currency: "EUR"}
	retired := models.Plan{Kind: models.PlanFree, State: models.PlanRetired}
	for name, c := range map[string]struct {
		plans []models.Plan
		want  []string
		from  int64
	}{
		"no plans are unknown":             {nil, []string{"unknown"}, 0},
		"retired plans don't count":        {[]models.Plan{retired}, []string{"unknown"}, 0},
		"free":                             {[]models.Plan{free}, []string{"free"}, 0},
		"the lowest monthly price":         {[]models.Plan{paid, trial}, []string{"paid", "trial"}, 500},
		"free and paid":                    {[]models.Plan{free, paid, retired}, []string{"free", "paid"}, 900},
		"a yearly price alone has no from": {[]models.Plan{yearly}, []string{"paid"}, 0},
	} {
		got := models.PricingOf(c.plans)
		if !slices.Equal(got.Values(), c.want) {
			t.Errorf("%s: %v, want %v", name, got.Values(), c.want)
		}
		if (got.FromMinor == nil) != (c.from == 0) || (got.FromMinor != nil && *got.FromMinor != c.from) {
			t.Errorf("%s: from %v, want %d", name, got.FromMinor, c.from)
		}
	}
}

func TestTextsFallBackToEnglish(t *testing.T) {
	t.Parallel()
	texts := models.Texts{"en": "Security", "ja": "セキュリティ"}
	if texts.In("ja") != "セキュリティ" || texts.In("fr") != "Security" {
		t.Errorf("texts %q %q", texts.In("ja"), texts.In("fr"))
	}
}
