package sales

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
)

// Money is what staff sees of all sellers: disputes that are open, what gateways
// told that couldn't be worked on, what isn't settled, and invoices that were looked
// for.
type Money struct {
	Sellers   int64
	Volume    []Sum // of the last 30 days
	Disputes  []Dispute
	Disputed  int64 // how many are open
	Events    []GatewayEvent
	Failed    int64 // how many there are
	Waiting   int64 // charges that aren't settled
	Refunding int64 // refunds that aren't
	PastDue   int64 // subscriptions
	Invoices  []Invoice
}

// Dispute is a charge that a buyer contests.
type Dispute struct {
	ID        int64     `json:"id"`
	InvoiceID int64     `json:"invoice_id"`
	Invoice   string    `json:"invoice"`
	Login     string    `json:"login"`
	Seller    string    `json:"seller"`
	Listing   string    `json:"listing"`
	Minor     int64     `json:"minor"`
	Currency  string    `json:"currency"`
	Reason    string    `json:"reason"`
	At        time.Time `json:"at"`
}

// GatewayEvent is what a gateway told that couldn't be worked on yet.
type GatewayEvent struct {
	Gateway models.GatewayName `json:"gateway"`
	ID      string             `json:"id"`
	Kind    string             `json:"kind"`
	Problem string             `json:"problem"`
	At      time.Time          `json:"at"`
}

// shown is how many of each are on staff's page.
const shown = 25

const moneySQL = `SELECT (SELECT count(*) FROM sellers WHERE ready),
	(SELECT coalesce(json_agg(z), '[]') FROM (SELECT currency, sum(minor) "in", -sum(refunded_minor) back, sum(fee_minor) fees FROM charges
		WHERE state = 'succeeded' AND settled_at > $1::timestamptz - interval '30 days' GROUP BY 1 ORDER BY 1) z),
	(SELECT count(*) FROM disputes WHERE state = 'open'),
	(SELECT coalesce(json_agg(z), '[]') FROM (SELECT d.id, coalesce(i.id, 0) invoice_id, coalesce(i.reference, '') invoice, a.login, o.login seller, l.name listing, d.minor, d.currency,
			d.reason, d.opened_at at FROM disputes d JOIN charges c ON c.id = d.charge_id JOIN accounts a ON a.id = c.account_id JOIN accounts o ON o.id = c.seller_id
			JOIN listings l ON l.id = c.listing_id LEFT JOIN invoices i ON i.id = c.invoice_id WHERE d.state = 'open' ORDER BY d.id DESC LIMIT $2) z),
	(SELECT count(*) FROM gateway_events WHERE problem <> '' OR processed_at IS NULL AND received_at < $1::timestamptz - interval '10 minutes'),
	(SELECT coalesce(json_agg(z), '[]') FROM (SELECT gateway, id, kind, problem, received_at at FROM gateway_events
		WHERE problem <> '' OR processed_at IS NULL AND received_at < $1::timestamptz - interval '10 minutes' ORDER BY received_at LIMIT $2) z),
	(SELECT count(*) FROM charges WHERE state IN ('reserved', 'processing', 'action_needed')), (SELECT count(*) FROM refunds WHERE state IN ('reserved', 'processing')),
	(SELECT count(*) FROM subscriptions WHERE state = 'past_due'),
	(SELECT coalesce(json_agg(x.j ORDER BY x.id DESC), '[]') FROM (SELECT i.id, ` + invoiceJSON + ` j` + invoiceFrom + `
		WHERE $3 <> '' AND (i.reference = upper($3) OR i.reference = $3 OR i.token = $3 OR i.account_id = (SELECT id FROM accounts WHERE lower(login) = lower($3))
			OR i.seller_id = (SELECT id FROM accounts WHERE lower(login) = lower($3)) OR i.id IN (SELECT c.invoice_id FROM charges c WHERE c.reference = $3 AND c.reference <> ''))
		ORDER BY i.id DESC LIMIT $2) x)`

