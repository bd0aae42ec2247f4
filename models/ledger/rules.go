package ledger

import (
	"fmt"
	"strings"

	"souk/models"
)

// rule finds discrepancies: its statement has kind, seller, subject, id, reference,
// kind of transaction, currency, expected and found, and may use $1, which is now.
type rule struct{ name, sql string }

// rules are all that is checked.
func rules() []rule {
	all := []rule{unbalanced}
	for i := range sources {
		all = append(all, sources[i].rule())
	}
	return append(all, orphans, transfers, gaps, beyond, changed, sums, paid, credited, states, refunded, overRefunded, unbilled, currencies,
		uncredited, cameBack, unsettled, unheard)
}

var unbalanced = rule{"unbalanced", `
	SELECT 'unbalanced', t.seller_id, 'transaction', t.id, '', t.kind, e.currency, 0, sum(e.minor)
	FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id GROUP BY t.id, e.currency HAVING sum(e.minor) <> 0`}

// source is what a kind of transaction records: rows with id, seller_id, currency,
// minor and tax, and the column of ledger_transactions that names them.
type source struct {
	kind            models.LedgerKind
	subject, column string
	sql             string
}

var sources = []source{
	{models.PostInvoice, "invoice", "invoice_id",
		`SELECT id, reference, seller_id, currency, total_minor, tax_minor FROM invoices WHERE kind = 'invoice'`},
	{models.PostCreditNote, "invoice", "invoice_id",
		`SELECT c.id, c.reference, c.seller_id, c.currency, c.total_minor, c.tax_minor FROM invoices c JOIN invoices o ON o.id = c.corrects_id
		WHERE c.kind = 'credit_note' AND o.state <> 'written_off'`},
	{models.PostWriteOff, "invoice", "invoice_id",
		`SELECT c.id, c.reference, c.seller_id, c.currency, c.total_minor, c.tax_minor FROM invoices c JOIN invoices o ON o.id = c.corrects_id
		WHERE c.kind = 'credit_note' AND o.state = 'written_off'`},
	{models.PostCharge, "charge", "charge_id",
		`SELECT id, reference, seller_id, currency, minor, 0 FROM charges WHERE state = 'succeeded' AND gateway <> 'transfer'`},
	{models.PostFee, "charge", "charge_id",
		`SELECT id, reference, seller_id, currency, fee_minor, 0 FROM charges WHERE state = 'succeeded' AND fee_minor > 0`},
	{models.PostRefund, "refund", "refund_id",
		`SELECT r.id, r.reference, i.seller_id, r.currency, r.minor, 0 FROM refunds r JOIN invoices i ON i.id = r.invoice_id
		WHERE r.state = 'succeeded' AND r.charge_id IS NOT NULL`},
	{models.PostTransferRefund, "refund", "refund_id",
		`SELECT r.id, r.reference, i.seller_id, r.currency, r.minor, 0 FROM refunds r JOIN invoices i ON i.id = r.invoice_id
		WHERE r.state = 'succeeded' AND r.charge_id IS NULL`},
	{models.PostFeeRefund, "refund", "refund_id",
		`SELECT r.id, r.reference, i.seller_id, r.currency, r.fee_minor, 0 FROM refunds r JOIN invoices i ON i.id = r.invoice_id
		WHERE r.state = 'succeeded' AND r.fee_minor > 0`},
	{models.PostDispute, "dispute", "dispute_id",
		`SELECT d.id, d.reference, c.seller_id, d.currency, d.minor, 0 FROM disputes d JOIN charges c ON c.id = d.charge_id`},
	{models.PostDisputeWon, "dispute", "dispute_id",
		`SELECT d.id, d.reference, c.seller_id, d.currency, d.minor, 0 FROM disputes d JOIN charges c ON c.id = d.charge_id WHERE d.state = 'won'`},
	{models.PostDisputeLost, "dispute", "dispute_id",
		`SELECT d.id, d.reference, c.seller_id, d.currency, d.minor, 0 FROM disputes d JOIN charges c ON c.id = d.charge_id WHERE d.state = 'lost'`},
	{models.PostPayout, "payout", "payout_id", `SELECT id, reference, seller_id, currency, minor, 0 FROM payouts`},
	{models.PostPayoutFailed, "payout", "payout_id", `SELECT id, reference, seller_id, currency, minor, 0 FROM payouts WHERE state = 'failed'`},
}

