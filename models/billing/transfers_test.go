package billing

import (
	"testing"

	"souk/models"
)

func transfers(e *models.Seller) { e.AcceptsTransfer, e.TransferDays, e.GraceDays = true, 10, 7 }

func byTransfer(o *Order) { o.Transfer, o.Method = true, 0 }

func TestTransfers(t *testing.T) {
	t.Parallel()
	s := newStage(t, transfers)
	id := s.buy(team, byTransfer)
	sub := s.sub(id)
	if sub.State != models.SubscriptionActive || sub.Due == nil || sub.Due.InvoiceID == 0 || !sub.Due.Payable.Equal(start.AddDate(0, 0, 10)) {
		t.Fatalf("it is %s", dump(sub))
	}
	s.want("invoices", s.invoices(), "invoice:open:1000")
	s.pass(7 * day) // three days before it is late
	s.want("news", s.news(), "subscribed transfer_due")
	s.pass(3 * day)
	if sub := s.sub(id); sub.State != models.SubscriptionPastDue {
		t.Errorf("when it is late it is %s", dump(sub))
	}
	invoice := sub.Due.InvoiceID
	s.fails("the buyer says so", s.billing.MarkPaid(t.Context(), s.ada, invoice, ""), models.ErrNotFound)
	s.fails("no invoice", s.billing.MarkPaid(t.Context(), s.maker, 999, ""), models.ErrNotFound)
	for range 2 { // the second time it is paid
		if err := s.billing.MarkPaid(t.Context(), s.maker, invoice, "came today"); err != nil {
			t.Fatal(err)
		}
	}
	if sub := s.sub(id); sub.State != models.SubscriptionActive || sub.Due != nil {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("news", s.news(), "transfer_due transfer_received")
	s.want("facts", s.facts(), "purchase revenue")
	s.pass(18 * day)
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:open:1000")
	s.pass(17 * day)
	if sub := s.sub(id); sub.EndReason != models.EndUnpaid {
		t.Errorf("never paid it is %s", dump(sub))
	}
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:written_off:1000 credit_note:paid:1000")
	s.fails("too late", s.billing.MarkPaid(t.Context(), s.maker, one1[int64](s, `SELECT id FROM invoices WHERE state = 'written_off'`), ""), models.ErrSubscriptionEnded)
	s.proven()
}

// TestACardInsteadOfATransfer pays what is owed at once.
func TestACardInsteadOfATransfer(t *testing.T) {
	t.Parallel()
	s := newStage(t, transfers)
	id := s.buy(team, byTransfer)
	if p, err := s.billing.UseMethod(t.Context(), s.ada, id, s.card); err != nil || !p.Done {
		t.Fatalf("%+v, %v", p, err)
	}
	if sub := s.sub(id); sub.ByTransfer || sub.Due != nil || sub.State != models.SubscriptionActive {
		t.Errorf("it is %s", dump(sub))
	}
	s.pass(30 * day)
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:paid:1000")
	s.proven()
}

// TestAnUpgradeThatIsNeverTransferred goes on with what was paid before.
func TestAnUpgradeThatIsNeverTransferred(t *testing.T) {
	t.Parallel()
	s := newStage(t, transfers)
	yearly := func(o *Order) { o.Period = models.Yearly }
	id := s.buy(team, byTransfer, yearly)
	if err := s.billing.MarkPaid(t.Context(), s.maker, s.sub(id).Due.InvoiceID, ""); err != nil {
		t.Fatal(err)
	}
	before := s.sub(id)
	s.pass(30 * day)
	s.change(id, ChangeOrder{Plan: pro, Period: models.Yearly, Units: 1})
	if sub := s.sub(id); sub.Terms.Plan.Number != pro || sub.Due == nil {
		t.Fatalf("upgraded it is %s", dump(sub))
	}
	s.pass(20 * day)
	after := s.sub(id)
	if after.State != models.SubscriptionActive || after.Due != nil || after.Terms.Plan.Number != team || !after.End.Equal(before.End) {
		t.Errorf("never paid it is %s", dump(after))
	}
	s.want("hooks", s.hooks(), "purchased changed changed")
	s.want("invoices", s.list(`SELECT kind || ':' || state FROM invoices ORDER BY id`), "invoice:paid invoice:written_off credit_note:paid")
	s.proven()
}
