package handlers_test

import "testing"

// mediaTable is every route of routes_media.go.
var mediaTable = []route{}

// withMedia adds to a world what mediaTable names.
func (w *world) withMedia(t testing.TB) {
	t.Helper()
}
