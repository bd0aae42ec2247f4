package refunds

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/gateway"
	"souk/models/insights"
	"souk/models/invoices"
	"souk/models/jobs"
	"souk/models/ledger"
	"souk/models/notices"
)

// kept is a refund as it was reserved.
type kept struct {
	ID      int64
	Key     string
	Invoice int64
	Minor   int64
	Reason  models.RefundReason
	Words   string
	Actor   int64 // 0: nobody in particular
	State   models.RefundState
}

const keptSQL = `SELECT id, key, invoice_id, minor, reason, words, coalesce(actor_id, 0), state FROM refunds WHERE id = $1`

func load(ctx context.Context, q querier, sql string, what any) (*kept, error) {
	var r kept
	err := q.QueryRow(ctx, sql, what).Scan(&r.ID, &r.Key, &r.Invoice, &r.Minor, &r.Reason, &r.Words, &r.Actor, &r.State)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("refunds: %w", err)
	}
	return &r, nil
}

// Settle asks the gateway for a refund and records what came of it. It may be
// repeated at any time: what is settled stays as it is, and the gateway knows the
// key. What was paid by transfer is recorded at once, since the seller transfers it
// back.
func (s *Service) Settle(ctx context.Context, id int64) error {
	r, err := load(ctx, s.db.Pool(), keptSQL, id)
	if err != nil || r.State.Settled() {
		return err
	}
	v, err := read(ctx, s.db.Pool(), r.Invoice)
	if err != nil {
		return err
	}
	if v.ChargeID == 0 {
		return s.record(ctx, id, gateway.Refund{})
	}
	g, ok := s.gateways[v.Gateway]
	if !ok {
		return models.ErrGatewayDown
	}
	answer, err := g.Refund(ctx, gateway.RefundRequest{Key: "refund-" + strconv.FormatInt(r.ID, 10) + "-" + r.Key,
		Seller: gateway.Account{SellerID: v.SellerID, Reference: v.account}, Charge: v.reference,
		Amount: models.Money{Minor: r.Minor, Currency: v.Currency}, FeeBack: v.fee > 0})
	if err != nil {
		return models.ErrGatewayDown.Because(err)
	}
	s.reached("asked")
	return s.record(ctx, id, answer)
}

// record writes down what the gateway answered, once.
func (s *Service) record(ctx context.Context, id int64, answer gateway.Refund) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		// The invoice first, as reserve does.
		_, err := tx.Pgx.Exec(ctx, `SELECT FROM invoices WHERE id = (SELECT invoice_id FROM refunds WHERE id = $1) FOR NO KEY UPDATE`, id)
		if err != nil {
			return fmt.Errorf("refunds: %w", err)
		}
		r, err := load(ctx, tx.Pgx, keptSQL+` FOR UPDATE`, id)
		if err != nil {
			return err
		}
		if r.State.Settled() {
			return s.cameBack(ctx, tx, r, answer)
		}
		v, err := read(ctx, tx.Pgx, r.Invoice)
		if err != nil {
			return err
		}
		switch {
		case answer.Failed:
			return s.fail(ctx, tx, r, v, answer)
		case answer.Pending:
			_, err := tx.Pgx.Exec(ctx, `UPDATE refunds SET state = 'processing', reference = $2 WHERE id = $1`, id, answer.Reference)
			return err
		}
		return s.succeed(ctx, tx, r, v, answer)
	})
}

// cameBack notes that the gateway took back a refund that it had given: the books
// say otherwise, and the check of the ledger tells staff.
func (s *Service) cameBack(ctx context.Context, tx *db.Tx, r *kept, answer gateway.Refund) error {
	if r.State != models.RefundSucceeded || !answer.Failed {
		return nil
	}
	problem := answer.Problem
	if problem == "" {
		problem = "failed"
	}
	_, err := tx.Pgx.Exec(ctx, `UPDATE refunds SET problem = $2 WHERE id = $1`, r.ID, problem)
	return err
}

func (s *Service) fail(ctx context.Context, tx *db.Tx, r *kept, v *Subject, answer gateway.Refund) error {
	_, err := tx.Pgx.Exec(ctx, `UPDATE refunds SET state = 'failed', reference = $2, problem = $3, settled_at = $4 WHERE id = $1`,
		r.ID, answer.Reference, answer.Problem, s.now())
	if err != nil {
		return fmt.Errorf("refunds: %w", err)
	}
	err = audit.Record(ctx, tx, models.Actor{}, models.AuditEvent{Action: "refund.fail", AccountID: &v.SellerID, TargetKind: "invoice", TargetID: &v.InvoiceID,
		TargetName: v.Reference, At: s.now(), After: map[string]any{"amount": amount(r.Minor, v.Currency), "problem": answer.Problem}})
	if err != nil || r.Actor == 0 {
		return err
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeRefundFailed, Link: "/marketplace/manage/" + v.Slug + "/customers/" + strconv.FormatInt(v.AccountID, 10),
		Params: map[string]string{"listing": v.Name, "login": v.Login, "name": v.Reference, "amount": amount(r.Minor, v.Currency)}}, r.Actor)
}