// Money is what staff sees; query finds invoices by their number, the number of a
// charge at the gateway, or the login of buyer or seller.
func (s *Service) Money(ctx context.Context, actor models.Actor, query string) (*Money, error) {
	if err := actor.MayStaff(models.StaffSupport); err != nil {
		return nil, err
	}
	query = strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(query, "\x00", ""), ""))
	var m Money
	var volume, disputes, events, invoices string
	err := s.db.Pool().QueryRow(ctx, moneySQL, s.now(), shown, query).Scan(&m.Sellers, &volume, &m.Disputed, &disputes, &m.Failed, &events, &m.Waiting, &m.Refunding,
		&m.PastDue, &invoices)
	if err != nil {
		return nil, fmt.Errorf("sales: money: %w", err)
	}
	err = errors.Join(decode(volume, &m.Volume), decode(disputes, &m.Disputes), decode(events, &m.Events), decode(invoices, &m.Invoices))
	return &m, err
}

// Invoice is one of any seller, for staff. It returns ErrNotFound.
func (s *Service) Invoice(ctx context.Context, actor models.Actor, id int64) (*Invoice, error) {
	if err := actor.MayStaff(models.StaffSupport); err != nil {
		return nil, err
	}
	return s.invoice(ctx, id)
}

func (s *Service) invoice(ctx context.Context, id int64) (*Invoice, error) {
	var text string
	err := s.db.Pool().QueryRow(ctx, `SELECT `+invoiceJSON+invoiceFrom+`WHERE i.id = $1`, id).Scan(&text)
	if found, err := db.Found(err); err != nil || !found {
		if err != nil {
			return nil, fmt.Errorf("sales: invoice: %w", err)
		}
		return nil, models.ErrNotFound
	}
	var i Invoice
	return &i, decode(text, &i)
}

// InvoiceOf is one of a listing's invoices, for whoever may change what concerns its
// buyers. It returns ErrNotFound.
func (s *Service) InvoiceOf(ctx context.Context, actor models.Actor, slug string, id int64) (*Desk, *Invoice, error) {
	d, err := s.desk(ctx, actor, slug)
	if err != nil {
		return nil, nil, err
	}
	if err := actor.MaySell(d.Rights()); err != nil {
		return nil, nil, err
	}
	i, err := s.invoice(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if i.ListingID != d.ListingID || i.Seller != d.Owner {
		return nil, nil, models.ErrNotFound
	}
	return d, i, nil
}

// HearAgain has what a gateway told worked on once more, as if it had come now. It
// returns ErrNotFound for what was worked on.
func (s *Service) HearAgain(ctx context.Context, actor models.Actor, name models.GatewayName, id string) error {
	if err := actor.MayStaffNow(models.StaffSupport, s.real()); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var kind string
		err := tx.Pgx.QueryRow(ctx, `UPDATE gateway_events SET processed_at = NULL, problem = '', received_at = $3
			WHERE gateway = $1 AND id = $2 AND (processed_at IS NULL OR problem <> '') RETURNING kind`, name, id, s.now()).Scan(&kind)
		if found, err := db.Found(err); err != nil || !found {
			if err != nil {
				return fmt.Errorf("sales: event: %w", err)
			}
			return models.ErrNotFound
		}
		err = audit.Record(ctx, tx, actor, models.AuditEvent{Action: "gateway_event.repeat", TargetKind: "gateway_event", TargetName: string(name) + " " + id, After: map[string]any{"kind": kind}})
		if err != nil {
			return err
		}
		return s.queue.Enqueue(ctx, tx, jobs.HearGateway{Gateway: string(name), Event: id})
	})
}

// CheckLedger has books, documents and gateways compared now.
func (s *Service) CheckLedger(ctx context.Context, actor models.Actor) error {
	if err := actor.MayStaffNow(models.StaffSupport, s.real()); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := audit.Record(ctx, tx, actor, models.AuditEvent{Action: "ledger.check", TargetKind: "ledger", TargetName: "ledger"}); err != nil {
			return err
		}
		return s.queue.Enqueue(ctx, tx, jobs.CheckLedger{})
	})
}
