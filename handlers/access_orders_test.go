package handlers_test

import "testing"

// ordersTable is every route of routes_orders.go.
var ordersTable = []route{}

// withOrders adds to a world what ordersTable names.
func (w *world) withOrders(t testing.TB) { t.Helper() }
