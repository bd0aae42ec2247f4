package billing

import (
	"errors"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/gateway/testgw"
)

func TestBuying(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team, func(o *Order) { o.Shown = &models.Money{Minor: 1000, Currency: "EUR"} })
	sub := s.sub(id)
	if sub.State != models.SubscriptionActive || sub.Terms.Plan.Name != "Team" || !sub.Start.Equal(start) || !sub.End.Equal(start.AddDate(0, 0, 28)) {
		t.Errorf("bought is %s", dump(sub))
	}
	s.want("charges", s.list(`SELECT state || ' ' || minor FROM charges`), "succeeded 1000")
	s.want("orders", s.list(`SELECT state || ' ' || act || ' ' || total_minor FROM orders`), "done buy 1000")
	s.want("invoices", s.list(`SELECT reference || ' ' || state || ' ' || total_minor FROM invoices`), "TM-000001 paid 1000")
	s.want("webhooks", s.hooks(), "purchased")
	s.want("facts", s.list(`SELECT kind || ' ' || coalesce(minor, 0) FROM listing_facts ORDER BY kind`), "purchase 0 revenue 1000")
	s.want("recorded", s.list(`SELECT action FROM audit_events WHERE account_id = $1 ORDER BY id`, s.buyer.ID), "subscription.buy charge.succeed")
	s.want("told", s.list(`SELECT n.kind || ' ' || a.login FROM notifications n JOIN accounts a ON a.id = n.account_id ORDER BY n.account_id`), "subscribed ada subscribed grace")
	s.want("mails", s.list(`SELECT count(*)::text FROM river_job WHERE kind = 'send_mail'`), "2")
	s.proven()
}

func TestBuyingWhatIsFree(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	maker := s.actor(models.Account{ID: s.maker.UserID, Login: "maker"}, s.seller, models.RoleOwner)
	id := s.buy(free, func(o *Order) { o.Method = 0 })
	if sub := s.sub(id); sub.State != models.SubscriptionActive || !sub.End.IsZero() {
		t.Errorf("bought is %s", dump(sub))
	}
	s.want("charges", s.list(`SELECT state FROM charges`), "")
	s.want("invoices", s.list(`SELECT reference FROM invoices`), "")
	s.want("webhooks", s.hooks(), "purchased")
	s.want("facts", s.list(`SELECT kind FROM listing_facts`), "")
	// The other account's is its own.
	if _, err := s.billing.Cancel(t.Context(), maker, id, ""); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("cancelled by the seller: %v", err)
	}
	s.proven()
}

