package handlers_test

import "testing"

// reviewsTable is every route of routes_reviews.go.
var reviewsTable = []route{}

// withReviews adds to a world what reviewsTable names.
func (w *world) withReviews(t testing.TB) {
	t.Helper()
}
