package ownership_test

import (
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
)

func TestDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	listing := dbtest.Draft(t, w.db, w.hammer, models.ListingContent{})
	w.exec(`INSERT INTO app_secrets (app_id, secret_hash, tail, created_at) VALUES (?, 'x', 'x', now())`, w.hammer.ID)
	p, err := w.Prospects(t.Context(), w.as(w.ada), "hammer")
	if err != nil || p.Secrets != 1 || p.Keys != 0 || p.Managers != 1 || p.Drafts != 1 || p.Reviews != 0 || p.Offer != nil {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, state := range []models.ListingState{models.ListingPublished, models.ListingUnlisted, models.ListingTakenDown, models.ListingSubmitted, models.ListingInReview} {
		w.exec(`UPDATE listings SET state = ? WHERE id = ?`, state, listing)
		w.refused(string(state), w.Delete(t.Context(), w.as(w.ada), "hammer", "Hammer"), models.ErrAppStillListed)
	}
	w.exec(`UPDATE listings SET state = 'archived' WHERE id = ?`, listing)
	w.refused("another name", w.Delete(t.Context(), w.as(w.ada), "hammer", "hammer"), models.ErrAppNameMismatch)
	w.refused("a manager", w.Delete(t.Context(), w.as(w.bob), "hammer", "Hammer"), models.ErrForbidden)
	stale := w.as(w.ada)
	stale.SudoUntil = w.now
	w.refused("an old session", w.Delete(t.Context(), stale, "hammer", "Hammer"), models.ErrSudoNeeded)
	w.must(w.Delete(t.Context(), w.as(w.ada), "hammer", "Hammer"))
	for _, table := range []string{"apps", "listings", "listing_drafts", "app_secrets", "app_managers"} {
		if n := w.count(`SELECT count(*) FROM ` + table); n != 0 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
	if n := w.count(`SELECT count(*) FROM app_permission_changes WHERE app_id = ?`, w.hammer.ID); n == 0 {
		t.Error("the ledger forgot it")
	}
	if w.told(w.bob, models.NoticeAppDeleted) != 1 || w.told(w.ada, models.NoticeAppDeleted) != 0 {
		t.Error("the wrong people were told")
	}
	w.refused("again", w.Delete(t.Context(), w.as(w.ada), "hammer", "Hammer"), models.ErrNotFound)
}

// What a deleted app was called is its integrator's for a while.
func TestNamesOfDeletedAppsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Draft(t, w.db, w.hammer, models.ListingContent{})
	w.must(w.Delete(t.Context(), w.as(w.ada), "hammer", "Hammer"))
	register := func(a models.Account) error {
		return w.db.Read(t.Context()).Exec(`INSERT INTO apps (account_id, slug, kind, name, registered_at) VALUES (?, 'hammer', 'github_app', 'H', now())`, a.ID).Error
	}
	if err := register(w.cleo); !db.Violates(err, "apps_slug_key") {
		t.Errorf("somebody else: %v", err)
	}
	list := func() error {
		return w.db.Read(t.Context()).Exec(`WITH made AS (INSERT INTO apps (account_id, slug, kind, name, registered_at)
			VALUES (?, 'other', 'github_app', 'H', now()) RETURNING id)
			INSERT INTO listings (app_id, slug, name, state, claimed_at) SELECT id, 'hammer', 'H', 'draft', now() FROM made`, w.cleo.ID).Error
	}
	if err := list(); !db.Violates(err, "listings_slug_key") {
		t.Errorf("somebody else's listing: %v", err)
	}
	w.must(register(w.tools))
	w.exec(`DELETE FROM apps`)
	w.exec(`UPDATE retired_slugs SET until = now()`)
	w.must(register(w.cleo))
	w.must(list())

	// Deleting another one tidies up.
	w.now = w.now.Add(models.SlugRetirement + time.Hour)
	saw := dbtest.App(t, w.db, w.tools, "saw")
	w.must(w.Delete(t.Context(), w.as(w.ada), saw.Slug, "Saw"))
	if got := w.text(`SELECT string_agg(slug, ' ') FROM retired_slugs`); got != "saw" {
		t.Errorf("kept: %s", got)
	}
}
