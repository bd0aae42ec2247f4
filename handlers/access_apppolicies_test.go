package handlers_test

import "testing"

// apppoliciesTable is every route of routes_apppolicies.go.
var apppoliciesTable = []route{
	{get, "/organizations/:org/settings/app_policy", "/organizations/acme/settings/app_policy", "", ofInstalled},
	{post, "/organizations/:org/settings/app_policy", "/organizations/acme/settings/app_policy", "do=save&version=0&otherwise=allow", ofOwners},
}

// withAppPolicies adds to a world what apppoliciesTable names: acme is there already.
func (w *world) withAppPolicies(t testing.TB) { t.Helper() }
