package handlers_test

import "testing"

// installationsTable is every route of routes_installations.go.
var installationsTable = []route{}

// withInstallations adds to a world what installationsTable names.
func (w *world) withInstallations(t testing.TB) { t.Helper() }
