// Package invoices writes invoices and credit notes, numbers them without gaps,
// signs them and lets anyone verify one. It knows the taxes; it moves no money.
package invoices

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/ledger"
)

// Issue is an invoice or credit note to write.
type Issue struct {
	ID             int64 // from the sequence of invoices
	SellerID       int64
	AccountID      int64
	ListingID      int64
	SubscriptionID int64
	CorrectsID     int64 // of a credit note
	Token          string
	Document       models.Document
	Paid           bool // it is a receipt as well
	WriteOff       bool // a credit note for what was never paid
	At             time.Time
}

// Write adds the document, its number and its ledger transaction to what b writes.
// The row of the seller stays locked until the transaction ends, so that numbers
// have no gaps: put it last.
func Write(b *pgx.Batch, i Issue) error {
	text, err := json.Marshal(i.Document)
	if err != nil {
		return fmt.Errorf("invoices: %w", err)
	}
	bill := &i.Document.Bill
	state, paid := models.InvoiceOpen, int64(0)
	kind := models.PostInvoice
	switch {
	case i.Document.Kind == models.KindCreditNote:
		state = models.InvoicePaid
		if kind = models.PostCreditNote; i.WriteOff {
			kind = models.PostWriteOff
		}
		paid = bill.Total
	case i.Paid:
		state, paid = models.InvoicePaid, bill.Total
	}
	b.Queue(`WITH n AS (UPDATE sellers SET last_number = last_number + 1 WHERE account_id = $2
				RETURNING last_number number, invoice_prefix || lpad(last_number::text, 6, '0') reference)
		INSERT INTO invoices (id, kind, seller_id, number, reference, account_id, listing_id, subscription_id, corrects_id,
			currency, net_minor, tax_minor, total_minor, document, hash, token, issued_at, due_at, state, paid_minor, settled_at)
		SELECT $1, $3, $2, n.number, n.reference, $4, $5, $6, nullif($7::bigint, 0), $8, $9, $10, $11, $12::text,
			sha256(convert_to(n.reference || E'\n' || $12::text, 'UTF8')), $13, $14, $15, $16, $17,
			CASE WHEN $16 <> 'open' THEN $14::timestamptz END FROM n`,
		i.ID, i.SellerID, i.Document.Kind, i.AccountID, i.ListingID, i.SubscriptionID, i.CorrectsID, bill.Currency, bill.Net, bill.Tax, bill.Total,
		string(text), i.Token, i.At, i.Document.Payable, state, paid)
	ledger.Post(b, ledger.Transaction{SellerID: i.SellerID, Kind: kind, At: i.At, Currency: bill.Currency, Minor: bill.Total, Tax: bill.Tax, InvoiceID: i.ID})
	return nil
}
