package billing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/gateway/testgw"
	"souk/models/notices"
	"souk/models/refunds"
)

// TestWhateverHappens plays random lives of subscriptions through everything there
// is: purchase, change, pause, failure, refund and time. Whatever happens, the books
// balance, what was shown is what is billed, no second is paid for twice, nothing is
// served unpaid beyond its grace, and numbers have no gaps.
func TestWhateverHappens(t *testing.T) {
	t.Parallel()
	s := newStage(t, transfers, func(e *models.Seller) { e.TaxRegistered, e.GraceDays = true, 9 })
	s.exec(`INSERT INTO tax_rates (country, name, millionths, updated_at) VALUES ('IE', 'VAT', 230000, now()) ON CONFLICT ON CONSTRAINT tax_rates_pkey DO NOTHING`)
	s.exec(`INSERT INTO coupons (listing_id, code, percent, periods, created_at) VALUES ($1, 'THIRD', 33, 3, now())`, s.listing.ID)
	give := refunds.New(s.db, s.billing.queue, notices.New(s.db, s.billing.queue, s.now), s.billing.gateways, s.now)
	rapid.Check(t, func(r *rapid.T) {
		user := dbtest.User(t, s.db, fmt.Sprintf("life%d", serial()))
		l := &life{stage: s, r: r, refunds: give, card: dbtest.PaymentMethod(t, s.db, user, "tok_approve"),
			actor: models.Actor{UserID: user.ID, Login: user.Login, MailVerified: true}}
		l.buy()
		for range rapid.IntRange(10, 40).Draw(r, "steps") {
			l.step()
			l.served()
			l.once()
		}
	})
	for _, id := range column[int64](s, `SELECT id FROM charges WHERE state IN ('reserved', 'processing', 'action_needed')`) {
		if err := s.billing.Settle(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	s.proven()
	t.Log(s.list(`SELECT kind || '/' || state || ':' || count(*) FROM invoices GROUP BY kind, state ORDER BY 1`), s.list(`SELECT state || ':' || count(*) FROM charges GROUP BY state ORDER BY 1`),
		s.list(`SELECT act || '/' || state || ':' || count(*) FROM orders GROUP BY act, state ORDER BY 1`), s.list(`SELECT state || '/' || end_reason || ':' || count(*) FROM subscriptions GROUP BY state, end_reason ORDER BY 1`))
}

// life is one buyer's.
type life struct {
	*stage
	r       *rapid.T
	refunds *refunds.Service
	actor   models.Actor
	card    int64
	id      int64
	bad     bool // the card doesn't work as one would like
}

func (l *life) step() {
	var err error
	ctx := context.Background()
	switch n := rapid.IntRange(0, 19).Draw(l.r, "what"); {
	case l.id == 0 || l.sub(l.id).State == models.SubscriptionEnded:
		l.buy()
	case n < 8:
		l.live(time.Duration(rapid.SampledFrom([]int64{1, 3600, 3 * 86400, 17 * 86400, 30 * 86400, 45 * 86400}).Draw(l.r, "about")+
			rapid.Int64Range(0, 86400).Draw(l.r, "seconds")) * time.Second)
	case n < 11:
		l.changes()
	case n < 13:
		l.card13()
	case n < 14:
		_, err = l.billing.Cancel(ctx, l.actor, l.id, "")
	case n < 15:
		_, err = l.billing.TakeBack(ctx, l.actor, l.id, "")
	case n < 16:
		_, err = l.billing.Pause(ctx, l.actor, l.id, "")
	case n < 17:
		_, err = l.billing.Resume(ctx, l.actor, l.id, "", nil)
	case n < 18:
		_, err = l.billing.UseMethod(ctx, l.actor, l.id, l.card)
	case n < 19:
		err = l.paysOrRefunds(ctx)
	default:
		l.confirm("processing", models.ChargeSucceeded)
	}
	l.known(err)
}

// known holds that what is refused is refused in our words.
func (l *life) known(err error) {
	if _, ok := errors.AsType[*models.Error](err); err != nil && !ok {
		l.r.Fatal(err)
	}
}

func (l *life) terms() (int, models.Period, int64) {
	return rapid.SampledFrom([]int{free, team, pro, seats, seats, tried}).Draw(l.r, "plan"), rapid.SampledFrom(models.Periods()).Draw(l.r, "period"),
		rapid.Int64Range(1, 20).Draw(l.r, "units")
}

// buy buys something at the price that the page would show.
func (l *life) buy() {
	plan, period, units := l.terms()
	o := l.order(plan, func(o *Order) {
		o.Account, o.Period, o.Units, o.Method = l.actor.Login, period, units, l.card
		o.Transfer = rapid.IntRange(0, 5).Draw(l.r, "transfer") == 0
		if rapid.IntRange(0, 3).Draw(l.r, "coupon") == 0 {
			o.Coupon = "THIRD"
		}
	})
	offer, err := l.billing.offer(context.Background(), l.db.Pool(), l.actor, o)
	if err != nil {
		l.r.Fatal(err)
	}
	turn, err := offer.quote(o, l.now())
	l.known(err)
	if err != nil {
		return
	}
	if o.Shown = (&models.Money{Currency: "EUR"}); turn.Charges() {
		o.Shown.Minor = turn.Bill.Total
	}
	p, err := l.billing.Place(context.Background(), l.actor, o)
	l.known(err)
	if p != nil {
		l.id = p.SubscriptionID
	}
	if errors.Is(err, models.ErrQuoteChanged) {
		l.r.Fatalf("shown was %v", o.Shown)
	}
	l.billed(turn, p)
}

// changes moves to other terms at the price that the page would show.
func (l *life) changes() {
	plan, period, units := l.terms()
	c := ChangeOrder{Plan: plan, Period: period, Units: units}
	st, err := load(context.Background(), l.db.Pool(), l.id, false)
	if err != nil {
		l.r.Fatal(err)
	}
	turn, err := l.billing.change(st, c)
	l.known(err)
	if err != nil {
		return
	}
	if c.Shown = (&models.Money{Currency: "EUR"}); turn.Charges() {
		c.Shown.Minor = turn.Bill.Total
	}
	p, err := l.billing.Change(context.Background(), l.actor, l.id, c)
	l.known(err)
	if errors.Is(err, models.ErrQuoteChanged) {
		l.r.Fatalf("shown was %v", c.Shown)
	}
	l.billed(turn, p)
}

// billed holds that the last invoice says what the turn showed.
func (l *life) billed(turn *models.Turn, p *Placed) {
	if p == nil || !p.Done || !turn.Charges() {
		return
	}
	doc := l.documents()
	if len(doc) == 0 || dump(doc[len(doc)-1].Document.Bill) != dump(turn.Bill) {
		l.r.Fatalf("shown was %s, billed %s", dump(turn.Bill), dump(doc))
	}
}

// card13 gives the card another behaviour.
func (l *life) card13() {
	as := rapid.SampledFrom([]testgw.Behaviour{testgw.Approve, testgw.Approve, testgw.Decline, testgw.FailsLater, testgw.Authenticate, testgw.Later, testgw.Never}).Draw(l.r, "card")
	l.behave(l.card, as)
	l.bad = as != testgw.Approve
}

// paysOrRefunds has the seller look after the last invoice.
func (l *life) paysOrRefunds(ctx context.Context) error {
	for _, d := range slices.Backward(l.documents()) {
		switch d.State {
		case models.InvoiceOpen:
			return l.billing.MarkPaid(ctx, l.maker, d.ID, "")
		case models.InvoicePaid:
			_, err := l.refunds.Give(ctx, l.maker, refunds.Order{Key: fmt.Sprint("refund", serial()), Invoice: d.ID,
				Minor: rapid.Int64Range(1, d.Document.Bill.Total).Draw(l.r, "refund"), Reason: models.RefundRequested})
			return err
		}
	}
	return nil
}

// live lets time pass. While nothing stands in the way, what is billed is what the
// calendar said.
func (l *life) live(d time.Duration) {
	st, err := load(context.Background(), l.db.Pool(), l.id, false)
	if err != nil {
		l.r.Fatal(err)
	}
	before := len(l.documents())
	l.wait(d)
	foretold := st.Open == nil && st.Sub.Due == nil && !l.bad && !st.Sub.ByTransfer && st.Sub.State != models.SubscriptionPaused
	var want []string
	if foretold {
		now := models.Turn{At: st.Sub.Start, After: st.Sub}
		for _, e := range now.Calendar(&st.Env, l.now()) {
			if e.Bill != nil && e.Bill.Total > 0 {
				want = append(want, dump(e.Bill))
			}
		}
	}
	if err := l.billing.Advance(context.Background(), l.id); err != nil {
		l.r.Fatal(err)
	}
	if !foretold {
		return
	}
	var got []string
	for _, d := range l.documents()[before:] {
		got = append(got, dump(d.Document.Bill))
	}
	if !slices.Equal(got, want) {
		l.r.Fatalf("billed was %v, foretold %v", got, want)
	}
}

// documents are the invoices of the buyer, in their order.
func (l *life) documents() (all []document) {
	rows, err := l.db.Pool().Query(context.Background(), `SELECT id, state, document::json, due_at, subscription_id FROM invoices WHERE account_id = $1 AND kind = 'invoice' ORDER BY number`, l.actor.UserID)
	if err != nil {
		l.r.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var d document
		if err := rows.Scan(&d.ID, &d.State, &d.Document, &d.Payable, &d.Subscription); err != nil {
			l.r.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

type document struct {
	ID           int64
	State        models.InvoiceState
	Document     models.Document
	Payable      time.Time
	Subscription int64
}

// once holds that no second is paid for more than once.
func (l *life) once() {
	var edges []time.Time
	documents := l.documents()
	for _, d := range documents {
		for _, line := range d.Document.Bill.Lines {
			edges = append(edges, line.From, line.Until)
		}
	}
	for _, at := range edges {
		for _, d := range documents {
			if n := coverage(documents, d.Subscription, at); n < 0 || n > 1 {
				l.r.Fatalf("%s is paid for %d times: %s", at, n, dump(documents))
			}
		}
	}
}

// coverage is how often a moment of a subscription was billed, less what was given
// back.
func coverage(documents []document, subscription int64, at time.Time) (n int) {
	for _, d := range documents {
		if d.State == models.InvoiceWrittenOff || d.Subscription != subscription {
			continue
		}
		for _, line := range d.Document.Bill.Lines {
			if at.Before(line.From) || !at.Before(line.Until) {
				continue
			}
			if n++; line.Kind == models.LineUnused {
				n -= 2
			}
		}
	}
	return n
}

// served holds that what is served is free, on trial, billed, or within its grace.
func (l *life) served() {
	if l.id == 0 {
		return
	}
	sub := l.sub(l.id)
	if next := sub.Next(); !sub.Serves() || sub.Free() || sub.OnTrial() || !next.IsZero() && !next.After(l.now()) {
		return // the last of them is looked after within a minute
	}
	if sub.EffectivePrice().Zero() {
		return
	}
	documents := l.documents()
	if coverage(documents, l.id, l.now()) != 1 {
		l.r.Fatalf("at %s it serves, unbilled: %s with %s", l.now(), dump(sub), dump(documents))
	}
	for _, d := range documents {
		if d.State != models.InvoiceOpen || d.Subscription != l.id {
			continue
		}
		if until := d.Payable.AddDate(0, 0, 9); !l.now().Before(until) {
			l.r.Fatalf("at %s it serves, unpaid since %s: %s", l.now(), d.Payable, dump(sub))
		}
	}
}
