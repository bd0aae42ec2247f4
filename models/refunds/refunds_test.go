package refunds_test

import (
	"crypto/rand"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/billing"
	"souk/models/db/dbtest"
	"souk/models/gateway"
	"souk/models/ledger"
	"souk/models/refunds"
)

func TestMain(m *testing.M) {
	if os.Getenv("SOUK_KILL_TEST") != "" {
		victim() // it doesn't return
	}
	dbtest.Main(m)
}

var operator = models.Actor{Operator: true}

// shop is a site with something that acme has paid for.
type shop struct {
	*apptest.Shop
	t       *testing.T
	invoice int64
}

func newShop(t *testing.T, options ...func(*models.Seller)) *shop {
	t.Helper()
	s := &shop{Shop: apptest.NewShop(t, options...), t: t}
	s.Buy(t, apptest.Pro)
	s.invoice = s.Number(t, `SELECT id FROM invoices`)
	return s
}

// give gives an amount back.
func (s *shop) give(actor models.Actor, minor int64) (*refunds.Given, error) {
	return s.Verbs.Refunds.Give(s.t.Context(), actor, refunds.Order{Key: rand.Text(), Invoice: s.invoice, Minor: minor, Reason: models.RefundRequested})
}

// agree fails unless the books prove to be right.
func (s *shop) agree() {
	s.t.Helper()
	r, err := s.Verbs.Ledger.Check(s.t.Context(), operator, ledger.Options{Ask: ledger.AskAll})
	if err != nil {
		s.t.Fatal(err)
	}
	if !r.Agrees() {
		s.t.Errorf("the books disagree: %+v", r.Discrepancies)
	}
}

func (s *shop) is(what string, want int64, sql string, args ...any) {
	s.t.Helper()
	if got := s.Number(s.t, sql, args...); got != want {
		s.t.Errorf("%s is %d, want %d", what, got, want)
	}
}

// TestGiving gives back in parts until nothing is left, with tax.
func TestGiving(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(m *models.Seller) { m.TaxRegistered, m.TaxInclusive = true, true })
	maker := s.Seller()
	for _, minor := range []int64{1, 999, 1000} {
		g, err := s.give(maker, minor)
		if err != nil || g.State != models.RefundSucceeded {
			t.Fatalf("%d: %v %v", minor, g, err)
		}
		s.agree()
	}
	s.is("what was refunded", 2000, `SELECT refunded_minor FROM charges`)
	s.is("what was credited", 2000, `SELECT credited_minor FROM invoices WHERE id = $1`, s.invoice)
	if _, err := s.give(maker, 1001); !errors.Is(err, models.ErrRefundTooMuch) {
		t.Errorf("more than is left: %v", err)
	}
	if _, err := s.give(maker, 1000); err != nil {
		t.Fatal(err)
	}
	if _, err := s.give(maker, 1); !errors.Is(err, models.ErrRefundNothing) {
		t.Errorf("when nothing is left: %v", err)
	}
	s.agree()
	s.is("the credit notes", 4, `SELECT count(*) FROM invoices WHERE kind = 'credit_note' AND corrects_id = $1`, s.invoice)
	s.is("tax that came back", s.Number(t, `SELECT tax_minor FROM invoices WHERE id = $1`, s.invoice), `SELECT sum(tax_minor) FROM invoices WHERE kind = 'credit_note'`)
	s.is("what came in by the figures", 0, `SELECT coalesce(sum(minor), 0) FROM listing_facts WHERE kind = 'revenue'`)
	s.is("what the gateway gave back", 3000, `SELECT (body ->> 'refunded')::bigint FROM test_gateway WHERE kind = 'charge'`)
	s.is("who was told", 4, `SELECT count(*) FROM notifications WHERE kind = 'refunded' AND account_id = $1`, s.Ada.ID)
	s.is("the state", 1, `SELECT count(*) FROM invoices WHERE id = $1 AND state = 'credited'`, s.invoice)
}

