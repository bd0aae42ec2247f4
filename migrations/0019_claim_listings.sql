-- Integrators claim listings that were imported, and prove to be theirs. Once a
-- listing has an integrator, others may still say that it is wrongly theirs.
CREATE TABLE listing_claims (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    account_id bigint NOT NULL, -- whose it is to become
    claimant_id bigint, -- the person who claims it for them
    state text NOT NULL, -- models.ClaimState
    contested boolean NOT NULL, -- it had an integrator already
    challenge text NOT NULL, -- what the record or the file must hold
    words text NOT NULL DEFAULT '', -- of the claimant, to staff
    method text NOT NULL DEFAULT '', -- models.ClaimMethod, once it is proven
    place text NOT NULL DEFAULT '', -- the domain or the repository that proved it
    findings jsonb NOT NULL DEFAULT '[]', -- models.ClaimFinding, of the last look
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL, -- while it is open
    checked_at timestamptz,
    proven_at timestamptz,
    decider_id bigint,
    decided_at timestamptz,
    answer text NOT NULL DEFAULT '', -- of staff, to the claimant
    CONSTRAINT listing_claims_pkey PRIMARY KEY (id),
    CONSTRAINT listing_claims_state CHECK (state IN ('open', 'proven', 'approved', 'refused', 'withdrawn', 'expired')),
    CONSTRAINT listing_claims_method CHECK (method IN ('', 'domain', 'dns', 'file', 'repository')),
    CONSTRAINT listing_claims_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT listing_claims_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT listing_claims_claimant_fk FOREIGN KEY (claimant_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT listing_claims_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX listing_claims_live ON listing_claims (listing_id, account_id) WHERE state IN ('open', 'proven');
CREATE INDEX listing_claims_listing_idx ON listing_claims (listing_id, id DESC);
CREATE INDEX listing_claims_account_idx ON listing_claims (account_id, id DESC);
CREATE INDEX listing_claims_waiting_idx ON listing_claims (proven_at) WHERE state = 'proven';
CREATE INDEX listing_claims_decided_idx ON listing_claims (decided_at DESC) WHERE state IN ('approved', 'refused');

-- Where the page of a publisher whose apps were all claimed leads.
CREATE INDEX app_owner_changes_from_idx ON app_owner_changes (from_login) WHERE cause = 'claimed';
