package handlers_test

import "testing"

// apphooksTable is every route of routes_deliveries.go that is about apps.
var apphooksTable = []route{}

// withAppHooks adds to a world what apphooksTable names.
func (w *world) withAppHooks(t testing.TB) { t.Helper() }
