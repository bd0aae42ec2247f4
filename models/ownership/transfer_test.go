package ownership_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
)

func TestAnAppIsHandedOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	listing := dbtest.Draft(t, w.db, w.hammer, models.ListingContent{})
	w.exec(`UPDATE listings SET state = 'published' WHERE id = ?`, listing)
	w.exec(`INSERT INTO app_keys (app_id, public_key, fingerprint, created_at) VALUES (?, 'x', 'SHA256:x', now())`, w.hammer.ID)
	w.offer("works")
	if w.told(w.cleo, models.NoticeAppTransfer) != 1 || w.owner() != "tools" {
		t.Error("cleo wasn't asked")
	}
	st, o, err := w.Offered(t.Context(), w.as(w.cleo), "hammer")
	if err != nil || o.To.Login != "works" || st.Owner != "tools" || !o.Until.Equal(w.now.Add(7*24*time.Hour)) {
		t.Fatalf("%+v, %+v, %v", st, o, err)
	}
	for name, who := range map[string]models.Account{"bob": w.bob, "ada": w.ada} {
		w.refused(name+" accepts", w.accept(who), models.ErrNotFound)
	}
	w.must(w.accept(w.cleo))
	if w.owner() != "works" {
		t.Errorf("it belongs to %s", w.owner())
	}
	if got := w.text(`SELECT previous_publisher || ' ' || public FROM listings WHERE id = ? AND transferred_at = ?`, listing, w.now); got != "tools true" {
		t.Errorf("the listing says %s", got)
	}
	if n := w.count(`SELECT (SELECT count(*) FROM app_managers) + (SELECT count(*) FROM app_transfers)`); n != 0 {
		t.Errorf("%d rights are left", n)
	}
	if n := w.count(`SELECT count(*) FROM app_keys`); n != 1 {
		t.Error("its key is gone")
	}
	if n := w.count(`SELECT count(*) FROM audit_events WHERE action = 'app.transfer' AND account_id IN (?, ?)`, w.tools.ID, w.works.ID); n != 2 {
		t.Errorf("%d logs have it", n)
	}
	if n := w.count(`SELECT count(*) FROM river_job WHERE kind = 'index_listings'`); n != 1 {
		t.Error("the index isn't told")
	}
	for name, who := range map[string]models.Account{"ada": w.ada, "bob": w.bob} {
		if w.told(who, models.NoticeAppTransferred) != 1 {
			t.Errorf("%s wasn't told", name)
		}
	}
	if w.told(w.cleo, models.NoticeAppTransferred) != 0 {
		t.Error("who did it was told")
	}
	w.refused("a second time", w.accept(w.cleo), models.ErrAppTransferClosed)
	_, err = w.Prospects(t.Context(), w.as(w.ada), "hammer")
	w.refused("who gave it away", err, models.ErrNotFound)
	if got := w.text(`SELECT cause || ' ' || from_login || ' ' || to_login FROM app_owner_changes WHERE app_id = ?`, w.hammer.ID); got != "transferred tools works" {
		t.Errorf("the ledger says %s", got)
	}
}

func TestToOnesOwnAccountAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	moved, err := w.Transfer(t.Context(), w.as(w.ada), "hammer", " ADA ", "Hammer")
	if err != nil || !moved || w.owner() != "ada" {
		t.Errorf("%v, %v, %s", moved, err, w.owner())
	}
}

