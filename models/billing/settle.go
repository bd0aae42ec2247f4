package billing

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/gateway"
)

// asked is a charge as its gateway is asked about it.
type asked struct {
	ID             int64
	SubscriptionID int64
	OrderID        int64
	InvoiceID      int64
	Request        gateway.ChargeRequest
	Gateway        models.GatewayName
	Reference      string
	State          models.ChargeState
	At             time.Time // when it fell due
}

const askedSQL = `SELECT c.id, c.subscription_id, coalesce(c.order_id, 0), coalesce(c.invoice_id, 0), c.gateway, c.reference, c.state, coalesce(c.at, c.created_at),
		c.key, c.seller_id, e.gateway_account, coalesce(m.reference, ''), c.minor, c.currency, c.fee_minor, l.name, c.present, c.created_at
	FROM charges c JOIN sellers e ON e.account_id = c.seller_id JOIN listings l ON l.id = c.listing_id
		LEFT JOIN payment_methods m ON m.id = c.payment_method_id
	WHERE c.id = $1`

func (s *Service) asked(ctx context.Context, q querier, id int64) (*asked, error) {
	a := &asked{}
	r := &a.Request
	err := scan(q.QueryRow(ctx, askedSQL, id), &a.ID, &a.SubscriptionID, &a.OrderID, &a.InvoiceID, &a.Gateway, &a.Reference, &a.State, &a.At,
		&r.Key, &r.Seller.SellerID, &r.Seller.Reference, &r.Method, &r.Amount.Minor, &r.Amount.Currency, &r.Fee, &r.Description, &r.Present, &r.Reserved)
	if err != nil {
		return nil, err
	}
	a.At = a.At.UTC()
	r.ChargeID = a.ID
	r.ReturnURL = s.site.Base + link(a.SubscriptionID)
	if a.OrderID != 0 {
		r.ReturnURL = fmt.Sprintf("%s/orders/%d", s.site.Base, a.OrderID)
	}
	return a, nil
}

// Settle asks the gateway for a charge and records what came of it. It may be
// repeated at any time: what is settled stays as it is.
func (s *Service) Settle(ctx context.Context, id int64) error { return s.settle(ctx, id, false) }

// settle is Settle; with giveUp it doesn't wait any longer for who doesn't answer.
func (s *Service) settle(ctx context.Context, id int64, giveUp bool) error {
	a, err := s.asked(ctx, s.db.Pool(), id)
	if err != nil || a.State.Settled() {
		return err
	}
	s.reached("call")
	answer, err := s.inquire(ctx, a, giveUp)
	s.reached("called")
	if err != nil {
		return fmt.Errorf("billing: charge %d: %w", id, err)
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error { return s.record(ctx, tx, a, answer) })
	s.reached("recorded")
	return err
}

// inquire asks a gateway for a charge, or what became of it.
func (s *Service) inquire(ctx context.Context, a *asked, giveUp bool) (answer gateway.Charge, err error) {
	g := s.gateways[a.Gateway]
	if g == nil {
		return answer, models.ErrGatewayDown
	}
	if a.Reference == "" {
		answer, err = g.Charge(ctx, a.Request)
	} else {
		answer, err = g.Read(ctx, a.Request.Seller, a.Reference)
	}
	if err != nil || answer.State.Settled() || !giveUp {
		return answer, err
	}
	return g.Cancel(ctx, a.Request.Seller, answer.Reference)
}

// record writes what a gateway answered, and everything that comes of it. Whoever
// comes second finds it written.
func (s *Service) record(ctx context.Context, tx *db.Tx, a *asked, answer gateway.Charge) error {
	st, err := load(ctx, tx.Pgx, a.SubscriptionID, true)
	if err != nil {
		return err
	}
	now, err := s.asked(ctx, tx.Pgx, a.ID) // as it is while we hold the subscription
	if err != nil || now.State.Settled() || now.State == answer.State {
		return err
	}
	p := s.page(models.Actor{}, st)
	p.settled(now, answer)
	switch {
	case answer.State == models.ChargeSucceeded:
		err = p.succeeded(now, answer)
	case answer.State.Settled():
		err = p.declined(now, answer)
	default:
		err = p.waits(now, answer)
	}
	if err != nil {
		return err
	}
	return p.write(ctx, tx.Pgx)
}

// settled writes the charge itself.
func (p *page) settled(a *asked, answer gateway.Charge) {
	var at *time.Time
	if answer.State.Settled() {
		at = &p.now
	}
	fee := a.Request.Fee
	if answer.State == models.ChargeSucceeded {
		fee = answer.Fee
	}
	p.b.Queue(`UPDATE charges SET state = $2, reference = $3, decline = $4, action_url = $5, fee_minor = $6, tries = tries + 1, settled_at = $7 WHERE id = $1`,
		a.ID, answer.State, answer.Reference, answer.Decline, answer.ActionURL, fee, at)
}

