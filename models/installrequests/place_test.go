package installrequests_test

import (
	"errors"
	"sync"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/installrequests"
)

func TestApproveWithPlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.askPlan(w.one)
	c, err := w.Case(t.Context(), w.owner(), "acme", id, installrequests.Chosen{})
	if err != nil || c.Unsold != nil || c.Terms.Plan != 2 || c.Terms.Units != 3 || c.Checkout.Due() != (models.Money{Minor: 3000, Currency: "EUR"}) || c.Cost.Minor != 3000 {
		t.Fatalf("%+v, %v", c, err)
	}
	out, err := w.Approve(t.Context(), w.owner(), "acme", id, w.buying())
	if err != nil || !out.Placed.Done || out.InstallationID == 0 || w.reached() != "one" || w.state(id) != "approved" {
		t.Fatalf("%+v, %v, reaches %q", out, err, w.reached())
	}
	if w.count(`installation_requests WHERE id = $1 AND order_id = $2 AND words = 'Have fun.'`, id, out.Placed.OrderID) != 1 {
		t.Error("the order isn't kept with the request")
	}
	if again, err := w.Approve(t.Context(), w.owner(), "acme", id, w.buying()); err != nil || again.InstallationID != out.InstallationID || w.count(`orders`) != 1 {
		t.Errorf("again: %+v, %v", again, err)
	}
}

func TestApproveAnotherPlanOrNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plan   int
		shown  int64
		orders int
	}{"another": {3, 5000, 1}, "none": {0, 0, 0}, "free": {1, 0, 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.askPlan(w.one, w.two)
			a := w.buying()
			a.Plan, a.Units, a.Shown = c.plan, 1, &models.Money{Minor: c.shown, Currency: "EUR"}
			a.Selection, a.Repositories = models.SelectSelected, []int64{w.two.ID}
			out, err := w.Approve(t.Context(), w.owner(), "acme", id, a)
			if err != nil || out.InstallationID == 0 || w.reached() != "two" || w.count(`orders`) != c.orders {
				t.Errorf("%+v, %v, reaches %q, %d orders", out, err, w.reached(), w.count(`orders`))
			}
			if c.orders > 0 && w.count(`orders d JOIN plans p ON p.id = d.plan_id WHERE p.number = $1`, c.plan) != 1 {
				t.Error("another plan was ordered")
			}
		})
	}
}

func TestUnpaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.askPlan(w.one)
	bad := w.buying()
	bad.Method = dbtest.PaymentMethod(t, w.db, w.acme, "tok_declined")
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, bad); !errors.Is(err, models.ErrPaymentDeclined) || w.reached() != "" || w.state(id) != "open" {
		t.Fatalf("%v, reaches %q, %s", err, w.reached(), w.state(id))
	}
	changed := w.buying()
	changed.Shown.Minor = 2999
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, changed); !errors.Is(err, models.ErrQuoteChanged) || w.state(id) != "open" {
		t.Fatal(err)
	}
	// Nobody has to wait after that, and what failed can be tried again.
	if out, err := w.Approve(t.Context(), w.as(w.anna, models.RoleOwner), "acme", id, w.buying()); err != nil || out.InstallationID == 0 || w.reached() != "one" {
		t.Errorf("%+v, %v", out, err)
	}
	if w.count(`orders WHERE state = 'failed'`) != 1 || w.count(`orders WHERE state = 'done'`) != 1 {
		t.Error("orders")
	}
}

func TestTwoOwnersOrderOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.askPlan(w.one)
	var group sync.WaitGroup
	for _, owner := range []models.Actor{w.owner(), w.as(w.anna, models.RoleOwner), w.owner()} {
		group.Go(func() {
			if _, err := w.Approve(t.Context(), owner, "acme", id, w.buying()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if w.count(`orders`) != 1 || w.count(`charges`) != 1 || w.count(`installations`) != 1 || w.state(id) != "approved" || w.told(w.carl, models.NoticeInstallApproved) != 1 {
		t.Errorf("%d orders, %d charges, %d installations, %s", w.count(`orders`), w.count(`charges`), w.count(`installations`), w.state(id))
	}
}

// stop leaves a request as it is while its order is placed, with the order done, as if
// the process had stopped before it installed.
func (w *world) stop(id int64, by models.Account) {
	w.t.Helper()
	if _, err := w.Approve(w.t.Context(), w.as(by, models.RoleOwner), "acme", id, w.buying()); err != nil {
		w.t.Fatal(err)
	}
	w.exec(`DELETE FROM installations`)
	w.exec(`UPDATE installation_requests SET state = 'open', decided_at = NULL, installation_id = NULL, order_id = NULL, placing_until = $2 WHERE id = $1`, id, w.now().Add(models.RequestPlacing))
}

func TestGoesOnAfterAStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.askPlan(w.one)
	w.stop(id, w.ada)
	if err := w.Decline(t.Context(), w.owner(), "acme", id, "No."); !errors.Is(err, models.ErrRequestBusy) {
		t.Errorf("declined while it is ordered: %v", err)
	}
	if err := w.Withdraw(t.Context(), w.member(), id); !errors.Is(err, models.ErrRequestBusy) {
		t.Errorf("withdrawn while it is ordered: %v", err)
	}
	if err := w.Tend(t.Context()); err != nil || w.state(id) != "open" {
		t.Fatalf("too early: %v, %s", err, w.state(id))
	}
	w.pass(2 * models.RequestPlacing)
	if err := w.Tend(t.Context()); err != nil || w.state(id) != "approved" || w.reached() != "one" || w.count(`orders`) != 1 {
		t.Errorf("%v, %s, reaches %q", err, w.state(id), w.reached())
	}
	if w.count(`installations WHERE installer_id = $1`, w.ada.ID) != 1 {
		t.Error("it isn't installed by who approved it")
	}
}

// TestPaidButNotInstallable loses the right to install between the payment and the
// installation.
func TestPaidButNotInstallable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.askPlan(w.one)
	w.stop(id, w.ada)
	w.exec(`UPDATE memberships SET role = 'member' WHERE account_id = $1`, w.ada.ID)
	w.pass(2 * models.RequestPlacing)
	for range 2 {
		if err := w.Tend(t.Context()); err != nil || w.state(id) != "open" || w.reached() != "" {
			t.Fatalf("%v, %s, reaches %q", err, w.state(id), w.reached())
		}
	}
	anna := w.as(w.anna, models.RoleOwner)
	c, err := w.Case(t.Context(), anna, "acme", id, installrequests.Chosen{})
	if err != nil || c.Order == nil || c.Order.State != "done" || !c.Bought || len(c.Plans) != 0 {
		t.Fatalf("%+v, %v", c, err)
	}
	if out, err := w.Approve(t.Context(), anna, "acme", id, w.buying()); err != nil || out.InstallationID == 0 || w.count(`orders`) != 1 {
		t.Errorf("%+v, %v, %d orders", out, err, w.count(`orders`))
	}
}

func TestBoughtAlready(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.askPlan(w.one)
	second := w.askPlan(w.two)
	if _, err := w.Approve(t.Context(), w.owner(), "acme", first, w.buying()); err != nil {
		t.Fatal(err)
	}
	c, err := w.Case(t.Context(), w.owner(), "acme", second, installrequests.Chosen{})
	if err != nil || !c.Bought || c.Checkout != nil || c.Terms.Plan != installrequests.NoPlan {
		t.Errorf("%+v, %v", c, err)
	}
	s := w.wish(w.three)
	s.Plan, s.Units = 2, 3
	w.exec(`INSERT INTO collaborators (repository_id, account_id, level, created_at) VALUES ($1, $2, 'read', now())`, w.three.ID, w.carl.ID)
	if _, err := w.Submit(t.Context(), w.member(), s); !errors.Is(err, models.ErrAlreadyBought) {
		t.Error(err)
	}
}
