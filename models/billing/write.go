package billing

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/hooks"
	"souk/models/insights"
	"souk/models/invoices"
	"souk/models/jobs"
	"souk/models/ledger"
)

// page is everything that one transaction writes about one subscription. It is the
// only writer of what comes of a turn: subscription, places, trial, invoice, charge,
// ledger, webhooks, facts, audit and news, all in one go.
type page struct {
	b     pgx.Batch
	s     *Service
	actor models.Actor
	st    *standing
	now   time.Time
	jobs  []river.JobArgs
	last  []func() error // what is numbered locks the row of the seller: it comes last

	charge int64 // that was reserved; 0: none
}

func (s *Service) page(actor models.Actor, st *standing) *page {
	return &page{s: s, actor: actor, st: st, now: s.now()}
}

// sender is a transaction, or a pool: what is sent to a pool is a transaction of its
// own.
type sender interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// write sends all of it in one round trip.
func (p *page) write(ctx context.Context, to sender) error {
	for _, do := range p.last {
		if err := do(); err != nil {
			return err
		}
	}
	if err := jobs.Add(&p.b, p.jobs...); err != nil {
		return err
	}
	if err := to.SendBatch(ctx, &p.b).Close(); err != nil {
		return fmt.Errorf("billing: write: %w", refusal(err))
	}
	return nil
}

// one has the last statement refuse with err where it changed no row.
func one(q *pgx.QueuedQuery, err error) {
	q.Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() != 1 {
			return err
		}
		return nil
	})
}

// refusal is what the database refused, in our words.
func refusal(err error) error {
	switch {
	case db.Violates(err, "coupons_limit"):
		return models.ErrCouponUsedUp
	case db.Violates(err, "plan_seats_taken"):
		return models.ErrPlanFull
	case db.Violates(err, "charges_open_key"), db.Violates(err, "orders_waiting_key"):
		return models.ErrSubscriptionBusy
	case db.Violates(err, "trials_pkey"), db.Violates(err, "trials_fingerprint_key"):
		return models.ErrQuoteChanged // somebody had the trial in the meantime
	case db.Violates(err, "subscriptions_account_fk"):
		return models.ErrNotFound // the account was deleted in the meantime
	}
	return err
}

// payment is a charge that succeeded.
type payment struct {
	ID  int64
	Fee int64
}

// hold writes a turn that holds from now on. What it bills was paid by a charge, is
// to be transferred, or is charged next.
func (p *page) hold(t *models.Turn, paid *payment) error {
	after := t.After
	after.ID = p.st.Sub.ID
	open := p.st.Open
	if paid != nil {
		open = nil // it is what was paid
	}
	if t.Charges() {
		var err error
		if open, err = p.bill(t, &after, paid); err != nil {
			return err
		}
	}
	p.writeOff(t, &after)
	if t.Act == models.ActRetry {
		var err error
		if open, err = p.retry(&after, t.At); err != nil {
			return err
		}
	}
	p.keep(&after, open)
	p.seats(p.held(), seatsOf(&after, nil))
	p.facts(&after, t.Charges() && paid == nil)
	if err := p.tell(t, &after); err != nil {
		return err
	}
	return p.hooks(t)
}

// bill writes the invoice of a turn, and how it is paid.
func (p *page) bill(t *models.Turn, after *models.Subscription, paid *payment) (*openCharge, error) {
	id := p.st.next.Invoice
	byTransfer := after.ByTransfer && paid == nil
	paper := models.Paper{Seller: &p.st.Seller, SellerLogin: p.st.SellerLogin, Buyer: &p.st.Profile, BuyerLogin: p.st.Account.Login,
		BuyerName: p.st.Account.Name, Listing: p.st.Listing.Name, Bill: t.Bill, Method: p.st.method(), Transfer: byTransfer, At: p.now}
	if byTransfer && after.Due != nil {
		due := *after.Due
		due.InvoiceID, paper.Payable = id, due.Payable
		after.Due = &due
	}
	p.issue(invoices.Issue{ID: id, Document: models.InvoiceDocument(paper), Paid: paid != nil})
	switch {
	case paid != nil:
		p.last = append(p.last, func() error {
			p.b.Queue(`UPDATE charges SET invoice_id = $2 WHERE id = $1`, paid.ID, id)
			return nil
		})
		p.received(paid, id, t.Bill.Sum())
		return nil, nil
	case byTransfer:
		return nil, nil
	case p.st.Method == nil:
		*after = p.unpaid(after, t.At, t.At, id)
		return nil, p.news(models.NoticeChargeFailed, after, t.Bill.Sum())
	}
	return p.reserve(t.Bill.Sum(), 0, id, t.At), nil
}