// succeed records that money was given back: with a credit note, in the ledger, in
// the sums of charge and invoice, and in the figures.
func (s *Service) succeed(ctx context.Context, tx *db.Tx, r *kept, v *Subject, answer gateway.Refund) error {
	var note int64
	if err := tx.Pgx.QueryRow(ctx, `SELECT nextval(pg_get_serial_sequence('invoices', 'id'))`).Scan(&note); err != nil {
		return fmt.Errorf("refunds: %w", err)
	}
	b, err := s.batch(ctx, tx, r, v, answer, note)
	if err != nil {
		return err
	}
	if err := tx.Pgx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("refunds: %w", err)
	}
	err = insights.Record(ctx, tx, models.Fact{ListingID: v.ListingID, Kind: models.FactRevenue, At: s.now(), Country: v.Document.Buyer.Address.Country,
		Language: v.Document.Language, Minor: -r.Minor, Currency: v.Currency})
	if err != nil {
		return err
	}
	err = audit.Record(ctx, tx, models.Actor{}, models.AuditEvent{Action: "refund.succeed", AccountID: &v.AccountID, TargetKind: "invoice", TargetID: &v.InvoiceID,
		TargetName: v.Reference, At: s.now(), After: map[string]any{"amount": amount(r.Minor, v.Currency)}})
	if err != nil {
		return err
	}
	if err := s.queue.Enqueue(ctx, tx, jobs.MailInvoice{ID: note}); err != nil {
		return err
	}
	people, err := payers(ctx, tx, v.AccountID)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeRefunded, Link: "/settings/billing/invoices/" + strconv.FormatInt(note, 10),
		Params: map[string]string{"listing": v.Name, "name": v.Reference, "amount": amount(r.Minor, v.Currency)}}, people...)
}

func (s *Service) batch(ctx context.Context, tx *db.Tx, r *kept, v *Subject, answer gateway.Refund, note int64) (*pgx.Batch, error) {
	now, fee := s.now(), int64(0)
	b := &pgx.Batch{}
	b.Queue(`UPDATE invoices SET credited_minor = credited_minor + $2, state = CASE WHEN credited_minor + $2 = total_minor THEN 'credited' ELSE state END WHERE id = $1`,
		v.InvoiceID, r.Minor)
	post := ledger.Transaction{SellerID: v.SellerID, Kind: models.PostTransferRefund, At: now, Currency: v.Currency, Minor: r.Minor, RefundID: r.ID}
	if v.ChargeID != 0 {
		fee = models.FeeBack(v.fee, v.Refundable.Paid, v.returned, r.Minor)
		b.Queue(`UPDATE charges SET refunded_minor = refunded_minor + $2 WHERE id = $1`, v.ChargeID, r.Minor)
		post.Kind = models.PostRefund
	}
	ledger.Post(b, post)
	if fee > 0 {
		ledger.Post(b, ledger.Transaction{SellerID: v.SellerID, Kind: models.PostFeeRefund, At: now, Currency: v.Currency, Minor: fee, RefundID: r.ID})
	}
	var subscription int64
	if err := tx.Pgx.QueryRow(ctx, `SELECT subscription_id FROM invoices WHERE id = $1`, v.InvoiceID).Scan(&subscription); err != nil {
		return nil, fmt.Errorf("refunds: %w", err)
	}
	d := models.CreditNoteDocument(v.Document, v.Reference, models.Credit{Minor: r.Minor, Before: v.Credited, Reason: r.Words, At: now})
	err := invoices.Write(b, invoices.Issue{ID: note, SellerID: v.SellerID, AccountID: v.AccountID, ListingID: v.ListingID, SubscriptionID: subscription,
		CorrectsID: v.InvoiceID, Token: rand.Text(), Document: d, At: now})
	if err != nil {
		return nil, err
	}
	b.Queue(`UPDATE refunds SET state = 'succeeded', reference = $2, credit_note_id = $3, fee_minor = $4, settled_at = $5 WHERE id = $1`,
		r.ID, answer.Reference, note, fee, now)
	return b, nil
}

// Tend queues what was left behind: reserved refunds whose job is gone, and those
// of which the gateway never told.
func (s *Service) Tend(ctx context.Context) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		rows, err := tx.Pgx.Query(ctx, `SELECT id FROM refunds WHERE state = 'reserved' AND created_at < $1 OR state = 'processing' AND created_at < $2 ORDER BY id LIMIT 1000`,
			s.now().AddDate(0, 0, -1), s.now().AddDate(0, 0, -2))
		if err != nil {
			return fmt.Errorf("refunds: %w", err)
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil || len(ids) == 0 {
			return err
		}
		all := make([]river.JobArgs, len(ids))
		for i, id := range ids {
			all[i] = jobs.SettleRefund{ID: id}
		}
		return s.queue.Enqueue(ctx, tx, all...)
	})
}

// amount is money as logs and notices keep it: "1250 EUR" in minor units.
func amount(minor int64, currency string) string {
	return strconv.FormatInt(minor, 10) + " " + currency
}

// payers are who is told of what an account pays: the person, or an organization's
// owners and billing managers.
func payers(ctx context.Context, tx *db.Tx, account int64) ([]int64, error) {
	rows, err := tx.Pgx.Query(ctx, `SELECT account_id FROM users WHERE account_id = $1
		UNION SELECT account_id FROM memberships WHERE organization_id = $1 AND role IN ('owner', 'billing_manager') AND suspended_at IS NULL
		ORDER BY 1 LIMIT 100`, account)
	if err != nil {
		return nil, fmt.Errorf("refunds: %w", err)
	}
	people, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("refunds: %w", err)
	}
	return people, nil
}
