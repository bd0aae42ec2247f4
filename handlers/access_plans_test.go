package handlers_test

import (
	"encoding/json"
	"testing"

	"souk/models"
)

// hammer's plans are its integrator's. Whoever was suspended learns that first.
var ofPlans = nobody.except(allowed, integrator).except(forbidden, suspended, manager)

// plansTable is every route of routes_plans.go.
var plansTable = []route{
	{get, "/marketplace/manage/:slug/plans", "/marketplace/manage/hammer/plans", "", ofPlans},
	{post, "/marketplace/manage/:slug/plans/purchase", "/marketplace/manage/hammer/plans/purchase", "", ofPlans},
	{get, "/marketplace/manage/:slug/plans/new", "/marketplace/manage/hammer/plans/new", "", ofPlans},
	{post, "/marketplace/manage/:slug/plans/new", "/marketplace/manage/hammer/plans/new", "", ofPlans},
	{get, "/marketplace/manage/:slug/plans/:number", "/marketplace/manage/hammer/plans/7", "", ofPlans},
	{post, "/marketplace/manage/:slug/plans/:number", "/marketplace/manage/hammer/plans/7", "", ofPlans},
	{post, "/marketplace/manage/:slug/plans/:number/move", "/marketplace/manage/hammer/plans/7/move", "to=up", ofPlans},
	{get, "/marketplace/manage/:slug/plans/:number/remove", "/marketplace/manage/hammer/plans/7/remove", "", ofPlans},
	{post, "/marketplace/manage/:slug/plans/:number/remove", "/marketplace/manage/hammer/plans/7/remove", "", ofPlans},
	{get, "/marketplace/manage/:slug/try", "/marketplace/manage/hammer/try", "", ofPlans},
	{post, "/marketplace/manage/:slug/try", "/marketplace/manage/hammer/try", "account=user&plan=7&period=month", ofPlans},
	{post, "/marketplace/manage/:slug/try/step", "/marketplace/manage/hammer/try/step", "act=clock&to=day", ofPlans},
	{post, "/marketplace/manage/:slug/try/end", "/marketplace/manage/hammer/try/end", "", ofPlans},
	{get, "/marketplace/:slug/prices", "/marketplace/checker/prices", "", public},
	{get, "/api/v1/listings/:slug/prices", "/api/v1/listings/checker/prices", "", public},
}

// withPlans adds to a world what plansTable names: a plan in hammer's draft, and a
// purchase of it that the integrator plays through.
func (w *world) withPlans(t testing.TB) {
	t.Helper()
	term := models.PlanTerm{Number: 7, Name: "Team", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(1200)), Currency: "USD"}
	plans, err := json.Marshal([]models.PlanTerm{term})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.DB.Pool().Exec(t.Context(), `UPDATE listing_drafts SET content = content || jsonb_build_object('plans', $2::jsonb) WHERE listing_id = $1`,
		w.ids["hammer listing"], string(plans)); err != nil {
		t.Fatal(err)
	}
	now := w.Clock.Now()
	tried := models.Tryout{Began: now, Now: now, Plans: []models.TryoutPlan{{ID: 7, Term: term}}}
	if _, err := w.DB.Pool().Exec(t.Context(), `INSERT INTO tryouts (listing_id, account_id, state, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)`,
		w.ids["hammer listing"], w.who[integrator].ID, &tried, now); err != nil {
		t.Fatal(err)
	}
}