// entries are the sides of models.Posting as rows of SQL. It is linear, so that
// what one of the amount and one of its tax come to says all.
func (s *source) entries() string {
	minor, tax := map[models.LedgerAccount]int64{}, map[models.LedgerAccount]int64{}
	var order []models.LedgerAccount
	note := func(into map[models.LedgerAccount]int64, of []models.LedgerEntry) {
		for _, e := range of {
			if minor[e.Account] == 0 && tax[e.Account] == 0 {
				order = append(order, e.Account)
			}
			into[e.Account] = e.Minor
		}
	}
	note(minor, models.Posting(s.kind, 1, 0))
	note(tax, models.Posting(s.kind, 0, 1))
	rows := make([]string, len(order))
	for i, account := range order {
		rows[i] = fmt.Sprintf("('%s', %d * d.minor + %d * d.tax)", account, minor[account], tax[account])
	}
	return strings.Join(rows, ", ")
}

// rule compares what happened with what the ledger has of it, both ways.
func (s *source) rule() rule {
	return rule{string(s.kind), `
	WITH doc (id, reference, seller_id, currency, minor, tax) AS (` + s.sql + `),
	want AS (SELECT d.id, d.seller_id, d.currency, v.account, v.minor FROM doc d, LATERAL (VALUES ` + s.entries() + `) v (account, minor) WHERE v.minor <> 0),
	have AS (SELECT t.` + s.column + ` id, t.seller_id, e.currency, e.account, e.minor FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
		WHERE t.kind = '` + string(s.kind) + `'),
	odd AS (
		SELECT coalesce(w.id, h.id) id, max(coalesce(w.seller_id, h.seller_id)) seller_id, max(coalesce(w.currency, h.currency)) currency,
			bool_and(w.minor IS NOT DISTINCT FROM h.minor) same
		FROM want w FULL JOIN have h ON h.id = w.id AND h.account = w.account AND h.currency = w.currency
		WHERE w.minor IS DISTINCT FROM h.minor OR w.seller_id IS DISTINCT FROM h.seller_id GROUP BY 1)
	SELECT CASE WHEN o.same THEN 'seller' WHEN w.minor IS NULL THEN 'stray' WHEN h.minor IS NULL THEN 'missing' ELSE 'amount' END,
		o.seller_id, '` + s.subject + `', o.id, (SELECT reference FROM doc WHERE doc.id = o.id), '` + string(s.kind) + `', o.currency, w.minor, h.minor
	FROM odd o, LATERAL (SELECT sum(minor) FILTER (WHERE minor > 0) minor FROM want WHERE want.id = o.id) w,
		LATERAL (SELECT sum(minor) FILTER (WHERE minor > 0) minor FROM have WHERE have.id = o.id) h`}
}

// A transaction that names nothing can't be traced to what it records.
var orphans = rule{"orphans", `
	SELECT 'stray', t.seller_id, 'transaction', t.id, '', t.kind, '', NULL, NULL FROM ledger_transactions t
	WHERE CASE WHEN t.kind IN ('invoice', 'credit_note', 'write_off', 'transfer') THEN t.invoice_id
		WHEN t.kind IN ('charge', 'fee') THEN t.charge_id WHEN t.kind IN ('refund', 'fee_refund', 'transfer_refund') THEN t.refund_id
		WHEN t.kind LIKE 'dispute%' THEN t.dispute_id ELSE t.payout_id END IS NULL`}

