package billing

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/gateway/testgw"
)

func (s *stage) invoices() string {
	return s.list(`SELECT kind || ':' || state || ':' || total_minor FROM invoices ORDER BY number`)
}

func (s *stage) facts() string {
	return s.list(`SELECT kind FROM listing_facts ORDER BY id`)
}

// news is what was told to the owner since it was last asked.
func (s *stage) news() string {
	defer s.exec(`DELETE FROM notifications`)
	return s.list(`SELECT kind FROM notifications WHERE account_id = $1 ORDER BY id`, s.ada.UserID)
}

func TestRenewals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	for range 60 {
		s.pass(day)
	}
	sub := s.sub(id)
	// 31 January, 28 February, 31 March, 30 April.
	if sub.State != models.SubscriptionActive || !sub.End.Equal(time.Date(2027, 4, 30, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:paid:1000 invoice:paid:1000")
	s.want("webhooks", s.hooks(), "purchased")
	s.want("news", s.news(), "subscribed subscription_renews subscription_renews")
	s.want("facts", s.facts(), "revenue purchase revenue revenue")
	s.proven()
}

// TestJobsMayComeLateTwiceOrTogether compares lives of the same subscription that
// was looked after every day, once at the end, and by many at a time.
func TestJobsMayComeLateTwiceOrTogether(t *testing.T) {
	t.Parallel()
	var results []string
	for _, how := range []string{"daily", "late", "together"} {
		s := newStage(t)
		id := s.buy(tried)
		if _, err := s.billing.Place(t.Context(), s.maker, s.order(free, func(o *Order) { o.Account = "makers" })); err != nil {
			t.Fatal(err)
		}
		switch how {
		case "daily":
			s.pass(100 * day)
		case "late":
			s.wait(100 * day)
			s.tend()
			s.tend()
		case "together":
			s.wait(100 * day)
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					for range 20 {
						if err := s.billing.Advance(context.Background(), id); err == nil {
							return
						}
					}
					t.Error("it never went through")
				})
			}
			all.Wait()
		}
		sub := s.sub(id)
		sub.ID, sub.ListingID, sub.SellerID, sub.AccountID, sub.Terms.Plan.ID, sub.Terms.Plan.ListingID = 0, 0, 0, 0, 0, 0
		sub.Terms.Plan.CreatedAt, sub.Terms.Plan.UpdatedAt = time.Time{}, time.Time{}
		results = append(results, dump(sub)+s.invoices()+s.hooks()+s.facts()+s.list(`SELECT count(*)::text FROM charges`)+
			s.list(`SELECT string_agg(n, ',') FROM (SELECT kind || count(*) n FROM notifications GROUP BY kind ORDER BY kind) n`))
		s.proven()
	}
	for i := range results {
		if results[i] != results[0] {
			t.Errorf("differs:\n%s\n%s", results[i], results[0])
		}
	}
}

func TestDunning(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(e *models.Seller) { e.GraceDays = 21 })
	id := s.buy(team)
	s.behave(s.card, testgw.FailsLater)
	s.pass(28 * day)
	sub := s.sub(id)
	if sub.State != models.SubscriptionPastDue || sub.Due == nil || sub.Due.Tries != 1 || !sub.Serves() {
		t.Fatalf("it is %s", dump(sub))
	}
	if sub.Due.InvoiceID == 0 {
		t.Fatal("nobody knows what is owed")
	}
	tries := func() string { return s.list(`SELECT count(*)::text FROM charges WHERE state = 'declined'`) }
	for after, want := range map[int]string{0: "1"} {
		s.want(fmt.Sprint("tries on day ", after), tries(), want)
	}
	for i, days := range []time.Duration{2, 5, 7} {
		s.pass(days*day - time.Second)
		s.want("tries before", tries(), fmt.Sprint(i+1))
		s.pass(time.Second)
		s.want("tries then", tries(), fmt.Sprint(i+2))
	}
	s.want("news", s.news(), "subscribed subscription_renews charge_failed charge_failed charge_failed charge_failed")
	s.pass(7*day - time.Second)
	if sub := s.sub(id); sub.State != models.SubscriptionPastDue {
		t.Errorf("before the grace is over it is %s", dump(sub))
	}
	s.pass(time.Second)
	sub = s.sub(id)
	if sub.State != models.SubscriptionEnded || sub.EndReason != models.EndUnpaid {
		t.Errorf("after its grace it is %s", dump(sub))
	}
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:written_off:1000 credit_note:paid:1000")
	s.want("webhooks", s.hooks(), "purchased cancelled")
	s.want("news", s.news(), "subscription_lapsed")
	s.want("books", s.list(`SELECT e.account || ':' || sum(e.minor) FROM ledger_entries e GROUP BY e.account HAVING sum(e.minor) <> 0 ORDER BY e.account`),
		"bad_debt:1000 gateway:1000 revenue:-2000")
	s.pass(60 * day)
	s.want("tries", tries(), "4")
	s.proven()
}

