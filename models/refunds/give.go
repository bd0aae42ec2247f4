package refunds

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
)

// Order is a refund that somebody wants to give. The same Key is the same order.
type Order struct {
	Key     string
	Invoice int64
	Minor   int64
	Reason  models.RefundReason
	Words   string // for the buyer and the credit note; may be empty
}

// Given is what came of it. While it isn't settled the gateway takes its time.
type Given struct {
	ID    int64
	State models.RefundState
}

// Give gives back what was paid for an invoice, or a part of it: reserved, asked of
// the gateway and recorded, with a credit note. It returns what Subject and
// models.Refundable refuse, and ErrRefundRefused where the gateway does.
func (s *Service) Give(ctx context.Context, actor models.Actor, o Order) (*Given, error) {
	if _, err := s.subject(ctx, s.db.Pool(), actor, o.Invoice); err != nil {
		return nil, err
	}
	o.Words = strings.TrimSpace(o.Words)
	if err := models.CheckRefundWords(o.Reason, o.Words); err != nil {
		return nil, err
	}
	if o.Key == "" {
		return nil, models.ErrBadParameter.On("key")
	}
	id, err := s.reserve(ctx, actor, o)
	if err != nil {
		return nil, err
	}
	s.reached("reserved")
	if err := s.Settle(ctx, id); err != nil {
		slog.Warn("a refund is tried again", "refund", id, "error", err)
	}
	return s.given(ctx, id)
}

func (s *Service) given(ctx context.Context, id int64) (*Given, error) {
	g := Given{ID: id}
	if err := s.db.Pool().QueryRow(ctx, `SELECT state FROM refunds WHERE id = $1`, id).Scan(&g.State); err != nil {
		return nil, fmt.Errorf("refunds: %w", err)
	}
	if g.State == models.RefundFailed {
		return nil, models.ErrRefundRefused
	}
	return &g, nil
}

// reserve writes down that money is to be given back, and the job that sees to it.
// The row of the invoice is locked, so that no two refunds take the same money.
func (s *Service) reserve(ctx context.Context, actor models.Actor, o Order) (id int64, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := tx.Pgx.Exec(ctx, `SELECT FROM invoices WHERE id = $1 FOR NO KEY UPDATE`, o.Invoice); err != nil {
			return fmt.Errorf("refunds: %w", err)
		}
		v, err := s.subject(ctx, tx.Pgx, actor, o.Invoice)
		if err != nil {
			return err
		}
		err = tx.Pgx.QueryRow(ctx, `SELECT id FROM refunds WHERE key = $1 AND invoice_id = $2`, o.Key, o.Invoice).Scan(&id)
		if err == nil || !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if err := v.Refundable.Takes(o.Minor, v.ByStaff, s.now()); err != nil {
			return err
		}
		err = tx.Pgx.QueryRow(ctx, `INSERT INTO refunds (key, charge_id, invoice_id, minor, currency, reason, words, actor_id, by_staff, state, created_at)
			VALUES ($1, nullif($2::bigint, 0), $3, $4, $5, $6, $7, nullif($8::bigint, 0), $9, 'reserved', $10) RETURNING id`,
			o.Key, v.ChargeID, o.Invoice, o.Minor, v.Currency, o.Reason, o.Words, actor.UserID, v.ByStaff, s.now()).Scan(&id)
		if err != nil {
			return fmt.Errorf("refunds: %w", err)
		}
		err = audit.Record(ctx, tx, actor, models.AuditEvent{Action: "refund.give", AccountID: &v.SellerID, TargetKind: "invoice", TargetID: &v.InvoiceID,
			TargetName: v.Reference, At: s.now(), Description: o.Words,
			After: map[string]any{"amount": amount(o.Minor, v.Currency), "reason": string(o.Reason), "buyer": v.Login}})
		if err != nil {
			return err
		}
		return s.queue.Enqueue(ctx, tx, jobs.SettleRefund{ID: id})
	})
	if db.Violates(err, "refunds_key_key") {
		return 0, models.ErrBadParameter.On("key").Because(err)
	}
	return id, err
}
