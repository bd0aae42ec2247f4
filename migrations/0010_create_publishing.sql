-- Publishing: what integrators register, write and hand in, and what staff
-- decides on.

-- 1. Apps as their integrators register them. What was only imported has no
-- registered_at and no client_id.
ALTER TABLE apps
    ADD COLUMN description text NOT NULL DEFAULT '', -- Markdown, for whoever installs
    ADD COLUMN callback_urls text[] NOT NULL DEFAULT '{}',
    ADD COLUMN setup_url text NOT NULL DEFAULT '',
    ADD COLUMN setup_on_update boolean NOT NULL DEFAULT false,
    ADD COLUMN webhook_active boolean NOT NULL DEFAULT false,
    ADD COLUMN webhook_url text NOT NULL DEFAULT '',
    ADD COLUMN webhook_secret bytea, -- sealed
    ADD COLUMN authorize_on_install boolean NOT NULL DEFAULT false,
    ADD COLUMN expire_user_tokens boolean NOT NULL DEFAULT true,
    ADD COLUMN device_flow boolean NOT NULL DEFAULT false,
    ADD COLUMN public boolean NOT NULL DEFAULT true,
    ADD COLUMN single_file_paths text[] NOT NULL DEFAULT '{}',
    ADD COLUMN client_id text,
    ADD COLUMN logo_hash text NOT NULL DEFAULT '',
    ADD COLUMN logo_backdrop text NOT NULL DEFAULT '',
    ADD COLUMN version integer NOT NULL DEFAULT 1, -- counts changes, so that two editors notice each other
    ADD COLUMN registered_at timestamptz,
    ADD CONSTRAINT apps_client_id_key UNIQUE (client_id);

-- What an app with a public listing is to ask for once its next revision is
-- approved. Other apps change at once.
CREATE TABLE app_proposals (
    app_id bigint NOT NULL,
    permissions jsonb,
    events text[],
    scopes text[],
    single_file_paths text[] NOT NULL DEFAULT '{}',
    note text NOT NULL DEFAULT '', -- why, for those who are asked to agree
    proposer_id bigint,
    created_at timestamptz NOT NULL,
    CONSTRAINT app_proposals_pkey PRIMARY KEY (app_id),
    CONSTRAINT app_proposals_app_fk FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE,
    CONSTRAINT app_proposals_proposer_fk FOREIGN KEY (proposer_id) REFERENCES accounts (id) ON DELETE SET NULL
);

