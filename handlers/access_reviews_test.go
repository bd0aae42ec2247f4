package handlers_test

import (
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

var (
	// the listing hammer, whose app belongs to the integrator's organization
	ofDesk = nobody.except(allowed, integrator).except(forbidden, suspended, manager)

	// reviewers; support knows that it is there, others don't
	ofReviewers = nobody.except(allowed, reviewer, admin).except(forbidden, support)
)

// reviewsTable is every route of routes_reviews.go.
var reviewsTable = []route{
	{get, "/marketplace/manage/:slug", "/marketplace/manage/hammer", "", ofDesk},
	{get, "/marketplace/manage/:slug/review", "/marketplace/manage/hammer/review", "", ofDesk},
	{post, "/marketplace/manage/:slug/review", "/marketplace/manage/hammer/review", "", ofDesk},
	{post, "/marketplace/manage/:slug/withdraw", "/marketplace/manage/hammer/withdraw", "", ofDesk},
	{get, "/marketplace/manage/:slug/state/:act", "/marketplace/manage/hammer/state/archive", "", ofDesk},
	{post, "/marketplace/manage/:slug/state/:act", "/marketplace/manage/hammer/state/archive", "", ofDesk},

	{get, "/staff/reviews", "/staff/reviews", "", ofReviewers},
	{get, "/staff/reviews/:id", "/staff/reviews/{submission}", "", ofReviewers},
	{post, "/staff/reviews/:id/claim", "/staff/reviews/{submission}/claim", "", ofReviewers},
	{post, "/staff/reviews/:id/release", "/staff/reviews/{submission}/release", "", ofReviewers},
	{post, "/staff/reviews/:id/notes", "/staff/reviews/{submission}/notes", "note=seen", ofReviewers},
	{post, "/staff/reviews/:id/decision", "/staff/reviews/{submission}/decision", "decision=reject", ofReviewers},
	{get, "/staff/review-settings", "/staff/review-settings", "", ofAdministrator},
	{post, "/staff/review-settings", "/staff/review-settings", "fields=links", ofAdministrator},
}

// withReviews adds to a world what reviewsTable names: a listing of the
// integrator's that was handed in.
func (w *world) withReviews(t testing.TB) {
	t.Helper()
	var makers models.Account
	if err := w.DB.Read(t.Context()).Raw(`SELECT id, login FROM accounts WHERE login = 'toolmakers'`).Scan(&makers).Error; err != nil {
		t.Fatal(err)
	}
	chisel := dbtest.App(t, w.DB, makers, "chisel")
	listing := dbtest.Draft(t, w.DB, chisel, models.ListingContent{Name: "Chisel"})
	if err := w.DB.Read(t.Context()).Exec(`UPDATE listings SET state = 'submitted' WHERE id = ?`, listing).Error; err != nil {
		t.Fatal(err)
	}
	w.row(t, "submission", `INSERT INTO listing_submissions (listing_id, state, content, submitted_at)
		SELECT listing_id, 'submitted', content, ? FROM listing_drafts WHERE listing_id = ? RETURNING id`, w.Clock.Now(), listing)
}
