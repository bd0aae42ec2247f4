package handlers_test

import "testing"

// updatesTable is every route of routes_updates.go.
var updatesTable = []route{}

// withUpdates adds to a world what updatesTable names.
func (w *world) withUpdates(t testing.TB) { t.Helper() }
