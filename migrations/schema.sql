-- What the migrations make, without River's part; written by make generate.
-- For reading: the tables stand in the order of their names.

CREATE TABLE access_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    account_id bigint NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    tail text NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    reminded_at timestamp with time zone,
    CONSTRAINT access_tokens_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT access_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT access_tokens_token_key UNIQUE (token_hash)
);
CREATE INDEX access_tokens_account_idx ON public.access_tokens USING btree (account_id, created_at DESC);
CREATE INDEX access_tokens_expires_idx ON public.access_tokens USING btree (expires_at) WHERE (revoked_at IS NULL);

CREATE TABLE account_redirects (
    login text NOT NULL,
    account_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT account_redirects_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT account_redirects_pkey PRIMARY KEY (login)
);
CREATE INDEX account_redirects_account_idx ON public.account_redirects USING btree (account_id);

CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    login text NOT NULL,
    kind text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    website_url text DEFAULT ''::text NOT NULL,
    verified_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    bio text DEFAULT ''::text NOT NULL,
    location text DEFAULT ''::text NOT NULL,
    suspended_at timestamp with time zone,
    suspended_reason text DEFAULT ''::text NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT accounts_deleted CHECK (((deleted_at IS NULL) OR (suspended_at IS NOT NULL))),
    CONSTRAINT accounts_kind CHECK ((kind = ANY (ARRAY['user'::text, 'organization'::text]))),
    CONSTRAINT accounts_login_form CHECK ((login ~ '^[a-z0-9][a-z0-9_-]{0,38}$'::text)),
    CONSTRAINT accounts_login_key UNIQUE (login),
    CONSTRAINT accounts_pkey PRIMARY KEY (id)
);
CREATE INDEX accounts_skeleton_idx ON public.accounts USING btree (login_skeleton(login));
CREATE TRIGGER accounts_login_kept AFTER INSERT OR UPDATE OF login ON public.accounts FOR EACH ROW EXECUTE FUNCTION refuse_kept_login();
CREATE TRIGGER accounts_suspended AFTER UPDATE OF suspended_at ON public.accounts FOR EACH ROW WHEN (((old.suspended_at IS NULL) <> (new.suspended_at IS NULL))) EXECUTE FUNCTION settle_publisher_listings();
CREATE TRIGGER accounts_update AFTER UPDATE ON public.accounts REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_account_rows();