// TestFees has the marketplace give back its share with the money.
func TestFees(t *testing.T) {
	t.Parallel()
	s := &shop{Shop: apptest.NewShop(t), t: t}
	s.Verbs.Billing.KeepFee(33_333)
	s.Buy(t, apptest.Pro)
	s.invoice = s.Number(t, `SELECT id FROM invoices`)
	fee := s.Number(t, `SELECT fee_minor FROM charges`)
	if fee == 0 {
		t.Fatal("no fee was kept")
	}
	for range 3 {
		if _, err := s.give(s.Seller(), 1000); err != nil {
			t.Fatal(err)
		}
		s.agree()
	}
	s.is("the fee that went back", fee, `SELECT sum(fee_minor) FROM refunds`)
}

// TestRefusing says who may give what back, and when.
func TestRefusing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	order := refunds.Order{Key: rand.Text(), Invoice: s.invoice, Minor: 100, Reason: models.RefundRequested}
	staff := dbtest.User(t, s.DB, "grace")
	support := models.Actor{UserID: staff.ID, Login: "grace", Staff: models.StaffSupport, SudoUntil: s.Clock.Now().AddDate(10, 0, 0)}
	unsure := s.Seller()
	unsure.SudoUntil = time.Time{}
	token := s.Seller()
	token.TokenID = 1
	cases := map[string]struct {
		actor  models.Actor
		change func(*refunds.Order)
		want   error
	}{
		"nobody":            {models.Actor{}, nil, models.ErrSignInNeeded},
		"the buyer":         {s.Actor(s.Ada, s.Acme), nil, models.ErrNotFound},
		"not confirmed":     {unsure, nil, models.ErrSudoNeeded},
		"nothing":           {s.Seller(), func(o *refunds.Order) { o.Minor = 0 }, models.ErrRefundAmount},
		"less than nothing": {s.Seller(), func(o *refunds.Order) { o.Minor = -5 }, models.ErrRefundAmount},
		"too much":          {s.Seller(), func(o *refunds.Order) { o.Minor = 3001 }, models.ErrRefundTooMuch},
		"staff, too much":   {support, func(o *refunds.Order) { o.Minor = 3001 }, models.ErrRefundTooMuch},
		"no reason":         {s.Seller(), func(o *refunds.Order) { o.Reason = "whim" }, models.ErrRefundReason},
		"other, no words":   {s.Seller(), func(o *refunds.Order) { o.Reason = models.RefundOther }, models.ErrRefundWords},
		"no key":            {s.Seller(), func(o *refunds.Order) { o.Key = "" }, models.ErrBadParameter},
		"no such invoice":   {s.Seller(), func(o *refunds.Order) { o.Invoice = 1 << 40 }, models.ErrNotFound},
		"no invoice, staff": {support, func(o *refunds.Order) { o.Invoice = -1 }, models.ErrNotFound},
	}
	for name, c := range cases {
		o := order
		if c.change != nil {
			c.change(&o)
		}
		if _, err := s.Verbs.Refunds.Give(ctx, c.actor, o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	s.is("refunds", 0, `SELECT count(*) FROM refunds`)
	s.Clock.Pass(181 * 24 * time.Hour)
	if _, err := s.give(s.Seller(), 100); !errors.Is(err, models.ErrRefundLate) {
		t.Errorf("after 180 days: %v", err)
	}
	if _, err := s.give(support, 100); err != nil {
		t.Errorf("staff after 180 days: %v", err)
	}
	s.agree()
}

// TestAtOnce gives back from many sides at once: no more than was paid goes back.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	given := 0
	for range 12 {
		wait.Go(func() {
			if _, err := s.give(s.Seller(), 700); err == nil {
				mu.Lock()
				given++
				mu.Unlock()
			} else if !errors.Is(err, models.ErrRefundTooMuch) {
				t.Errorf("refused with %v", err)
			}
		})
	}
	wait.Wait()
	if given != 4 {
		t.Errorf("%d of 700 were given of 3000", given)
	}
	s.is("what went back", 2800, `SELECT refunded_minor FROM charges`)
	s.is("numbers", 5, `SELECT max(number) FROM invoices`)
	s.agree()
}

// TestTwice sends one form twice at the same moment: the second click gets the first
// one's answer.
func TestTwice(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	order := refunds.Order{Key: rand.Text(), Invoice: s.invoice, Minor: 500, Reason: models.RefundDuplicate}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := s.Verbs.Refunds.Give(t.Context(), s.Seller(), order); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	s.is("refunds", 1, `SELECT count(*) FROM refunds`)
	s.is("what went back", 500, `SELECT refunded_minor FROM charges`)
	s.agree()
}

