package ownership_test

import (
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

// sold has cleo's works have a plan of hammer's listing, which tools sells.
func (w *world) sold(kind models.PlanKind) {
	w.t.Helper()
	listing := dbtest.Draft(w.t, w.db, w.hammer, models.ListingContent{})
	w.exec(`UPDATE listings SET state = 'published' WHERE id = ?`, listing)
	w.exec(`INSERT INTO plans (listing_id, number, name, kind, monthly_minor, currency, state, created_at, updated_at)
		VALUES (?, 1, 'P', ?, nullif(?, 0), 'EUR', 'published', now(), now())`, listing, kind, map[bool]int{true: 1000}[kind != models.PlanFree])
	dbtest.Seller(w.t, w.db, w.tools)
	w.exec(`INSERT INTO subscriptions (listing_id, seller_id, account_id, state, plan_id, plan_version, period, units, zone, anchor, period_start, period_end, created_at, updated_at)
		SELECT ?, ?, ?, 'active', id, 1, 'month', 1, 'UTC', now(), now(), now() + interval '1 month', now(), now() FROM plans`, listing, w.tools.ID, w.works.ID)
}

// TestWhatIsPaidForStays with whom it was bought from.
func TestWhatIsPaidForStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.offer("works")
	w.sold(models.PlanFlatRate)
	transfer := func(to string) error {
		_, err := w.Transfer(t.Context(), w.as(w.ada), "hammer", to, "Hammer")
		return err
	}
	for _, state := range []models.SubscriptionState{models.SubscriptionActive, models.SubscriptionTrial, models.SubscriptionPastDue, models.SubscriptionPaused, models.SubscriptionIncomplete} {
		w.exec(`UPDATE subscriptions SET state = ?`, state)
		w.refused("an offer, "+string(state), transfer("cleo"), models.ErrAppSelling)
		w.refused("at once, "+string(state), transfer("ada"), models.ErrAppSelling)
		w.refused("accepted, "+string(state), w.accept(w.cleo), models.ErrAppSelling)
	}
	w.exec(`UPDATE subscriptions SET state = 'ended', end_reason = 'cancelled', ended_at = now(), period_end = NULL`)
	w.exec(`INSERT INTO invoices (kind, seller_id, account_id, listing_id, subscription_id, number, reference, token, document, hash, currency,
			net_minor, tax_minor, total_minor, state, issued_at, due_at)
		SELECT 'invoice', seller_id, account_id, listing_id, id, 1, 'TM-1', 'token', '{}', '', 'EUR', 1000, 0, 1000, 'open', now(), now() FROM subscriptions`)
	w.refused("with money owed", w.accept(w.cleo), models.ErrAppSelling)
	if w.owner() != "tools" {
		t.Fatalf("it belongs to %s", w.owner())
	}
	w.exec(`UPDATE invoices SET state = 'paid', paid_minor = total_minor, settled_at = now()`)
	w.must(w.accept(w.cleo))
	if got := w.text(`SELECT login FROM accounts a JOIN subscriptions s ON s.seller_id = a.id`); w.owner() != "works" || got != "tools" {
		t.Errorf("it belongs to %s, and what has ended to %s", w.owner(), got)
	}
}

// TestFreePlansGoAlong, so that an upgrade pays the new owner.
func TestFreePlansGoAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sold(models.PlanFree)
	w.offer("works")
	w.must(w.accept(w.cleo))
	if got := w.text(`SELECT login FROM accounts a JOIN subscriptions s ON s.seller_id = a.id`); got != "works" {
		t.Errorf("it is sold by %s", got)
	}
}