CREATE TABLE app_secrets (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    secret_hash bytea NOT NULL,
    tail text NOT NULL, -- its last characters, to tell it by
    creator_id bigint,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT app_secrets_pkey PRIMARY KEY (id),
    CONSTRAINT app_secrets_key UNIQUE (secret_hash),
    CONSTRAINT app_secrets_app_fk FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE,
    CONSTRAINT app_secrets_creator_fk FOREIGN KEY (creator_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE INDEX app_secrets_app_idx ON app_secrets (app_id);

CREATE TABLE app_keys (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    public_key bytea NOT NULL, -- SubjectPublicKeyInfo, DER
    fingerprint text NOT NULL, -- "SHA256:" and the Base64 of the hash of public_key
    creator_id bigint,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT app_keys_pkey PRIMARY KEY (id),
    CONSTRAINT app_keys_fingerprint_key UNIQUE (fingerprint),
    CONSTRAINT app_keys_app_fk FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE,
    CONSTRAINT app_keys_creator_fk FOREIGN KEY (creator_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE INDEX app_keys_app_idx ON app_keys (app_id);

-- People who look after an app without owning the account that it belongs to.
CREATE TABLE app_managers (
    app_id bigint NOT NULL,
    account_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT app_managers_pkey PRIMARY KEY (app_id, account_id),
    CONSTRAINT app_managers_app_fk FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE,
    CONSTRAINT app_managers_account_fk FOREIGN KEY (account_id) REFERENCES users (account_id) ON DELETE CASCADE
);
CREATE INDEX app_managers_account_idx ON app_managers (account_id);

-- Offers of an app to another account, at most one an app.
CREATE TABLE app_transfers (
    app_id bigint NOT NULL,
    account_id bigint NOT NULL, -- to whom
    requester_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT app_transfers_pkey PRIMARY KEY (app_id),
    CONSTRAINT app_transfers_app_fk FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE,
    CONSTRAINT app_transfers_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT app_transfers_requester_fk FOREIGN KEY (requester_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX app_transfers_account_idx ON app_transfers (account_id);

-- Manifests: first one that somebody sent (app_id null, under the hash of a
-- token in the address), then the code by which the app's secrets are fetched,
-- once.
CREATE TABLE app_manifests (
    token_hash bytea NOT NULL,
    manifest jsonb NOT NULL,
    state text NOT NULL DEFAULT '', -- of the sender, returned with the code
    app_id bigint,
    creator_id bigint,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT app_manifests_pkey PRIMARY KEY (token_hash),
    CONSTRAINT app_manifests_app_fk FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE,
    CONSTRAINT app_manifests_creator_fk FOREIGN KEY (creator_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX app_manifests_expires_idx ON app_manifests (expires_at);

-- 2. The permission ledger: what each app asked for since when. The database
-- writes it, so that nothing is missing, and lets nobody rewrite it.
CREATE TABLE app_permission_changes (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    permissions jsonb,
    events text[],
    scopes text[],
    imported boolean NOT NULL, -- nobody had registered the app by then
    CONSTRAINT app_permission_changes_pkey PRIMARY KEY (id)
);
CREATE INDEX app_permission_changes_app_idx ON app_permission_changes (app_id, id DESC);
CREATE TRIGGER app_permission_changes_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON app_permission_changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION record_new_permissions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO app_permission_changes (app_id, permissions, events, scopes, imported)
        SELECT id, permissions, events, scopes, registered_at IS NULL FROM changed;
    RETURN NULL;
END
$$;
CREATE FUNCTION record_changed_permissions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO app_permission_changes (app_id, permissions, events, scopes, imported)
        SELECT c.id, c.permissions, c.events, c.scopes, c.registered_at IS NULL FROM changed c JOIN was w USING (id)
        WHERE (c.permissions, c.events, c.scopes) IS DISTINCT FROM (w.permissions, w.events, w.scopes);
    RETURN NULL;
END
$$;
CREATE TRIGGER apps_ledger_insert AFTER INSERT ON apps REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION record_new_permissions();
CREATE TRIGGER apps_ledger_update AFTER UPDATE ON apps REFERENCING OLD TABLE AS was NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION record_changed_permissions();
INSERT INTO app_permission_changes (app_id, at, permissions, events, scopes, imported)
    SELECT id, created_at, permissions, events, scopes, true FROM apps;

-- 3. Listings. The columns here are what is live; what is being written is in
-- listing_drafts, what was handed in in listing_submissions.
ALTER TABLE listings
    ADD COLUMN claimed_at timestamptz, -- null: from an import, its integrator hasn't claimed it
    ADD COLUMN data_handling jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN contacts jsonb NOT NULL DEFAULT '[]', -- for staff alone
    ADD COLUMN purchase text NOT NULL DEFAULT '',
    ADD COLUMN purchase_url text NOT NULL DEFAULT '',
    ADD COLUMN feature_hash text NOT NULL DEFAULT '',
    ADD COLUMN feature_color text NOT NULL DEFAULT '',
    ADD COLUMN previous_publisher text NOT NULL DEFAULT '', -- login of who handed it on at transferred_at
    ADD COLUMN transferred_at timestamptz,
    ADD COLUMN taken_down_at timestamptz,
    ADD COLUMN taken_down_reason text NOT NULL DEFAULT '', -- a code
    ADD COLUMN taken_down_note text NOT NULL DEFAULT '', -- public
    ADD COLUMN public boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT listings_purchase CHECK (purchase IN ('', 'here', 'direct'));

-- public is what queries of visitors ask: published, and not by an account that
-- staff has suspended.
CREATE FUNCTION settle_listing_public() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.public := NEW.state = 'published' AND NOT EXISTS (
        SELECT FROM apps a JOIN accounts c ON c.id = a.account_id WHERE a.id = NEW.app_id AND c.suspended_at IS NOT NULL);
    RETURN NEW;
END
$$;
CREATE TRIGGER listings_public BEFORE INSERT OR UPDATE ON listings FOR EACH ROW EXECUTE FUNCTION settle_listing_public();
CREATE FUNCTION settle_publisher_listings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE listings l SET public = l.public FROM apps a
        WHERE a.id = l.app_id AND a.account_id = NEW.id AND l.state = 'published';
    RETURN NULL;
END
$$;
CREATE TRIGGER accounts_suspended AFTER UPDATE OF suspended_at ON accounts FOR EACH ROW
    WHEN ((OLD.suspended_at IS NULL) <> (NEW.suspended_at IS NULL)) EXECUTE FUNCTION settle_publisher_listings();
UPDATE listings SET public = true WHERE state = 'published';

-- Every saved draft, the newest being the highest version. The key lets only
-- one of two editors write the next one.
CREATE TABLE listing_drafts (
    listing_id bigint NOT NULL,
    version integer NOT NULL,
    content jsonb NOT NULL, -- models.ListingContent
    author_id bigint,
    created_at timestamptz NOT NULL,
    CONSTRAINT listing_drafts_pkey PRIMARY KEY (listing_id, version),
    CONSTRAINT listing_drafts_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT listing_drafts_author_fk FOREIGN KEY (author_id) REFERENCES accounts (id) ON DELETE SET NULL
);

-- Revisions that were handed in.
CREATE TABLE listing_submissions (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    state text NOT NULL,
    afterwards boolean NOT NULL DEFAULT false, -- live at once, reviewed after
    content jsonb NOT NULL, -- models.ListingContent, as handed in
    live jsonb, -- the same of what was public then; null: nothing was
    note text NOT NULL DEFAULT '', -- the integrator's words to the reviewer
    submitter_id bigint,
    submitted_at timestamptz NOT NULL,
    checked_at timestamptz, -- when the automatic checks were done
    reviewer_id bigint, -- who claimed it
    claimed_at timestamptz,
    decider_id bigint,
    decided_at timestamptz,
    reasons text[] NOT NULL DEFAULT '{}', -- codes
    words text NOT NULL DEFAULT '', -- to the integrator
    revision integer, -- the number under which it was published
    CONSTRAINT listing_submissions_pkey PRIMARY KEY (id),
    CONSTRAINT listing_submissions_state CHECK (state IN ('submitted', 'in_review', 'changes_requested', 'approved', 'rejected', 'withdrawn')),
    CONSTRAINT listing_submissions_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT listing_submissions_submitter_fk FOREIGN KEY (submitter_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT listing_submissions_reviewer_fk FOREIGN KEY (reviewer_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT listing_submissions_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX listing_submissions_open ON listing_submissions (listing_id) WHERE state IN ('submitted', 'in_review');
CREATE INDEX listing_submissions_listing_idx ON listing_submissions (listing_id, id DESC);
CREATE INDEX listing_submissions_queue_idx ON listing_submissions (submitted_at) WHERE state IN ('submitted', 'in_review');
CREATE INDEX listing_submissions_decided_idx ON listing_submissions (decided_at) WHERE decided_at IS NOT NULL;

-- What staff writes to itself about a listing.
CREATE TABLE listing_notes (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    author_id bigint,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT listing_notes_pkey PRIMARY KEY (id),
    CONSTRAINT listing_notes_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT listing_notes_author_fk FOREIGN KEY (author_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE INDEX listing_notes_listing_idx ON listing_notes (listing_id, id DESC);

-- What the automatic checks found in a submission, one row a check.
CREATE TABLE submission_checks (
    submission_id bigint NOT NULL,
    name text NOT NULL, -- models.CheckName
    outcome text NOT NULL,
    findings jsonb NOT NULL DEFAULT '[]', -- models.Finding
    ran_at timestamptz NOT NULL,
    CONSTRAINT submission_checks_pkey PRIMARY KEY (submission_id, name),
    CONSTRAINT submission_checks_outcome CHECK (outcome IN ('pass', 'warn', 'fail', 'error')),
    CONSTRAINT submission_checks_submission_fk FOREIGN KEY (submission_id) REFERENCES listing_submissions (id) ON DELETE CASCADE
);

-- What became of a listing, step by step, for its integrator and staff.
CREATE TABLE listing_events (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    submission_id bigint,
    at timestamptz NOT NULL,
    act text NOT NULL, -- models.ListingAct
    from_state text NOT NULL,
    to_state text NOT NULL,
    actor_id bigint,
    by_staff boolean NOT NULL DEFAULT false,
    reasons text[] NOT NULL DEFAULT '{}',
    words text NOT NULL DEFAULT '',
    CONSTRAINT listing_events_pkey PRIMARY KEY (id),
    CONSTRAINT listing_events_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT listing_events_submission_fk FOREIGN KEY (submission_id) REFERENCES listing_submissions (id) ON DELETE CASCADE,
    CONSTRAINT listing_events_actor_fk FOREIGN KEY (actor_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE INDEX listing_events_listing_idx ON listing_events (listing_id, id DESC);

-- 4. Plans and their prices.
ALTER TABLE plans
    ADD COLUMN min_units bigint,
    ADD COLUMN max_units bigint,
    ADD COLUMN version integer NOT NULL DEFAULT 1, -- counts changes of its price
    ADD COLUMN price_policy text NOT NULL DEFAULT 'keep', -- what the last change means for those who have bought
    ADD COLUMN notice_days integer NOT NULL DEFAULT 30, -- how long ahead they are told
    ADD CONSTRAINT plans_price_policy CHECK (price_policy IN ('keep', 'move')),
    ADD CONSTRAINT plans_notice CHECK (notice_days BETWEEN 0 AND 365),
    ADD CONSTRAINT plans_units CHECK (min_units >= 1 AND max_units >= 1 AND min_units <= max_units);

-- Price history, which is public. Nobody rewrites it.
CREATE TABLE plan_versions (
    plan_id bigint NOT NULL,
    version integer NOT NULL,
    listing_id bigint NOT NULL,
    plan_number integer NOT NULL,
    plan_name text NOT NULL,
    kind text NOT NULL,
    monthly_minor bigint,
    yearly_minor bigint,
    currency text NOT NULL,
    unit_name text NOT NULL,
    trial_days integer NOT NULL,
    price_policy text NOT NULL,
    notice_days integer NOT NULL,
    effective_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT plan_versions_pkey PRIMARY KEY (plan_id, version)
);
CREATE INDEX plan_versions_listing_idx ON plan_versions (listing_id, plan_number, version);

-- 5. Moderation.
CREATE TABLE listing_reports (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    reporter_id bigint NOT NULL,
    reason text NOT NULL, -- a code
    words text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    decision text NOT NULL DEFAULT '',
    handler_id bigint,
    handled_at timestamptz,
    answer text NOT NULL DEFAULT '', -- to the reporter
    CONSTRAINT listing_reports_pkey PRIMARY KEY (id),
    CONSTRAINT listing_reports_decision CHECK (decision IN ('', 'acted', 'dismissed')),
    CONSTRAINT listing_reports_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT listing_reports_reporter_fk FOREIGN KEY (reporter_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT listing_reports_handler_fk FOREIGN KEY (handler_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX listing_reports_open ON listing_reports (listing_id, reporter_id) WHERE decision = '';
CREATE INDEX listing_reports_waiting_idx ON listing_reports (created_at) WHERE decision = '';
CREATE INDEX listing_reports_reporter_idx ON listing_reports (reporter_id, id DESC);

-- An integrator's appeal against a listing's being taken down or rejected.
CREATE TABLE listing_appeals (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    event_id bigint NOT NULL, -- the decision that it is about
    appellant_id bigint,
    words text NOT NULL,
    created_at timestamptz NOT NULL,
    decision text NOT NULL DEFAULT '',
    decider_id bigint,
    decided_at timestamptz,
    answer text NOT NULL DEFAULT '',
    CONSTRAINT listing_appeals_pkey PRIMARY KEY (id),
    CONSTRAINT listing_appeals_decision CHECK (decision IN ('', 'granted', 'denied')),
    CONSTRAINT listing_appeals_once UNIQUE (event_id),
    CONSTRAINT listing_appeals_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT listing_appeals_event_fk FOREIGN KEY (event_id) REFERENCES listing_events (id) ON DELETE CASCADE,
    CONSTRAINT listing_appeals_appellant_fk FOREIGN KEY (appellant_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT listing_appeals_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE INDEX listing_appeals_waiting_idx ON listing_appeals (created_at) WHERE decision = '';

-- What staff has set for the whole marketplace, by name.
CREATE TABLE marketplace_settings (
    name text NOT NULL,
    value jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT marketplace_settings_pkey PRIMARY KEY (name)
);

-- Visitors' lists go by what is public.
DROP INDEX listings_published_idx;
DROP INDEX listings_updated_idx;
CREATE INDEX listings_published_idx ON listings (published_at DESC, id DESC) WHERE public;
CREATE INDEX listings_updated_idx ON listings (updated_at DESC, id DESC) WHERE public;

-- The price history follows the plans by itself: a price that buyers have seen
-- has a version that stays.
CREATE FUNCTION count_plan_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER plans_version BEFORE UPDATE ON plans FOR EACH ROW
    WHEN ((OLD.kind, OLD.monthly_minor, OLD.yearly_minor, OLD.currency, OLD.trial_days)
        IS DISTINCT FROM (NEW.kind, NEW.monthly_minor, NEW.yearly_minor, NEW.currency, NEW.trial_days))
    EXECUTE FUNCTION count_plan_version();
CREATE FUNCTION record_plan_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO plan_versions (plan_id, version, listing_id, plan_number, plan_name, kind, monthly_minor, yearly_minor, currency,
            unit_name, trial_days, price_policy, notice_days)
        SELECT id, version, listing_id, number, name, kind, monthly_minor, yearly_minor, currency,
            unit_name, trial_days, price_policy, notice_days FROM changed WHERE state <> 'draft'
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER plans_history_insert AFTER INSERT ON plans REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION record_plan_versions();
CREATE TRIGGER plans_history_update AFTER UPDATE ON plans REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION record_plan_versions();
CREATE TRIGGER plan_versions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON plan_versions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
INSERT INTO plan_versions (plan_id, version, listing_id, plan_number, plan_name, kind, monthly_minor, yearly_minor, currency,
        unit_name, trial_days, price_policy, notice_days, effective_at)
    SELECT id, version, listing_id, number, name, kind, monthly_minor, yearly_minor, currency,
        unit_name, trial_days, price_policy, notice_days, created_at FROM plans WHERE state <> 'draft';