// TestGivingAwayNeedsNoSetup is a listing whose integrator has set up nothing.
func TestGivingAwayNeedsNoSetup(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	other := dbtest.Organization(t, s.db, "givers", dbtest.User(t, s.db, "linus"))
	e := dbtest.Listing(t, s.db, dbtest.Named("gift", "Gift"), dbtest.By(other), dbtest.WithPlan(models.Plan{}), dbtest.WithPlan(plansOf()[1]))
	gift := func(plan int) Order {
		return s.order(plan, func(o *Order) { o.Listing = "gift" })
	}
	_, err := s.billing.Place(t.Context(), s.ada, gift(1))
	s.fails("what nobody has claimed", err, models.ErrBoughtElsewhere)
	s.exec(`UPDATE listings SET claimed_at = now() WHERE id = $1`, e.ID)
	_, err = s.billing.Place(t.Context(), s.ada, gift(2))
	s.fails("what costs something", err, models.ErrSellerNotReady)
	if _, err := s.billing.Place(t.Context(), s.ada, gift(1)); err != nil {
		t.Error(err)
	}
	s.exec(`UPDATE listings SET purchase = 'direct', purchase_url = 'https://gift.example' WHERE id = $1`, e.ID)
	_, err = s.billing.Place(t.Context(), s.maker, s.order(1, func(o *Order) { o.Listing, o.Account = "gift", "makers" }))
	s.fails("what is sold elsewhere", err, models.ErrBoughtElsewhere)
	s.proven()
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	unsure := s.ada
	unsure.MailVerified = false
	acting := s.ada
	acting.ActingFor = &models.ActingFor{StaffID: s.maker.UserID, Login: "maker"}
	for name, c := range map[string]struct {
		actor models.Actor
		order Order
		want  error
	}{
		"anonymous":            {models.Actor{}, s.order(team), models.ErrSignInNeeded},
		"a member":             {s.member, s.order(team), models.ErrForbidden},
		"a stranger":           {s.maker, s.order(team), models.ErrNotFound},
		"no mail":              {unsure, s.order(team), models.ErrMailNeeded},
		"staff for somebody":   {acting, s.order(team), models.ErrNotForActing},
		"no such plan":         {s.ada, s.order(99), models.ErrNotFound},
		"no such listing":      {s.ada, s.order(team, func(o *Order) { o.Listing = "nothing" }), models.ErrNotFound},
		"an impossible one":    {s.ada, s.order(team, func(o *Order) { o.Listing = "a\x00b" }), models.ErrNotFound},
		"no such account":      {s.ada, s.order(team, func(o *Order) { o.Account = "nobody" }), models.ErrNotFound},
		"no method":            {s.ada, s.order(team, func(o *Order) { o.Method = 0 }), models.ErrPaymentMethodNeeded},
		"somebody's method":    {s.ada, s.order(team, func(o *Order) { o.Method = dbtest.PaymentMethod(t, s.db, s.seller, "tok_approve") }), models.ErrPaymentMethodNeeded},
		"no transfer":          {s.ada, s.order(team, func(o *Order) { o.Transfer = true }), models.ErrSellerNotReady},
		"another price":        {s.ada, s.order(team, func(o *Order) { o.Shown = &models.Money{Minor: 999, Currency: "EUR"} }), models.ErrQuoteChanged},
		"another currency":     {s.ada, s.order(team, func(o *Order) { o.Shown = &models.Money{Minor: 1000, Currency: "USD"} }), models.ErrQuoteChanged},
		"a period unknown":     {s.ada, s.order(team, func(o *Order) { o.Period = "week" }), models.ErrPlanPeriod},
		"a period not offered": {s.ada, s.order(tried, func(o *Order) { o.Period = models.Yearly }), models.ErrPlanPeriod},
		"no units":             {s.ada, s.order(seats, func(o *Order) { o.Units = 0 }), models.ErrPlanUnits},
		"fewer than none":      {s.ada, s.order(seats, func(o *Order) { o.Units = -5 }), models.ErrPlanUnits},
		"too many":             {s.ada, s.order(few, func(o *Order) { o.Units = 11 }), models.ErrPlanFull},
		"an unknown coupon":    {s.ada, s.order(team, func(o *Order) { o.Coupon = "NEVER" }), models.ErrCouponUnknown},
	} {
		p, err := s.billing.Place(t.Context(), c.actor, c.order)
		if !errors.Is(err, c.want) || p != nil {
			t.Errorf("%s: %+v, %v, want %v", name, p, err, c.want)
		}
	}
	s.want("written", s.list(`SELECT id::text FROM subscriptions`)+s.list(`SELECT id::text FROM orders`)+s.list(`SELECT id::text FROM charges`), "")
	s.exec(`UPDATE accounts SET suspended_at = now() WHERE id = $1`, s.buyer.ID)
	_, err := s.billing.Place(t.Context(), s.ada, s.order(team))
	s.fails("for a suspended account", err, models.ErrSuspended)
}

func TestACardThatIsDeclined(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.behave(s.card, testgw.Funds)
	o := s.order(few, func(o *Order) { o.Units = 4 })
	p, err := s.billing.Place(t.Context(), s.ada, o)
	if !errors.Is(err, models.ErrPaymentDeclined) || p == nil || p.Done || p.Decline != models.DeclineFunds {
		t.Fatalf("%+v, %v", p, err)
	}
	again, err := s.billing.Place(t.Context(), s.ada, o)
	if !errors.Is(err, models.ErrPaymentDeclined) || *again != *p {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	s.want("subscriptions", s.list(`SELECT state || ' ' || end_reason FROM subscriptions`), "ended abandoned")
	s.want("orders", s.list(`SELECT state FROM orders`), "failed")
	s.want("webhooks", s.hooks(), "")
	s.want("invoices", s.list(`SELECT reference FROM invoices`), "")
	s.want("places", s.list(`SELECT taken::text FROM plan_seats`), "0")
	s.behave(s.card, testgw.Approve)
	s.buy(few)
	s.want("charges", s.list(`SELECT state || ' ' || minor FROM charges ORDER BY id`), "declined 2000 succeeded 500")
	s.proven()
}

func TestACardThatAsksTheBuyer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.behave(s.card, testgw.Authenticate)
	p, err := s.billing.Place(t.Context(), s.ada, s.order(team))
	if err != nil || p.Done || p.Charge != models.ChargeAction || p.ActionURL == "" {
		t.Fatalf("%+v, %v", p, err)
	}
	s.want("webhooks", s.hooks(), "")
	if o, err := s.billing.OrderOf(t.Context(), s.grace, p.OrderID); err != nil || o.State != "waiting" || o.ActionURL != p.ActionURL || o.Account.Login != "acme" {
		t.Errorf("%+v, %v", o, err)
	}
	_, err = s.billing.OrderOf(t.Context(), s.member, p.OrderID)
	s.fails("a member looks", err, models.ErrNotFound)
	s.confirm("action_needed", models.ChargeSucceeded)
	o, err := s.billing.OrderOf(t.Context(), s.ada, p.OrderID)
	if err != nil || !o.Done || o.InvoiceID == 0 || o.Subscription.State != models.SubscriptionActive || o.Total.Minor != 1000 {
		t.Errorf("%+v, %v", o, err)
	}
	s.want("webhooks", s.hooks(), "purchased")
	s.proven()
}