// TestLater follows a refund that the bank takes its time for, and one that it
// refuses.
func TestLater(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.behave("tok_refunds_later")
	g, err := s.give(s.Seller(), 1000)
	if err != nil || g.State != models.RefundProcessing {
		t.Fatalf("%v %v", g, err)
	}
	s.agree()
	if _, err := s.give(s.Seller(), 2001); !errors.Is(err, models.ErrRefundTooMuch) {
		t.Errorf("what is on its way is given twice: %v", err)
	}
	var reference string
	if err := s.DB.Pool().QueryRow(t.Context(), `SELECT reference FROM refunds`).Scan(&reference); err != nil {
		t.Fatal(err)
	}
	event := gateway.Event{ID: "evt_1", Kind: gateway.EventRefund, Reference: reference}
	for range 2 { // told twice
		if err := s.Verbs.Refunds.Hear(t.Context(), models.GatewayTest, event); err != nil {
			t.Fatal(err)
		}
	}
	s.is("what went back", 1000, `SELECT refunded_minor FROM charges`)
	s.agree()
	event.Refund = gateway.Refund{Failed: true, Problem: "account_closed"}
	if err := s.Verbs.Refunds.Hear(t.Context(), models.GatewayTest, event); err != nil {
		t.Fatal(err)
	}
	s.finds(models.RefundCameBack)
	s.behave("tok_refunds_fail")
	if _, err := s.give(s.Seller(), 100); !errors.Is(err, models.ErrRefundRefused) {
		t.Errorf("what the bank refuses: %v", err)
	}
	s.is("what went back", 1000, `SELECT refunded_minor FROM charges`)
	s.is("who was told", 1, `SELECT count(*) FROM notifications WHERE kind = 'refund_failed' AND account_id = $1`, s.Maker.ID)
}

// behave makes the gateway treat refunds of the charge in a way.
func (s *shop) behave(how string) {
	s.t.Helper()
	s.Exec(s.t, `UPDATE test_gateway SET body = jsonb_set(body, '{behaviour}', to_jsonb($1::text)) WHERE kind = 'charge'`, how)
}

// finds fails unless the books find this kind of discrepancy, and no other.
func (s *shop) finds(kind models.DiscrepancyKind) {
	s.t.Helper()
	r, err := s.Verbs.Ledger.Check(s.t.Context(), operator, ledger.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	if r.Found != 1 || r.Discrepancies[0].Kind != kind {
		s.t.Errorf("found %+v, want %s", r.Discrepancies, kind)
	}
}

// TestTransfers are given back by hand, and recorded.
func TestTransfers(t *testing.T) {
	t.Parallel()
	s := &shop{Shop: apptest.NewShop(t, func(m *models.Seller) { m.AcceptsTransfer = true }), t: t}
	s.Buy(t, apptest.Pro, func(o *billing.Order) { o.Transfer, o.Method = true, 0 })
	s.invoice = s.Number(t, `SELECT id FROM invoices`)
	if _, err := s.give(s.Seller(), 100); !errors.Is(err, models.ErrRefundNothing) {
		t.Errorf("before it is paid: %v", err)
	}
	if err := s.Verbs.Billing.MarkPaid(t.Context(), s.Seller(), s.invoice, "it came"); err != nil {
		t.Fatal(err)
	}
	s.agree()
	if _, err := s.give(s.Seller(), 1200); err != nil {
		t.Fatal(err)
	}
	s.agree()
	s.is("what is on the bank", 1800, `SELECT sum(minor) FROM ledger_entries WHERE account = 'bank'`)
	if _, err := s.give(s.Seller(), 1801); !errors.Is(err, models.ErrRefundTooMuch) {
		t.Errorf("too much: %v", err)
	}
}

// TestDisputes are recorded once, in whatever order they are told.
func TestDisputes(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx, hear := t.Context(), s.Verbs.Refunds.Hear
	var charge string
	if err := s.DB.Pool().QueryRow(ctx, `SELECT reference FROM charges`).Scan(&charge); err != nil {
		t.Fatal(err)
	}
	event := func(reference, state string) gateway.Event {
		return gateway.Event{ID: rand.Text(), Kind: gateway.EventDispute, Reference: reference,
			Dispute: gateway.Dispute{Charge: charge, Amount: models.Money{Minor: 1000, Currency: "EUR"}, Reason: "fraudulent", State: state}}
	}
	unknown := event("dp_0", "open")
	unknown.Dispute.Charge = "ch_nobody_knows"
	if err := hear(ctx, models.GatewayTest, unknown); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("of an unknown charge: %v", err)
	}
	for _, step := range []struct {
		reference, state string
		disputed         int64 // that the gateway holds back
	}{
		{"dp_1", "open", 1000}, {"dp_1", "open", 1000}, {"dp_1", "won", 0}, {"dp_1", "open", 0}, {"dp_1", "lost", 0},
		{"dp_2", "lost", 0}, {"dp_2", "open", 0},
	} {
		if err := hear(ctx, models.GatewayTest, event(step.reference, step.state)); err != nil {
			t.Fatal(err)
		}
		s.is("what is held back after "+step.reference+" "+step.state, step.disputed, `SELECT coalesce(sum(minor), 0) FROM ledger_entries WHERE account = 'disputed'`)
		s.agree()
		if _, err := s.give(s.Seller(), 1); step.disputed > 0 && !errors.Is(err, models.ErrRefundDisputed) {
			t.Errorf("while it is disputed: %v", err)
		}
	}
	s.is("what the gateway holds back", 0, `SELECT coalesce(sum(minor), 0) FROM ledger_entries WHERE account = 'disputed'`)
}

