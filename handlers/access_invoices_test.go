package handlers_test

import "testing"

// invoicesTable is every route of routes_invoices.go.
var invoicesTable = []route{}

// withInvoices adds to a world what invoicesTable names.
func (w *world) withInvoices(t testing.TB) { t.Helper() }
