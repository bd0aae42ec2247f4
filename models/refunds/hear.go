package refunds

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/gateway"
	"souk/models/ledger"
	"souk/models/notices"
)

// Hear works on what a gateway told of refunds, disputes and payouts. It may be
// called with the same event again, and with events in any order. It returns
// ErrNotFound for a charge or a seller that isn't known yet.
func (s *Service) Hear(ctx context.Context, name models.GatewayName, e gateway.Event) error {
	switch e.Kind {
	case gateway.EventRefund:
		return s.hearRefund(ctx, name, e)
	case gateway.EventDispute:
		return s.hearDispute(ctx, name, e)
	case gateway.EventPayout:
		return s.hearPayout(ctx, name, e)
	}
	return nil
}

// hearRefund records what became of a refund that the gateway took its time for.
// One that isn't known is on its way: the answer to its call says the same.
func (s *Service) hearRefund(ctx context.Context, name models.GatewayName, e gateway.Event) error {
	var id int64
	err := s.db.Pool().QueryRow(ctx, `SELECT r.id FROM refunds r JOIN charges c ON c.id = r.charge_id
		WHERE r.reference = $1 AND r.reference <> '' AND c.gateway = $2 LIMIT 1`, e.Reference, name).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("refunds: %w", err)
	}
	answer := e.Refund
	answer.Reference = e.Reference
	return s.record(ctx, id, answer)
}

// contested is a charge that a dispute is about, and the dispute as it was known.
type contested struct {
	charge, seller   int64
	slug, name       string
	login, invoice   string
	dispute, minor   int64
	currency, before string // its state; "" for none
}

// hearDispute records a dispute that was opened, won or lost.
func (s *Service) hearDispute(ctx context.Context, name models.GatewayName, e gateway.Event) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		c, err := s.contested(ctx, tx, name, e)
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		post := ledger.Transaction{SellerID: c.seller, Kind: models.PostDispute, At: s.now(), Currency: c.currency, Minor: c.minor, DisputeID: c.dispute}
		var news []models.NotificationKind
		if c.before == "" {
			b.Queue(`INSERT INTO disputes (id, charge_id, reference, minor, currency, reason, state, opened_at) OVERRIDING SYSTEM VALUE
				VALUES ($1, $2, $3, $4, $5, $6, 'open', $7)`, c.dispute, c.charge, e.Reference, c.minor, c.currency, e.Dispute.Reason, s.now())
			ledger.Post(b, post)
			news = append(news, models.NoticeDisputeOpened)
		}
		if closed := e.Dispute.State; (c.before == "" || c.before == "open") && (closed == "won" || closed == "lost") {
			b.Queue(`UPDATE disputes SET state = $2, closed_at = $3 WHERE id = $1`, c.dispute, closed, s.now())
			post.Kind = models.PostDisputeWon
			kind := models.NoticeDisputeWon
			if closed == "lost" {
				post.Kind, kind = models.PostDisputeLost, models.NoticeDisputeLost
			}
			ledger.Post(b, post)
			news = append(news, kind)
		}
		if len(news) == 0 {
			return nil
		}
		if err := tx.Pgx.SendBatch(ctx, b).Close(); err != nil {
			return fmt.Errorf("refunds: dispute: %w", err)
		}
		return s.disputed(ctx, tx, c, e, news)
	})
}

// contested locks the charge that a dispute is about.
func (s *Service) contested(ctx context.Context, tx *db.Tx, name models.GatewayName, e gateway.Event) (*contested, error) {
	c := contested{minor: e.Dispute.Amount.Minor}
	err := tx.Pgx.QueryRow(ctx, `SELECT c.id, c.seller_id, l.slug, l.name, b.login, coalesce(i.reference, ''), c.currency
		FROM charges c JOIN listings l ON l.id = c.listing_id JOIN accounts b ON b.id = c.account_id LEFT JOIN invoices i ON i.id = c.invoice_id
		WHERE c.gateway = $1 AND c.reference = $2 AND c.reference <> '' FOR UPDATE OF c`, name, e.Dispute.Charge).
		Scan(&c.charge, &c.seller, &c.slug, &c.name, &c.login, &c.invoice, &c.currency)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("refunds: dispute: %w", err)
	}
	if e.Dispute.Amount.Currency != "" {
		c.currency = e.Dispute.Amount.Currency
	}
	err = tx.Pgx.QueryRow(ctx, `SELECT id, state, minor, currency FROM disputes WHERE reference = $1`, e.Reference).Scan(&c.dispute, &c.before, &c.minor, &c.currency)
	if errors.Is(err, pgx.ErrNoRows) {
		err = tx.Pgx.QueryRow(ctx, `SELECT nextval(pg_get_serial_sequence('disputes', 'id'))`).Scan(&c.dispute)
	}
	if err != nil {
		return nil, fmt.Errorf("refunds: dispute: %w", err)
	}
	return &c, nil
}

