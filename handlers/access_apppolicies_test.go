package handlers_test

import "testing"

// apppoliciesTable is every route of routes_apppolicies.go.
var apppoliciesTable = []route{}

// withAppPolicies adds to a world what apppoliciesTable names.
func (w *world) withAppPolicies(t testing.TB) { t.Helper() }
