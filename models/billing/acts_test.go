package billing

import (
	"context"
	"errors"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/gateway/testgw"
)

func (s *stage) change(id int64, c ChangeOrder) *Placed {
	s.t.Helper()
	p, err := s.billing.Change(context.Background(), s.ada, id, c)
	if err != nil {
		s.t.Fatalf("%+v: %v", c, err)
	}
	return p
}

func to(plan int, units int64) ChangeOrder {
	return ChangeOrder{Plan: plan, Period: models.Monthly, Units: units}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	s.pass(14 * day) // half of 28 days
	_, err := s.billing.Change(t.Context(), s.grace, id, ChangeOrder{Plan: pro, Period: models.Monthly, Units: 1, Shown: &models.Money{Minor: 1, Currency: "EUR"}})
	s.fails("another price", err, models.ErrQuoteChanged)
	if p := s.change(id, to(pro, 1)); !p.Done || p.Charge != models.ChargeSucceeded {
		t.Errorf("%+v", p)
	}
	if sub := s.sub(id); sub.Terms.Plan.Name != "Pro" || !sub.End.Equal(start.AddDate(0, 0, 28)) {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:paid:1000") // half of 3000 less half of 1000
	s.news()
	if p := s.change(id, to(team, 1)); !p.Done || p.Charge != "" {
		t.Errorf("%+v", p)
	}
	if sub := s.sub(id); sub.Pending == nil || sub.Pending.Terms.Plan.Name != "Team" {
		t.Errorf("it is %s", dump(sub))
	}
	if _, err := s.billing.TakeBack(t.Context(), s.ada, id, ""); err != nil {
		t.Fatal(err)
	}
	_, err = s.billing.TakeBack(t.Context(), s.ada, id, "")
	s.fails("nothing to take back", err, models.ErrNothingPending)
	s.change(id, to(team, 1))
	s.pass(14 * day)
	if sub := s.sub(id); sub.Terms.Plan.Name != "Team" || sub.Pending != nil {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:paid:1000 invoice:paid:1000")
	s.want("webhooks", s.hooks(), "purchased changed pending_change pending_change_cancelled pending_change changed")
	s.want("orders", s.list(`SELECT act || ':' || state FROM orders ORDER BY id`), "buy:done change:done change:done take_back:done change:done")
	s.want("recorded", s.list(`SELECT action FROM audit_events WHERE action LIKE 'subscription%' ORDER BY id`),
		"subscription.buy subscription.change subscription.change subscription.take_back subscription.change subscription.renew")
	s.proven()
}

// TestAnUpgradeNeedsItsPayment leaves everything as it was.
func TestAnUpgradeNeedsItsPayment(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	s.pass(3 * day)
	was := dump(s.sub(id))
	for _, as := range []testgw.Behaviour{testgw.Decline, testgw.Expired} {
		s.behave(s.card, as)
		p, err := s.billing.Change(t.Context(), s.ada, id, to(pro, 1))
		if !errors.Is(err, models.ErrPaymentDeclined) || p == nil || p.Done {
			t.Errorf("%+v, %v", p, err)
		}
	}
	s.want("it", dump(s.sub(id)), was)
	s.behave(s.card, testgw.Authenticate)
	if p := s.change(id, to(pro, 1)); p.Done || p.ActionURL == "" {
		t.Errorf("%+v", p)
	}
	s.want("it", dump(s.sub(id)), was)
	// The buyer leaves the bank's page and wants something else.
	s.behave(s.card, testgw.Approve)
	if p := s.change(id, to(seats, 40)); !p.Done {
		t.Errorf("%+v", p)
	}
	s.want("charges", s.list(`SELECT state FROM charges ORDER BY id`), "succeeded declined declined cancelled succeeded")
	s.want("webhooks", s.hooks(), "purchased changed")
	s.proven()
}

// TestAPeriodEndsDuringAPayment gives up what the buyer never confirmed.
func TestAPeriodEndsDuringAPayment(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	s.pass(28*day - time.Hour)
	s.behave(s.card, testgw.Authenticate)
	s.change(id, to(pro, 1))
	s.behave(s.card, testgw.Approve)
	s.pass(2 * time.Hour)
	if sub := s.sub(id); sub.Terms.Plan.Name != "Team" || !sub.Start.Equal(start.AddDate(0, 0, 28)) || sub.State != models.SubscriptionActive {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("charges", s.list(`SELECT state FROM charges ORDER BY id`), "succeeded cancelled succeeded")
	s.proven()
}

func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	if _, err := s.billing.Pause(t.Context(), s.grace, id, ""); err != nil {
		t.Fatal(err)
	}
	s.pass(40 * day)
	if sub := s.sub(id); sub.State != models.SubscriptionPaused {
		t.Fatalf("it is %s", dump(sub))
	}
	s.behave(s.card, testgw.Decline)
	_, err := s.billing.Resume(t.Context(), s.ada, id, "", nil)
	s.fails("a bad card", err, models.ErrPaymentDeclined)
	s.want("it", string(s.sub(id).State), "paused")
	s.behave(s.card, testgw.Approve)
	if p, err := s.billing.Resume(t.Context(), s.ada, id, "again", &models.Money{Minor: 1000, Currency: "EUR"}); err != nil || !p.Done {
		t.Fatalf("%+v, %v", p, err)
	}
	if sub := s.sub(id); sub.State != models.SubscriptionActive || !sub.Start.Equal(s.now()) {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("webhooks", s.hooks(), "purchased pending_change cancelled purchased")
	s.want("news", s.news(), "subscribed subscription_paused")
	s.proven()
}

func TestCoupons(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.exec(`INSERT INTO coupons (listing_id, code, percent, periods, max_redemptions, created_at) VALUES ($1, 'HALF', 50, 2, 1, now()), ($1, 'ALL', 100, 1, 5, now())`, s.listing.ID)
	with := func(code string) func(*Order) { return func(o *Order) { o.Coupon = code } }
	s.behave(s.card, testgw.Decline)
	_, err := s.billing.Place(t.Context(), s.ada, s.order(team, with("half")))
	s.fails("a bad card", err, models.ErrPaymentDeclined)
	s.want("redeemed", s.list(`SELECT redemptions::text FROM coupons ORDER BY id`), "0 0")
	s.behave(s.card, testgw.Approve)
	id := s.buy(team, with("half"))
	s.pass(60 * day)
	s.want("invoices", s.invoices(), "invoice:paid:500 invoice:paid:500 invoice:paid:1000")
	card := dbtest.PaymentMethod(t, s.db, s.seller, "tok_approve")
	_, err = s.billing.Place(t.Context(), s.maker, s.order(team, func(o *Order) { o.Account, o.Method, o.Coupon = "makers", card, "HALF" }))
	s.fails("the second one", err, models.ErrCouponUsedUp)
	if p, err := s.billing.Place(t.Context(), s.maker, s.order(team, func(o *Order) { o.Account, o.Method, o.Coupon = "makers", card, "ALL" })); err != nil || !p.Done || p.Charge != "" {
		t.Errorf("%+v, %v", p, err)
	}
	s.want("redeemed", s.list(`SELECT redemptions::text FROM coupons ORDER BY id`), "1 1")
	_ = id
	s.proven()
}

// TestPlacesOfChanges holds places for what is pending and being paid, and gives
// back what isn't had any more.
func TestPlacesOfChanges(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	taken := func(want string) {
		t.Helper()
		s.want("places", s.list(`SELECT taken::text FROM plan_seats`), want)
		s.proven()
	}
	id := s.buy(few, func(o *Order) { o.Units = 4 })
	taken("4")
	s.change(id, to(few, 7))
	taken("7")
	_, err := s.billing.Change(t.Context(), s.ada, id, to(few, 11))
	s.fails("more than there are", err, models.ErrPlanFull)
	s.change(id, to(few, 2))
	taken("7")
	s.pass(28 * day)
	taken("2")
	s.behave(s.card, testgw.Authenticate)
	s.change(id, to(few, 9))
	taken("9")
	s.pass(25 * time.Hour)
	taken("2")
	s.behave(s.card, testgw.Approve)
	s.change(id, to(pro, 1))
	taken("0")
	s.change(id, to(few, 5)) // at the end of the period
	taken("5")
	if _, err := s.billing.Cancel(t.Context(), s.ada, id, ""); err != nil {
		t.Fatal(err)
	}
	taken("0")
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.exec(`INSERT INTO buy_policies (organization_id, rules, version, updated_at) VALUES ($1, $2, 1, now())`, s.buyer.ID,
		models.BuyPolicy{Rules: []models.BuyRule{{Decision: models.DecisionDeny, Price: models.PriceAbove, Minor: 2500, Currency: "EUR"},
			{Decision: models.DecisionAsk, Price: models.PriceAbove, Minor: 500, Currency: "EUR"}}})
	_, err := s.billing.Place(t.Context(), s.ada, s.order(pro))
	s.fails("what is denied, by an owner", err, models.ErrPolicyDenied)
	_, err = s.billing.Place(t.Context(), s.grace, s.order(team))
	s.fails("what is asked for, by a billing manager", err, models.ErrPolicyAsks)
	id := s.buy(team)
	_, err = s.billing.Change(t.Context(), s.ada, id, to(pro, 1))
	s.fails("a change to what is denied", err, models.ErrPolicyDenied)
	_, err = s.billing.Change(t.Context(), s.grace, id, to(seats, 5))
	s.fails("a change to what is asked for", err, models.ErrPolicyAsks)
	if p, err := s.billing.Change(t.Context(), s.grace, id, to(seats, 1)); err != nil || !p.Done {
		t.Errorf("%+v, %v", p, err)
	}
	s.proven()
}