// TestLostDisputes leave less to be given back.
func TestLostDisputes(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var charge string
	if err := s.DB.Pool().QueryRow(t.Context(), `SELECT reference FROM charges`).Scan(&charge); err != nil {
		t.Fatal(err)
	}
	lost := gateway.Event{ID: "evt_1", Kind: gateway.EventDispute, Reference: "dp_1",
		Dispute: gateway.Dispute{Charge: charge, Amount: models.Money{Minor: 1000, Currency: "EUR"}, State: "lost"}}
	for range 3 {
		if err := s.Verbs.Refunds.Hear(t.Context(), models.GatewayTest, lost); err != nil {
			t.Fatal(err)
		}
	}
	s.agree()
	s.is("bad debt", 1000, `SELECT sum(minor) FROM ledger_entries WHERE account = 'bad_debt'`)
	if _, err := s.give(s.Seller(), 2001); !errors.Is(err, models.ErrRefundTooMuch) {
		t.Errorf("what the bank gave back already: %v", err)
	}
	s.is("news", 2, `SELECT count(*) FROM notifications WHERE account_id = $1 AND kind LIKE 'dispute_%'`, s.Maker.ID)
}

// TestPayouts are recorded once, and come back when they fail.
func TestPayouts(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	event := func(account, state string) gateway.Event {
		return gateway.Event{ID: rand.Text(), Kind: gateway.EventPayout, Account: account, Reference: "po_1",
			Payout: gateway.Payout{Amount: models.Money{Minor: 2900, Currency: "EUR"}, State: state, Arrives: s.Clock.Now()}}
	}
	if err := s.Verbs.Refunds.Hear(t.Context(), models.GatewayTest, event("acct_nobody", "paid")); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("of nobody: %v", err)
	}
	for _, step := range []struct {
		state string
		bank  int64
	}{{"pending", 2900}, {"paid", 2900}, {"pending", 2900}, {"failed", 0}, {"paid", 0}, {"failed", 0}} {
		if err := s.Verbs.Refunds.Hear(t.Context(), models.GatewayTest, event("acct_makers", step.state)); err != nil {
			t.Fatal(err)
		}
		s.is("what is on the bank, "+step.state, step.bank, `SELECT coalesce(sum(minor), 0) FROM ledger_entries WHERE account = 'bank'`)
		s.agree()
	}
	s.is("news", 1, `SELECT count(*) FROM notifications WHERE account_id = $1 AND kind = 'payout_failed'`, s.Maker.ID)
}