// issue writes a document last.
func (p *page) issue(i invoices.Issue) {
	i.SellerID, i.AccountID, i.ListingID, i.SubscriptionID = p.st.Sub.SellerID, p.st.Sub.AccountID, p.st.Sub.ListingID, p.st.Sub.ID
	i.Token, i.At = rand.Text(), p.now
	p.last = append(p.last, func() error { return invoices.Write(&p.b, i) })
	p.jobs = append(p.jobs, jobs.MailInvoice{ID: i.ID})
}

// unpaid is a subscription whose charge failed.
func (p *page) unpaid(s *models.Subscription, since, at time.Time, invoiceID int64) models.Subscription {
	failed := s.Failed(&p.st.Env, since, at)
	due := *failed.Due
	if due.InvoiceID == 0 {
		due.InvoiceID = invoiceID
	}
	failed.Due = &due
	return failed
}

// retry charges again what is owed; by transfer the buyer is only reminded.
func (p *page) retry(after *models.Subscription, at time.Time) (*openCharge, error) {
	switch {
	case after.Due == nil || !after.Due.Payable.IsZero():
		return nil, nil
	case p.st.Owed == nil || p.st.Owed.State != models.InvoiceOpen:
		*after = after.Paid() // nothing is owed any more
		return nil, nil
	case p.st.Method == nil:
		*after = p.unpaid(after, after.Due.Since, at, after.Due.InvoiceID)
		return nil, p.news(models.NoticeChargeFailed, after, p.st.Owed.sum())
	}
	return p.reserve(p.st.Owed.sum(), 0, p.st.Owed.ID, at), nil
}

// reserve writes a charge that the gateway is to be asked for: for an order, before
// there is an invoice, or for an invoice.
func (p *page) reserve(amount models.Money, orderID, invoiceID int64, at time.Time) *openCharge {
	fee, _ := models.Share(amount.Minor, p.s.fee, 1_000_000)
	c := &openCharge{ID: p.st.next.Charge, InvoiceID: invoiceID, OrderID: orderID, State: models.ChargeReserved, CreatedAt: p.now}
	p.last = append(p.last, func() error {
		p.b.Queue(`INSERT INTO charges (id, key, seller_id, account_id, listing_id, subscription_id, order_id, invoice_id, payment_method_id, gateway,
				currency, minor, fee_minor, state, at, present, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, nullif($7::bigint, 0), nullif($8::bigint, 0), $9, $10, $11, $12, $13, 'reserved', $14, $15, $16)`,
			c.ID, rand.Text(), p.st.Sub.SellerID, p.st.Sub.AccountID, p.st.Sub.ListingID, p.st.Sub.ID, orderID, invoiceID, p.st.Method.ID, p.st.Seller.Gateway,
			amount.Currency, amount.Minor, fee, at, p.actor.UserID != 0, p.now)
		return nil
	})
	p.b.Queue(`UPDATE payment_methods SET used_at = $2 WHERE id = $1`, p.st.Method.ID, p.now)
	p.jobs = append(p.jobs, jobs.SettleCharge{ID: c.ID})
	p.charge = c.ID
	return c
}

// received writes that money came for an invoice, into the books and the figures.
// Without a charge the books have it already.
func (p *page) received(paid *payment, invoiceID int64, sum models.Money) {
	if paid != nil {
		p.last = append(p.last, func() error {
			move := ledger.Transaction{SellerID: p.st.Sub.SellerID, Kind: models.PostCharge, At: p.now, Currency: sum.Currency, Minor: sum.Minor, ChargeID: paid.ID}
			ledger.Post(&p.b, move)
			if paid.Fee > 0 {
				move.Kind, move.Minor = models.PostFee, paid.Fee
				ledger.Post(&p.b, move)
			}
			return nil
		})
	}
	p.fact(models.FactRevenue, sum.Minor, sum.Currency)
	p.jobs = append(p.jobs, jobs.MailInvoice{ID: invoiceID})
}

