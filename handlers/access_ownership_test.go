package handlers_test

import (
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
)

// hammer's end is its integrator's alone; spokeshave waits to be taken over by acme
var (
	ofIntegrator = nobody.except(allowed, integrator).except(forbidden, suspended, manager)
	ofManager    = nobody.except(allowed, manager).except(forbidden, suspended)
	ofTakers     = nobody.except(allowed, owner).except(forbidden, suspended)
)

// ownershipTable is every route of routes_ownership.go.
var ownershipTable = []route{
	{get, "/settings/apps/:slug/managers", "/settings/apps/hammer/managers", "", ofIntegrator},
	{post, "/settings/apps/:slug/managers", "/settings/apps/hammer/managers", "login=stranger-person", ofIntegrator},
	{post, "/settings/apps/:slug/managers/:login/remove", "/settings/apps/hammer/managers/app-manager-person/remove", "", ofIntegrator},
	{get, "/settings/apps/:slug/leave", "/settings/apps/hammer/leave", "", ofManager},
	{post, "/settings/apps/:slug/leave", "/settings/apps/hammer/leave", "", ofManager},
	{get, "/settings/apps/:slug/advanced", "/settings/apps/hammer/advanced", "", ofIntegrator},
	{get, "/settings/apps/:slug/transfer", "/settings/apps/hammer/transfer", "", ofIntegrator},
	{post, "/settings/apps/:slug/transfer", "/settings/apps/hammer/transfer", "account=acme&confirm_name=Hammer", ofIntegrator},
	{post, "/settings/apps/:slug/transfer/withdraw", "/settings/apps/spokeshave/transfer/withdraw", "", ofIntegrator.except(missing, manager)},
	{get, "/settings/apps/:slug/delete", "/settings/apps/hammer/delete", "", ofIntegrator},
	{post, "/settings/apps/:slug/delete", "/settings/apps/hammer/delete", "confirm_name=Hammer", ofIntegrator},
	{get, "/settings/apps/:slug/offer", "/settings/apps/spokeshave/offer", "", ofTakers},
	{post, "/settings/apps/:slug/offer/accept", "/settings/apps/spokeshave/offer/accept", "", ofTakers},
	{post, "/settings/apps/:slug/offer/decline", "/settings/apps/spokeshave/offer/decline", "", ofTakers},
	{get, "/marketplace/:slug/permissions", "/marketplace/checker/permissions", "", public},
	{get, "/api/v1/listings/:slug/permissions", "/api/v1/listings/checker/permissions", "", public},
}

// withOwnership adds to a world what ownershipTable names.
func (w *world) withOwnership(t testing.TB) {
	t.Helper()
	var makers models.Account
	if err := w.DB.Read(t.Context()).Raw(`SELECT id FROM accounts WHERE login = 'toolmakers'`).Row().Scan(&makers.ID); err != nil {
		t.Fatal(err)
	}
	spokeshave := dbtest.App(t, w.DB, makers, "spokeshave")
	w.row(t, "offer", `INSERT INTO app_transfers (app_id, account_id, requester_id, created_at, expires_at)
		SELECT ?, id, ?, now(), ? FROM accounts WHERE login = 'acme' RETURNING app_id`, spokeshave.ID, w.who[integrator].ID, w.Clock.Now().Add(7*24*time.Hour))
}
