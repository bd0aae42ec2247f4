package handlers_test

import "testing"

// requestsTable is every route of routes_requests.go.
var requestsTable = []route{}

// withRequests adds to a world what requestsTable names.
func (w *world) withRequests(t testing.TB) { t.Helper() }