// writeOff has a credit note correct what was never paid by a subscription that
// ended, or fell back to what it had paid; no money moves.
func (p *page) writeOff(t *models.Turn, after *models.Subscription) {
	o := p.st.Owed
	over := after.State == models.SubscriptionEnded || after.Due == nil && (t.Act == models.ActLapse || t.Act == models.ActCancel)
	if !over || o == nil || o.State != models.InvoiceOpen {
		return
	}
	left := o.Minor - o.Credited
	note := models.CreditNoteDocument(o.Document, o.Reference, models.Credit{Minor: left, Before: o.Credited, Reason: string(cmp.Or(after.EndReason, models.EndUnpaid)), At: p.now})
	p.b.Queue(`UPDATE invoices SET state = 'written_off', credited_minor = total_minor, settled_at = $2 WHERE id = $1`, o.ID, p.now)
	p.issue(invoices.Issue{ID: p.st.next.Invoice, CorrectsID: o.ID, Document: note, WriteOff: true})
}

// hooks has the app told.
func (p *page) hooks(t *models.Turn) error {
	account := models.HookAccount{ID: p.st.Account.ID, Login: p.st.Account.Login, Kind: p.st.Account.Kind, Mail: p.st.Profile.Mail}
	sender := account
	if p.actor.UserID != 0 {
		sender = models.HookAccount{ID: p.actor.UserID, Login: p.actor.Login, Kind: models.KindUser}
	}
	for _, h := range t.Hooks {
		job, err := hooks.Emit(&p.b, hooks.Event{ListingID: p.st.Sub.ListingID, SubscriptionID: p.st.Sub.ID, Event: "marketplace_purchase",
			Action: h.Action, Payload: models.PurchasePayloadOf(h, account, sender, p.s.site.Base), At: p.now})
		if err != nil {
			return err
		}
		p.jobs = append(p.jobs, job)
	}
	return nil
}

// facts counts what became of the listing's buyers. Unpaid is what is still to be
// charged: who has never paid becomes a buyer when that succeeds.
func (p *page) facts(after *models.Subscription, unpaid bool) {
	was, fresh := &p.st.Sub, p.st.fresh || p.st.Sub.State == models.SubscriptionIncomplete
	pays := func(s *models.Subscription) bool {
		return !s.Free() && s.State != models.SubscriptionTrial && s.State != models.SubscriptionIncomplete && s.State != models.SubscriptionEnded
	}
	switch {
	case after.State == models.SubscriptionEnded && !fresh:
		p.fact(models.FactCancel, 0, "")
	case after.OnTrial() && (fresh || !was.OnTrial()):
		p.fact(models.FactTrial, 0, "")
	case unpaid && !p.st.PaidBefore && !after.ByTransfer:
	case pays(after) && (fresh || !pays(was)):
		p.fact(models.FactPurchase, 0, "")
	}
}

// firstPaid counts a buyer whose first period was charged after it had begun: that
// after a trial.
func (p *page) firstPaid() {
	sub := &p.st.Sub
	transferred := sub.Due != nil && !sub.Due.Payable.IsZero()
	if !p.st.PaidBefore && !transferred && sub.State != models.SubscriptionEnded && sub.Start.Equal(sub.Anchor) {
		p.fact(models.FactPurchase, 0, "")
	}
}

func (p *page) fact(kind models.FactKind, minor int64, currency string) {
	insights.Add(&p.b, models.Fact{ListingID: p.st.Sub.ListingID, Kind: kind, At: p.now, Country: p.st.Profile.Address.Country,
		Language: p.st.Profile.Language, Minor: minor, Currency: currency})
}

// audit records who did what to the subscription.
func (p *page) audit(action models.AuditAction, before, after map[string]any) error {
	return audit.Add(&p.b, p.actor, models.AuditEvent{At: p.now, Action: action, AccountID: &p.st.Sub.AccountID, TargetKind: "subscription",
		TargetID: &p.st.Sub.ID, TargetName: p.st.Listing.Name, Before: before, After: after})
}

// termsLog is how the audit log tells of terms.
func termsLog(t *models.Terms) map[string]any {
	m := map[string]any{"plan": t.Plan.Name, "period": t.Period}
	if t.Plan.Kind == models.PlanPerUnit {
		m["units"] = t.Units
	}
	return m
}
