package handlers_test

import "testing"

// listingsTable is every route of routes_listings.go.
var listingsTable = []route{}

// withListings adds to a world what listingsTable names.
func (w *world) withListings(t testing.TB) {
	t.Helper()
}
