-- Taxes: who has to charge them, and the rates to begin with; the hashes by which a
-- document is found, and which mail of one went out.

-- Whether sellers of other countries charge it to those without a number, too.
ALTER TABLE tax_rates ADD COLUMN abroad boolean NOT NULL DEFAULT false;

-- The standard rates of the European Union, the United Kingdom, Switzerland and its
-- neighbours, Japan and China (services) as of 1 January 2026. They are a beginning:
-- whoever runs the site is responsible for them, and keeps them at /staff/taxes.
INSERT INTO tax_rates (country, region, name, millionths, reverse_charge, abroad, updated_at)
SELECT country, region, name, millionths, true, abroad, '2026-01-01T00:00:00Z' FROM (VALUES
    ('AT', '', 'USt', 200000, true),
    ('BE', '', 'TVA', 210000, true),
    ('BG', '', 'VAT', 200000, true),
    ('CY', '', 'VAT', 190000, true),
    ('CZ', '', 'DPH', 210000, true),
    ('DE', '', 'USt', 190000, true),
    ('DK', '', 'Moms', 250000, true),
    ('EE', '', 'KM', 240000, true),
    ('ES', '', 'IVA', 210000, true),
    ('ES', 'Canarias', 'IVA', 0, false),
    ('FI', '', 'ALV', 255000, true),
    ('FR', '', 'TVA', 200000, true),
    ('GR', '', 'VAT', 240000, true),
    ('HR', '', 'PDV', 250000, true),
    ('HU', '', 'ÁFA', 270000, true),
    ('IE', '', 'VAT', 230000, true),
    ('IT', '', 'IVA', 220000, true),
    ('LT', '', 'PVM', 210000, true),
    ('LU', '', 'TVA', 170000, true),
    ('LV', '', 'PVN', 210000, true),
    ('MT', '', 'VAT', 180000, true),
    ('NL', '', 'BTW', 210000, true),
    ('PL', '', 'VAT', 230000, true),
    ('PT', '', 'IVA', 230000, true),
    ('PT', 'Açores', 'IVA', 160000, true),
    ('PT', 'Madeira', 'IVA', 220000, true),
    ('RO', '', 'TVA', 210000, true),
    ('SE', '', 'Moms', 250000, true),
    ('SI', '', 'DDV', 220000, true),
    ('SK', '', 'DPH', 230000, true),
    ('GB', '', 'VAT', 200000, true),
    ('CH', '', 'MWST', 81000, false),
    ('LI', '', 'MWST', 81000, false),
    ('NO', '', 'MVA', 250000, true),
    ('JP', '', '消費税', 100000, false),
    ('CN', '', '增值税', 60000, false)
) seed (country, region, name, millionths, abroad);

CREATE INDEX invoices_hash_idx ON invoices (hash);

-- Which mail of a document was handed to the queue: each one once.
CREATE TABLE invoice_mails (
    invoice_id bigint NOT NULL,
    message text NOT NULL,
    sent_at timestamptz NOT NULL,
    CONSTRAINT invoice_mails_pkey PRIMARY KEY (invoice_id, message),
    CONSTRAINT invoice_mails_invoice_fk FOREIGN KEY (invoice_id) REFERENCES invoices (id)
);
