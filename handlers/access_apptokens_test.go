package handlers_test

import "testing"

// apptokensTable is every route of the API that apps and their users ask about installations.
var apptokensTable = []route{}

// withAppTokens adds to a world what apptokensTable names.
func (w *world) withAppTokens(t testing.TB) { t.Helper() }
