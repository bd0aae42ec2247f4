package handlers_test

import "testing"

// insightsTable is every route of routes_insights.go.
var insightsTable = []route{}

// withInsights adds to a world what insightsTable names.
func (w *world) withInsights(t testing.TB) {
	t.Helper()
}
