package handlers_test

import "testing"

// plansTable is every route of routes_plans.go.
var plansTable = []route{}

// withPlans adds to a world what plansTable names.
func (w *world) withPlans(t testing.TB) {
	t.Helper()
}
