// Package ledger keeps the books of sellers by double entry: every invoice, charge,
// fee, refund, dispute and payout is a transaction whose entries come to nothing
// together. It decides nothing about money; it records, and proves that books,
// invoices and gateway agree.
package ledger

import (
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Transaction is a movement to record. Minor is what moves, Tax the part of it that
// is tax. One of the ids says what it comes from; the database refuses to record the
// same one twice.
type Transaction struct {
	SellerID int64
	Kind     models.LedgerKind
	At       time.Time
	Currency string
	Minor    int64
	Tax      int64

	InvoiceID, ChargeID, RefundID, DisputeID, PayoutID int64 // 0: none
}

// Post adds the transaction to what b writes.
func Post(b *pgx.Batch, t Transaction) {
	var accounts []string
	var amounts []int64
	for _, e := range models.Posting(t.Kind, t.Minor, t.Tax) {
		accounts, amounts = append(accounts, string(e.Account)), append(amounts, e.Minor)
	}
	b.Queue(`WITH t AS (
			INSERT INTO ledger_transactions (seller_id, kind, at, invoice_id, charge_id, refund_id, dispute_id, payout_id)
			VALUES ($1, $2, $3, nullif($4::bigint, 0), nullif($5::bigint, 0), nullif($6::bigint, 0), nullif($7::bigint, 0), nullif($8::bigint, 0)) RETURNING id)
		INSERT INTO ledger_entries (transaction_id, account, currency, minor)
		SELECT t.id, e.account, $9, e.minor FROM t, unnest($10::text[], $11::bigint[]) e (account, minor)`,
		t.SellerID, t.Kind, t.At, t.InvoiceID, t.ChargeID, t.RefundID, t.DisputeID, t.PayoutID, t.Currency, accounts, amounts)
}
