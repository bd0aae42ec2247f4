package handlers_test

import "testing"

// installrequestsTable is every route of routes_installrequests.go.
var installrequestsTable = []route{}

// withInstallRequests adds to a world what installrequestsTable names.
func (w *world) withInstallRequests(t testing.TB) { t.Helper() }
