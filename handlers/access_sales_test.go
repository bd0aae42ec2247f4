package handlers_test

import "testing"

// salesTable is every route of routes_sales.go.
var salesTable = []route{}

// withSales adds to a world what salesTable names.
func (w *world) withSales(t testing.TB) { t.Helper() }
