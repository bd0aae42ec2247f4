package handlers_test

import (
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

var (
	// what reviewers do; support knows that it is there
	ofModerators = nobody.except(allowed, reviewer, admin).except(forbidden, support)

	// the listing fallen, which was taken down, and against which its integrator
	// has appealed
	ofAppellants = nobody.except(allowed, integrator).except(forbidden, suspended)
)

// moderationTable is every route of routes_moderation.go.
var moderationTable = []route{
	{get, "/marketplace/:slug/report", "/marketplace/checker/report", "", own},
	{post, "/marketplace/:slug/report", "/marketplace/checker/report", "reason=spam", ownWrite},
	{get, "/marketplace/manage/:slug/appeal", "/marketplace/manage/fallen/appeal", "", ofAppellants},
	{post, "/marketplace/manage/:slug/appeal", "/marketplace/manage/fallen/appeal", "", ofAppellants},

	{get, "/staff/reports", "/staff/reports", "", ofModerators},
	{get, "/staff/appeals", "/staff/appeals", "", ofModerators},
	{get, "/staff/listings/:slug", "/staff/listings/checker", "", ofModerators},
	{post, "/staff/listings/:slug/notes", "/staff/listings/checker/notes", "body=seen", ofModerators},
	{post, "/staff/listings/:slug/reports", "/staff/listings/checker/reports", "report={report}&decision=dismissed&answer=no", ofModerators},
	{get, "/staff/listings/:slug/take-down", "/staff/listings/checker/take-down", "", ofModerators},
	{post, "/staff/listings/:slug/take-down", "/staff/listings/checker/take-down", "reason=spam&note=a+fact", ofModerators},
	{get, "/staff/listings/:slug/restore", "/staff/listings/fallen/restore", "", ofModerators},
	{post, "/staff/listings/:slug/restore", "/staff/listings/fallen/restore", "answer=sorry", ofModerators},
	{get, "/staff/listings/:slug/appeal", "/staff/listings/fallen/appeal", "", ofModerators},
	{post, "/staff/listings/:slug/appeal", "/staff/listings/fallen/appeal", "decision=denied&answer=no", ofModerators},
}

// withModeration adds to a world what moderationTable names.
func (w *world) withModeration(t testing.TB) {
	t.Helper()
	var makers models.Account
	if err := w.DB.Read(t.Context()).Raw(`SELECT id FROM accounts WHERE login = 'toolmakers'`).Row().Scan(&makers.ID); err != nil {
		t.Fatal(err)
	}
	fallen := dbtest.Listing(t, w.DB, dbtest.Named("fallen", "Fallen"), dbtest.By(makers), func(e *dbtest.Entry) { e.State = models.ListingTakenDown })
	now := w.Clock.Now()
	w.row(t, "event", `INSERT INTO listing_events (listing_id, at, act, from_state, to_state, by_staff, reasons, words)
		VALUES (?, ?, 'take_down', 'published', 'taken_down', true, '{spam}', 'a fact') RETURNING id`, fallen.ID, now)
	w.row(t, "appeal", `INSERT INTO listing_appeals (listing_id, event_id, appellant_id, words, created_at)
		VALUES (?, ?, ?, 'no', ?) RETURNING id`, fallen.ID, w.ids["event"], w.who[integrator].ID, now)
	w.row(t, "report", `INSERT INTO listing_reports (listing_id, reporter_id, reason, words, created_at)
		SELECT id, ?, 'other', 'something is wrong', ? FROM listings WHERE slug = 'checker' RETURNING id`, w.who[billing].ID, now)
}
