package invoices

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Invoice is an invoice or credit note with how far it is settled.
type Invoice struct {
	ID             int64
	Kind           models.InvoiceKind
	Reference      string
	Account        models.Account // that it was written for
	SellerID       int64
	ListingSlug    string
	SubscriptionID int64
	Corrects       *Related // of a credit note
	Corrections    []Related
	Payments       []Payment
	Document       models.Document
	Text           string // Document, as it was hashed
	Hash           string // hexadecimal
	Signature      string // "" where the document isn't what was hashed
	Altered        bool
	Token          string
	State          models.InvoiceState
	Paid, Credited int64
	SettledAt      time.Time // zero: it isn't

	OfBuyer bool // the actor sees the buyer's billing
}

// Related is another document that an invoice has to do with.
type Related struct {
	ID        int64     `json:"id"`
	Reference string    `json:"reference"`
	Minor     int64     `json:"minor"`
	At        time.Time `json:"at"`
}

// Payment is a charge that succeeded, or, of a credit note, a refund.
type Payment struct {
	Brand string    `json:"brand"`
	Last4 string    `json:"last4"`
	Kind  string    `json:"kind"`
	Minor int64     `json:"minor"`
	At    time.Time `json:"at"`
}

// Owed is what is still to be paid of it.
func (i *Invoice) Owed() int64 {
	if i.Kind != models.KindInvoice || i.State != models.InvoiceOpen {
		return 0
	}
	return max(i.Document.Bill.Total-i.Paid-i.Credited, 0)
}

// ofSQL reads a document with what is around it in one statement.
const ofSQL = `SELECT i.id, i.kind, i.reference, i.account_id, a.login, a.name, a.kind, i.seller_id, coalesce(l.slug, ''), i.subscription_id,
		i.document, i.hash, i.token, i.state, i.paid_minor, i.credited_minor, i.settled_at,
		(SELECT json_build_object('id', o.id, 'reference', o.reference, 'minor', o.total_minor, 'at', o.issued_at) FROM invoices o WHERE o.id = i.corrects_id),
		coalesce((SELECT json_agg(json_build_object('id', c.id, 'reference', c.reference, 'minor', c.total_minor, 'at', c.issued_at) ORDER BY c.id)
			FROM invoices c WHERE c.corrects_id = i.id), '[]'),
		coalesce((SELECT json_agg(json_build_object('brand', p.brand, 'last4', p.last4, 'kind', p.kind, 'minor', p.minor, 'at', p.at) ORDER BY p.at) FROM (
			SELECT coalesce(nullif(m.brand, ''), m.kind) brand, m.last4, m.kind, c.minor, c.settled_at at FROM charges c LEFT JOIN payment_methods m ON m.id = c.payment_method_id
			WHERE c.invoice_id = i.id AND c.state = 'succeeded'
			UNION ALL
			SELECT coalesce(nullif(m.brand, ''), m.kind) brand, m.last4, m.kind, r.minor, coalesce(r.settled_at, r.created_at) FROM refunds r JOIN charges c ON c.id = r.charge_id
				LEFT JOIN payment_methods m ON m.id = c.payment_method_id
			WHERE r.credit_note_id = i.id AND r.state = 'succeeded') p), '[]')
	FROM invoices i JOIN accounts a ON a.id = i.account_id LEFT JOIN listings l ON l.id = i.listing_id`

// Read returns a document to those who may see the buyer's billing or the seller's
// sales; to others it is ErrNotFound.
func (s *Service) Read(ctx context.Context, actor models.Actor, id int64) (*Invoice, error) {
	i, err := s.one(ctx, "i.id = $1", id)
	if err != nil {
		return nil, err
	}
	i.OfBuyer = actor.MaySeeBilling(i.Account.ID) == nil
	if !i.OfBuyer && actor.MaySeeSales(models.AppRights{AccountID: i.SellerID}) != nil {
		return nil, models.ErrNotFound
	}
	return i, nil
}

func (s *Service) one(ctx context.Context, where string, args ...any) (*Invoice, error) {
	var i Invoice
	var hash, corrects, corrections, payments []byte
	var settled *time.Time
	a := &i.Account
	err := s.db.Pool().QueryRow(ctx, ofSQL+" WHERE "+where, args...).Scan(&i.ID, &i.Kind, &i.Reference, &a.ID, &a.Login, &a.Name, &a.Kind, &i.SellerID,
		&i.ListingSlug, &i.SubscriptionID, &i.Text, &hash, &i.Token, &i.State, &i.Paid, &i.Credited, &settled, &corrects, &corrections, &payments)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("invoices: read: %w", err)
	}
	if settled != nil {
		i.SettledAt = *settled
	}
	for _, part := range []struct {
		from []byte
		into any
	}{{[]byte(i.Text), &i.Document}, {corrects, &i.Corrects}, {corrections, &i.Corrections}, {payments, &i.Payments}} {
		if part.from == nil {
			continue
		}
		if err := json.Unmarshal(part.from, part.into); err != nil {
			return nil, fmt.Errorf("invoices: %d: %w", i.ID, err)
		}
	}
	return &i, s.prove(&i, hash)
}

// prove compares a document with its hash, and signs it where it is what was hashed.
func (s *Service) prove(i *Invoice, hash []byte) (err error) {
	now := Hash(i.Reference, i.Text)
	i.Hash, i.Altered = hex.EncodeToString(hash), !bytes.Equal(now[:], hash)
	if !i.Altered {
		i.Signature, err = s.sign(i.Reference, hash)
	}
	return err
}