func TestBadTransfers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gone := dbtest.User(t, w.db, "gone")
	dbtest.Suspend(t, w.db, gone)
	stale := w.as(w.ada)
	stale.SudoUntil = w.now
	for name, c := range map[string]struct {
		actor       models.Actor
		to, confirm string
		want        error
	}{
		"nobody":       {w.as(w.ada), "nobody", "Hammer", models.ErrAppTransferTarget},
		"where it is":  {w.as(w.ada), "tools", "Hammer", models.ErrAppTransferTarget},
		"suspended":    {w.as(w.ada), "gone", "Hammer", models.ErrAppTransferTarget},
		"another name": {w.as(w.ada), "cleo", "hammer", models.ErrAppNameMismatch},
		"a manager":    {w.as(w.bob), "bob", "Hammer", models.ErrForbidden},
		"old session":  {stale, "cleo", "Hammer", models.ErrSudoNeeded},
	} {
		_, err := w.Transfer(t.Context(), c.actor, "hammer", c.to, c.confirm)
		w.refused(name, err, c.want)
	}
	_, err := w.Transfer(t.Context(), w.as(w.ada), "hammer", "nobody", "wrong")
	if p, _ := models.AsProblems(err); len(p) != 2 {
		t.Errorf("not all that is wrong: %v", err)
	}
	if w.count(`SELECT count(*) FROM app_transfers`) != 0 || w.owner() != "tools" {
		t.Error("something happened")
	}
}

func TestOffersEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.offer("cleo")
	w.must(w.Decline(t.Context(), w.as(w.cleo), "hammer"))
	w.refused("after declining", w.accept(w.cleo), models.ErrAppTransferClosed)
	if w.told(w.ada, models.NoticeAppTransferDeclined) != 1 {
		t.Error("ada wasn't told")
	}
	w.offer("cleo")
	w.refused("a manager withdraws", w.Withdraw(t.Context(), w.as(w.bob), "hammer"), models.ErrForbidden)
	w.refused("the receiver withdraws", w.Withdraw(t.Context(), w.as(w.cleo), "hammer"), models.ErrNotFound)
	w.must(w.Withdraw(t.Context(), w.as(w.ada), "hammer"))
	w.refused("after it was withdrawn", w.accept(w.cleo), models.ErrAppTransferClosed)
	w.refused("withdrawn twice", w.Withdraw(t.Context(), w.as(w.ada), "hammer"), models.ErrAppTransferClosed)

	w.offer("cleo")
	w.offer("cleo")
	if n := w.told(w.cleo, models.NoticeAppTransfer); n != 3 {
		t.Errorf("told %d times; asking twice is one question", n)
	}
	w.offer("works")
	_, o, err := w.Offered(t.Context(), w.as(w.cleo), "hammer")
	if err != nil || o.To.Login != "works" {
		t.Errorf("%+v, %v", o, err)
	}
	w.now = w.now.Add(models.TransferLifetime - time.Second)
	if _, _, err := w.Offered(t.Context(), w.as(w.cleo), "hammer"); err != nil {
		t.Errorf("within seven days: %v", err)
	}
	w.now = w.now.Add(time.Second)
	w.refused("after seven days", w.accept(w.cleo), models.ErrAppTransferClosed)

	// Of a private app, nobody learns that there was an offer.
	w.exec(`UPDATE apps SET public = false WHERE slug = 'hammer'`)
	w.refused("a private app", w.accept(w.cleo), models.ErrNotFound)
}

// An offer is worth what whoever made it may still do.
func TestOffersStandWithWhoMadeThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	eve := dbtest.User(t, w.db, "eve")
	dbtest.Member(t, w.db, w.tools, eve, models.RoleOwner)
	_, err := w.Transfer(t.Context(), w.as(eve), "hammer", "cleo", "Hammer")
	w.must(err)
	w.exec(`UPDATE memberships SET role = 'member' WHERE account_id = ?`, eve.ID)
	w.refused("an owner no more", w.accept(w.cleo), models.ErrAppTransferClosed)
	w.exec(`UPDATE memberships SET role = 'owner' WHERE account_id = ?`, eve.ID)
	dbtest.Suspend(t, w.db, eve)
	w.refused("suspended", w.accept(w.cleo), models.ErrAppTransferClosed)
	w.exec(`UPDATE accounts SET suspended_at = NULL WHERE id = ?`, eve.ID)
	dbtest.Suspend(t, w.db, w.tools)
	w.refused("of a suspended integrator", w.accept(w.cleo), models.ErrAppTransferClosed)
	w.exec(`UPDATE accounts SET suspended_at = NULL WHERE id = ?`, w.tools.ID)
	unproven := w.as(w.cleo)
	unproven.MailVerified = false
	_, err = w.Accept(t.Context(), unproven, "hammer")
	w.refused("without a confirmed address", err, models.ErrMailNeeded)
	w.must(w.accept(w.cleo))
}

