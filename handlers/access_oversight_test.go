package handlers_test

import "testing"

// oversightTable is every route of routes_oversight.go.
var oversightTable = []route{}

// withOversight adds to a world what oversightTable names.
func (w *world) withOversight(t testing.TB) { t.Helper() }
