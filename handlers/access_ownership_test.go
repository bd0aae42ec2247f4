package handlers_test

import "testing"

// ownershipTable is every route of routes_ownership.go.
var ownershipTable = []route{}

// withOwnership adds to a world what ownershipTable names.
func (w *world) withOwnership(t testing.TB) {
	t.Helper()
}
