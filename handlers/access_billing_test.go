package handlers_test

import "testing"

// billingTable is every route of routes_billing.go.
var billingTable = []route{}

// withBilling adds to a world what billingTable names.
func (w *world) withBilling(t testing.TB) { t.Helper() }
