package handlers_test

import "testing"

// credentialsTable is every route of routes_credentials.go.
var credentialsTable = []route{}

// withCredentials adds to a world what credentialsTable names.
func (w *world) withCredentials(t testing.TB) {
	t.Helper()
}