CREATE TABLE app_keys (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    public_key bytea NOT NULL,
    fingerprint text NOT NULL,
    creator_id bigint,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    attempt text DEFAULT ''::text NOT NULL,
    CONSTRAINT app_keys_app_fk FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE,
    CONSTRAINT app_keys_creator_fk FOREIGN KEY (creator_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT app_keys_fingerprint_key UNIQUE (fingerprint),
    CONSTRAINT app_keys_pkey PRIMARY KEY (id)
);
CREATE INDEX app_keys_app_idx ON public.app_keys USING btree (app_id);

CREATE TABLE app_managers (
    app_id bigint NOT NULL,
    account_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT app_managers_account_fk FOREIGN KEY (account_id) REFERENCES users(account_id) ON DELETE CASCADE,
    CONSTRAINT app_managers_app_fk FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE,
    CONSTRAINT app_managers_pkey PRIMARY KEY (app_id, account_id)
);
CREATE INDEX app_managers_account_idx ON public.app_managers USING btree (account_id);

CREATE TABLE app_manifests (
    token_hash bytea NOT NULL,
    manifest jsonb NOT NULL,
    state text DEFAULT ''::text NOT NULL,
    app_id bigint,
    creator_id bigint,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT app_manifests_app_fk FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE,
    CONSTRAINT app_manifests_creator_fk FOREIGN KEY (creator_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT app_manifests_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX app_manifests_expires_idx ON public.app_manifests USING btree (expires_at);

CREATE TABLE app_owner_changes (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    cause text NOT NULL,
    from_login text NOT NULL,
    to_login text NOT NULL,
    CONSTRAINT app_owner_changes_cause CHECK ((cause = ANY (ARRAY['transferred'::text, 'claimed'::text, 'imported'::text]))),
    CONSTRAINT app_owner_changes_pkey PRIMARY KEY (id)
);
CREATE INDEX app_owner_changes_app_idx ON public.app_owner_changes USING btree (app_id, id DESC);
CREATE INDEX app_owner_changes_from_idx ON public.app_owner_changes USING btree (from_login) WHERE (cause = 'claimed'::text);
CREATE TRIGGER app_owner_changes_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.app_owner_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE app_permission_changes (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    permissions jsonb,
    events text[],
    scopes text[],
    imported boolean NOT NULL,
    CONSTRAINT app_permission_changes_pkey PRIMARY KEY (id)
);
CREATE INDEX app_permission_changes_app_idx ON public.app_permission_changes USING btree (app_id, id DESC);
CREATE TRIGGER app_permission_changes_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.app_permission_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE app_policies (
    organization_id bigint NOT NULL,
    rules jsonb NOT NULL,
    version integer NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT app_policies_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations(account_id) ON DELETE CASCADE,
    CONSTRAINT app_policies_pkey PRIMARY KEY (organization_id)
);

CREATE TABLE app_proposals (
    app_id bigint NOT NULL,
    permissions jsonb,
    events text[],
    scopes text[],
    single_file_paths text[] DEFAULT '{}'::text[] NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    proposer_id bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT app_proposals_app_fk FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE,
    CONSTRAINT app_proposals_pkey PRIMARY KEY (app_id),
    CONSTRAINT app_proposals_proposer_fk FOREIGN KEY (proposer_id) REFERENCES accounts(id) ON DELETE SET NULL
);

CREATE TABLE app_secrets (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    secret_hash bytea NOT NULL,
    tail text NOT NULL,
    creator_id bigint,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    attempt text DEFAULT ''::text NOT NULL,
    CONSTRAINT app_secrets_app_fk FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE,
    CONSTRAINT app_secrets_creator_fk FOREIGN KEY (creator_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT app_secrets_key UNIQUE (secret_hash),
    CONSTRAINT app_secrets_pkey PRIMARY KEY (id)
);
CREATE INDEX app_secrets_app_idx ON public.app_secrets USING btree (app_id);

CREATE TABLE app_transfers (
    app_id bigint NOT NULL,
    account_id bigint NOT NULL,
    requester_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT app_transfers_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT app_transfers_app_fk FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE,
    CONSTRAINT app_transfers_pkey PRIMARY KEY (app_id),
    CONSTRAINT app_transfers_requester_fk FOREIGN KEY (requester_id) REFERENCES accounts(id) ON DELETE CASCADE
);
CREATE INDEX app_transfers_account_idx ON public.app_transfers USING btree (account_id);

CREATE TABLE apps (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    account_id bigint,
    slug text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    homepage_url text DEFAULT ''::text NOT NULL,
    permissions jsonb,
    events text[],
    scopes text[],
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    callback_urls text[] DEFAULT '{}'::text[] NOT NULL,
    setup_url text DEFAULT ''::text NOT NULL,
    setup_on_update boolean DEFAULT false NOT NULL,
    webhook_active boolean DEFAULT false NOT NULL,
    webhook_url text DEFAULT ''::text NOT NULL,
    webhook_secret bytea,
    authorize_on_install boolean DEFAULT false NOT NULL,
    expire_user_tokens boolean DEFAULT true NOT NULL,
    device_flow boolean DEFAULT false NOT NULL,
    public boolean DEFAULT true NOT NULL,
    single_file_paths text[] DEFAULT '{}'::text[] NOT NULL,
    client_id text,
    logo_hash text DEFAULT ''::text NOT NULL,
    logo_backdrop text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    registered_at timestamp with time zone,
    access_note text DEFAULT ''::text NOT NULL,
    access_at timestamp with time zone,
    CONSTRAINT apps_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT apps_client_id_key UNIQUE (client_id),
    CONSTRAINT apps_kind CHECK ((kind = ANY (ARRAY['github_app'::text, 'oauth_app'::text]))),
    CONSTRAINT apps_pkey PRIMARY KEY (id),
    CONSTRAINT apps_slug_key UNIQUE (slug)
);
CREATE INDEX apps_account_idx ON public.apps USING btree (account_id);
CREATE INDEX apps_skeleton_idx ON public.apps USING btree (login_skeleton(slug));
CREATE TRIGGER apps_follow_access AFTER UPDATE OF permissions, single_file_paths ON public.apps FOR EACH ROW WHEN (((old.permissions IS DISTINCT FROM new.permissions) OR (old.single_file_paths IS DISTINCT FROM new.single_file_paths))) EXECUTE FUNCTION follow_access();
CREATE TRIGGER apps_ledger_insert AFTER INSERT ON public.apps REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION record_new_permissions();
CREATE TRIGGER apps_ledger_update AFTER UPDATE ON public.apps REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION record_changed_permissions();
CREATE TRIGGER apps_owner_ledger AFTER UPDATE OF account_id, registered_at ON public.apps FOR EACH ROW WHEN (((old.account_id IS DISTINCT FROM new.account_id) OR ((old.registered_at IS NULL) AND (new.registered_at IS NOT NULL)))) EXECUTE FUNCTION record_owner_change();
CREATE TRIGGER apps_slug_kept AFTER INSERT OR UPDATE OF slug ON public.apps FOR EACH ROW EXECUTE FUNCTION refuse_retired_app_slug();
CREATE TRIGGER apps_update AFTER UPDATE ON public.apps REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_app_rows();

CREATE TABLE audit_events (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id bigint,
    actor_login text DEFAULT ''::text NOT NULL,
    staff_id bigint,
    staff_login text DEFAULT ''::text NOT NULL,
    action text NOT NULL,
    account_id bigint,
    target_kind text DEFAULT ''::text NOT NULL,
    target_id bigint,
    target_name text DEFAULT ''::text NOT NULL,
    ip text DEFAULT ''::text NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    request_id text DEFAULT ''::text NOT NULL,
    before jsonb,
    after jsonb,
    description text DEFAULT ''::text NOT NULL,
    CONSTRAINT audit_events_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_events_account_idx ON public.audit_events USING btree (account_id, id DESC);
CREATE INDEX audit_events_action_idx ON public.audit_events USING btree (action, id DESC);
CREATE INDEX audit_events_actor_idx ON public.audit_events USING btree (actor_id, id DESC);
CREATE INDEX audit_events_at_idx ON public.audit_events USING btree (at, id);
CREATE INDEX audit_events_ip_idx ON public.audit_events USING btree (ip, id DESC);
CREATE INDEX audit_events_login_idx ON public.audit_events USING btree (actor_login, id DESC);
CREATE INDEX audit_events_staff_idx ON public.audit_events USING btree (staff_login, id DESC) WHERE (staff_login <> ''::text);
CREATE TRIGGER audit_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE authorization_codes (
    code_hash bytea NOT NULL,
    authorization_id bigint NOT NULL,
    redirect_uri text NOT NULL,
    challenge text DEFAULT ''::text NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT authorization_codes_authorization_fk FOREIGN KEY (authorization_id) REFERENCES authorizations(id) ON DELETE CASCADE,
    CONSTRAINT authorization_codes_pkey PRIMARY KEY (code_hash)
);
CREATE INDEX authorization_codes_authorization_idx ON public.authorization_codes USING btree (authorization_id);
CREATE INDEX authorization_codes_expires_idx ON public.authorization_codes USING btree (expires_at);

CREATE TABLE authorization_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    authorization_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    tail text NOT NULL,
    refresh_hash bytea,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    refresh_expires_at timestamp with time zone,
    used_at timestamp with time zone,
    CONSTRAINT authorization_tokens_authorization_fk FOREIGN KEY (authorization_id) REFERENCES authorizations(id) ON DELETE CASCADE,
    CONSTRAINT authorization_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT authorization_tokens_refresh_key UNIQUE (refresh_hash),
    CONSTRAINT authorization_tokens_token_key UNIQUE (token_hash)
);
CREATE INDEX authorization_tokens_authorization_idx ON public.authorization_tokens USING btree (authorization_id, id);
CREATE INDEX authorization_tokens_expires_idx ON public.authorization_tokens USING btree (expires_at);
CREATE INDEX authorization_tokens_idle_idx ON public.authorization_tokens USING btree (COALESCE(used_at, created_at)) WHERE (expires_at IS NULL);

CREATE TABLE authorizations (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    account_id bigint NOT NULL,
    permissions jsonb DEFAULT '{}'::jsonb NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    lacks boolean DEFAULT false NOT NULL,
    used_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    declined jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT authorizations_account_fk FOREIGN KEY (account_id) REFERENCES users(account_id) ON DELETE CASCADE,
    CONSTRAINT authorizations_app_fk FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE,
    CONSTRAINT authorizations_pkey PRIMARY KEY (id),
    CONSTRAINT authorizations_standing_key UNIQUE (app_id, account_id)
);
CREATE INDEX authorizations_account_idx ON public.authorizations USING btree (account_id, id);
CREATE TRIGGER authorizations_lacking BEFORE INSERT OR UPDATE OF permissions, declined, lacks ON public.authorizations FOR EACH ROW EXECUTE FUNCTION settle_lacking();

CREATE TABLE billing_profiles (
    account_id bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    address jsonb DEFAULT '{}'::jsonb NOT NULL,
    tax_number text DEFAULT ''::text NOT NULL,
    mail text DEFAULT ''::text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT billing_profiles_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT billing_profiles_pkey PRIMARY KEY (account_id)
);

CREATE TABLE budgets (
    organization_id bigint NOT NULL,
    category text DEFAULT ''::text NOT NULL,
    currency text NOT NULL,
    minor bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT budgets_minor CHECK ((minor >= 0)),
    CONSTRAINT budgets_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations(account_id) ON DELETE CASCADE,
    CONSTRAINT budgets_pkey PRIMARY KEY (organization_id, category, currency)
);

CREATE TABLE buy_policies (
    organization_id bigint NOT NULL,
    rules jsonb NOT NULL,
    version integer NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT buy_policies_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations(account_id) ON DELETE CASCADE,
    CONSTRAINT buy_policies_pkey PRIMARY KEY (organization_id)
);

CREATE TABLE buy_requests (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    requester_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    period text NOT NULL,
    units bigint NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    decider_id bigint,
    words text DEFAULT ''::text NOT NULL,
    order_id bigint,
    reminded integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    attempt integer DEFAULT 1 NOT NULL,
    placing_until timestamp with time zone,
    CONSTRAINT buy_requests_decided CHECK (((state = 'open'::text) = (decided_at IS NULL))),
    CONSTRAINT buy_requests_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT buy_requests_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT buy_requests_order_fk FOREIGN KEY (order_id) REFERENCES orders(id),
    CONSTRAINT buy_requests_organization_fk FOREIGN KEY (organization_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT buy_requests_period CHECK ((period = ANY (ARRAY['month'::text, 'year'::text]))),
    CONSTRAINT buy_requests_pkey PRIMARY KEY (id),
    CONSTRAINT buy_requests_plan_fk FOREIGN KEY (plan_id) REFERENCES plans(id) ON DELETE CASCADE,
    CONSTRAINT buy_requests_requester_fk FOREIGN KEY (requester_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT buy_requests_state CHECK ((state = ANY (ARRAY['open'::text, 'approved'::text, 'declined'::text, 'withdrawn'::text, 'expired'::text]))),
    CONSTRAINT buy_requests_units CHECK ((units >= 1))
);
CREATE INDEX buy_requests_decider_idx ON public.buy_requests USING btree (decider_id);
CREATE UNIQUE INDEX buy_requests_open_key ON public.buy_requests USING btree (listing_id, organization_id, requester_id) WHERE (state = 'open'::text);
CREATE INDEX buy_requests_order_idx ON public.buy_requests USING btree (order_id);
CREATE INDEX buy_requests_organization_idx ON public.buy_requests USING btree (organization_id, state, id DESC);
CREATE INDEX buy_requests_plan_idx ON public.buy_requests USING btree (plan_id);
CREATE INDEX buy_requests_requester_idx ON public.buy_requests USING btree (requester_id, id DESC);
CREATE INDEX buy_requests_waiting_idx ON public.buy_requests USING btree (expires_at) WHERE (state = 'open'::text);

CREATE TABLE categories (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    names jsonb NOT NULL,
    descriptions jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT categories_pkey PRIMARY KEY (id),
    CONSTRAINT categories_slug_key UNIQUE (slug)
);
CREATE TRIGGER categories_change AFTER INSERT OR DELETE OR UPDATE ON public.categories FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();

CREATE TABLE ceremonies (
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    account_id bigint,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT ceremonies_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT ceremonies_kind CHECK ((kind = ANY (ARRAY['second_factor'::text, 'passkey_register'::text, 'passkey_sign_in'::text, 'passkey_confirm'::text]))),
    CONSTRAINT ceremonies_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX ceremonies_expires_idx ON public.ceremonies USING btree (expires_at);

CREATE TABLE charges (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    key text NOT NULL,
    seller_id bigint NOT NULL,
    account_id bigint NOT NULL,
    listing_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    order_id bigint,
    invoice_id bigint,
    payment_method_id bigint,
    gateway text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    currency text NOT NULL,
    minor bigint NOT NULL,
    fee_minor bigint DEFAULT 0 NOT NULL,
    refunded_minor bigint DEFAULT 0 NOT NULL,
    state text NOT NULL,
    decline text DEFAULT ''::text NOT NULL,
    action_url text DEFAULT ''::text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    at timestamp with time zone,
    present boolean DEFAULT false NOT NULL,
    CONSTRAINT charges_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT charges_for CHECK (((order_id IS NOT NULL) OR (invoice_id IS NOT NULL))),
    CONSTRAINT charges_invoice_fk FOREIGN KEY (invoice_id) REFERENCES invoices(id),
    CONSTRAINT charges_key_key UNIQUE (key),
    CONSTRAINT charges_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id),
    CONSTRAINT charges_method_fk FOREIGN KEY (payment_method_id) REFERENCES payment_methods(id),
    CONSTRAINT charges_minor CHECK (((minor > 0) AND ((fee_minor >= 0) AND (fee_minor <= minor)) AND ((refunded_minor >= 0) AND (refunded_minor <= minor)))),
    CONSTRAINT charges_order_fk FOREIGN KEY (order_id) REFERENCES orders(id),
    CONSTRAINT charges_pkey PRIMARY KEY (id),
    CONSTRAINT charges_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers(account_id),
    CONSTRAINT charges_state CHECK ((state = ANY (ARRAY['reserved'::text, 'processing'::text, 'action_needed'::text, 'succeeded'::text, 'declined'::text, 'cancelled'::text]))),
    CONSTRAINT charges_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id)
);
CREATE INDEX charges_account_idx ON public.charges USING btree (account_id);
CREATE INDEX charges_invoice_idx ON public.charges USING btree (invoice_id);
CREATE INDEX charges_listing_idx ON public.charges USING btree (listing_id, id DESC);
CREATE INDEX charges_method_idx ON public.charges USING btree (payment_method_id);
CREATE UNIQUE INDEX charges_open_key ON public.charges USING btree (subscription_id) WHERE (state = ANY (ARRAY['reserved'::text, 'processing'::text, 'action_needed'::text]));
CREATE INDEX charges_order_idx ON public.charges USING btree (order_id);
CREATE UNIQUE INDEX charges_reference_key ON public.charges USING btree (gateway, reference) WHERE (reference <> ''::text);
CREATE INDEX charges_seller_idx ON public.charges USING btree (seller_id, id DESC);
CREATE INDEX charges_subscription_idx ON public.charges USING btree (subscription_id, id DESC);

CREATE TABLE collaborators (
    repository_id bigint NOT NULL,
    account_id bigint NOT NULL,
    level text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT collaborators_account_fk FOREIGN KEY (account_id) REFERENCES users(account_id) ON DELETE CASCADE,
    CONSTRAINT collaborators_level CHECK ((level = ANY (ARRAY['read'::text, 'triage'::text, 'write'::text, 'maintain'::text, 'admin'::text]))),
    CONSTRAINT collaborators_pkey PRIMARY KEY (repository_id, account_id),
    CONSTRAINT collaborators_repository_fk FOREIGN KEY (repository_id) REFERENCES repositories(id) ON DELETE CASCADE
);
CREATE INDEX collaborators_account_idx ON public.collaborators USING btree (account_id);

CREATE TABLE coupons (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    code text NOT NULL,
    percent integer,
    minor bigint,
    currency text DEFAULT ''::text NOT NULL,
    periods integer DEFAULT 0 NOT NULL,
    plan_id bigint,
    max_redemptions integer,
    redemptions integer DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone,
    retired_at timestamp with time zone,
    creator_id bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT coupons_code_key UNIQUE (listing_id, code),
    CONSTRAINT coupons_creator_fk FOREIGN KEY (creator_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT coupons_limit CHECK ((redemptions <= max_redemptions)),
    CONSTRAINT coupons_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT coupons_pkey PRIMARY KEY (id),
    CONSTRAINT coupons_plan_fk FOREIGN KEY (plan_id) REFERENCES plans(id) ON DELETE CASCADE,
    CONSTRAINT coupons_value CHECK (((((percent IS NULL) <> (minor IS NULL)) AND ((percent >= 1) AND (percent <= 100))) OR ((minor >= 1) AND (percent IS NULL))))
);
CREATE INDEX coupons_creator_idx ON public.coupons USING btree (creator_id);
CREATE INDEX coupons_plan_idx ON public.coupons USING btree (plan_id);

CREATE TABLE disputes (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    charge_id bigint NOT NULL,
    reference text NOT NULL,
    minor bigint NOT NULL,
    currency text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT disputes_charge_fk FOREIGN KEY (charge_id) REFERENCES charges(id),
    CONSTRAINT disputes_pkey PRIMARY KEY (id),
    CONSTRAINT disputes_reference_key UNIQUE (reference),
    CONSTRAINT disputes_state CHECK ((state = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text])))
);
CREATE INDEX disputes_charge_idx ON public.disputes USING btree (charge_id);

CREATE TABLE domains (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    organization_id bigint NOT NULL,
    name text NOT NULL,
    challenge text NOT NULL,
    method text DEFAULT ''::text NOT NULL,
    verified_at timestamp with time zone,
    checked_at timestamp with time zone,
    failing_since timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT domains_method CHECK ((method = ANY (ARRAY[''::text, 'dns'::text, 'file'::text]))),
    CONSTRAINT domains_once UNIQUE (organization_id, name),
    CONSTRAINT domains_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations(account_id) ON DELETE CASCADE,
    CONSTRAINT domains_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX domains_name_key ON public.domains USING btree (name) WHERE (verified_at IS NOT NULL);

CREATE TABLE encryption_key (
    single boolean DEFAULT true NOT NULL,
    fingerprint text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT encryption_key_pkey PRIMARY KEY (single),
    CONSTRAINT encryption_key_single CHECK (single)
);

CREATE TABLE gateway_events (
    gateway text NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    body jsonb NOT NULL,
    received_at timestamp with time zone NOT NULL,
    processed_at timestamp with time zone,
    problem text DEFAULT ''::text NOT NULL,
    CONSTRAINT gateway_events_pkey PRIMARY KEY (gateway, id)
);
CREATE INDEX gateway_events_problem_idx ON public.gateway_events USING btree (received_at) WHERE (problem <> ''::text);
CREATE INDEX gateway_events_waiting_idx ON public.gateway_events USING btree (received_at) WHERE (processed_at IS NULL);

CREATE TABLE hook_attempts (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    event_id bigint NOT NULL,
    url text NOT NULL,
    redelivery boolean DEFAULT false NOT NULL,
    status integer DEFAULT 0 NOT NULL,
    problem text DEFAULT ''::text NOT NULL,
    milliseconds integer NOT NULL,
    request_headers jsonb NOT NULL,
    response_headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    response_body text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT hook_attempts_event_fk FOREIGN KEY (event_id) REFERENCES hook_events(id) ON DELETE CASCADE,
    CONSTRAINT hook_attempts_pkey PRIMARY KEY (id)
);
CREATE INDEX hook_attempts_at_idx ON public.hook_attempts USING btree (at);
CREATE INDEX hook_attempts_event_idx ON public.hook_attempts USING btree (event_id, id DESC);

CREATE TABLE hook_endpoints (
    listing_id bigint,
    url text NOT NULL,
    active boolean NOT NULL,
    secret bytea,
    old_secret bytea,
    old_secret_until timestamp with time zone,
    delivered_at timestamp with time zone,
    failed_at timestamp with time zone,
    warned_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    content_type text DEFAULT 'json'::text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    hold_until timestamp with time zone,
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint,
    gone_at timestamp with time zone,
    CONSTRAINT hook_endpoints_app_key UNIQUE (app_id),
    CONSTRAINT hook_endpoints_content_type CHECK ((content_type = ANY (ARRAY['json'::text, 'form'::text]))),
    CONSTRAINT hook_endpoints_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT hook_endpoints_listing_key UNIQUE (listing_id),
    CONSTRAINT hook_endpoints_pkey PRIMARY KEY (id),
    CONSTRAINT hook_endpoints_whose CHECK ((num_nonnulls(listing_id, app_id) = 1))
);
CREATE INDEX hook_endpoints_deaf_idx ON public.hook_endpoints USING btree (failing_since) WHERE ((warned_at IS NULL) AND (failing_since IS NOT NULL));
CREATE INDEX hook_endpoints_gone_idx ON public.hook_endpoints USING btree (gone_at) WHERE (gone_at IS NOT NULL);

CREATE TABLE hook_events (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    guid uuid NOT NULL,
    listing_id bigint,
    subscription_id bigint,
    event text NOT NULL,
    action text NOT NULL,
    payload text NOT NULL,
    state text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    delivered_at timestamp with time zone,
    "position" bigint,
    seen_at timestamp with time zone,
    next_at timestamp with time zone,
    claimed_until timestamp with time zone,
    redeliver boolean DEFAULT false NOT NULL,
    app_id bigint,
    installation_id bigint,
    CONSTRAINT hook_events_guid_key UNIQUE (guid),
    CONSTRAINT hook_events_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT hook_events_pkey PRIMARY KEY (id),
    CONSTRAINT hook_events_state CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text, 'nowhere'::text]))),
    CONSTRAINT hook_events_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id),
    CONSTRAINT hook_events_whose CHECK ((num_nonnulls(listing_id, app_id) = 1))
);
CREATE INDEX hook_events_app_idx ON public.hook_events USING btree (app_id, id DESC);
CREATE INDEX hook_events_app_old_idx ON public.hook_events USING btree (created_at) WHERE ((app_id IS NOT NULL) AND (state <> 'waiting'::text));
CREATE INDEX hook_events_app_state_idx ON public.hook_events USING btree (app_id, state, id DESC);
CREATE INDEX hook_events_app_waiting_idx ON public.hook_events USING btree (app_id, id) WHERE (state = 'waiting'::text);
CREATE INDEX hook_events_installation_idx ON public.hook_events USING btree (installation_id, id) WHERE (state = 'waiting'::text);
CREATE INDEX hook_events_listing_idx ON public.hook_events USING btree (listing_id, id DESC);
CREATE UNIQUE INDEX hook_events_position_key ON public.hook_events USING btree (listing_id, "position");
CREATE INDEX hook_events_state_idx ON public.hook_events USING btree (listing_id, state, id DESC);
CREATE INDEX hook_events_subscription_idx ON public.hook_events USING btree (subscription_id);
CREATE INDEX hook_events_unread_idx ON public.hook_events USING btree (listing_id, id) WHERE (("position" IS NULL) AND (event = 'marketplace_purchase'::text));
CREATE INDEX hook_events_waiting_idx ON public.hook_events USING btree (listing_id, id) WHERE (state = 'waiting'::text);

