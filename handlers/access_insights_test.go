package handlers_test

import "testing"

// insightsTable is every route of routes_insights.go.
var insightsTable = []route{
	{get, "/marketplace/manage/:slug/figures", "/marketplace/manage/hammer/figures", "", ofFigures},
	{get, "/marketplace/manage/:slug/figures.csv", "/marketplace/manage/hammer/figures.csv", "", ofFigures},
	{get, "/marketplace/:slug/setup", "/marketplace/checker/setup", "", public},
}

// ofFigures is what only those do who own hammer; its manager knows that it
// exists.
var ofFigures = nobody.except(allowed, integrator).except(forbidden, manager, suspended)

// withInsights adds to a world what insightsTable names.
func (w *world) withInsights(t testing.TB) {
	t.Helper()
	if _, err := w.DB.Pool().Exec(t.Context(), "UPDATE apps SET homepage_url = 'https://checker.example' WHERE slug = 'checker'"); err != nil {
		t.Fatal(err)
	}
}