// TestANewCardMendsIt pays at once, with the period as it was.
func TestANewCardMendsIt(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	end := s.sub(id).End
	s.behave(s.card, testgw.Decline)
	s.pass(29 * day)
	bad := dbtest.PaymentMethod(t, s.db, s.buyer, "tok_funds")
	p, err := s.billing.UseMethod(t.Context(), s.grace, id, bad)
	s.fails("another bad card", err, models.ErrPaymentDeclined)
	if p == nil || p.Decline != models.DeclineFunds {
		t.Errorf("%+v", p)
	}
	_, err = s.billing.UseMethod(t.Context(), s.ada, id, 999)
	s.fails("no card", err, models.ErrPaymentMethodNeeded)
	_, err = s.billing.UseMethod(t.Context(), s.member, id, s.card)
	s.fails("a member", err, models.ErrForbidden)
	good := dbtest.PaymentMethod(t, s.db, s.buyer, "tok_approve")
	if p, err = s.billing.UseMethod(t.Context(), s.grace, id, good); err != nil || !p.Done {
		t.Fatalf("%+v, %v", p, err)
	}
	sub := s.sub(id)
	if sub.State != models.SubscriptionActive || sub.Due != nil || !sub.Start.Equal(end) {
		t.Errorf("it is %s", dump(sub))
	}
	s.pass(40 * day)
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:paid:1000 invoice:paid:1000")
	s.proven()
}

// TestADelayedPayment renews by a method that takes days.
func TestADelayedPayment(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	s.behave(s.card, testgw.Later)
	s.pass(31 * day)
	if sub := s.sub(id); sub.State != models.SubscriptionActive || sub.Due != nil {
		t.Errorf("while it is on its way it is %s", dump(sub))
	}
	_, err := s.billing.Change(t.Context(), s.ada, id, ChangeOrder{Plan: pro, Period: models.Monthly})
	s.fails("a change meanwhile", err, models.ErrSubscriptionBusy)
	if _, err := s.billing.Cancel(t.Context(), s.ada, id, ""); err != nil {
		t.Error(err) // it goes on until its end anyway
	}
	s.confirm("processing", models.ChargeSucceeded)
	s.pass(day)
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:paid:1000")
	s.pass(60 * day)
	if sub := s.sub(id); sub.EndReason != models.EndCancelled {
		t.Errorf("it is %s", dump(sub))
	}
	s.proven()
}

// TestAGatewayThatNeverAnswers isn't waited for longer than the grace.
func TestAGatewayThatNeverAnswers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	s.behave(s.card, testgw.Never)
	s.pass((28 + 14) * day)
	if sub := s.sub(id); sub.State != models.SubscriptionEnded || sub.EndReason != models.EndUnpaid {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("charges", s.list(`SELECT state FROM charges ORDER BY id`), "succeeded cancelled")
	p, err := s.billing.Place(t.Context(), s.ada, s.order(team))
	if err != nil || p.Charge != models.ChargeProcessing {
		t.Fatalf("%+v, %v", p, err)
	}
	s.pass(10 * day)
	if sub := s.sub(p.SubscriptionID); sub.EndReason != models.EndAbandoned {
		t.Errorf("the order is %s", dump(sub))
	}
	s.proven()
}

// TestACardIsGone renews without anything to pay with.
func TestACardIsGone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	s.exec(`UPDATE payment_methods SET state = 'removed'`)
	s.pass(35 * day)
	if sub := s.sub(id); sub.State != models.SubscriptionPastDue || sub.Due.InvoiceID == 0 || sub.Due.Tries != 3 {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:open:1000")
	if p, err := s.billing.Cancel(t.Context(), s.ada, id, ""); err != nil || !p.Done {
		t.Fatalf("%+v, %v", p, err)
	}
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:written_off:1000 credit_note:paid:1000")
	s.proven()
}

// TestMendingAsksTheBank pays what is owed with a card that its bank asks about:
// while the buyer doesn't answer it is as late as before, and the next try comes.
func TestMendingAsksTheBank(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	s.behave(s.card, testgw.Decline)
	s.pass(28 * day)
	careful := dbtest.PaymentMethod(t, s.db, s.buyer, "tok_authenticate")
	mend := func() *Placed {
		t.Helper()
		p, err := s.billing.UseMethod(t.Context(), s.ada, id, careful)
		if err != nil || p.Done || p.Charge != models.ChargeAction || p.ActionURL == "" {
			t.Fatalf("%+v, %v", p, err)
		}
		return p
	}
	mend()
	mend() // again, since the page was closed
	s.want("charges", s.list(`SELECT state FROM charges ORDER BY id`), "succeeded declined cancelled action_needed")
	s.pass(3 * day) // a try without the buyer, whom the bank wants to see
	s.want("charges", s.list(`SELECT state FROM charges ORDER BY id`), "succeeded declined cancelled cancelled declined")
	mend()
	s.confirm("action_needed", models.ChargeSucceeded)
	if err := s.billing.Settle(t.Context(), one1[int64](s, `SELECT max(id) FROM charges`)); err != nil {
		t.Fatal(err)
	}
	if sub := s.sub(id); sub.State != models.SubscriptionActive || sub.Due != nil {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("news", s.news(), "subscribed subscription_renews charge_failed charge_confirm charge_confirm charge_failed charge_confirm")
	s.proven()
}
