-- Disputes that are lost leave the books, money that came by transfer can be given
-- back, and what was proven of the books is kept.

ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_kind;
ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_transactions_kind CHECK (kind IN ('invoice', 'credit_note', 'charge', 'fee', 'refund', 'fee_refund',
    'write_off', 'transfer', 'transfer_refund', 'dispute', 'dispute_won', 'dispute_lost', 'payout', 'payout_failed'));
CREATE UNIQUE INDEX ledger_transactions_transfer_key ON ledger_transactions (invoice_id) WHERE kind = 'transfer';
CREATE UNIQUE INDEX ledger_transactions_transfer_refund_key ON ledger_transactions (refund_id) WHERE kind = 'transfer_refund';

ALTER TABLE refunds ALTER COLUMN charge_id DROP NOT NULL; -- null: it was paid by transfer
ALTER TABLE refunds ADD COLUMN fee_minor bigint NOT NULL DEFAULT 0; -- of the marketplace's share, that went back
ALTER TABLE refunds ADD COLUMN problem text NOT NULL DEFAULT ''; -- what the gateway said
ALTER TABLE refunds ADD CONSTRAINT refunds_fee CHECK (fee_minor BETWEEN 0 AND minor);

CREATE INDEX gateway_events_problem_idx ON gateway_events (received_at) WHERE problem <> '';
CREATE INDEX invoices_reference_idx ON invoices (reference);

-- Each time that books, documents and gateway were compared.
CREATE TABLE ledger_checks (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    counts jsonb NOT NULL, -- ledger.Counts
    found integer NOT NULL,
    discrepancies jsonb NOT NULL, -- the first of them, models.Discrepancy
    CONSTRAINT ledger_checks_pkey PRIMARY KEY (id)
);
