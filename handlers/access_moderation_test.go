package handlers_test

import "testing"

// moderationTable is every route of routes_moderation.go.
var moderationTable = []route{}

// withModeration adds to a world what moderationTable names.
func (w *world) withModeration(t testing.TB) {
	t.Helper()
}