// disputed records what happened, and tells the seller.
func (s *Service) disputed(ctx context.Context, tx *db.Tx, c *contested, e gateway.Event, news []models.NotificationKind) error {
	people, err := payers(ctx, tx, c.seller)
	if err != nil {
		return err
	}
	for _, kind := range news {
		event := models.AuditEvent{Action: "dispute.close", AccountID: &c.seller, TargetKind: "dispute", TargetID: &c.dispute, TargetName: c.invoice, At: s.now(),
			After: map[string]any{"amount": amount(c.minor, c.currency), "state": e.Dispute.State, "buyer": c.login}}
		if kind == models.NoticeDisputeOpened {
			event.Action = "dispute.open"
			event.After["state"], event.After["reason"] = "open", e.Dispute.Reason
		}
		if err := audit.Record(ctx, tx, models.Actor{}, event); err != nil {
			return err
		}
		err := s.notices.Tell(ctx, tx, notices.Notice{Kind: kind, Link: "/marketplace/manage/" + c.slug + "/transactions?kind=dispute",
			Params: map[string]string{"listing": c.name, "login": c.login, "amount": amount(c.minor, c.currency)}}, people...)
		if err != nil {
			return err
		}
	}
	return nil
}

// hearPayout records money on its way to a seller's bank, and that it didn't get
// there.
func (s *Service) hearPayout(ctx context.Context, name models.GatewayName, e gateway.Event) error {
	p := &e.Payout
	if p.State != "pending" && p.State != "paid" && p.State != "failed" || p.Amount.Minor == 0 {
		return nil
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var seller int64
		err := tx.Pgx.QueryRow(ctx, `SELECT account_id FROM sellers WHERE gateway = $1 AND gateway_account = $2 AND gateway_account <> '' FOR NO KEY UPDATE`,
			name, e.Account).Scan(&seller)
		if errors.Is(err, pgx.ErrNoRows) {
			return models.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("refunds: payout: %w", err)
		}
		return s.payout(ctx, tx, seller, e)
	})
}

func (s *Service) payout(ctx context.Context, tx *db.Tx, seller int64, e gateway.Event) error {
	p := &e.Payout
	var id, minor int64
	var currency, before string
	err := tx.Pgx.QueryRow(ctx, `SELECT id, minor, currency, state FROM payouts WHERE reference = $1`, e.Reference).Scan(&id, &minor, &currency, &before)
	b := &pgx.Batch{}
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		minor, currency = p.Amount.Minor, p.Amount.Currency
		if err = tx.Pgx.QueryRow(ctx, `SELECT nextval(pg_get_serial_sequence('payouts', 'id'))`).Scan(&id); err != nil {
			return fmt.Errorf("refunds: payout: %w", err)
		}
		b.Queue(`INSERT INTO payouts (id, seller_id, reference, minor, currency, state, created_at, arrives_at) OVERRIDING SYSTEM VALUE
			VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8::timestamptz, '0001-01-01T00:00:00Z'))`, id, seller, e.Reference, minor, currency, p.State, s.now(), p.Arrives)
		ledger.Post(b, ledger.Transaction{SellerID: seller, Kind: models.PostPayout, At: s.now(), Currency: currency, Minor: minor, PayoutID: id})
	case err != nil:
		return fmt.Errorf("refunds: payout: %w", err)
	case before == p.State, before == "failed", before == "paid" && p.State == "pending":
		return nil // told before, or out of order
	default:
		b.Queue(`UPDATE payouts SET state = $2 WHERE id = $1`, id, p.State)
	}
	if p.State == "failed" {
		ledger.Post(b, ledger.Transaction{SellerID: seller, Kind: models.PostPayoutFailed, At: s.now(), Currency: currency, Minor: minor, PayoutID: id})
	}
	if err := tx.Pgx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("refunds: payout: %w", err)
	}
	if p.State != "failed" {
		return nil
	}
	return s.payoutFailed(ctx, tx, seller, id, amount(minor, currency))
}

func (s *Service) payoutFailed(ctx context.Context, tx *db.Tx, seller, id int64, amount string) error {
	err := audit.Record(ctx, tx, models.Actor{}, models.AuditEvent{Action: "payout.fail", AccountID: &seller, TargetKind: "payout", TargetID: &id,
		TargetName: strconv.FormatInt(id, 10), At: s.now(), After: map[string]any{"amount": amount}})
	if err != nil {
		return err
	}
	people, err := payers(ctx, tx, seller)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticePayoutFailed, Link: "/marketplace/manage", Params: map[string]string{"amount": amount}}, people...)
}
