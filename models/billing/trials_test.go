package billing

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/gateway/testgw"
)

func TestTrials(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	zero := models.Money{Currency: "EUR"}
	id := s.buy(tried, func(o *Order) { o.Shown = &zero })
	if sub := s.sub(id); !sub.OnTrial() || !sub.TrialEnd.Equal(start.AddDate(0, 0, 14)) {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("facts", s.facts(), "trial")
	s.pass(11 * day)
	s.want("news", s.news(), "trial_started trial_ends")
	s.want("a mail says how much", s.list(`SELECT args #>> '{params,money}' FROM river_job WHERE kind = 'send_mail' AND args #>> '{notice,kind}' = 'trial_ends'`), "2000 EUR 2000 EUR")
	s.pass(3 * day)
	if sub := s.sub(id); sub.State != models.SubscriptionActive || !sub.Start.Equal(start.AddDate(0, 0, 14)) {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("invoices", s.invoices(), "invoice:paid:2000")
	s.want("facts", s.facts(), "trial purchase revenue")
	s.want("webhooks", s.hooks(), "purchased changed")
	if _, err := s.billing.Cancel(t.Context(), s.ada, id, ""); err != nil {
		t.Fatal(err)
	}
	s.pass(40 * day)
	// The account had its trial, and so had the card.
	if again := s.sub(s.buy(tried)); again.State != models.SubscriptionActive {
		t.Errorf("the second time it is %s", dump(again))
	}
	card := dbtest.PaymentMethod(t, s.db, s.seller, "tok_approve")
	s.exec(`UPDATE payment_methods SET fingerprint = (SELECT fingerprint FROM payment_methods WHERE id = $2) WHERE id = $1`, card, s.card)
	o := s.order(tried, func(o *Order) { o.Account, o.Method, o.Shown = "makers", card, &zero })
	_, err := s.billing.Place(t.Context(), s.maker, o)
	s.fails("the same card for another account", err, models.ErrQuoteChanged)
	p, err := s.billing.Place(t.Context(), s.maker, s.order(team, func(o *Order) { o.Account, o.Method = "makers", card }))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.billing.Cancel(t.Context(), s.maker, p.SubscriptionID, ""); err != nil {
		t.Fatal(err)
	}
	s.pass(31 * day)
	if p, err = s.billing.Place(t.Context(), s.maker, s.order(free, func(o *Order) { o.Account, o.Method = "makers", card })); err != nil {
		t.Fatal(err)
	}
	if _, err = s.billing.UseMethod(t.Context(), s.maker, p.SubscriptionID, card); err != nil {
		t.Fatal(err)
	}
	if p, err = s.billing.Change(t.Context(), s.maker, p.SubscriptionID, to(tried, 1)); err != nil || p.Charge != models.ChargeSucceeded {
		t.Errorf("a change to what was tried with the card: %+v, %v", p, err)
	}
	s.proven()
}

// TestATrialThatIsCancelled costs nothing, and doesn't come back.
func TestATrialThatIsCancelled(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(tried)
	s.pass(2 * day)
	if p, err := s.billing.Cancel(t.Context(), s.grace, id, ""); err != nil || !p.Done {
		t.Fatalf("%+v, %v", p, err)
	}
	s.pass(30 * day)
	s.want("charges", s.list(`SELECT state FROM charges`), "")
	s.want("webhooks", s.hooks(), "purchased cancelled")
	s.want("facts", s.facts(), "trial cancel")
	s.proven()
}

// TestATrialThatIsPaidLate has no buyer until it is paid.
func TestATrialThatIsPaidLate(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(tried)
	s.behave(s.card, testgw.FailsLater)
	s.pass(15 * day)
	if sub := s.sub(id); sub.State != models.SubscriptionPastDue {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("facts", s.facts(), "trial")
	if _, err := s.billing.UseMethod(t.Context(), s.ada, id, dbtest.PaymentMethod(t, s.db, s.buyer, "tok_approve")); err != nil {
		t.Fatal(err)
	}
	s.want("facts", s.facts(), "trial purchase revenue")
	s.pass(31 * day)
	s.want("facts after a renewal", s.facts(), "trial purchase revenue revenue")
	s.proven()
}

// TestATrialThatIsNeverPaid has no buyer.
func TestATrialThatIsNeverPaid(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(tried)
	s.behave(s.card, testgw.FailsLater)
	s.pass(40 * day)
	if sub := s.sub(id); sub.EndReason != models.EndUnpaid {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("facts", s.facts(), "trial cancel")
}

// TestManyTrialsWithOneCard begins one of them.
func TestManyTrialsWithOneCard(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var begun atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		user := dbtest.User(t, s.db, fmt.Sprintf("try%d", serial()))
		card := dbtest.PaymentMethod(t, s.db, user, "tok_approve")
		s.exec(`UPDATE payment_methods SET fingerprint = 'the same' WHERE id = $1`, card)
		actor := models.Actor{UserID: user.ID, Login: user.Login, MailVerified: true}
		all.Go(func() {
			_, err := s.billing.Place(context.Background(), actor, s.order(tried, func(o *Order) {
				o.Account, o.Method, o.Shown = user.Login, card, &models.Money{Currency: "EUR"}
			}))
			if err == nil {
				begun.Add(1)
			} else if !errors.Is(err, models.ErrQuoteChanged) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if begun.Load() != 1 {
		t.Errorf("%d trials began", begun.Load())
	}
	s.want("subscriptions", s.list(`SELECT state FROM subscriptions`), "trial")
	s.proven()
}
