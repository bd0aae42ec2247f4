package handlers_test

import "testing"

// deliveriesTable is every route of routes_deliveries.go.
var deliveriesTable = []route{}

// withDeliveries adds to a world what deliveriesTable names.
func (w *world) withDeliveries(t testing.TB) { t.Helper() }