func (p *page) succeeded(a *asked, answer gateway.Charge) error {
	paid := &payment{ID: a.ID, Fee: answer.Fee}
	if err := p.audit("charge.succeed", nil, map[string]any{"minor": a.Request.Amount.Minor, "currency": a.Request.Amount.Currency}); err != nil {
		return err
	}
	if a.OrderID != 0 && a.InvoiceID == 0 {
		return p.orderPaid(a.OrderID, paid)
	}
	p.invoicePaid(a.InvoiceID)
	p.firstPaid()
	p.received(paid, a.InvoiceID, a.Request.Amount)
	after := p.st.Sub.Paid()
	p.keep(&after, nil)
	return nil
}

// orderPaid has an order hold that is paid.
func (p *page) orderPaid(orderID int64, paid *payment) error {
	w := p.st.Waiting
	if w == nil || w.OrderID != orderID {
		return fmt.Errorf("billing: order %d waits for nothing", orderID)
	}
	p.actor = models.Actor{UserID: w.Buyer.ID, Login: w.Buyer.Login}
	p.b.Queue(`UPDATE orders SET state = 'done', turn = NULL, settled_at = $2 WHERE id = $1`, orderID, p.now)
	return p.hold(&w.Turn, paid)
}

func (p *page) invoicePaid(id int64) {
	p.b.Queue(`UPDATE invoices SET state = 'paid', paid_minor = total_minor, settled_at = $2 WHERE id = $1 AND state = 'open'`, id, p.now)
}

func (p *page) declined(a *asked, answer gateway.Charge) error {
	if err := p.audit("charge.decline", nil, map[string]any{"reason": answer.Decline}); err != nil {
		return err
	}
	if a.OrderID != 0 {
		return p.orderFailed(a.OrderID)
	}
	return p.invoiceFailed(a, answer.State)
}

// orderFailed has an order come to nothing: what it held is given back.
func (p *page) orderFailed(orderID int64) error {
	w := p.st.Waiting
	if w == nil || w.OrderID != orderID {
		return fmt.Errorf("billing: order %d waits for nothing", orderID)
	}
	p.b.Queue(`UPDATE orders SET state = 'failed', turn = NULL, settled_at = $2 WHERE id = $1`, orderID, p.now)
	after := p.st.Sub
	if after.State == models.SubscriptionIncomplete {
		t, err := after.Cancel(&p.st.Env, p.now)
		if err != nil {
			return err
		}
		after = t.After
		p.redeem(redeemed(&w.Turn.After), -1)
		if err := p.audit("subscription.abandon", nil, nil); err != nil {
			return err
		}
	}
	p.keep(&after, nil)
	p.seats(p.held(), seatsOf(&after, nil))
	return nil
}

// redeemed is the coupon that an order used.
func redeemed(s *models.Subscription) *models.Discount {
	if s.Applied != nil {
		return s.Applied
	}
	return s.Coupon
}

// invoiceFailed has what is owed be late. By the calendar that was when the charge
// fell due; a gateway that took its time is judged when it answers.
func (p *page) invoiceFailed(a *asked, state models.ChargeState) error {
	if p.st.Sub.State == models.SubscriptionEnded {
		return nil
	}
	sub := &p.st.Sub
	if due := sub.Due; due != nil && (!due.Payable.IsZero() || state == models.ChargeCancelled && a.State == models.ChargeAction) {
		// It is late already; giving up a try that waited for the buyer is no other one.
		p.keep(sub, nil)
		return nil
	}
	at := a.At
	if a.State != models.ChargeReserved {
		at = p.now.Truncate(time.Second)
	}
	after := p.unpaid(sub, sub.Start, at, a.InvoiceID)
	p.keep(&after, nil)
	return p.news(models.NoticeChargeFailed, &after, a.Request.Amount)
}

// waits notes that the gateway hasn't decided. What the bank wants the buyer to
// confirm, who isn't there, is late until they do.
func (p *page) waits(a *asked, answer gateway.Charge) error {
	open := &openCharge{ID: a.ID, InvoiceID: a.InvoiceID, OrderID: a.OrderID, State: answer.State, CreatedAt: p.now}
	after := p.st.Sub
	if p.st.Open != nil {
		open.CreatedAt = p.st.Open.CreatedAt
	}
	if answer.State == models.ChargeAction && a.OrderID == 0 && (after.Due == nil || after.Due.Payable.IsZero()) && a.State != models.ChargeAction {
		after = p.unpaid(&after, after.Start, a.At, a.InvoiceID)
		if err := p.news(models.NoticeChargeAsks, &after, a.Request.Amount); err != nil {
			return err
		}
	}
	p.keep(&after, open)
	return nil
}
