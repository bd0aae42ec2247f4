-- Plans stand in the order that their integrator chose, and can be tried before
-- anybody buys one.

ALTER TABLE plans ADD COLUMN position integer NOT NULL DEFAULT 0;

-- Purchases that integrators play through, one a person and listing. They charge
-- nobody, and nothing else looks at them.
CREATE TABLE tryouts (
    listing_id bigint NOT NULL,
    account_id bigint NOT NULL, -- who plays
    state jsonb NOT NULL, -- models.Tryout
    events jsonb NOT NULL DEFAULT '[]', -- models.TryoutEvent, the oldest one first
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT tryouts_pkey PRIMARY KEY (listing_id, account_id),
    CONSTRAINT tryouts_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT tryouts_account_fk FOREIGN KEY (account_id) REFERENCES users (account_id) ON DELETE CASCADE
);
CREATE INDEX tryouts_account_idx ON tryouts (account_id);
CREATE INDEX tryouts_updated_idx ON tryouts (updated_at);
