package handlers_test

import "testing"

// oauthTable is every route of routes_oauth.go.
var oauthTable = []route{}

// withOAuth adds to a world what oauthTable names.
func (w *world) withOAuth(t testing.TB) { t.Helper() }
