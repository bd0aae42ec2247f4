package models

import "testing"

func TestCheapestPaid(t *testing.T) {
	minor := func(n int64) *int64 { return &n }
	free := Plan{Name: "free", Kind: PlanFree, State: PlanPublished}
	seat := Plan{Name: "seat", Kind: PlanPerUnit, MonthlyMinor: minor(400), Currency: "USD", State: PlanPublished}
	team := Plan{Name: "team", Kind: PlanFlatRate, MonthlyMinor: minor(2500), YearlyMinor: minor(25000), Currency: "USD", State: PlanPublished}
	euro := Plan{Name: "euro", Kind: PlanFlatRate, MonthlyMinor: minor(100), Currency: "EUR", State: PlanPublished}
	draft := Plan{Name: "draft", Kind: PlanFlatRate, MonthlyMinor: minor(1), Currency: "USD", State: PlanDraft}
	untold := Plan{Name: "untold", Kind: PlanFlatRate, Currency: "USD", State: PlanPublished}
	for _, test := range []struct {
		name   string
		plans  []Plan
		period Period
		units  int64
		want   string
		minor  int64
	}{
		{"nothing", nil, Monthly, 1, "", 0},
		{"free alone", []Plan{free}, Monthly, 1, "", 0},
		{"few seats", []Plan{free, seat, team}, Monthly, 5, "seat", 2000},
		{"many seats", []Plan{free, seat, team}, Monthly, 10, "team", 2500},
		{"only one by the year", []Plan{seat, team}, Yearly, 1, "team", 25000},
		{"not by the year", []Plan{seat}, Yearly, 1, "", 0},
		{"drafts don't count", []Plan{draft, team}, Monthly, 1, "team", 2500},
		{"unknown stays unknown", []Plan{untold}, Monthly, 1, "", 0},
		{"currencies aren't compared", []Plan{team, euro}, Monthly, 1, "team", 2500},
	} {
		plan, price, ok := CheapestPaid(test.plans, test.period, test.units)
		if ok != (test.want != "") || ok && (plan.Name != test.want || price.Minor != test.minor) {
			t.Errorf("%s: got %v %v %v", test.name, plan, price, ok)
		}
	}
}