// confirm has the gateway settle what is in a state, as its page would.
func (s *stage) confirm(from string, to models.ChargeState) {
	s.t.Helper()
	s.exec(`UPDATE test_gateway SET body = jsonb_set(body, '{state}', to_jsonb($2::text)) WHERE kind = 'charge' AND body ->> 'state' = $1`, from, to)
}

// TestAnOrderMakesRoom is a buyer who leaves the bank's page and orders something
// else.
func TestAnOrderMakesRoom(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.behave(s.card, testgw.Authenticate)
	first, err := s.billing.Place(t.Context(), s.ada, s.order(few, func(o *Order) { o.Units = 10 }))
	if err != nil || first.Done {
		t.Fatalf("%+v, %v", first, err)
	}
	other := dbtest.PaymentMethod(t, s.db, s.buyer, "tok_approve")
	second, err := s.billing.Place(t.Context(), s.ada, s.order(few, func(o *Order) { o.Units, o.Method = 10, other }))
	if err != nil || !second.Done {
		t.Fatalf("%+v, %v", second, err)
	}
	s.want("charges", s.list(`SELECT state FROM charges ORDER BY id`), "cancelled succeeded")
	s.want("orders", s.list(`SELECT state FROM orders ORDER BY id`), "failed done")
	s.proven()
}

// TestNobodyFinishesAnOrder leaves the bank's page open for a day, or cancels.
func TestNobodyFinishesAnOrder(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.behave(s.card, testgw.Authenticate)
	for range 2 {
		if p, err := s.billing.Place(t.Context(), s.ada, s.order(team)); err != nil || p.Done {
			t.Fatalf("%+v, %v", p, err)
		}
		s.pass(25 * 3600e9)
	}
	p, err := s.billing.Place(t.Context(), s.ada, s.order(team))
	if err != nil {
		t.Fatal(err)
	}
	if p, err = s.billing.Cancel(t.Context(), s.ada, p.SubscriptionID, ""); err != nil || !p.Done {
		t.Fatalf("%+v, %v", p, err)
	}
	s.want("charges", s.list(`SELECT state FROM charges ORDER BY id`), "cancelled cancelled cancelled")
	s.want("subscriptions", s.list(`SELECT state || ' ' || end_reason FROM subscriptions`), "ended abandoned ended abandoned ended abandoned")
	s.want("webhooks", s.hooks(), "")
	s.proven()
}

// TestTheGatewayIsDown gets no answer at first.
func TestTheGatewayIsDown(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.behave(s.card, testgw.Unavailable)
	p, err := s.billing.Place(t.Context(), s.ada, s.order(team))
	if err != nil || p.Done || p.Charge != models.ChargeReserved {
		t.Fatalf("%+v, %v", p, err)
	}
	id := one1[int64](s, `SELECT id FROM charges`)
	for range 3 {
		_ = s.billing.Settle(t.Context(), id)
	}
	if sub := s.sub(p.SubscriptionID); sub.State != models.SubscriptionActive {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("jobs", s.list(`SELECT args ->> 'id' FROM river_job WHERE kind = 'settle_charge'`), s.list(`SELECT id::text FROM charges`))
	s.proven()
}

// TestABatchIsATransaction holds that what is sent to the pool in one go is written
// whole or not at all, what is judged at its end included.
func TestABatchIsATransaction(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	st, err := s.billing.offer(t.Context(), s.db.Pool(), s.ada, s.order(team))
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]string{
		"in the middle": `SELECT 1 / 0`,
		"at the end": `WITH t AS (INSERT INTO ledger_transactions (seller_id, kind, at) SELECT account_id, 'transfer', now() FROM sellers RETURNING id)
			INSERT INTO ledger_entries (transaction_id, account, currency, minor) SELECT id, 'bank', 'EUR', 1 FROM t`,
	} {
		p := s.billing.page(s.ada, st.standing(s.ada))
		p.b.Queue(`UPDATE sellers SET legal_name = 'spoilt'`)
		p.b.Queue(spoil)
		p.b.Queue(`UPDATE sellers SET legal_name = 'spoilt twice'`)
		if err := p.write(t.Context(), s.db.Pool()); err == nil {
			t.Errorf("%s: no error", name)
		}
		s.want(name, s.list(`SELECT legal_name FROM sellers`), "Tool Makers Ltd")
	}
}
