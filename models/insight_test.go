package models_test

import (
	"testing"
	"time"

	"souk/models"
)

func TestRobot(t *testing.T) {
	t.Parallel()
	for agent, robot := range map[string]bool{
		"": true, "curl/8.5.0": true, "Go-http-client/1.1": true, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": true,
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36":                           true,
		"Mozilla/5.0 (compatible; SomethingNew/1.0; fetcher)":                                                                                     true,
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  false,
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36":                         false,
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1": false,
	} {
		if got := models.Robot(agent); got != robot {
			t.Errorf("%q: %v", agent, got)
		}
	}
}

func TestCountryCode(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{"JP": "JP", " fr ": "FR", "XX": "", "T1": "", "": "", "FRA": "", "<s": ""} {
		if got := models.CountryCode(header); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func TestMarkBursts(t *testing.T) {
	t.Parallel()
	of := func(views ...int64) []bool {
		days := make([]models.DayFigures, len(views))
		for i, v := range views {
			days[i].Views = v
		}
		models.MarkBursts(days)
		marks := make([]bool, len(views))
		for i := range days {
			marks[i] = days[i].Burst
		}
		return marks
	}
	for _, c := range []struct {
		views []int64
		burst int // the day that is one; -1 for none
	}{
		{[]int64{10, 12, 9, 11, 10, 400, 12}, 5},
		{[]int64{0, 0, 0, 49}, -1}, // too few to matter
		{[]int64{0, 0, 0, 50}, 3},
		{[]int64{100, 110, 90, 450}, -1}, // a good day
		{[]int64{500}, -1},               // nothing to compare it with
	} {
		for i, b := range of(c.views...) {
			if b != (i == c.burst) {
				t.Errorf("%v: day %d is %v", c.views, i, b)
			}
		}
	}
}

func TestSumFigures(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	f := models.SumFigures([]models.DayFigures{
		{Day: day, Visitors: 40, Installs: 3, Uninstalls: 1, Active: 12, Revenue: []models.Money{{Minor: 1200, Currency: "EUR"}}},
		{Day: day.AddDate(0, 0, 1), Visitors: 60, Installs: 2, Uninstalls: 1, Active: 13, Revenue: []models.Money{{Minor: -200, Currency: "EUR"}, {Minor: 900, Currency: "CHF"}}},
	})
	if f.Visitors != 100 || f.Active != 13 || f.ActiveBefore != 10 || len(f.Revenue) != 2 || f.Revenue[0] != (models.Money{Minor: 900, Currency: "CHF"}) || f.Revenue[1].Minor != 1000 {
		t.Errorf("%+v", f)
	}
	if share, ok := f.Conversion(); !ok || share != 0.05 {
		t.Errorf("conversion %v, %v", share, ok)
	}
	if share, ok := f.Churn(); !ok || share != 0.2 {
		t.Errorf("churn %v, %v", share, ok)
	}
	var none models.Figures
	if _, ok := none.Conversion(); ok {
		t.Error("nobody came, and yet there is a conversion")
	}
	if _, ok := none.Churn(); ok {
		t.Error("nothing was installed, and yet there is churn")
	}
}

func TestWeeks(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	days := make([]models.DayFigures, 16)
	for i := range days {
		days[i] = models.DayFigures{Day: first.AddDate(0, 0, i), Visitors: 1, Active: int64(i), Burst: i == 15}
	}
	weeks := models.Weeks(days)
	if len(weeks) != 3 || weeks[0].Visitors != 2 || weeks[1].Visitors != 7 || weeks[2].Visitors != 7 || weeks[2].Active != 15 ||
		!weeks[2].Burst || weeks[1].Burst || !weeks[1].Day.Equal(first.AddDate(0, 0, 2)) {
		t.Errorf("%+v", weeks)
	}
	if models.Weeks(nil) != nil {
		t.Error("no days make a week")
	}
}