// A transfer is known from the invoice that it paid alone.
var transfers = rule{"transfers", `
	SELECT CASE WHEN t.seller_id <> i.seller_id THEN 'seller' ELSE 'stray' END, t.seller_id, 'invoice', i.id, i.reference, t.kind, i.currency, i.paid_minor,
		(SELECT sum(minor) FROM ledger_entries e WHERE e.transaction_id = t.id AND e.account = 'bank')
	FROM ledger_transactions t JOIN invoices i ON i.id = t.invoice_id
	WHERE t.kind = 'transfer' AND (t.seller_id <> i.seller_id OR i.kind <> 'invoice' OR i.paid_minor = 0
		OR EXISTS (SELECT FROM ledger_entries e WHERE e.transaction_id = t.id AND (e.currency <> i.currency OR e.account NOT IN ('bank', 'receivable'))))`}

var gaps = rule{"gaps", `
	SELECT 'number_gap', s.account_id, 'seller', n.n, s.invoice_prefix || lpad(n.n::text, 6, '0'), '', '', n.n, NULL
	FROM sellers s, LATERAL generate_series(1, s.last_number) n (n)
	WHERE NOT EXISTS (SELECT FROM invoices i WHERE i.seller_id = s.account_id AND i.number = n.n)`}

var beyond = rule{"beyond", `
	SELECT 'number_beyond', i.seller_id, 'invoice', i.id, i.reference, '', '', s.last_number, i.number
	FROM invoices i JOIN sellers s ON s.account_id = i.seller_id WHERE i.number NOT BETWEEN 1 AND s.last_number`}

var changed = rule{"changed", `
	SELECT 'document_changed', i.seller_id, 'invoice', i.id, i.reference, '', '', encode(i.hash, 'hex'), encode(d.hash, 'hex')
	FROM invoices i, LATERAL (SELECT sha256(convert_to(i.reference || E'\n' || i.document, 'UTF8')) hash) d WHERE i.hash <> d.hash`}

var sums = rule{"sums", `
	SELECT 'document_sum', i.seller_id, 'invoice', i.id, i.reference, '', i.currency, b.bill ->> 'total', i.total_minor
	FROM invoices i, LATERAL (SELECT i.document::jsonb -> 'bill' bill) b
	WHERE (i.net_minor, i.tax_minor, i.total_minor, i.currency)
		IS DISTINCT FROM ((b.bill ->> 'net')::bigint, (b.bill ->> 'tax')::bigint, (b.bill ->> 'total')::bigint, b.bill ->> 'currency')`}

var paid = rule{"paid", `
	SELECT 'paid_sum', i.seller_id, 'invoice', i.id, i.reference, '', i.currency, p.minor, i.paid_minor
	FROM invoices i, LATERAL (SELECT CASE WHEN i.kind = 'credit_note' THEN i.total_minor ELSE
			coalesce((SELECT sum(c.minor) FROM charges c WHERE c.invoice_id = i.id AND c.state = 'succeeded' AND c.gateway <> 'transfer'), 0)
			+ coalesce((SELECT sum(e.minor) FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
				WHERE t.invoice_id = i.id AND t.kind = 'transfer' AND e.account = 'bank'), 0) END minor) p
	WHERE p.minor <> i.paid_minor`}

var credited = rule{"credited", `
	SELECT 'credited_sum', i.seller_id, 'invoice', i.id, i.reference, '', i.currency, c.minor, i.credited_minor
	FROM invoices i, LATERAL (SELECT coalesce(sum(n.total_minor), 0) minor FROM invoices n WHERE n.corrects_id = i.id) c
	WHERE c.minor <> i.credited_minor`}

// A part of what was paid may be credited and the invoice stays paid.
var states = rule{"states", `
	SELECT 'invoice_state', i.seller_id, 'invoice', i.id, i.reference, '', '', w.state, i.state
	FROM invoices i, LATERAL (SELECT CASE WHEN i.kind = 'credit_note' THEN 'paid'
			WHEN i.total_minor > 0 AND i.credited_minor = i.total_minor AND i.paid_minor > 0 THEN 'credited'
			WHEN i.total_minor > 0 AND i.credited_minor = i.total_minor THEN 'written_off'
			WHEN i.paid_minor = i.total_minor THEN 'paid' ELSE 'open' END state) w
	WHERE i.state <> w.state`}

