package handlers_test

import "testing"

// walletTable is every route of routes_wallet.go.
var walletTable = []route{}

// withWallet adds to a world what walletTable names.
func (w *world) withWallet(t testing.TB) { t.Helper() }
