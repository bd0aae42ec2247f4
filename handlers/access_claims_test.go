package handlers_test

import "testing"

// claimsTable is every route of routes_claims.go.
var claimsTable = []route{}

// withClaims adds to a world what claimsTable names.
func (w *world) withClaims(t testing.TB) {
	t.Helper()
}
