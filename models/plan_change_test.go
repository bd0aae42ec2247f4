package models

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func paidPlan(monthly, yearly int64, options ...func(*Plan)) *Plan {
	p := &Plan{Kind: PlanFlatRate, Currency: "USD", State: PlanPublished}
	if monthly > 0 {
		p.MonthlyMinor = &monthly
	}
	if yearly > 0 {
		p.YearlyMinor = &yearly
	}
	for _, o := range options {
		o(p)
	}
	return p
}

func told(effects []PriceEffect, now time.Time) string {
	amount := func(m *Money) string {
		if m == nil {
			return "-"
		}
		return fmt.Sprintf("%d%s", m.Minor, m.Currency)
	}
	var lines []string
	for _, e := range effects {
		line := fmt.Sprintf("%s %s %s>%s", e.Buyers, e.Period, amount(e.Before), amount(e.After))
		switch days := int(e.From.Sub(now).Hours() / 24); {
		case e.Kept:
			line += " kept"
		default:
			line += fmt.Sprintf(" +%d", days)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func TestPriceChange(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	trial := func(p *Plan) { p.TrialDays = 14 }
	euro := func(p *Plan) { p.Currency = "EUR" }
	unit := func(p *Plan) { p.Kind = PlanPerUnit }
	free := &Plan{Kind: PlanFree, Currency: "USD", State: PlanPublished}
	draft := func(p *Plan) { p.State = PlanDraft }
	for _, c := range []struct {
		name      string
		old, next *Plan
		policy    PricePolicy
		want      string
	}{
		{"the same", paidPlan(1000, 10000), paidPlan(1000, 10000), PriceMove, ""},
		{"never sold", paidPlan(1000, 0, draft), paidPlan(1200, 0), PriceMove, ""},
		{"dearer, kept", paidPlan(1000, 0), paidPlan(1200, 0), PriceKeep, "new month 1000USD>1200USD +0; paying month 1000USD>1200USD kept"},
		{"dearer, moved", paidPlan(1000, 0), paidPlan(1200, 0), PriceMove, "new month 1000USD>1200USD +0; paying month 1000USD>1200USD +30"},
		{"cheaper, moved without notice", paidPlan(1000, 0), paidPlan(900, 0), PriceMove, "new month 1000USD>900USD +0; paying month 1000USD>900USD +0"},
		{"with a trial", paidPlan(1000, 0, trial), paidPlan(1200, 0), PriceMove,
			"new month 1000USD>1200USD +0; trial month 1000USD>1200USD +30; paying month 1000USD>1200USD +30"},
		{"one of two periods", paidPlan(1000, 10000), paidPlan(1000, 9000), PriceKeep, "new year 10000USD>9000USD +0; paying year 10000USD>9000USD kept"},
		{"another currency never moves", paidPlan(1000, 0), paidPlan(900, 0, euro), PriceMove, "new month 1000USD>900EUR +0; paying month 1000USD>900EUR kept"},
		{"another kind never moves", paidPlan(1000, 0), paidPlan(1000, 0, unit), PriceMove, "new month 1000USD>1000USD +0; paying month 1000USD>1000USD kept"},
		{"a period that goes", paidPlan(1000, 10000), paidPlan(1000, 0), PriceMove, "new year 10000USD>- +0; paying year 10000USD>- kept"},
		{"a period that comes", paidPlan(1000, 0), paidPlan(1000, 10000), PriceMove, "new year ->10000USD +0"},
		{"free from now on", paidPlan(1000, 0), free, PriceMove, "new month 1000USD>0 +0; paying month 1000USD>0 +0; new year ->0 +0"},
		{"free even where prices are kept", paidPlan(1000, 0), free, PriceKeep, "new month 1000USD>0 +0; paying month 1000USD>0 +0; new year ->0 +0"},
		{"free no more", free, paidPlan(1000, 0), PriceMove, "new month 0>1000USD +0; paying month 0>1000USD kept; new year 0>- +0; paying year 0>- kept"},
		{"free as it was", free, free, PriceMove, ""},
	} {
		if got := told(PriceChange(c.old, c.next, c.policy, 30, now), now); got != c.want {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
	}
}

func TestWhatABuyerPays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	effects := PriceChange(paidPlan(1000, 0), paidPlan(1200, 0), PriceMove, 30, now)
	paying := &effects[1]
	for _, c := range []struct {
		days int
		want int64
	}{{0, 1000}, {29, 1000}, {30, 1200}, {60, 1200}} {
		if got := paying.Pays(now.AddDate(0, 0, c.days)); got.Minor != c.want {
			t.Errorf("on day %d: %d, not %d", c.days, got.Minor, c.want)
		}
	}
	if kept := PriceChange(paidPlan(1000, 0), paidPlan(1200, 0), PriceKeep, 30, now)[1]; kept.Pays(now.AddDate(9, 0, 0)).Minor != 1000 {
		t.Error("who keeps a price keeps it for good")
	}
}

func TestMonthsAfter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		anchor string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2026-01-31", 2, "2026-03-31"}, {"2026-01-31", 3, "2026-04-30"}, {"2027-12-31", 2, "2028-02-29"},
		{"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"}, {"2026-11-30", 3, "2027-02-28"}, {"2026-05-15", 0, "2026-05-15"}, {"2026-12-01", 1, "2027-01-01"},
	} {
		anchor, err := time.Parse(time.DateOnly, c.anchor)
		if err != nil {
			t.Fatal(err)
		}
		got := MonthsAfter(anchor.Add(13*time.Hour+5*time.Minute), c.months)
		if got.Format("2006-01-02 15:04") != c.want+" 13:05" {
			t.Errorf("%s and %d months is %s, not %s", c.anchor, c.months, got, c.want)
		}
	}
}

func TestNumberPlans(t *testing.T) {
	t.Parallel()
	plans := []PlanTerm{{Name: "new"}, {Number: 3}, {Name: "newer"}, {Name: "Team"}, {Name: "Team"}, {Name: "taken"}}
	names := map[string]int{"Team": 2, "taken": 3}
	if !NumberPlans(plans, names, 7) {
		t.Error("nothing was numbered")
	}
	for i, want := range []int{8, 3, 9, 2, 10, 11} {
		if plans[i].Number != want {
			t.Errorf("%q has the number %d, not %d", plans[i].Name, plans[i].Number, want)
		}
	}
	if NumberPlans(plans, names, 7) {
		t.Error("numbered twice")
	}
}
