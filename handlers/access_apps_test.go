package handlers_test

import "testing"

// appsTable is every route of routes_apps.go.
var appsTable = []route{}

// withApps adds to a world what appsTable names.
func (w *world) withApps(t testing.TB) {
	t.Helper()
}