func TestAnAccountHasAHundredApps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(`INSERT INTO apps (account_id, slug, kind, name, registered_at) SELECT ?, 'app-' || n, 'oauth_app', 'App', now() FROM generate_series(1, ?) n`,
		w.cleo.ID, models.MaxAppsOf-1)
	saw := dbtest.App(t, w.db, w.tools, "saw")
	w.offer("cleo")
	_, err := w.Transfer(t.Context(), w.as(w.ada), saw.Slug, "cleo", "Saw")
	w.must(err)
	// Two that are accepted at once don't both become the hundredth.
	errs := make([]error, 2)
	var all sync.WaitGroup
	for i, slug := range []string{"hammer", "saw"} {
		all.Go(func() { _, errs[i] = w.Accept(t.Context(), w.as(w.cleo), slug) })
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), models.ErrTooManyApps) {
		t.Errorf("%v, %v", errs[0], errs[1])
	}
	if n := w.count(`SELECT count(*) FROM apps WHERE account_id = ?`, w.cleo.ID); n != models.MaxAppsOf {
		t.Errorf("cleo has %d", n)
	}
}

func TestTwoAcceptAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dee := dbtest.User(t, w.db, "dee")
	dbtest.Member(t, w.db, w.works, dee, models.RoleOwner)
	w.offer("works")
	errs := make([]error, 2)
	var all sync.WaitGroup
	for i, who := range []models.Actor{w.as(w.cleo), w.as(dee)} {
		all.Go(func() { _, errs[i] = w.Accept(t.Context(), who, "hammer") })
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), models.ErrAppTransferClosed) {
		t.Errorf("%v, %v", errs[0], errs[1])
	}
	if n := w.count(`SELECT count(*) FROM app_owner_changes`); n != 1 {
		t.Errorf("the ledger has %d lines", n)
	}
}

func TestAcceptedAndWithdrawnAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 8 {
		w.offer("cleo")
		var taken, withdrawn error
		var all sync.WaitGroup
		all.Go(func() { taken = w.accept(w.cleo) })
		all.Go(func() { withdrawn = w.Withdraw(t.Context(), w.as(w.ada), "hammer") })
		all.Wait()
		// Whoever came first has it; the other is told that it is over.
		if (taken == nil) == (withdrawn == nil) || (taken == nil) != (w.owner() == "cleo") {
			t.Fatalf("%v, %v, it belongs to %s", taken, withdrawn, w.owner())
		}
		if taken != nil && !errors.Is(taken, models.ErrAppTransferClosed) ||
			withdrawn != nil && !errors.Is(withdrawn, models.ErrNotFound) && !errors.Is(withdrawn, models.ErrAppTransferClosed) {
			t.Errorf("%v, %v", taken, withdrawn)
		}
		w.exec(`UPDATE apps SET account_id = ? WHERE slug = 'hammer'`, w.tools.ID)
	}
}

// Two apps that cross each other on their way don't wait for each other.
func TestAppsThatCross(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.App(t, w.db, w.works, "saw")
	for range 5 {
		w.offer("works")
		_, err := w.Transfer(t.Context(), w.as(w.cleo), "saw", "tools", "Saw")
		w.must(err)
		var there, back error
		var all sync.WaitGroup
		all.Go(func() { _, there = w.Accept(t.Context(), w.as(w.cleo), "hammer") })
		all.Go(func() { _, back = w.Accept(t.Context(), w.as(w.ada), "saw") })
		all.Wait()
		w.must(errors.Join(there, back))
		w.exec(`UPDATE apps SET account_id = CASE slug WHEN 'hammer' THEN ?::bigint ELSE ?::bigint END`, w.tools.ID, w.works.ID)
	}
}