var refunded = rule{"refunded", `
	SELECT 'refunded_sum', c.seller_id, 'charge', c.id, c.reference, '', c.currency, r.minor, c.refunded_minor
	FROM charges c, LATERAL (SELECT coalesce(sum(r.minor), 0) minor FROM refunds r WHERE r.charge_id = c.id AND r.state = 'succeeded') r
	WHERE r.minor <> c.refunded_minor`}

var overRefunded = rule{"over refunded", `
	SELECT 'over_refunded', c.seller_id, 'charge', c.id, c.reference, '', c.currency, c.minor, sum(r.minor)
	FROM charges c JOIN refunds r ON r.charge_id = c.id AND r.state <> 'failed'
	GROUP BY c.id HAVING sum(r.minor) > c.minor OR c.state <> 'succeeded' OR bool_or(r.currency <> c.currency)`}

var unbilled = rule{"unbilled", `
	SELECT 'charge_unbilled', c.seller_id, 'charge', c.id, c.reference, '', c.currency, 0, c.minor - c.refunded_minor
	FROM charges c WHERE c.state = 'succeeded' AND c.invoice_id IS NULL AND c.refunded_minor < c.minor AND c.settled_at < $1::timestamptz - interval '1 hour'`}

var currencies = rule{"currencies", `
	SELECT 'charge_currency', c.seller_id, 'charge', c.id, c.reference, '', i.currency, i.currency, c.currency
	FROM charges c JOIN invoices i ON i.id = c.invoice_id WHERE c.state = 'succeeded' AND (c.currency, c.seller_id, c.account_id) <> (i.currency, i.seller_id, i.account_id)`}

var uncredited = rule{"uncredited", `
	SELECT 'refund_uncredited', i.seller_id, 'refund', r.id, i.reference, '', r.currency, r.minor, n.total_minor
	FROM refunds r JOIN invoices i ON i.id = r.invoice_id LEFT JOIN invoices n ON n.id = r.credit_note_id
	WHERE r.state = 'succeeded' AND (n.total_minor, n.currency, n.corrects_id) IS DISTINCT FROM (r.minor, r.currency, r.invoice_id)`}

var cameBack = rule{"came back", `
	SELECT 'refund_came_back', i.seller_id, 'refund', r.id, r.reference, '', r.currency, r.minor, r.problem
	FROM refunds r JOIN invoices i ON i.id = r.invoice_id WHERE r.state = 'succeeded' AND r.problem <> ''`}

// What is reserved is settled in seconds; banks may take days for some methods.
var unsettled = rule{"unsettled", `
	SELECT 'unsettled', c.seller_id, 'charge', c.id, c.reference, '', c.currency, c.minor::text, c.state
	FROM charges c WHERE c.state = 'reserved' AND c.created_at < $1::timestamptz - interval '1 hour'
		OR c.state IN ('processing', 'action_needed') AND c.created_at < $1::timestamptz - interval '21 days'
	UNION ALL
	SELECT 'unsettled', i.seller_id, 'refund', r.id, r.reference, '', r.currency, r.minor::text, r.state
	FROM refunds r JOIN invoices i ON i.id = r.invoice_id
	WHERE r.state = 'reserved' AND r.created_at < $1::timestamptz - interval '1 hour' OR r.state = 'processing' AND r.created_at < $1::timestamptz - interval '30 days'`}

var unheard = rule{"unheard", `
	SELECT 'event_failed', 0, 'event', 0, e.id, '', '', e.gateway || ' ' || e.kind, e.problem
	FROM gateway_events e WHERE e.problem <> '' OR e.processed_at IS NULL AND e.received_at < $1::timestamptz - interval '1 hour'`}
