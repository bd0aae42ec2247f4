package handlers_test

import (
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

var (
	// what reaches acme, for its owners, and for staff
	ofOverseers     = ofOwnersLook.except(allowed, support, reviewer, admin)
	ofOverseersOnly = ofOwners

	// a review of the owner's own account
	ofReviewer      = rights{otherwise: missing}.except(signIn, anonymous).except(allowed, owner)
	ofReviewerWrite = ofReviewer.except(forbidden, suspended)

	// what acme's member was asked
	ofAsked      = rights{otherwise: missing}.except(signIn, anonymous).except(allowed, member)
	ofAskedWrite = ofAsked.except(forbidden, suspended)
)

// oversightTable is every route of routes_oversight.go.
var oversightTable = []route{
	{get, "/settings/integrations", "/settings/integrations", "", own},
	{get, "/settings/integrations/export", "/settings/integrations/export?format=csv", "", own},
	{get, "/settings/integrations/revoke", "/settings/integrations/revoke?all=true", "", own},
	{post, "/settings/integrations/revoke", "/settings/integrations/revoke", "item=oauth-1", ownWrite},
	{get, "/settings/integrations/reviews", "/settings/integrations/reviews", "", own},
	{post, "/settings/integrations/reviews", "/settings/integrations/reviews", "", ownWrite},
	{get, "/settings/integrations/reviews/:id", "/settings/integrations/reviews/{own review}", "", ofReviewer},
	{post, "/settings/integrations/reviews/:id", "/settings/integrations/reviews/{own review}", "do=save", ofReviewerWrite},
	{get, "/settings/integrations/reviews/:id/export", "/settings/integrations/reviews/{own review}/export?format=json", "", ofReviewer},
	{get, "/settings/integrations/reviews/:id/finish", "/settings/integrations/reviews/{own review}/finish", "", ofReviewer},
	{post, "/settings/integrations/reviews/:id/finish", "/settings/integrations/reviews/{own review}/finish", "", ofReviewerWrite},
	{get, "/settings/integrations/asked/:id", "/settings/integrations/asked/{asked}", "", ofAsked},
	{post, "/settings/integrations/asked/:id", "/settings/integrations/asked/{asked}", "answer=needed", ofAskedWrite},

	{get, "/organizations/:org/settings/integrations", "/organizations/acme/settings/integrations", "", ofOverseers},
	{get, "/organizations/:org/settings/integrations/export", "/organizations/acme/settings/integrations/export?format=csv", "", ofOverseers},
	{get, "/organizations/:org/settings/integrations/revoke", "/organizations/acme/settings/integrations/revoke?all=true", "", ofOverseers},
	{post, "/organizations/:org/settings/integrations/revoke", "/organizations/acme/settings/integrations/revoke", "item=installed-1", ofOverseersOnly},
	{get, "/organizations/:org/settings/integrations/reviews", "/organizations/acme/settings/integrations/reviews", "", ofOverseers},
	{post, "/organizations/:org/settings/integrations/reviews", "/organizations/acme/settings/integrations/reviews", "", ofOverseersOnly},
	{get, "/organizations/:org/settings/integrations/reviews/:id", "/organizations/acme/settings/integrations/reviews/{review}", "", ofOverseers},
	{post, "/organizations/:org/settings/integrations/reviews/:id", "/organizations/acme/settings/integrations/reviews/{review}", "do=save", ofOverseersOnly},
	{get, "/organizations/:org/settings/integrations/reviews/:id/export", "/organizations/acme/settings/integrations/reviews/{review}/export?format=csv", "", ofOverseers},
	{get, "/organizations/:org/settings/integrations/reviews/:id/finish", "/organizations/acme/settings/integrations/reviews/{review}/finish", "", ofOverseers},
	{post, "/organizations/:org/settings/integrations/reviews/:id/finish", "/organizations/acme/settings/integrations/reviews/{review}/finish", "", ofOverseersOnly},
}

// withOversight adds to a world what oversightTable names: reviews of acme and of its
// owner, and what acme's member was asked in the first.
func (w *world) withOversight(t testing.TB) {
	t.Helper()
	now := w.Clock.Now()
	makers := dbtest.Organization(t, w.DB, "overseenmakers")
	saw := dbtest.App(t, w.DB, makers, "overseen")
	dbtest.Install(t, w.DB, saw, dbtest.AccountOf(t, w.DB, "acme"))
	dbtest.Install(t, w.DB, saw, w.who[owner], func(i *models.Installation) { i.CreatedAt = now })
	w.row(t, "review", `INSERT INTO integration_reviews (account_id, opener_id, opened_at) SELECT id, ?, ? FROM accounts WHERE login = 'acme' RETURNING id`, w.who[owner].ID, now)
	w.row(t, "own review", `INSERT INTO integration_reviews (account_id, opener_id, opened_at) VALUES (?, ?, ?) RETURNING id`, w.who[owner].ID, w.who[owner].ID, now)
	w.row(t, "asked", `INSERT INTO integration_review_items (review_id, kind, app_id, app_slug, app_name, facts, decision, note, decider_id, decided_at, asked_id)
		VALUES (?, 'installed', ?, 'overseen', 'Overseen', '{}', 'ask', 'Why', ?, ?, ?) RETURNING id`, w.ids["review"], saw.ID, w.who[owner].ID, now, w.who[member].ID)
}
