package handlers_test

import (
	"testing"

	"souk/models/db/dbtest"
)

// what the owners of acme do with its claim of the listing stray; who is
// suspended knows of it
var ofClaimants = nobody.except(allowed, owner).except(forbidden, suspended)

// claimsTable is every route of routes_claims.go.
var claimsTable = []route{
	{get, "/marketplace/:slug/claim", "/marketplace/stray/claim", "", own},
	{post, "/marketplace/:slug/claim", "/marketplace/stray/claim", "account=nobody", ownWrite},
	{post, "/marketplace/:slug/claim/check", "/marketplace/stray/claim/check", "claim={claim}", ofClaimants},
	{post, "/marketplace/:slug/claim/withdraw", "/marketplace/stray/claim/withdraw", "claim={claim}", ofClaimants},

	{get, "/staff/claims", "/staff/claims", "", ofModerators},
	{get, "/staff/claims/:id", "/staff/claims/{proven claim}", "", ofModerators},
	{post, "/staff/claims/:id/notes", "/staff/claims/{proven claim}/notes", "body=seen", ofModerators},
	{get, "/staff/claims/:id/decision", "/staff/claims/{proven claim}/decision", "", ofModerators},
	{post, "/staff/claims/:id/decision", "/staff/claims/{proven claim}/decision", "decision=refused&answer=no", ofModerators},
}

// withClaims adds to a world what claimsTable names: two imported listings, each
// claimed for acme, one of them with a proof.
func (w *world) withClaims(t testing.TB) {
	t.Helper()
	const claim = `INSERT INTO listing_claims (listing_id, account_id, claimant_id, state, contested, challenge, method, place, created_at, expires_at, proven_at)
		SELECT ?, id, ?, ?, false, 'souk-claim=x', ?, 'stray.example', ?, ?::timestamptz + interval '14 days', ? FROM accounts WHERE login = 'acme' RETURNING id`
	now := w.Clock.Now()
	at := func(e *dbtest.Entry) { e.App.HomepageURL = "https://stray.example" }
	stray := dbtest.Listing(t, w.DB, dbtest.Named("stray", "Stray"), at)
	lost := dbtest.Listing(t, w.DB, dbtest.Named("lost", "Lost"), at)
	w.row(t, "claim", claim, stray.ID, w.who[owner].ID, "open", "", now, now, nil)
	w.row(t, "proven claim", claim, lost.ID, w.who[owner].ID, "proven", "file", now, now, now)
}
