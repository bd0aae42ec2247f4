package billing

import (
	"context"
	"errors"

	"souk/models"
	"souk/models/db"
	"souk/models/ledger"
)

// UseMethod pays a subscription with another payment method from now on. What is
// owed is tried again at once; Placed then says what came of it.
func (s *Service) UseMethod(ctx context.Context, actor models.Actor, id, method int64) (*Placed, error) {
	for try := 0; ; try++ {
		p, err := s.useMethod(ctx, actor, id, method)
		switch {
		case errors.Is(err, models.ErrSubscriptionBusy) && p != nil && p.st.Open != nil && try < 2:
			if busy := s.yield(ctx, p.st, act{}); busy != nil {
				return nil, busy
			}
			continue
		case err != nil:
			return nil, err
		}
		placed := &Placed{SubscriptionID: id, Done: true}
		if p.charge == 0 {
			return placed, nil
		}
		s.reached("reserved")
		if err := s.Settle(ctx, p.charge); err != nil {
			placed.Done, placed.Charge = false, models.ChargeReserved
			return placed, ctx.Err()
		}
		return s.paidNow(ctx, p.charge, placed)
	}
}

func (s *Service) useMethod(ctx context.Context, actor models.Actor, id, method int64) (p *page, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := load(ctx, tx.Pgx, id, true)
		if err != nil {
			return err
		}
		if err := mayOrder(actor, st); err != nil {
			return err
		}
		p = s.page(actor, st)
		switch {
		case st.Sub.State == models.SubscriptionEnded:
			return models.ErrSubscriptionEnded
		case st.Open != nil && (st.Sub.Due != nil || st.Open.OrderID != 0):
			return models.ErrSubscriptionBusy
		}
		m := &models.PaymentMethod{}
		err = scan(tx.Pgx.QueryRow(ctx, `SELECT `+methodJSON("m")+` FROM payment_methods m WHERE m.id = $1 AND m.account_id = $2 AND m.state = 'active'
			AND m.gateway = $3 AND (m.seller_id IS NULL OR m.seller_id = $4)`, method, st.Account.ID, st.Seller.Gateway, st.Seller.AccountID), asJSON{m})
		if errors.Is(err, models.ErrNotFound) {
			return models.ErrPaymentMethodNeeded
		}
		if err != nil {
			return err
		}
		return p.pay(ctx, tx, m)
	})
	return p, err
}

// pay has a subscription paid by a method, and what is owed at once.
func (p *page) pay(ctx context.Context, tx *db.Tx, m *models.PaymentMethod) error {
	p.st.Method = m
	after := p.st.Sub
	after.ByTransfer = false
	open := p.st.Open
	if after.Due != nil && p.st.Owed != nil && p.st.Owed.State == models.InvoiceOpen {
		open = p.reserve(p.st.Owed.sum(), 0, p.st.Owed.ID, p.now)
	}
	p.keep(&after, open)
	if err := p.audit("subscription.use_method", nil, map[string]any{"method": p.st.method()}); err != nil {
		return err
	}
	return p.write(ctx, tx.Pgx)
}

// paidNow is what came of a charge for what was owed.
func (s *Service) paidNow(ctx context.Context, charge int64, placed *Placed) (*Placed, error) {
	err := scan(s.db.Pool().QueryRow(ctx, `SELECT state, decline, action_url FROM charges WHERE id = $1`, charge), &placed.Charge, &placed.Decline, &placed.ActionURL)
	if err != nil {
		return nil, err
	}
	placed.Done = placed.Charge == models.ChargeSucceeded
	if placed.Charge.Settled() && !placed.Done {
		return placed, models.ErrPaymentDeclined.Because(errors.New(string(placed.Decline)))
	}
	return placed, nil
}

// MarkPaid records that an invoice was paid by transfer, as its seller or staff say.
// One that is paid already stays as it is.
func (s *Service) MarkPaid(ctx context.Context, actor models.Actor, invoice int64, words string) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	words, err := models.PlainText(words, models.MaxListingNote, true)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var id int64
		err := scan(tx.Pgx.QueryRow(ctx, `SELECT subscription_id FROM invoices WHERE id = $1 AND kind = 'invoice'`, invoice), &id)
		if err != nil {
			return err
		}
		st, err := load(ctx, tx.Pgx, id, true)
		if err != nil {
			return err
		}
		if actor.MayStaff(models.StaffSupport) != nil {
			if err := actor.MaySell(models.AppRights{ID: st.AppID, AccountID: st.Sub.SellerID}); err != nil {
				return err
			}
		}
		return s.markPaid(ctx, tx, s.page(actor, st), invoice, words)
	})
}

func (s *Service) markPaid(ctx context.Context, tx *db.Tx, p *page, invoice int64, words string) error {
	var state models.InvoiceState
	sum := models.Money{}
	if err := scan(tx.Pgx.QueryRow(ctx, `SELECT state, total_minor, currency FROM invoices WHERE id = $1`, invoice), &state, &sum.Minor, &sum.Currency); err != nil {
		return err
	}
	switch {
	case state == models.InvoicePaid:
		return nil
	case state != models.InvoiceOpen:
		return models.ErrSubscriptionEnded
	case p.st.Open != nil && p.st.Open.InvoiceID == invoice:
		return models.ErrSubscriptionBusy
	}
	p.invoicePaid(invoice)
	ledger.Post(&p.b, ledger.Transaction{SellerID: p.st.Sub.SellerID, Kind: models.PostTransfer, At: p.now, Currency: sum.Currency, Minor: sum.Minor, InvoiceID: invoice})
	p.received(nil, invoice, sum)
	after := p.st.Sub
	if due := after.Due; due != nil && due.InvoiceID == invoice {
		after = after.Paid()
	}
	p.keep(&after, p.st.Open)
	if err := p.audit("invoice.mark_paid", nil, map[string]any{"invoice": invoice, "words": words}); err != nil {
		return err
	}
	if err := p.news(models.NoticeTransferCame, &after, sum); err != nil {
		return err
	}
	return p.write(ctx, tx.Pgx)
}
