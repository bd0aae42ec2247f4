package handlers_test

import "testing"

// installsTable is every route of routes_installs.go.
var installsTable = []route{}

// withInstalls adds to a world what installsTable names.
func (w *world) withInstalls(t testing.TB) { t.Helper() }