CREATE TABLE images (
    hash text NOT NULL,
    media_type text NOT NULL,
    bytes bytea,
    width integer NOT NULL,
    height integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    phash bigint,
    luminance double precision,
    size integer DEFAULT 0 NOT NULL,
    uploader_id bigint,
    used_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT images_height CHECK ((height > 0)),
    CONSTRAINT images_media_type CHECK ((media_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text]))),
    CONSTRAINT images_pkey PRIMARY KEY (hash),
    CONSTRAINT images_uploader_fk FOREIGN KEY (uploader_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT images_width CHECK ((width > 0))
);
CREATE INDEX images_uploader_idx ON public.images USING btree (uploader_id);
CREATE INDEX images_used_idx ON public.images USING btree (used_at);
CREATE INDEX images_waiting_idx ON public.images USING btree (hash) WHERE (bytes IS NOT NULL);

CREATE TABLE installation_repositories (
    installation_id bigint NOT NULL,
    repository_id bigint NOT NULL,
    adder_id bigint,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT installation_repositories_adder_fk FOREIGN KEY (adder_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT installation_repositories_installation_fk FOREIGN KEY (installation_id) REFERENCES installations(id) ON DELETE CASCADE,
    CONSTRAINT installation_repositories_pkey PRIMARY KEY (installation_id, repository_id),
    CONSTRAINT installation_repositories_repository_fk FOREIGN KEY (repository_id) REFERENCES repositories(id) ON DELETE CASCADE
);
CREATE INDEX installation_repositories_adder_idx ON public.installation_repositories USING btree (adder_id);
CREATE INDEX installation_repositories_repository_idx ON public.installation_repositories USING btree (repository_id);

CREATE TABLE installation_request_repositories (
    request_id bigint NOT NULL,
    repository_id bigint NOT NULL,
    CONSTRAINT installation_request_repositories_pkey PRIMARY KEY (request_id, repository_id),
    CONSTRAINT installation_request_repositories_repository_fk FOREIGN KEY (repository_id) REFERENCES repositories(id) ON DELETE CASCADE,
    CONSTRAINT installation_request_repositories_request_fk FOREIGN KEY (request_id) REFERENCES installation_requests(id) ON DELETE CASCADE
);
CREATE INDEX installation_request_repositories_repository_idx ON public.installation_request_repositories USING btree (repository_id);

CREATE TABLE installation_request_votes (
    request_id bigint NOT NULL,
    account_id bigint NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT installation_request_votes_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT installation_request_votes_pkey PRIMARY KEY (request_id, account_id),
    CONSTRAINT installation_request_votes_request_fk FOREIGN KEY (request_id) REFERENCES installation_requests(id) ON DELETE CASCADE
);
CREATE INDEX installation_request_votes_account_idx ON public.installation_request_votes USING btree (account_id, request_id DESC);

CREATE TABLE installation_requests (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    requester_id bigint NOT NULL,
    selection text NOT NULL,
    listing_id bigint,
    plan_id bigint,
    period text DEFAULT 'month'::text NOT NULL,
    units bigint DEFAULT 1 NOT NULL,
    digest bytea NOT NULL,
    state text NOT NULL,
    decider_id bigint,
    words text DEFAULT ''::text NOT NULL,
    installation_id bigint,
    order_id bigint,
    attempt integer DEFAULT 1 NOT NULL,
    placing_until timestamp with time zone,
    reminded integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    approval jsonb,
    CONSTRAINT installation_requests_app_fk FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE,
    CONSTRAINT installation_requests_decided CHECK (((state = 'open'::text) = (decided_at IS NULL))),
    CONSTRAINT installation_requests_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT installation_requests_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE SET NULL,
    CONSTRAINT installation_requests_order_fk FOREIGN KEY (order_id) REFERENCES orders(id),
    CONSTRAINT installation_requests_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations(account_id) ON DELETE CASCADE,
    CONSTRAINT installation_requests_period CHECK ((period = ANY (ARRAY['month'::text, 'year'::text]))),
    CONSTRAINT installation_requests_pkey PRIMARY KEY (id),
    CONSTRAINT installation_requests_plan_fk FOREIGN KEY (plan_id) REFERENCES plans(id) ON DELETE SET NULL,
    CONSTRAINT installation_requests_requester_fk FOREIGN KEY (requester_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT installation_requests_selection CHECK ((selection = ANY (ARRAY['all'::text, 'selected'::text, 'none'::text]))),
    CONSTRAINT installation_requests_state CHECK ((state = ANY (ARRAY['open'::text, 'approved'::text, 'declined'::text, 'withdrawn'::text, 'expired'::text]))),
    CONSTRAINT installation_requests_units CHECK ((units >= 1))
);
CREATE INDEX installation_requests_app_idx ON public.installation_requests USING btree (app_id, state, id);
CREATE INDEX installation_requests_decider_idx ON public.installation_requests USING btree (decider_id);
CREATE INDEX installation_requests_listing_idx ON public.installation_requests USING btree (listing_id);
CREATE UNIQUE INDEX installation_requests_open_key ON public.installation_requests USING btree (app_id, organization_id, digest) WHERE (state = 'open'::text);
CREATE INDEX installation_requests_order_idx ON public.installation_requests USING btree (order_id);
CREATE INDEX installation_requests_organization_idx ON public.installation_requests USING btree (organization_id, state, id DESC);
CREATE INDEX installation_requests_placing_idx ON public.installation_requests USING btree (id) WHERE ((state = 'open'::text) AND (approval IS NOT NULL));
CREATE INDEX installation_requests_plan_idx ON public.installation_requests USING btree (plan_id);
CREATE INDEX installation_requests_requester_idx ON public.installation_requests USING btree (requester_id, id DESC);
CREATE INDEX installation_requests_waiting_idx ON public.installation_requests USING btree (expires_at) WHERE (state = 'open'::text);

CREATE TABLE installation_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    installation_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    permissions jsonb NOT NULL,
    repository_ids bigint[],
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT installation_tokens_installation_fk FOREIGN KEY (installation_id) REFERENCES installations(id) ON DELETE CASCADE,
    CONSTRAINT installation_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT installation_tokens_token_key UNIQUE (token_hash)
);
CREATE INDEX installation_tokens_expires_idx ON public.installation_tokens USING btree (expires_at);
CREATE INDEX installation_tokens_installation_idx ON public.installation_tokens USING btree (installation_id);

CREATE TABLE installations (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    account_id bigint NOT NULL,
    selection text NOT NULL,
    permissions jsonb NOT NULL,
    single_file_paths text[] DEFAULT '{}'::text[] NOT NULL,
    lacks boolean DEFAULT false NOT NULL,
    lacks_since timestamp with time zone,
    installer_id bigint,
    requester_id bigint,
    agreed_by bigint,
    agreed_at timestamp with time zone NOT NULL,
    suspended_at timestamp with time zone,
    suspended_by bigint,
    barred_at timestamp with time zone,
    barred_by bigint,
    barred_words text DEFAULT ''::text NOT NULL,
    used_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    update_told_at timestamp with time zone,
    CONSTRAINT installations_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT installations_agreed_fk FOREIGN KEY (agreed_by) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT installations_app_fk FOREIGN KEY (app_id) REFERENCES apps(id),
    CONSTRAINT installations_barred_fk FOREIGN KEY (barred_by) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT installations_installer_fk FOREIGN KEY (installer_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT installations_pkey PRIMARY KEY (id),
    CONSTRAINT installations_requester_fk FOREIGN KEY (requester_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT installations_selection CHECK ((selection = ANY (ARRAY['all'::text, 'selected'::text, 'none'::text]))),
    CONSTRAINT installations_standing_key UNIQUE (app_id, account_id),
    CONSTRAINT installations_suspended_fk FOREIGN KEY (suspended_by) REFERENCES accounts(id) ON DELETE SET NULL
);
CREATE INDEX installations_account_idx ON public.installations USING btree (account_id, id);
CREATE INDEX installations_agreed_idx ON public.installations USING btree (agreed_by);
CREATE INDEX installations_app_idx ON public.installations USING btree (app_id, id);
CREATE INDEX installations_barred_idx ON public.installations USING btree (barred_by);
CREATE INDEX installations_behind_idx ON public.installations USING btree (app_id, id) WHERE lacks;
CREATE INDEX installations_installer_idx ON public.installations USING btree (installer_id);
CREATE INDEX installations_lacking_idx ON public.installations USING btree (account_id) WHERE lacks;
CREATE INDEX installations_requester_idx ON public.installations USING btree (requester_id);
CREATE INDEX installations_suspended_idx ON public.installations USING btree (suspended_by);

CREATE TABLE integration_review_items (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    review_id bigint NOT NULL,
    kind text NOT NULL,
    app_id bigint NOT NULL,
    app_slug text NOT NULL,
    app_name text NOT NULL,
    facts jsonb NOT NULL,
    decision text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    decider_id bigint,
    decided_at timestamp with time zone,
    asked_id bigint,
    answer text DEFAULT ''::text NOT NULL,
    answer_words text DEFAULT ''::text NOT NULL,
    answered_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT integration_review_items_answer CHECK ((answer = ANY (ARRAY[''::text, 'needed'::text, 'unneeded'::text]))),
    CONSTRAINT integration_review_items_answered CHECK (((answer = ''::text) = (answered_at IS NULL))),
    CONSTRAINT integration_review_items_asked_fk FOREIGN KEY (asked_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT integration_review_items_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT integration_review_items_decision CHECK ((decision = ANY (ARRAY[''::text, 'keep'::text, 'revoke'::text, 'ask'::text]))),
    CONSTRAINT integration_review_items_key UNIQUE (review_id, kind, app_id),
    CONSTRAINT integration_review_items_kind CHECK ((kind = ANY (ARRAY['installed'::text, 'authorized'::text, 'oauth'::text]))),
    CONSTRAINT integration_review_items_pkey PRIMARY KEY (id),
    CONSTRAINT integration_review_items_review_fk FOREIGN KEY (review_id) REFERENCES integration_reviews(id) ON DELETE CASCADE
);
CREATE INDEX integration_review_items_asked_idx ON public.integration_review_items USING btree (asked_id, id DESC);
CREATE INDEX integration_review_items_decider_idx ON public.integration_review_items USING btree (decider_id);

CREATE TABLE integration_reviews (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    account_id bigint NOT NULL,
    opener_id bigint,
    opened_at timestamp with time zone NOT NULL,
    finisher_id bigint,
    finished_at timestamp with time zone,
    reminded_at timestamp with time zone,
    CONSTRAINT integration_reviews_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT integration_reviews_finisher_fk FOREIGN KEY (finisher_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT integration_reviews_opener_fk FOREIGN KEY (opener_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT integration_reviews_pkey PRIMARY KEY (id)
);
CREATE INDEX integration_reviews_account_idx ON public.integration_reviews USING btree (account_id, id DESC);
CREATE INDEX integration_reviews_due_idx ON public.integration_reviews USING btree (finished_at) WHERE ((finished_at IS NOT NULL) AND (reminded_at IS NULL));
CREATE INDEX integration_reviews_finisher_idx ON public.integration_reviews USING btree (finisher_id);
CREATE UNIQUE INDEX integration_reviews_open_key ON public.integration_reviews USING btree (account_id) WHERE (finished_at IS NULL);
CREATE INDEX integration_reviews_opener_idx ON public.integration_reviews USING btree (opener_id);

CREATE TABLE invitations (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    organization_id bigint NOT NULL,
    account_id bigint,
    mail text DEFAULT ''::text NOT NULL,
    role text NOT NULL,
    inviter_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    declined_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    CONSTRAINT invitations_account_fk FOREIGN KEY (account_id) REFERENCES users(account_id) ON DELETE CASCADE,
    CONSTRAINT invitations_inviter_fk FOREIGN KEY (inviter_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT invitations_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations(account_id) ON DELETE CASCADE,
    CONSTRAINT invitations_pkey PRIMARY KEY (id),
    CONSTRAINT invitations_role CHECK ((role = ANY (ARRAY['owner'::text, 'member'::text, 'billing_manager'::text]))),
    CONSTRAINT invitations_somebody CHECK (((account_id IS NULL) <> (mail = ''::text)))
);
CREATE INDEX invitations_account_idx ON public.invitations USING btree (account_id);
CREATE UNIQUE INDEX invitations_account_open ON public.invitations USING btree (organization_id, account_id) WHERE ((account_id IS NOT NULL) AND (accepted_at IS NULL) AND (declined_at IS NULL) AND (withdrawn_at IS NULL));
CREATE INDEX invitations_mail_idx ON public.invitations USING btree (lower(mail)) WHERE (mail <> ''::text);
CREATE UNIQUE INDEX invitations_mail_open ON public.invitations USING btree (organization_id, lower(mail)) WHERE ((mail <> ''::text) AND (accepted_at IS NULL) AND (declined_at IS NULL) AND (withdrawn_at IS NULL));

CREATE TABLE invoice_mails (
    invoice_id bigint NOT NULL,
    message text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    CONSTRAINT invoice_mails_invoice_fk FOREIGN KEY (invoice_id) REFERENCES invoices(id),
    CONSTRAINT invoice_mails_pkey PRIMARY KEY (invoice_id, message)
);

CREATE TABLE invoices (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    kind text NOT NULL,
    seller_id bigint NOT NULL,
    number bigint NOT NULL,
    reference text NOT NULL,
    account_id bigint NOT NULL,
    listing_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    corrects_id bigint,
    currency text NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    document text NOT NULL,
    hash bytea NOT NULL,
    token text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    paid_minor bigint DEFAULT 0 NOT NULL,
    credited_minor bigint DEFAULT 0 NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT invoices_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT invoices_corrects CHECK (((kind = 'credit_note'::text) = (corrects_id IS NOT NULL))),
    CONSTRAINT invoices_corrects_fk FOREIGN KEY (corrects_id) REFERENCES invoices(id),
    CONSTRAINT invoices_kind CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit_note'::text]))),
    CONSTRAINT invoices_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id),
    CONSTRAINT invoices_number_key UNIQUE (seller_id, number),
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    CONSTRAINT invoices_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers(account_id),
    CONSTRAINT invoices_settled CHECK ((((paid_minor >= 0) AND (paid_minor <= total_minor)) AND ((credited_minor >= 0) AND (credited_minor <= total_minor)))),
    CONSTRAINT invoices_state CHECK ((state = ANY (ARRAY['open'::text, 'paid'::text, 'credited'::text, 'written_off'::text]))),
    CONSTRAINT invoices_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id),
    CONSTRAINT invoices_sum CHECK ((((net_minor + tax_minor) = total_minor) AND (net_minor >= 0) AND (tax_minor >= 0))),
    CONSTRAINT invoices_token_key UNIQUE (token)
);
CREATE INDEX invoices_account_idx ON public.invoices USING btree (account_id, id DESC);
CREATE INDEX invoices_corrects_idx ON public.invoices USING btree (corrects_id);
CREATE INDEX invoices_hash_idx ON public.invoices USING btree (hash);
CREATE INDEX invoices_listing_idx ON public.invoices USING btree (listing_id, id DESC);
CREATE INDEX invoices_open_idx ON public.invoices USING btree (seller_id, due_at) WHERE (state = 'open'::text);
CREATE INDEX invoices_reference_idx ON public.invoices USING btree (reference);
CREATE INDEX invoices_subscription_idx ON public.invoices USING btree (subscription_id, id DESC);
CREATE TRIGGER invoices_immutable BEFORE DELETE OR UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION refuse_other_invoice();
CREATE TRIGGER invoices_kept BEFORE TRUNCATE ON public.invoices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE ledger_checks (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    counts jsonb NOT NULL,
    found integer NOT NULL,
    discrepancies jsonb NOT NULL,
    CONSTRAINT ledger_checks_pkey PRIMARY KEY (id)
);

CREATE TABLE ledger_entries (
    transaction_id bigint NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    minor bigint NOT NULL,
    CONSTRAINT ledger_entries_account CHECK ((account = ANY (ARRAY['receivable'::text, 'revenue'::text, 'tax'::text, 'gateway'::text, 'bank'::text, 'fees'::text, 'bad_debt'::text, 'disputed'::text]))),
    CONSTRAINT ledger_entries_minor CHECK ((minor <> 0)),
    CONSTRAINT ledger_entries_pkey PRIMARY KEY (transaction_id, account, currency),
    CONSTRAINT ledger_entries_transaction_fk FOREIGN KEY (transaction_id) REFERENCES ledger_transactions(id)
);
CREATE TRIGGER ledger_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();

CREATE TABLE ledger_transactions (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    seller_id bigint NOT NULL,
    kind text NOT NULL,
    at timestamp with time zone NOT NULL,
    invoice_id bigint,
    charge_id bigint,
    refund_id bigint,
    dispute_id bigint,
    payout_id bigint,
    CONSTRAINT ledger_transactions_charge_fk FOREIGN KEY (charge_id) REFERENCES charges(id),
    CONSTRAINT ledger_transactions_dispute_fk FOREIGN KEY (dispute_id) REFERENCES disputes(id),
    CONSTRAINT ledger_transactions_invoice_fk FOREIGN KEY (invoice_id) REFERENCES invoices(id),
    CONSTRAINT ledger_transactions_kind CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit_note'::text, 'charge'::text, 'fee'::text, 'refund'::text, 'fee_refund'::text, 'write_off'::text, 'transfer'::text, 'transfer_refund'::text, 'dispute'::text, 'dispute_won'::text, 'dispute_lost'::text, 'payout'::text, 'payout_failed'::text]))),
    CONSTRAINT ledger_transactions_payout_fk FOREIGN KEY (payout_id) REFERENCES payouts(id),
    CONSTRAINT ledger_transactions_pkey PRIMARY KEY (id),
    CONSTRAINT ledger_transactions_refund_fk FOREIGN KEY (refund_id) REFERENCES refunds(id),
    CONSTRAINT ledger_transactions_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers(account_id)
);
CREATE UNIQUE INDEX ledger_transactions_charge_key ON public.ledger_transactions USING btree (charge_id, kind) WHERE (kind = ANY (ARRAY['charge'::text, 'fee'::text]));
CREATE UNIQUE INDEX ledger_transactions_dispute_key ON public.ledger_transactions USING btree (dispute_id, kind) WHERE (dispute_id IS NOT NULL);
CREATE UNIQUE INDEX ledger_transactions_invoice_key ON public.ledger_transactions USING btree (invoice_id, kind) WHERE (kind = ANY (ARRAY['invoice'::text, 'credit_note'::text, 'write_off'::text]));
CREATE UNIQUE INDEX ledger_transactions_payout_key ON public.ledger_transactions USING btree (payout_id, kind) WHERE (payout_id IS NOT NULL);
CREATE UNIQUE INDEX ledger_transactions_refund_key ON public.ledger_transactions USING btree (refund_id, kind) WHERE (kind = ANY (ARRAY['refund'::text, 'fee_refund'::text]));
CREATE INDEX ledger_transactions_seller_idx ON public.ledger_transactions USING btree (seller_id, id DESC);
CREATE UNIQUE INDEX ledger_transactions_transfer_key ON public.ledger_transactions USING btree (invoice_id) WHERE (kind = 'transfer'::text);
CREATE UNIQUE INDEX ledger_transactions_transfer_refund_key ON public.ledger_transactions USING btree (refund_id) WHERE (kind = 'transfer_refund'::text);
CREATE TRIGGER ledger_transactions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_transactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE listing_appeals (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    event_id bigint NOT NULL,
    appellant_id bigint,
    words text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decision text DEFAULT ''::text NOT NULL,
    decider_id bigint,
    decided_at timestamp with time zone,
    answer text DEFAULT ''::text NOT NULL,
    CONSTRAINT listing_appeals_appellant_fk FOREIGN KEY (appellant_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT listing_appeals_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT listing_appeals_decision CHECK ((decision = ANY (ARRAY[''::text, 'granted'::text, 'denied'::text]))),
    CONSTRAINT listing_appeals_event_fk FOREIGN KEY (event_id) REFERENCES listing_events(id) ON DELETE CASCADE,
    CONSTRAINT listing_appeals_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_appeals_once UNIQUE (event_id),
    CONSTRAINT listing_appeals_pkey PRIMARY KEY (id)
);
CREATE INDEX listing_appeals_decided_idx ON public.listing_appeals USING btree (decided_at DESC) WHERE (decision <> ''::text);
CREATE INDEX listing_appeals_listing_idx ON public.listing_appeals USING btree (listing_id, id DESC);
CREATE INDEX listing_appeals_waiting_idx ON public.listing_appeals USING btree (created_at) WHERE (decision = ''::text);

CREATE TABLE listing_categories (
    listing_id bigint NOT NULL,
    "position" integer NOT NULL,
    category_id bigint NOT NULL,
    CONSTRAINT listing_categories_category_fk FOREIGN KEY (category_id) REFERENCES categories(id),
    CONSTRAINT listing_categories_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_categories_once UNIQUE (listing_id, category_id),
    CONSTRAINT listing_categories_pkey PRIMARY KEY (listing_id, "position")
);
CREATE INDEX listing_categories_category_idx ON public.listing_categories USING btree (category_id);
CREATE TRIGGER listing_categories_delete AFTER DELETE ON public.listing_categories REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER listing_categories_insert AFTER INSERT ON public.listing_categories REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER listing_categories_update AFTER UPDATE ON public.listing_categories REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();

CREATE TABLE listing_claims (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    account_id bigint NOT NULL,
    claimant_id bigint,
    state text NOT NULL,
    contested boolean NOT NULL,
    challenge text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    method text DEFAULT ''::text NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    checked_at timestamp with time zone,
    proven_at timestamp with time zone,
    decider_id bigint,
    decided_at timestamp with time zone,
    answer text DEFAULT ''::text NOT NULL,
    CONSTRAINT listing_claims_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT listing_claims_claimant_fk FOREIGN KEY (claimant_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT listing_claims_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT listing_claims_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_claims_method CHECK ((method = ANY (ARRAY[''::text, 'domain'::text, 'dns'::text, 'file'::text, 'repository'::text]))),
    CONSTRAINT listing_claims_pkey PRIMARY KEY (id),
    CONSTRAINT listing_claims_state CHECK ((state = ANY (ARRAY['open'::text, 'proven'::text, 'approved'::text, 'refused'::text, 'withdrawn'::text, 'expired'::text])))
);
CREATE INDEX listing_claims_account_idx ON public.listing_claims USING btree (account_id, id DESC);
CREATE INDEX listing_claims_decided_idx ON public.listing_claims USING btree (decided_at DESC) WHERE (state = ANY (ARRAY['approved'::text, 'refused'::text]));
CREATE INDEX listing_claims_listing_idx ON public.listing_claims USING btree (listing_id, id DESC);
CREATE UNIQUE INDEX listing_claims_live ON public.listing_claims USING btree (listing_id, account_id) WHERE (state = ANY (ARRAY['open'::text, 'proven'::text]));
CREATE INDEX listing_claims_waiting_idx ON public.listing_claims USING btree (proven_at) WHERE (state = 'proven'::text);

CREATE TABLE listing_days (
    listing_id bigint NOT NULL,
    day date NOT NULL,
    country text NOT NULL,
    language text NOT NULL,
    currency text DEFAULT ''::text NOT NULL,
    visitors integer DEFAULT 0 NOT NULL,
    views integer DEFAULT 0 NOT NULL,
    clicks integer DEFAULT 0 NOT NULL,
    installs integer DEFAULT 0 NOT NULL,
    uninstalls integer DEFAULT 0 NOT NULL,
    purchases integer DEFAULT 0 NOT NULL,
    trials integer DEFAULT 0 NOT NULL,
    cancellations integer DEFAULT 0 NOT NULL,
    revenue_minor bigint DEFAULT 0 NOT NULL,
    CONSTRAINT listing_days_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_days_pkey PRIMARY KEY (listing_id, day, country, language, currency)
);

CREATE TABLE listing_drafts (
    listing_id bigint NOT NULL,
    version integer NOT NULL,
    content jsonb NOT NULL,
    author_id bigint,
    created_at timestamp with time zone NOT NULL,
    editor text DEFAULT ''::text NOT NULL,
    turn integer DEFAULT 0 NOT NULL,
    CONSTRAINT listing_drafts_author_fk FOREIGN KEY (author_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT listing_drafts_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_drafts_pkey PRIMARY KEY (listing_id, version)
);

CREATE TABLE listing_events (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    submission_id bigint,
    at timestamp with time zone NOT NULL,
    act text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    actor_id bigint,
    by_staff boolean DEFAULT false NOT NULL,
    reasons text[] DEFAULT '{}'::text[] NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    CONSTRAINT listing_events_actor_fk FOREIGN KEY (actor_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT listing_events_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_events_pkey PRIMARY KEY (id),
    CONSTRAINT listing_events_submission_fk FOREIGN KEY (submission_id) REFERENCES listing_submissions(id) ON DELETE CASCADE
);
CREATE INDEX listing_events_listing_idx ON public.listing_events USING btree (listing_id, id DESC);

CREATE TABLE listing_facts (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    minor bigint DEFAULT 0 NOT NULL,
    currency text DEFAULT ''::text NOT NULL,
    CONSTRAINT listing_facts_kind CHECK ((kind = ANY (ARRAY['install'::text, 'uninstall'::text, 'purchase'::text, 'trial'::text, 'cancel'::text, 'revenue'::text]))),
    CONSTRAINT listing_facts_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_facts_pkey PRIMARY KEY (id)
);
CREATE INDEX listing_facts_at_idx ON public.listing_facts USING btree (at);

CREATE TABLE listing_notes (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    author_id bigint,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT listing_notes_author_fk FOREIGN KEY (author_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT listing_notes_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_notes_pkey PRIMARY KEY (id)
);
CREATE INDEX listing_notes_listing_idx ON public.listing_notes USING btree (listing_id, id DESC);

CREATE TABLE listing_reports (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    reporter_id bigint NOT NULL,
    reason text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decision text DEFAULT ''::text NOT NULL,
    handler_id bigint,
    handled_at timestamp with time zone,
    answer text DEFAULT ''::text NOT NULL,
    CONSTRAINT listing_reports_decision CHECK ((decision = ANY (ARRAY[''::text, 'acted'::text, 'dismissed'::text]))),
    CONSTRAINT listing_reports_handler_fk FOREIGN KEY (handler_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT listing_reports_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_reports_pkey PRIMARY KEY (id),
    CONSTRAINT listing_reports_reporter_fk FOREIGN KEY (reporter_id) REFERENCES accounts(id) ON DELETE CASCADE
);
CREATE INDEX listing_reports_handled_idx ON public.listing_reports USING btree (handled_at DESC) WHERE (decision <> ''::text);
CREATE INDEX listing_reports_listing_idx ON public.listing_reports USING btree (listing_id, id DESC);
CREATE UNIQUE INDEX listing_reports_open ON public.listing_reports USING btree (listing_id, reporter_id) WHERE (decision = ''::text);
CREATE INDEX listing_reports_reporter_idx ON public.listing_reports USING btree (reporter_id, id DESC);
CREATE INDEX listing_reports_waiting_idx ON public.listing_reports USING btree (created_at) WHERE (decision = ''::text);

CREATE TABLE listing_revisions (
    listing_id bigint NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    content jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT listing_revisions_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_revisions_pkey PRIMARY KEY (listing_id, number)
);

CREATE TABLE listing_submissions (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    state text NOT NULL,
    afterwards boolean DEFAULT false NOT NULL,
    content jsonb NOT NULL,
    live jsonb,
    note text DEFAULT ''::text NOT NULL,
    submitter_id bigint,
    submitted_at timestamp with time zone NOT NULL,
    checked_at timestamp with time zone,
    reviewer_id bigint,
    claimed_at timestamp with time zone,
    decider_id bigint,
    decided_at timestamp with time zone,
    reasons text[] DEFAULT '{}'::text[] NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    revision integer,
    CONSTRAINT listing_submissions_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT listing_submissions_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_submissions_pkey PRIMARY KEY (id),
    CONSTRAINT listing_submissions_reviewer_fk FOREIGN KEY (reviewer_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT listing_submissions_state CHECK ((state = ANY (ARRAY['submitted'::text, 'in_review'::text, 'changes_requested'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text]))),
    CONSTRAINT listing_submissions_submitter_fk FOREIGN KEY (submitter_id) REFERENCES accounts(id) ON DELETE SET NULL
);
CREATE INDEX listing_submissions_claimed_idx ON public.listing_submissions USING btree (claimed_at) WHERE (state = 'in_review'::text);
CREATE INDEX listing_submissions_decided_idx ON public.listing_submissions USING btree (decided_at) WHERE (decided_at IS NOT NULL);
CREATE INDEX listing_submissions_listing_idx ON public.listing_submissions USING btree (listing_id, id DESC);
CREATE UNIQUE INDEX listing_submissions_open ON public.listing_submissions USING btree (listing_id, afterwards) WHERE (state = ANY (ARRAY['submitted'::text, 'in_review'::text]));
CREATE INDEX listing_submissions_queue_idx ON public.listing_submissions USING btree (submitted_at) WHERE (state = ANY (ARRAY['submitted'::text, 'in_review'::text]));

CREATE TABLE listing_translations (
    listing_id bigint NOT NULL,
    language text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    tagline text DEFAULT ''::text NOT NULL,
    introduction text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    description_html text DEFAULT ''::text NOT NULL,
    CONSTRAINT listing_translations_language CHECK ((language = ANY (ARRAY['zh-CN'::text, 'ja'::text, 'fr'::text]))),
    CONSTRAINT listing_translations_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_translations_pkey PRIMARY KEY (listing_id, language)
);
CREATE TRIGGER listing_translations_delete AFTER DELETE ON public.listing_translations REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER listing_translations_insert AFTER INSERT ON public.listing_translations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER listing_translations_update AFTER UPDATE ON public.listing_translations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();

CREATE TABLE listing_visits (
    day date NOT NULL,
    listing_id bigint NOT NULL,
    visitor bigint NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    language text NOT NULL,
    views integer NOT NULL,
    clicks integer NOT NULL,
    CONSTRAINT listing_visits_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_visits_pkey PRIMARY KEY (day, listing_id, visitor)
);

CREATE TABLE listings (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    revision integer DEFAULT 0 NOT NULL,
    tagline text DEFAULT ''::text NOT NULL,
    introduction text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    description_html text DEFAULT ''::text NOT NULL,
    keywords text[] DEFAULT '{}'::text[] NOT NULL,
    programming text[] DEFAULT '{}'::text[] NOT NULL,
    links jsonb DEFAULT '{}'::jsonb NOT NULL,
    installs bigint,
    installs_as_of date,
    stars bigint,
    stars_as_of date,
    discontinued boolean DEFAULT false NOT NULL,
    logo_hash text DEFAULT ''::text NOT NULL,
    logo_backdrop text DEFAULT ''::text NOT NULL,
    pricing text[] DEFAULT '{unknown}'::text[] NOT NULL,
    pricing_from_minor bigint,
    pricing_currency text DEFAULT ''::text NOT NULL,
    risk_band text DEFAULT ''::text NOT NULL,
    risk_score integer DEFAULT 0 NOT NULL,
    content_digest bytea DEFAULT '\x'::bytea NOT NULL,
    published_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    claimed_at timestamp with time zone,
    data_handling jsonb DEFAULT '{}'::jsonb NOT NULL,
    contacts jsonb DEFAULT '[]'::jsonb NOT NULL,
    purchase text DEFAULT ''::text NOT NULL,
    purchase_url text DEFAULT ''::text NOT NULL,
    feature_hash text DEFAULT ''::text NOT NULL,
    feature_color text DEFAULT ''::text NOT NULL,
    previous_publisher text DEFAULT ''::text NOT NULL,
    transferred_at timestamp with time zone,
    taken_down_at timestamp with time zone,
    taken_down_reason text DEFAULT ''::text NOT NULL,
    taken_down_note text DEFAULT ''::text NOT NULL,
    public boolean DEFAULT false NOT NULL,
    CONSTRAINT listings_app_fk FOREIGN KEY (app_id) REFERENCES apps(id),
    CONSTRAINT listings_app_key UNIQUE (app_id),
    CONSTRAINT listings_installs CHECK ((installs >= 0)),
    CONSTRAINT listings_pkey PRIMARY KEY (id),
    CONSTRAINT listings_purchase CHECK ((purchase = ANY (ARRAY[''::text, 'here'::text, 'direct'::text]))),
    CONSTRAINT listings_slug_key UNIQUE (slug),
    CONSTRAINT listings_stars CHECK ((stars >= 0)),
    CONSTRAINT listings_state CHECK ((state = ANY (ARRAY['draft'::text, 'submitted'::text, 'in_review'::text, 'changes_requested'::text, 'published'::text, 'unlisted'::text, 'archived'::text, 'rejected'::text, 'taken_down'::text])))
);
CREATE INDEX listings_description_idx ON public.listings USING btree (md5(description)) WHERE (state = ANY (ARRAY['published'::text, 'unlisted'::text]));
CREATE INDEX listings_published_idx ON public.listings USING btree (published_at DESC, id DESC) WHERE public;
CREATE INDEX listings_updated_idx ON public.listings USING btree (updated_at DESC, id DESC) WHERE public;
CREATE TRIGGER listings_delete AFTER DELETE ON public.listings REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_rows();
CREATE TRIGGER listings_insert AFTER INSERT ON public.listings REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_rows();
CREATE TRIGGER listings_public BEFORE INSERT OR UPDATE ON public.listings FOR EACH ROW EXECUTE FUNCTION settle_listing_public();
CREATE TRIGGER listings_slug_kept AFTER INSERT OR UPDATE OF slug ON public.listings FOR EACH ROW EXECUTE FUNCTION refuse_retired_listing_slug();
CREATE TRIGGER listings_truncate AFTER TRUNCATE ON public.listings FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();
CREATE TRIGGER listings_update AFTER UPDATE ON public.listings REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_rows();

CREATE TABLE mail_changes (
    account_id bigint NOT NULL,
    mail text NOT NULL,
    old_confirmed_at timestamp with time zone,
    new_confirmed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT mail_changes_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT mail_changes_pkey PRIMARY KEY (account_id)
);

CREATE TABLE mailbox (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    language text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    message_id text DEFAULT (gen_random_uuid())::text NOT NULL,
    CONSTRAINT mailbox_message_key UNIQUE (message_id),
    CONSTRAINT mailbox_pkey PRIMARY KEY (id)
);
CREATE INDEX mailbox_recipient_idx ON public.mailbox USING btree (lower(recipient), id DESC);

CREATE TABLE marketplace_settings (
    name text NOT NULL,
    value jsonb NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT marketplace_settings_pkey PRIMARY KEY (name)
);

CREATE TABLE memberships (
    organization_id bigint NOT NULL,
    account_id bigint NOT NULL,
    role text NOT NULL,
    suspended_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT memberships_account_fk FOREIGN KEY (account_id) REFERENCES users(account_id) ON DELETE CASCADE,
    CONSTRAINT memberships_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations(account_id) ON DELETE CASCADE,
    CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, account_id),
    CONSTRAINT memberships_role CHECK ((role = ANY (ARRAY['owner'::text, 'member'::text, 'billing_manager'::text])))
);
CREATE INDEX memberships_account_idx ON public.memberships USING btree (account_id);

CREATE TABLE milestones (
    name text NOT NULL,
    reached_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT milestones_pkey PRIMARY KEY (name)
);

CREATE TABLE notifications (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    account_id bigint NOT NULL,
    kind text NOT NULL,
    params jsonb DEFAULT '{}'::jsonb NOT NULL,
    link text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    done_at timestamp with time zone,
    CONSTRAINT notifications_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT notifications_pkey PRIMARY KEY (id)
);
CREATE INDEX notifications_account_idx ON public.notifications USING btree (account_id, id DESC);
CREATE INDEX notifications_unread_idx ON public.notifications USING btree (account_id) WHERE ((read_at IS NULL) AND (done_at IS NULL));

CREATE TABLE oauth_approvals (
    organization_id bigint NOT NULL,
    app_id bigint NOT NULL,
    state text NOT NULL,
    requester_id bigint,
    reason text DEFAULT ''::text NOT NULL,
    requested_at timestamp with time zone,
    decider_id bigint,
    words text DEFAULT ''::text NOT NULL,
    decided_at timestamp with time zone,
    CONSTRAINT oauth_approvals_app_fk FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE,
    CONSTRAINT oauth_approvals_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT oauth_approvals_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations(account_id) ON DELETE CASCADE,
    CONSTRAINT oauth_approvals_pkey PRIMARY KEY (organization_id, app_id),
    CONSTRAINT oauth_approvals_requester_fk FOREIGN KEY (requester_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT oauth_approvals_state CHECK ((state = ANY (ARRAY['requested'::text, 'approved'::text, 'denied'::text])))
);
CREATE INDEX oauth_approvals_app_idx ON public.oauth_approvals USING btree (app_id);
CREATE INDEX oauth_approvals_decider_idx ON public.oauth_approvals USING btree (decider_id);
CREATE INDEX oauth_approvals_requester_idx ON public.oauth_approvals USING btree (requester_id);

CREATE TABLE orders (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    key text NOT NULL,
    subscription_id bigint NOT NULL,
    listing_id bigint NOT NULL,
    account_id bigint NOT NULL,
    buyer_id bigint,
    act text NOT NULL,
    plan_id bigint NOT NULL,
    plan_version integer NOT NULL,
    period text NOT NULL,
    units bigint NOT NULL,
    total_minor bigint NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    turn jsonb,
    request_id bigint,
    created_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT orders_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT orders_act CHECK ((act = ANY (ARRAY['buy'::text, 'change'::text, 'cancel'::text, 'take_back'::text, 'pause'::text, 'resume'::text]))),
    CONSTRAINT orders_buyer_fk FOREIGN KEY (buyer_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT orders_key_key UNIQUE (key),
    CONSTRAINT orders_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id),
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_plan_fk FOREIGN KEY (plan_id) REFERENCES plans(id),
    CONSTRAINT orders_state CHECK ((state = ANY (ARRAY['waiting'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT orders_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id)
);
CREATE INDEX orders_account_idx ON public.orders USING btree (account_id, id DESC);
CREATE INDEX orders_buyer_idx ON public.orders USING btree (buyer_id);
CREATE INDEX orders_listing_idx ON public.orders USING btree (listing_id, id DESC);
CREATE INDEX orders_plan_idx ON public.orders USING btree (plan_id);
CREATE INDEX orders_request_idx ON public.orders USING btree (request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX orders_subscription_idx ON public.orders USING btree (subscription_id, id DESC);
CREATE UNIQUE INDEX orders_waiting_key ON public.orders USING btree (subscription_id) WHERE (state = 'waiting'::text);

CREATE TABLE organizations (
    account_id bigint NOT NULL,
    mail text DEFAULT ''::text NOT NULL,
    mail_verified_at timestamp with time zone,
    base_permission text DEFAULT 'read'::text NOT NULL,
    members_may_request_apps boolean DEFAULT true NOT NULL,
    repository_admins_may_install boolean DEFAULT true NOT NULL,
    oauth_policy text DEFAULT 'approval'::text NOT NULL,
    two_factor_required_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT organizations_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT organizations_base CHECK ((base_permission = ANY (ARRAY['none'::text, 'read'::text, 'write'::text, 'admin'::text]))),
    CONSTRAINT organizations_oauth CHECK ((oauth_policy = ANY (ARRAY['open'::text, 'approval'::text]))),
    CONSTRAINT organizations_pkey PRIMARY KEY (account_id)
);

CREATE TABLE passkeys (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    account_id bigint NOT NULL,
    credential_id bytea NOT NULL,
    credential jsonb NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT passkeys_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT passkeys_credential_key UNIQUE (credential_id),
    CONSTRAINT passkeys_pkey PRIMARY KEY (id)
);
CREATE INDEX passkeys_account_idx ON public.passkeys USING btree (account_id);

CREATE TABLE payment_methods (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    account_id bigint NOT NULL,
    seller_id bigint,
    gateway text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    setup text DEFAULT ''::text NOT NULL,
    kind text DEFAULT 'card'::text NOT NULL,
    brand text DEFAULT ''::text NOT NULL,
    last4 text DEFAULT ''::text NOT NULL,
    expires text DEFAULT ''::text NOT NULL,
    fingerprint text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    return_to text DEFAULT ''::text NOT NULL,
    creator_id bigint,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT payment_methods_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT payment_methods_creator_fk FOREIGN KEY (creator_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT payment_methods_pkey PRIMARY KEY (id),
    CONSTRAINT payment_methods_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers(account_id),
    CONSTRAINT payment_methods_state CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'failed'::text, 'removed'::text])))
);
CREATE INDEX payment_methods_account_idx ON public.payment_methods USING btree (account_id, state);
CREATE INDEX payment_methods_creator_idx ON public.payment_methods USING btree (creator_id);
CREATE INDEX payment_methods_seller_idx ON public.payment_methods USING btree (seller_id);
CREATE UNIQUE INDEX payment_methods_setup_key ON public.payment_methods USING btree (gateway, setup) WHERE (setup <> ''::text);

CREATE TABLE payouts (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    seller_id bigint NOT NULL,
    reference text NOT NULL,
    minor bigint NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    arrives_at timestamp with time zone,
    CONSTRAINT payouts_pkey PRIMARY KEY (id),
    CONSTRAINT payouts_reference_key UNIQUE (reference),
    CONSTRAINT payouts_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers(account_id),
    CONSTRAINT payouts_state CHECK ((state = ANY (ARRAY['pending'::text, 'paid'::text, 'failed'::text])))
);
CREATE INDEX payouts_seller_idx ON public.payouts USING btree (seller_id, id DESC);

CREATE TABLE picture_files (
    key text NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT picture_files_pkey PRIMARY KEY (key)
);

CREATE TABLE plan_seats (
    plan_id bigint NOT NULL,
    taken bigint NOT NULL,
    CONSTRAINT plan_seats_pkey PRIMARY KEY (plan_id),
    CONSTRAINT plan_seats_plan_fk FOREIGN KEY (plan_id) REFERENCES plans(id) ON DELETE CASCADE,
    CONSTRAINT plan_seats_taken CHECK ((taken >= 0))
);

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
    effective_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT plan_versions_pkey PRIMARY KEY (plan_id, version)
);
CREATE INDEX plan_versions_listing_idx ON public.plan_versions USING btree (listing_id, plan_number, version);
CREATE TRIGGER plan_versions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.plan_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE plans (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    monthly_minor bigint,
    yearly_minor bigint,
    currency text DEFAULT 'USD'::text NOT NULL,
    unit_name text DEFAULT ''::text NOT NULL,
    trial_days integer DEFAULT 0 NOT NULL,
    bullets text[] DEFAULT '{}'::text[] NOT NULL,
    audience text DEFAULT 'everyone'::text NOT NULL,
    state text NOT NULL,
    as_of date,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    min_units bigint,
    max_units bigint,
    version integer DEFAULT 1 NOT NULL,
    price_policy text DEFAULT 'keep'::text NOT NULL,
    notice_days integer DEFAULT 30 NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    capacity bigint,
    CONSTRAINT plans_audience CHECK ((audience = ANY (ARRAY['everyone'::text, 'users'::text, 'organizations'::text]))),
    CONSTRAINT plans_capacity CHECK ((capacity >= 1)),
    CONSTRAINT plans_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT plans_free_price CHECK (((kind <> 'free'::text) OR ((COALESCE(monthly_minor, (0)::bigint) = 0) AND (COALESCE(yearly_minor, (0)::bigint) = 0)))),
    CONSTRAINT plans_kind CHECK ((kind = ANY (ARRAY['free'::text, 'flat_rate'::text, 'per_unit'::text]))),
    CONSTRAINT plans_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT plans_monthly CHECK ((monthly_minor >= 0)),
    CONSTRAINT plans_notice CHECK (((notice_days >= 0) AND (notice_days <= 365))),
    CONSTRAINT plans_number_key UNIQUE (listing_id, number),
    CONSTRAINT plans_pkey PRIMARY KEY (id),
    CONSTRAINT plans_price_policy CHECK ((price_policy = ANY (ARRAY['keep'::text, 'move'::text]))),
    CONSTRAINT plans_state CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'retired'::text]))),
    CONSTRAINT plans_trial CHECK (((trial_days >= 0) AND (trial_days <= 365))),
    CONSTRAINT plans_units CHECK (((min_units >= 1) AND (max_units >= 1) AND (min_units <= max_units))),
    CONSTRAINT plans_yearly CHECK ((yearly_minor >= 0))
);
CREATE TRIGGER plans_delete AFTER DELETE ON public.plans REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER plans_history_insert AFTER INSERT ON public.plans REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION record_plan_versions();
CREATE TRIGGER plans_history_update AFTER UPDATE ON public.plans REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION record_plan_versions();
CREATE TRIGGER plans_insert AFTER INSERT ON public.plans REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER plans_seats_insert AFTER INSERT ON public.plans FOR EACH ROW WHEN ((new.capacity IS NOT NULL)) EXECUTE FUNCTION count_plan_seats();
CREATE TRIGGER plans_seats_update AFTER UPDATE OF capacity ON public.plans FOR EACH ROW WHEN (((old.capacity IS NULL) AND (new.capacity IS NOT NULL))) EXECUTE FUNCTION count_plan_seats();
CREATE TRIGGER plans_update AFTER UPDATE ON public.plans REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER plans_version BEFORE UPDATE ON public.plans FOR EACH ROW WHEN ((((((old.kind IS DISTINCT FROM new.kind) OR (old.monthly_minor IS DISTINCT FROM new.monthly_minor)) OR (old.yearly_minor IS DISTINCT FROM new.yearly_minor)) OR (old.currency IS DISTINCT FROM new.currency)) OR (old.trial_days IS DISTINCT FROM new.trial_days))) EXECUTE FUNCTION count_plan_version();

CREATE TABLE recovery_codes (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    account_id bigint NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_codes_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT recovery_codes_once UNIQUE (account_id, code_hash),
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (id)
);

CREATE TABLE refunds (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    key text NOT NULL,
    charge_id bigint,
    invoice_id bigint NOT NULL,
    credit_note_id bigint,
    minor bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    actor_id bigint,
    by_staff boolean DEFAULT false NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    fee_minor bigint DEFAULT 0 NOT NULL,
    problem text DEFAULT ''::text NOT NULL,
    CONSTRAINT refunds_actor_fk FOREIGN KEY (actor_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT refunds_charge_fk FOREIGN KEY (charge_id) REFERENCES charges(id),
    CONSTRAINT refunds_credit_note_fk FOREIGN KEY (credit_note_id) REFERENCES invoices(id),
    CONSTRAINT refunds_fee CHECK (((fee_minor >= 0) AND (fee_minor <= minor))),
    CONSTRAINT refunds_invoice_fk FOREIGN KEY (invoice_id) REFERENCES invoices(id),
    CONSTRAINT refunds_key_key UNIQUE (key),
    CONSTRAINT refunds_minor CHECK ((minor > 0)),
    CONSTRAINT refunds_pkey PRIMARY KEY (id),
    CONSTRAINT refunds_state CHECK ((state = ANY (ARRAY['reserved'::text, 'processing'::text, 'succeeded'::text, 'failed'::text])))
);
CREATE INDEX refunds_actor_idx ON public.refunds USING btree (actor_id);
CREATE INDEX refunds_charge_idx ON public.refunds USING btree (charge_id);
CREATE INDEX refunds_credit_note_idx ON public.refunds USING btree (credit_note_id);
CREATE INDEX refunds_invoice_idx ON public.refunds USING btree (invoice_id);
CREATE INDEX refunds_open_idx ON public.refunds USING btree (created_at) WHERE (state = ANY (ARRAY['reserved'::text, 'processing'::text]));

CREATE TABLE repositories (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    account_id bigint NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    private boolean NOT NULL,
    archived_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT repositories_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT repositories_name_form CHECK ((name ~ '^[A-Za-z0-9._-]{1,100}$'::text)),
    CONSTRAINT repositories_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX repositories_name_key ON public.repositories USING btree (account_id, lower(name));

CREATE TABLE repository_redirects (
    account_id bigint NOT NULL,
    name text NOT NULL,
    repository_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT repository_redirects_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT repository_redirects_pkey PRIMARY KEY (account_id, name),
    CONSTRAINT repository_redirects_repository_fk FOREIGN KEY (repository_id) REFERENCES repositories(id) ON DELETE CASCADE
);
CREATE INDEX repository_redirects_repository_idx ON public.repository_redirects USING btree (repository_id);

CREATE TABLE repository_transfers (
    repository_id bigint NOT NULL,
    account_id bigint NOT NULL,
    requester_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT repository_transfers_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT repository_transfers_pkey PRIMARY KEY (repository_id),
    CONSTRAINT repository_transfers_repository_fk FOREIGN KEY (repository_id) REFERENCES repositories(id) ON DELETE CASCADE,
    CONSTRAINT repository_transfers_requester_fk FOREIGN KEY (requester_id) REFERENCES accounts(id) ON DELETE CASCADE
);
CREATE INDEX repository_transfers_account_idx ON public.repository_transfers USING btree (account_id);

CREATE TABLE retired_logins (
    login text NOT NULL,
    until timestamp with time zone NOT NULL,
    CONSTRAINT retired_logins_pkey PRIMARY KEY (login)
);
CREATE INDEX retired_logins_until_idx ON public.retired_logins USING btree (until);

CREATE TABLE retired_slugs (
    kind text NOT NULL,
    slug text NOT NULL,
    account_id bigint,
    until timestamp with time zone NOT NULL,
    CONSTRAINT retired_slugs_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT retired_slugs_kind CHECK ((kind = ANY (ARRAY['app'::text, 'listing'::text]))),
    CONSTRAINT retired_slugs_pkey PRIMARY KEY (kind, slug)
);
CREATE INDEX retired_slugs_account_idx ON public.retired_slugs USING btree (account_id);
CREATE INDEX retired_slugs_until_idx ON public.retired_slugs USING btree (until);

CREATE TABLE schema_migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT schema_migrations_pkey PRIMARY KEY (name)
);

CREATE TABLE screenshots (
    listing_id bigint NOT NULL,
    "position" integer NOT NULL,
    image_hash text NOT NULL,
    caption text DEFAULT ''::text NOT NULL,
    CONSTRAINT screenshots_image_fk FOREIGN KEY (image_hash) REFERENCES images(hash),
    CONSTRAINT screenshots_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT screenshots_pkey PRIMARY KEY (listing_id, "position")
);
CREATE INDEX screenshots_image_idx ON public.screenshots USING btree (image_hash);
CREATE TRIGGER screenshots_delete AFTER DELETE ON public.screenshots REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER screenshots_insert AFTER INSERT ON public.screenshots REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER screenshots_update AFTER UPDATE ON public.screenshots REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();

CREATE TABLE search_documents (
    listing_id bigint NOT NULL,
    version text NOT NULL,
    tokens tsvector NOT NULL,
    indexed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT search_documents_pkey PRIMARY KEY (listing_id)
);
CREATE INDEX search_documents_tokens_idx ON public.search_documents USING gin (tokens) WITH (fastupdate=off);

CREATE TABLE search_engines (
    name text NOT NULL,
    synced_at timestamp with time zone DEFAULT now() NOT NULL,
    compared_at timestamp with time zone,
    drift integer DEFAULT 0 NOT NULL,
    CONSTRAINT search_engines_drift CHECK ((drift >= 0)),
    CONSTRAINT search_engines_pkey PRIMARY KEY (name)
);

CREATE TABLE sellers (
    account_id bigint NOT NULL,
    gateway text DEFAULT ''::text NOT NULL,
    gateway_account text DEFAULT ''::text NOT NULL,
    ready boolean DEFAULT false NOT NULL,
    requirements jsonb DEFAULT '[]'::jsonb NOT NULL,
    legal_name text DEFAULT ''::text NOT NULL,
    address jsonb DEFAULT '{}'::jsonb NOT NULL,
    tax_number text DEFAULT ''::text NOT NULL,
    tax_registered boolean DEFAULT false NOT NULL,
    tax_inclusive boolean DEFAULT false NOT NULL,
    mail text DEFAULT ''::text NOT NULL,
    invoice_prefix text DEFAULT ''::text NOT NULL,
    invoice_note text DEFAULT ''::text NOT NULL,
    accepts_transfer boolean DEFAULT false NOT NULL,
    transfer_details text DEFAULT ''::text NOT NULL,
    transfer_days integer DEFAULT 14 NOT NULL,
    grace_days integer DEFAULT 14 NOT NULL,
    last_number bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT sellers_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT sellers_gateway CHECK ((gateway = ANY (ARRAY[''::text, 'test'::text, 'stripe'::text]))),
    CONSTRAINT sellers_grace CHECK (((grace_days >= 0) AND (grace_days <= 21))),
    CONSTRAINT sellers_pkey PRIMARY KEY (account_id),
    CONSTRAINT sellers_transfer CHECK (((transfer_days >= 1) AND (transfer_days <= 14)))
);
CREATE UNIQUE INDEX sellers_gateway_key ON public.sellers USING btree (gateway, gateway_account) WHERE (gateway_account <> ''::text);

CREATE TABLE sessions (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    account_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    method text NOT NULL,
    staff_id bigint,
    staff_reason text DEFAULT ''::text NOT NULL,
    ip text DEFAULT ''::text NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    sudo_until timestamp with time zone,
    CONSTRAINT sessions_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT sessions_method CHECK ((method = ANY (ARRAY['password'::text, 'passkey'::text, 'link'::text, 'join'::text, 'staff'::text]))),
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_staff_fk FOREIGN KEY (staff_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT sessions_token_key UNIQUE (token_hash)
);
CREATE INDEX sessions_account_idx ON public.sessions USING btree (account_id, used_at DESC);
CREATE INDEX sessions_expires_idx ON public.sessions USING btree (expires_at);

CREATE TABLE single_use_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    purpose text NOT NULL,
    account_id bigint,
    subject text DEFAULT ''::text NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT single_use_tokens_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT single_use_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT single_use_tokens_purpose CHECK ((purpose = ANY (ARRAY['verify_mail'::text, 'reset_password'::text, 'new_mail'::text, 'old_mail'::text, 'invitation'::text, 'organization'::text, 'sign_in'::text]))),
    CONSTRAINT single_use_tokens_token_key UNIQUE (token_hash)
);
CREATE INDEX single_use_tokens_account_idx ON public.single_use_tokens USING btree (account_id, purpose);
CREATE INDEX single_use_tokens_expires_idx ON public.single_use_tokens USING btree (expires_at);

CREATE TABLE submission_checks (
    submission_id bigint NOT NULL,
    name text NOT NULL,
    outcome text NOT NULL,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    ran_at timestamp with time zone NOT NULL,
    CONSTRAINT submission_checks_outcome CHECK ((outcome = ANY (ARRAY['pass'::text, 'warn'::text, 'fail'::text, 'error'::text]))),
    CONSTRAINT submission_checks_pkey PRIMARY KEY (submission_id, name),
    CONSTRAINT submission_checks_submission_fk FOREIGN KEY (submission_id) REFERENCES listing_submissions(id) ON DELETE CASCADE
);

CREATE TABLE subscriptions (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    account_id bigint NOT NULL,
    buyer_id bigint,
    plan_id bigint NOT NULL,
    plan_version integer NOT NULL,
    period text NOT NULL,
    units bigint NOT NULL,
    state text NOT NULL,
    end_reason text DEFAULT ''::text NOT NULL,
    zone text NOT NULL,
    anchor timestamp with time zone NOT NULL,
    months integer DEFAULT 0 NOT NULL,
    period_start timestamp with time zone NOT NULL,
    period_end timestamp with time zone,
    trial_ends_at timestamp with time zone,
    pending jsonb,
    due jsonb,
    coupon jsonb,
    applied jsonb,
    by_transfer boolean DEFAULT false NOT NULL,
    payment_method_id bigint,
    reminded_for timestamp with time zone,
    next_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT subscriptions_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT subscriptions_buyer_fk FOREIGN KEY (buyer_id) REFERENCES accounts(id) ON DELETE SET NULL,
    CONSTRAINT subscriptions_ended CHECK (((state = 'ended'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT subscriptions_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id),
    CONSTRAINT subscriptions_method_fk FOREIGN KEY (payment_method_id) REFERENCES payment_methods(id),
    CONSTRAINT subscriptions_period CHECK ((period = ANY (ARRAY['month'::text, 'year'::text]))),
    CONSTRAINT subscriptions_pkey PRIMARY KEY (id),
    CONSTRAINT subscriptions_plan_fk FOREIGN KEY (plan_id) REFERENCES plans(id),
    CONSTRAINT subscriptions_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers(account_id),
    CONSTRAINT subscriptions_state CHECK ((state = ANY (ARRAY['incomplete'::text, 'trial'::text, 'active'::text, 'past_due'::text, 'paused'::text, 'ended'::text]))),
    CONSTRAINT subscriptions_units CHECK ((units >= 1))
);
CREATE INDEX subscriptions_account_idx ON public.subscriptions USING btree (account_id, id DESC);
CREATE INDEX subscriptions_buyer_idx ON public.subscriptions USING btree (buyer_id);
CREATE INDEX subscriptions_listing_idx ON public.subscriptions USING btree (listing_id, id DESC);
CREATE INDEX subscriptions_method_idx ON public.subscriptions USING btree (payment_method_id);
CREATE INDEX subscriptions_next_idx ON public.subscriptions USING btree (next_at) WHERE (next_at IS NOT NULL);
CREATE INDEX subscriptions_plan_idx ON public.subscriptions USING btree (plan_id, state);
CREATE INDEX subscriptions_seller_idx ON public.subscriptions USING btree (seller_id, state);
CREATE UNIQUE INDEX subscriptions_standing_key ON public.subscriptions USING btree (listing_id, account_id) WHERE (state <> 'ended'::text);
CREATE TRIGGER subscriptions_buyer_there BEFORE INSERT ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION refuse_gone_buyer();

CREATE TABLE tax_rates (
    country text NOT NULL,
    region text DEFAULT ''::text NOT NULL,
    name text NOT NULL,
    millionths integer NOT NULL,
    reverse_charge boolean DEFAULT false NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    abroad boolean DEFAULT false NOT NULL,
    CONSTRAINT tax_rates_country CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT tax_rates_pkey PRIMARY KEY (country, region),
    CONSTRAINT tax_rates_rate CHECK (((millionths >= 0) AND (millionths <= 1000000)))
);

CREATE TABLE test_gateway (
    key text NOT NULL,
    kind text NOT NULL,
    body jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT test_gateway_pkey PRIMARY KEY (kind, key)
);

CREATE TABLE throttles (
    key text NOT NULL,
    arrival timestamp with time zone NOT NULL,
    CONSTRAINT throttles_pkey PRIMARY KEY (key)
);
CREATE INDEX throttles_arrival_idx ON public.throttles USING btree (arrival);

CREATE TABLE trials (
    listing_id bigint NOT NULL,
    account_id bigint NOT NULL,
    fingerprint text DEFAULT ''::text NOT NULL,
    subscription_id bigint NOT NULL,
    began_at timestamp with time zone NOT NULL,
    CONSTRAINT trials_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT trials_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT trials_pkey PRIMARY KEY (listing_id, account_id),
    CONSTRAINT trials_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id)
);
CREATE INDEX trials_account_idx ON public.trials USING btree (account_id);
CREATE UNIQUE INDEX trials_fingerprint_key ON public.trials USING btree (listing_id, fingerprint) WHERE (fingerprint <> ''::text);
CREATE INDEX trials_subscription_idx ON public.trials USING btree (subscription_id);

CREATE TABLE tryouts (
    listing_id bigint NOT NULL,
    account_id bigint NOT NULL,
    state jsonb NOT NULL,
    events jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT tryouts_account_fk FOREIGN KEY (account_id) REFERENCES users(account_id) ON DELETE CASCADE,
    CONSTRAINT tryouts_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT tryouts_pkey PRIMARY KEY (listing_id, account_id)
);
CREATE INDEX tryouts_account_idx ON public.tryouts USING btree (account_id);
CREATE INDEX tryouts_updated_idx ON public.tryouts USING btree (updated_at);

CREATE TABLE users (
    account_id bigint NOT NULL,
    mail text NOT NULL,
    mail_verified_at timestamp with time zone,
    password_hash text DEFAULT ''::text NOT NULL,
    password_changed_at timestamp with time zone,
    language text DEFAULT 'en'::text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    theme text DEFAULT ''::text NOT NULL,
    staff text DEFAULT ''::text NOT NULL,
    notifications jsonb DEFAULT '{}'::jsonb NOT NULL,
    passkey_handle bytea DEFAULT '\x'::bytea NOT NULL,
    totp_secret bytea,
    totp_confirmed_at timestamp with time zone,
    totp_step bigint DEFAULT 0 NOT NULL,
    two_factor_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT users_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    CONSTRAINT users_language CHECK ((language = ANY (ARRAY['en'::text, 'zh-CN'::text, 'ja'::text, 'fr'::text]))),
    CONSTRAINT users_pkey PRIMARY KEY (account_id),
    CONSTRAINT users_staff CHECK ((staff = ANY (ARRAY[''::text, 'support'::text, 'reviewer'::text, 'administrator'::text]))),
    CONSTRAINT users_theme CHECK ((theme = ANY (ARRAY[''::text, 'light'::text, 'dark'::text])))
);
CREATE INDEX users_mail_idx ON public.users USING btree (lower(mail));
CREATE UNIQUE INDEX users_mail_key ON public.users USING btree (lower(mail)) WHERE (mail_verified_at IS NOT NULL);
CREATE INDEX users_staff_idx ON public.users USING btree (staff) WHERE (staff <> ''::text);

CREATE TABLE visit_salts (
    day date NOT NULL,
    salt bytea NOT NULL,
    CONSTRAINT visit_salts_pkey PRIMARY KEY (day)
);

CREATE OR REPLACE FUNCTION public.account_permission(key text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ SELECT key IN ('blocking', 'codespaces_user_secrets', 'copilot_messages', 'emails', 'followers', 'gists', 'git_signing_ssh_public_keys',
    'gpg_keys', 'interaction_limits', 'keys', 'plan', 'profile', 'starring', 'user_events', 'watching') $function$
;

CREATE OR REPLACE FUNCTION public.announce_account_rows()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    PERFORM announce_listings(ARRAY(
        SELECT DISTINCT l.id FROM changed c JOIN was w USING (id) JOIN apps p ON p.account_id = c.id JOIN listings l ON l.app_id = p.id
        WHERE (c.login, c.name, c.website_url, c.verified_at, c.suspended_at)
            IS DISTINCT FROM (w.login, w.name, w.website_url, w.verified_at, w.suspended_at)));
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.announce_app_rows()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    PERFORM announce_listings(ARRAY(SELECT l.id FROM changed c JOIN listings l ON l.app_id = c.id));
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.announce_everything()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    PERFORM pg_notify('souk_catalogue', '*');
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.announce_listing_parts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    PERFORM announce_listings(ARRAY(SELECT DISTINCT listing_id FROM changed));
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.announce_listing_rows()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    PERFORM announce_listings(ARRAY(SELECT DISTINCT id FROM changed));
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.announce_listings(ids bigint[])
 RETURNS void
 LANGUAGE sql
AS $function$
    SELECT CASE
        WHEN ids IS NULL OR cardinality(ids) = 0 THEN NULL
        WHEN cardinality(ids) > 200 THEN pg_notify('souk_catalogue', '*')
        ELSE pg_notify('souk_catalogue', array_to_string(ids, ','))
    END
$function$
;

CREATE OR REPLACE FUNCTION public.bury_account(gone bigint, at timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
DECLARE
    tie record;
BEGIN
    IF EXISTS (SELECT FROM apps WHERE account_id = gone) THEN
        RAISE foreign_key_violation USING MESSAGE = 'the account has apps', TABLE = 'apps', CONSTRAINT = 'apps_account_fk';
    END IF;
    IF EXISTS (SELECT FROM subscriptions WHERE (account_id = gone OR seller_id = gone) AND state <> 'ended')
        OR EXISTS (SELECT FROM invoices WHERE account_id = gone AND kind = 'invoice' AND state = 'open') THEN
        RAISE foreign_key_violation USING MESSAGE = 'the account has subscriptions', TABLE = 'subscriptions', CONSTRAINT = 'subscriptions_account_fk';
    END IF;
    DELETE FROM sellers s WHERE s.account_id = gone
        AND NOT EXISTS (SELECT FROM subscriptions x WHERE x.seller_id = gone)
        AND NOT EXISTS (SELECT FROM payment_methods x WHERE x.seller_id = gone)
        AND NOT EXISTS (SELECT FROM payouts x WHERE x.seller_id = gone);
    IF NOT EXISTS (SELECT FROM subscriptions WHERE account_id = gone) AND NOT EXISTS (SELECT FROM sellers WHERE account_id = gone)
        AND NOT EXISTS (SELECT FROM payment_methods WHERE account_id = gone AND reference <> '') THEN -- the gateway is still to forget it
        DELETE FROM payment_methods WHERE account_id = gone;
        DELETE FROM accounts WHERE id = gone;
        RETURN false;
    END IF;
    FOR tie IN SELECT c.conrelid::regclass AS holder, a.attname AS ref, c.confdeltype AS act
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = 'accounts'::regclass AND c.confdeltype IN ('c', 'n') LOOP
        IF tie.act = 'c' THEN
            EXECUTE format('DELETE FROM %s WHERE %I = $1', tie.holder, tie.ref) USING gone;
        ELSE
            EXECUTE format('UPDATE %s SET %I = NULL WHERE %I = $1', tie.holder, tie.ref, tie.ref) USING gone;
        END IF;
    END LOOP;
    UPDATE payment_methods SET state = 'removed' WHERE account_id = gone;
    UPDATE sellers SET ready = false, mail = '', transfer_details = '', accepts_transfer = false, updated_at = at WHERE account_id = gone;
    UPDATE accounts SET login = 'deleted_' || gone, name = '', website_url = '', bio = '', location = '', verified_at = NULL,
        suspended_at = at, suspended_reason = '', deleted_at = at, updated_at = at WHERE id = gone;
    RETURN true;
END
$function$
;

CREATE OR REPLACE FUNCTION public.count_plan_seats()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO plan_seats (plan_id, taken)
    SELECT NEW.id, coalesce(sum(s.units), 0) FROM subscriptions s WHERE s.plan_id = NEW.id AND s.state <> 'ended'
    ON CONFLICT (plan_id) DO UPDATE SET taken = excluded.taken;
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.count_plan_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF OLD.state <> 'draft' THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.follow_access()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    asked jsonb := grants_part(NEW.permissions, false);
    own jsonb := grants_part(NEW.permissions, true);
BEGIN
    UPDATE installations i SET permissions = grants_within(i.permissions, asked),
        single_file_paths = ARRAY(SELECT p FROM unnest(i.single_file_paths) p WHERE p = ANY (NEW.single_file_paths)),
        lacks = lacking, lacks_since = CASE WHEN lacking THEN coalesce(i.lacks_since, NEW.access_at, now()) END
    FROM (SELECT id, NOT (grants_cover(permissions, asked) AND single_file_paths @> NEW.single_file_paths) AS lacking
        FROM installations WHERE app_id = NEW.id ORDER BY id FOR UPDATE) l
    WHERE i.id = l.id AND (i.lacks <> lacking OR NOT grants_cover(asked, i.permissions) OR NOT NEW.single_file_paths @> i.single_file_paths);
    UPDATE authorizations g SET permissions = grants_within(g.permissions, own), lacks = NOT grants_cover(g.permissions, own)
    WHERE g.app_id = NEW.id AND NEW.kind = 'github_app' AND (g.lacks = grants_cover(g.permissions, own) OR NOT grants_cover(own, g.permissions));
    RETURN NULL;
END $function$
;

CREATE OR REPLACE FUNCTION public.grants_cover(held jsonb, asked jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ SELECT NOT EXISTS (SELECT FROM jsonb_each_text(asked) a WHERE level_rank(a.value) > level_rank(held ->> a.key)) $function$
;

CREATE OR REPLACE FUNCTION public.grants_part(grants jsonb, of_accounts boolean)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(coalesce(grants, '{}')) WHERE account_permission(key) = of_accounts $function$
;

CREATE OR REPLACE FUNCTION public.grants_within(held jsonb, asked jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ SELECT coalesce(jsonb_object_agg(h.key, CASE WHEN level_rank(h.value) <= level_rank(asked ->> h.key) THEN h.value ELSE asked ->> h.key END), '{}')
    FROM jsonb_each_text(held) h WHERE asked ? h.key $function$
;

CREATE OR REPLACE FUNCTION public.level_rank(level text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ SELECT CASE level WHEN 'read' THEN 1 WHEN 'write' THEN 2 WHEN 'admin' THEN 3 ELSE 0 END $function$
;

CREATE OR REPLACE FUNCTION public.login_skeleton(login text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    SELECT replace(replace(replace(translate(login, '01i_-', 'oll'), 'rn', 'm'), 'vv', 'w'), 'cl', 'd')
$function$
;

CREATE OR REPLACE FUNCTION public.record_changed_permissions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO app_permission_changes (app_id, permissions, events, scopes, imported)
        SELECT c.id, c.permissions, c.events, c.scopes, c.registered_at IS NULL FROM changed c JOIN was w USING (id)
        WHERE (c.permissions, c.events, c.scopes) IS DISTINCT FROM (w.permissions, w.events, w.scopes);
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.record_new_permissions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO app_permission_changes (app_id, permissions, events, scopes, imported)
        SELECT id, permissions, events, scopes, registered_at IS NULL FROM changed;
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.record_owner_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO app_owner_changes (app_id, cause, from_login, to_login)
        SELECT NEW.id,
            CASE WHEN NEW.registered_at IS NULL THEN 'imported' WHEN OLD.registered_at IS NULL THEN 'claimed' ELSE 'transferred' END,
            coalesce((SELECT login FROM accounts WHERE id = OLD.account_id), ''),
            coalesce((SELECT login FROM accounts WHERE id = NEW.account_id), '');
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.record_plan_versions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO plan_versions (plan_id, version, listing_id, plan_number, plan_name, kind, monthly_minor, yearly_minor, currency,
            unit_name, trial_days, price_policy, notice_days)
        SELECT id, version, listing_id, number, name, kind, monthly_minor, yearly_minor, currency,
            unit_name, trial_days, price_policy, notice_days FROM changed WHERE state <> 'draft'
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$function$
;

CREATE OR REPLACE FUNCTION public.refuse_gone_buyer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    PERFORM FROM accounts WHERE id = NEW.account_id AND deleted_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'the account is gone', TABLE = 'subscriptions', CONSTRAINT = 'subscriptions_account_fk';
    END IF;
    RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.refuse_kept_login()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF EXISTS (SELECT FROM account_redirects r WHERE r.login = NEW.login AND r.account_id <> NEW.id)
        OR EXISTS (SELECT FROM retired_logins r WHERE r.login = NEW.login) THEN
        RAISE unique_violation USING MESSAGE = 'the login is kept', TABLE = 'accounts', CONSTRAINT = 'accounts_login_key';
    END IF;
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.refuse_other_invoice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.kind, OLD.seller_id, OLD.number, OLD.reference, OLD.account_id, OLD.listing_id, OLD.subscription_id, OLD.corrects_id,
            OLD.currency, OLD.net_minor, OLD.tax_minor, OLD.total_minor, OLD.document, OLD.hash, OLD.token, OLD.issued_at, OLD.due_at)
        IS DISTINCT FROM (NEW.kind, NEW.seller_id, NEW.number, NEW.reference, NEW.account_id, NEW.listing_id, NEW.subscription_id, NEW.corrects_id,
            NEW.currency, NEW.net_minor, NEW.tax_minor, NEW.total_minor, NEW.document, NEW.hash, NEW.token, NEW.issued_at, NEW.due_at) THEN
        RAISE EXCEPTION 'invoices never change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.refuse_retired_app_slug()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF NEW.registered_at IS NOT NULL AND EXISTS (SELECT FROM retired_slugs r WHERE r.kind = 'app' AND r.slug = NEW.slug AND r.until > now()
        AND r.account_id IS DISTINCT FROM NEW.account_id) THEN
        RAISE unique_violation USING MESSAGE = 'the slug is kept', TABLE = 'apps', CONSTRAINT = 'apps_slug_key';
    END IF;
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.refuse_retired_listing_slug()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF NEW.claimed_at IS NOT NULL AND EXISTS (SELECT FROM retired_slugs r WHERE r.kind = 'listing' AND r.slug = NEW.slug AND r.until > now()
        AND r.account_id IS DISTINCT FROM (SELECT account_id FROM apps WHERE id = NEW.app_id)) THEN
        RAISE unique_violation USING MESSAGE = 'the slug is kept', TABLE = 'listings', CONSTRAINT = 'listings_slug_key';
    END IF;
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.refuse_unbalanced()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF EXISTS (SELECT FROM ledger_entries WHERE transaction_id = NEW.transaction_id GROUP BY currency HAVING sum(minor) <> 0) THEN
        RAISE EXCEPTION 'ledger transaction % is not balanced', NEW.transaction_id USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_balanced';
    END IF;
    RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.settle_lacking()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    NEW.lacks := EXISTS (SELECT FROM apps a, jsonb_each_text(grants_part(a.permissions, true)) asked
        WHERE a.id = NEW.app_id AND a.kind = 'github_app'
        AND level_rank(asked.value) > greatest(level_rank(NEW.permissions ->> asked.key), level_rank(NEW.declined ->> asked.key)));
    RETURN NEW;
END $function$
;

CREATE OR REPLACE FUNCTION public.settle_listing_public()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    NEW.public := NEW.state = 'published' AND NOT EXISTS (
        SELECT FROM apps a JOIN accounts c ON c.id = a.account_id WHERE a.id = NEW.app_id AND c.suspended_at IS NOT NULL);
    RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.settle_publisher_listings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    UPDATE listings l SET public = l.public FROM apps a
        WHERE a.id = l.app_id AND a.account_id = NEW.id AND l.state = 'published';
    RETURN NULL;
END
$function$
;
