package refunds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Subject is an invoice with what was paid for it and what was given back.
type Subject struct {
	InvoiceID  int64
	Reference  string
	SellerID   int64
	AccountID  int64
	Login      string // of the buyer
	ListingID  int64
	Slug, Name string // of the listing
	State      models.InvoiceState
	Currency   string
	Document   models.Document
	ChargeID   int64 // 0: it was paid by transfer, or not at all
	Gateway    models.GatewayName
	Credited   int64
	Refundable models.Refundable
	Refunds    []Refund
	ByStaff    bool // the actor acts as staff

	suspended bool // the seller is
	total     int64
	fee       int64
	returned  int64 // of the charge, by refunds
	reference string
	account   string // the seller's, at the gateway
}

// Refund is one that was given, or tried.
type Refund struct {
	ID         int64               `json:"id"`
	Minor      int64               `json:"minor"`
	State      models.RefundState  `json:"state"`
	Reason     models.RefundReason `json:"reason"`
	Words      string              `json:"words"`
	ByStaff    bool                `json:"by_staff"`
	CreditNote string              `json:"credit_note"` // its reference
	At         time.Time           `json:"at"`
	Problem    string              `json:"problem"`
}

// querier is the pool, or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Of is what can be given back of an invoice, to whoever may do so. It returns
// ErrNotFound, ErrForbidden, and ErrSudoNeeded for a session that wasn't confirmed
// lately.
func (s *Service) Of(ctx context.Context, actor models.Actor, invoice int64) (*Subject, error) {
	return s.subject(ctx, s.db.Pool(), actor, invoice)
}

// subject loads an invoice and asks whether the actor may give money back for it.
func (s *Service) subject(ctx context.Context, q querier, actor models.Actor, invoice int64) (*Subject, error) {
	v, err := read(ctx, q, invoice)
	if err != nil {
		return nil, err
	}
	if err := actor.MayRefund(models.AppRights{AccountID: v.SellerID, Suspended: v.suspended}, s.real()); err != nil {
		return nil, err
	}
	v.ByStaff = actor.MayStaff(models.StaffSupport) == nil
	return v, nil
}

// What the bank took back in a dispute can't be given back once more.
const subjectSQL = `SELECT i.id, i.reference, i.seller_id, o.suspended_at IS NOT NULL, i.account_id, b.login, i.listing_id, l.slug, l.name, i.state, i.currency,
		i.document, i.total_minor, i.credited_minor, i.paid_minor, coalesce(c.id, 0), coalesce(c.gateway, 'transfer'), coalesce(c.reference, ''),
		coalesce(c.fee_minor, 0), coalesce(c.refunded_minor, 0), s.gateway_account, coalesce(c.settled_at, i.settled_at, i.issued_at),
		r.given + coalesce(d.lost, 0), r.held, coalesce(d.disputed, false), r.list
	FROM invoices i JOIN accounts o ON o.id = i.seller_id JOIN sellers s ON s.account_id = i.seller_id JOIN accounts b ON b.id = i.account_id
		JOIN listings l ON l.id = i.listing_id
		LEFT JOIN LATERAL (SELECT * FROM charges c WHERE c.invoice_id = i.id AND c.state = 'succeeded' AND c.gateway <> 'transfer' ORDER BY id LIMIT 1) c ON true
		LEFT JOIN LATERAL (SELECT bool_or(state = 'open') disputed, sum(minor) FILTER (WHERE state = 'lost') lost FROM disputes d WHERE d.charge_id = c.id) d ON true,
		LATERAL (SELECT coalesce(sum(r.minor) FILTER (WHERE r.state = 'succeeded'), 0) given,
			coalesce(sum(r.minor) FILTER (WHERE r.state IN ('reserved', 'processing')), 0) held,
			coalesce(json_agg(json_build_object('id', r.id, 'minor', r.minor, 'state', r.state, 'reason', r.reason, 'words', r.words, 'by_staff', r.by_staff,
				'credit_note', coalesce(n.reference, ''), 'at', r.created_at, 'problem', r.problem) ORDER BY r.id), '[]') list
			FROM refunds r LEFT JOIN invoices n ON n.id = r.credit_note_id WHERE r.invoice_id = i.id) r
	WHERE i.id = $1 AND i.kind = 'invoice'`

func read(ctx context.Context, q querier, invoice int64) (*Subject, error) {
	var v Subject
	var document, list string
	p := &v.Refundable
	err := q.QueryRow(ctx, subjectSQL, invoice).Scan(&v.InvoiceID, &v.Reference, &v.SellerID, &v.suspended, &v.AccountID, &v.Login, &v.ListingID, &v.Slug, &v.Name,
		&v.State, &v.Currency, &document, &v.total, &v.Credited, &p.Paid, &v.ChargeID, &v.Gateway, &v.reference, &v.fee, &v.returned, &v.account, &p.PaidAt,
		&p.Refunded, &p.Held, &p.Disputed, &list)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.ErrNotFound
	}
	if err == nil {
		err = errors.Join(json.Unmarshal([]byte(document), &v.Document), json.Unmarshal([]byte(list), &v.Refunds))
	}
	if err != nil {
		return nil, fmt.Errorf("refunds: %w", err)
	}
	return &v, nil
}

// Refuses is the code of the error for which nothing can be given back now; "" where
// something can.
func (s *Service) Refuses(v *Subject) string {
	if err, ok := errors.AsType[*models.Error](v.Refundable.Open(v.ByStaff, s.now())); ok {
		return err.Code
	}
	return ""
}
