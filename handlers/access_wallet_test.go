package handlers_test

import (
	"testing"

	"souk/models/db/dbtest"
)

const (
	paysWith  = "/settings/billing/methods/{method}"
	acmeMoney = "/organizations/acme/settings/"
)

// Whose payment method it is, nobody else learns.
var (
	ofMethodSeen  = nobody.except(allowed, billing, owner, suspended, support, reviewer, admin)
	ofMethodWrite = nobody.except(allowed, billing, owner).except(forbidden, suspended)
)

// walletTable is every route of routes_wallet.go.
var walletTable = []route{
	{get, "/settings/billing/methods", "/settings/billing/methods", "", own},
	{post, "/settings/billing/methods", "/settings/billing/methods", "return_to=/docs", ownWrite},
	{get, "/settings/billing/methods/new", "/settings/billing/methods/new", "", own},
	{get, "/organizations/:org/settings/billing/methods", acmeMoney + "billing/methods", "", ofPayers},
	{post, "/organizations/:org/settings/billing/methods", acmeMoney + "billing/methods", "return_to=/docs", ofPayersWrite},
	{get, "/organizations/:org/settings/billing/methods/new", acmeMoney + "billing/methods/new", "", ofPayers},
	{get, "/settings/billing/methods/:id/done", paysWith + "/done", "", ofMethodSeen},
	{get, "/settings/billing/methods/:id/remove", paysWith + "/remove", "", ofMethodWrite},
	{post, "/settings/billing/methods/:id/remove", paysWith + "/remove", "", ofMethodWrite},

	{get, "/settings/billing/details", "/settings/billing/details", "", own},
	{post, "/settings/billing/details", "/settings/billing/details", "", ownWrite},
	{get, "/organizations/:org/settings/billing/details", acmeMoney + "billing/details", "", ofPayers},
	{post, "/organizations/:org/settings/billing/details", acmeMoney + "billing/details", "", ofPayersWrite},

	{get, "/settings/selling", "/settings/selling", "", own},
	{post, "/settings/selling", "/settings/selling", "", ownWrite},
	{post, "/settings/selling/gateway", "/settings/selling/gateway", "gateway=test", ownWrite},
	{get, "/settings/selling/disconnect", "/settings/selling/disconnect", "", nobody},
	{post, "/settings/selling/disconnect", "/settings/selling/disconnect", "", ownWrite},
	{get, "/organizations/:org/settings/selling", acmeMoney + "selling", "", ofOwnersLook},
	{post, "/organizations/:org/settings/selling", acmeMoney + "selling", "", ofOwnersWrite},
	{post, "/organizations/:org/settings/selling/gateway", acmeMoney + "selling/gateway", "gateway=test", ofOwnersWrite},
	{get, "/organizations/:org/settings/selling/disconnect", acmeMoney + "selling/disconnect", "", ofOwnersLook},
	{post, "/organizations/:org/settings/selling/disconnect", acmeMoney + "selling/disconnect", "", ofOwnersWrite},

	// Only a gateway can sign; and its pages open to whoever knows their address.
	{post, "/hooks/:gateway", "/hooks/test", "id=evt_1", rights{otherwise: forbidden}},
	{get, "/payment/test/:id", "/payment/test/seti_world", "", public},
	{post, "/payment/test/:id", "/payment/test/seti_world", "decision=never", public},
}

// withWallet adds to a world what walletTable names: acme's card, its being paid, and
// a page of the test gateway.
func (w *world) withWallet(t testing.TB) {
	t.Helper()
	acme := dbtest.AccountOf(t, w.DB, "acme")
	w.ids["method"] = dbtest.PaymentMethod(t, w.DB, acme, "tok_approve")
	dbtest.Seller(t, w.DB, acme)
	err := w.DB.Read(t.Context()).Exec(`INSERT INTO test_gateway (key, kind, body, created_at, updated_at)
		VALUES ('seti_world', 'setup', '{"return_url": "/docs"}', now(), now())`).Error
	if err != nil {
		t.Fatal(err)
	}
}
