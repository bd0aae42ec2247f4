package billing

import (
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

// TestPricesThatChange keeps some buyers' prices and moves others', with notice.
func TestPricesThatChange(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	kept, moved := s.buy(team), int64(0)
	p, err := s.billing.Place(t.Context(), s.maker, s.order(pro, func(o *Order) {
		o.Account, o.Method = "makers", dbtest.PaymentMethod(t, s.db, s.seller, "tok_approve")
	}))
	if err != nil {
		t.Fatal(err)
	}
	moved = p.SubscriptionID
	s.exec(`UPDATE plans SET monthly_minor = 1500, version = version + 1, price_policy = 'keep' WHERE number = $1`, team)
	s.exec(`UPDATE plans SET monthly_minor = 4000, version = version + 1, price_policy = 'move', notice_days = 40 WHERE number = $1`, pro)
	// The database says when prices changed by its own clock: let it be today.
	s.exec(`ALTER TABLE plan_versions DISABLE TRIGGER plan_versions_append_only`)
	s.exec(`UPDATE plan_versions SET effective_at = $1`, s.now())
	if _, err := s.billing.Place(t.Context(), s.ada, s.order(pro, func(o *Order) { o.Account = "acme" })); err == nil {
		t.Error("bought twice")
	}
	s.pass(60 * day)
	s.want("kept", s.list(`SELECT total_minor::text FROM invoices WHERE subscription_id = $1 ORDER BY number`, kept), "1000 1000 1000")
	s.want("moved", s.list(`SELECT total_minor::text FROM invoices WHERE subscription_id = $1 ORDER BY number`, moved), "3000 3000 4000")
	s.proven()
}

// TestWhatStaffWithdraws isn't paid for any longer than it was.
func TestWhatStaffWithdraws(t *testing.T) {
	t.Parallel()
	for name, withdraw := range map[string]string{
		"a listing": `UPDATE listings SET state = 'taken_down', taken_down_at = now(), taken_down_reason = 'malware'`,
		"a seller":  `UPDATE accounts SET suspended_at = now() WHERE login = 'makers'`,
	} {
		s := newStage(t)
		id := s.buy(team)
		s.exec(withdraw)
		_, err := s.billing.Change(t.Context(), s.ada, id, to(pro, 1))
		s.fails(name+": a change", err, models.ErrSellerNotReady)
		s.pass(27 * day)
		if sub := s.sub(id); !sub.Serves() {
			t.Errorf("%s: it ends before its time", name)
		}
		s.pass(2 * day)
		if sub := s.sub(id); sub.EndReason != models.EndCancelled {
			t.Errorf("%s: it is %s", name, dump(sub))
		}
		s.want("invoices", s.invoices(), "invoice:paid:1000")
		s.want("webhooks", s.hooks(), "purchased cancelled")
		s.want("news", s.news(), "subscribed subscription_ended")
		s.proven()
	}
}

// TestSuspendedBuyers pay for no period that begins while they are suspended; who is
// reinstated before goes on.
func TestSuspendedBuyers(t *testing.T) {
	t.Parallel()
	const suspend, reinstate = `UPDATE accounts SET suspended_at = now() WHERE login = 'acme'`, `UPDATE accounts SET suspended_at = NULL WHERE login = 'acme'`
	t.Run("for good", func(t *testing.T) {
		t.Parallel()
		for plan, paid := range map[int]string{team: "invoice:paid:1000", tried: ""} {
			s := newStage(t)
			id := s.buy(plan)
			s.exec(suspend)
			s.pass(13 * day)
			if sub := s.sub(id); !sub.Serves() {
				t.Errorf("plan %d: it ends before its time", plan)
			}
			s.pass(16 * day)
			if sub := s.sub(id); sub.State != models.SubscriptionEnded || sub.EndReason != models.EndCancelled {
				t.Errorf("plan %d: it is %s", plan, dump(sub))
			}
			s.want("invoices", s.invoices(), paid)
			s.want("webhooks", s.hooks(), "purchased cancelled")
			s.proven()
		}
	})
	t.Run("for a while", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		id := s.buy(team)
		s.exec(suspend)
		s.pass(20 * day)
		s.exec(reinstate)
		s.pass(9 * day)
		if sub := s.sub(id); sub.State != models.SubscriptionActive || sub.Pending != nil {
			t.Errorf("it is %s", dump(sub))
		}
		s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:paid:1000")
		s.proven()
	})
	t.Run("with a free plan", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		id := s.buy(free)
		s.exec(suspend)
		s.pass(60 * day)
		if sub := s.sub(id); sub.State != models.SubscriptionActive {
			t.Errorf("it is %s", dump(sub))
		}
	})
}
