-- Buying: plans, what buyers stand on, the money around it, and what apps are
-- told of it. Amounts are in minor units of their currency.

-- How many units all buyers of a plan may hold together.
ALTER TABLE plans ADD COLUMN capacity bigint;
ALTER TABLE plans ADD CONSTRAINT plans_capacity CHECK (capacity >= 1);

-- Those who sell: how an account is paid, and what stands on its invoices.
-- last_number is that of its last document; numbers have no gaps.
CREATE TABLE sellers (
    account_id bigint NOT NULL,
    gateway text NOT NULL DEFAULT '',
    gateway_account text NOT NULL DEFAULT '', -- the account at the gateway
    ready boolean NOT NULL DEFAULT false, -- it can be paid
    requirements jsonb NOT NULL DEFAULT '[]', -- what the gateway still asks for
    legal_name text NOT NULL DEFAULT '',
    address jsonb NOT NULL DEFAULT '{}', -- models.Address
    tax_number text NOT NULL DEFAULT '',
    tax_registered boolean NOT NULL DEFAULT false, -- charges tax
    tax_inclusive boolean NOT NULL DEFAULT false, -- prices contain it
    mail text NOT NULL DEFAULT '', -- on invoices
    invoice_prefix text NOT NULL DEFAULT '',
    invoice_note text NOT NULL DEFAULT '',
    accepts_transfer boolean NOT NULL DEFAULT false, -- buyers may pay by bank transfer
    transfer_details text NOT NULL DEFAULT '', -- where to
    transfer_days integer NOT NULL DEFAULT 14,
    grace_days integer NOT NULL DEFAULT 14,
    last_number bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT sellers_pkey PRIMARY KEY (account_id),
    CONSTRAINT sellers_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT sellers_gateway CHECK (gateway IN ('', 'test', 'stripe')),
    CONSTRAINT sellers_transfer CHECK (transfer_days BETWEEN 1 AND 14),
    CONSTRAINT sellers_grace CHECK (grace_days BETWEEN 0 AND 21)
);
CREATE UNIQUE INDEX sellers_gateway_key ON sellers (gateway, gateway_account) WHERE gateway_account <> '';

-- What stands on the invoices that an account gets.
CREATE TABLE billing_profiles (
    account_id bigint NOT NULL,
    name text NOT NULL DEFAULT '',
    address jsonb NOT NULL DEFAULT '{}', -- models.Address
    tax_number text NOT NULL DEFAULT '',
    mail text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT 'en',
    time_zone text NOT NULL DEFAULT 'UTC',
    updated_at timestamptz NOT NULL,
    CONSTRAINT billing_profiles_pkey PRIMARY KEY (account_id),
    CONSTRAINT billing_profiles_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

-- Tax by country, and region where it differs, as the operator edits it.
CREATE TABLE tax_rates (
    country text NOT NULL, -- ISO 3166-1 alpha-2
    region text NOT NULL DEFAULT '',
    name text NOT NULL, -- "VAT", "TVA", "消費税"
    millionths integer NOT NULL, -- 200000 is 20 %
    reverse_charge boolean NOT NULL DEFAULT false, -- businesses abroad with a number owe it themselves
    updated_at timestamptz NOT NULL,
    CONSTRAINT tax_rates_pkey PRIMARY KEY (country, region),
    CONSTRAINT tax_rates_country CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT tax_rates_rate CHECK (millionths BETWEEN 0 AND 1000000)
);

-- What buyers pay with. Only the gateway knows the number; seller_id is set where
-- it works for that seller alone.
CREATE TABLE payment_methods (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    account_id bigint NOT NULL,
    seller_id bigint,
    gateway text NOT NULL,
    reference text NOT NULL DEFAULT '', -- at the gateway
    setup text NOT NULL DEFAULT '', -- how the gateway calls the saving of it
    kind text NOT NULL DEFAULT 'card',
    brand text NOT NULL DEFAULT '',
    last4 text NOT NULL DEFAULT '',
    expires text NOT NULL DEFAULT '', -- YYYY-MM
    fingerprint text NOT NULL DEFAULT '', -- the same for the same card
    state text NOT NULL,
    return_to text NOT NULL DEFAULT '', -- where the buyer goes on
    creator_id bigint,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT payment_methods_pkey PRIMARY KEY (id),
    CONSTRAINT payment_methods_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT payment_methods_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers (account_id),
    CONSTRAINT payment_methods_creator_fk FOREIGN KEY (creator_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT payment_methods_state CHECK (state IN ('pending', 'active', 'failed', 'removed'))
);
CREATE UNIQUE INDEX payment_methods_setup_key ON payment_methods (gateway, setup) WHERE setup <> '';
CREATE INDEX payment_methods_account_idx ON payment_methods (account_id, state);
CREATE INDEX payment_methods_seller_idx ON payment_methods (seller_id);
CREATE INDEX payment_methods_creator_idx ON payment_methods (creator_id);

CREATE TABLE coupons (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    code text NOT NULL, -- in upper case
    percent integer, -- else an amount
    minor bigint,
    currency text NOT NULL DEFAULT '',
    periods integer NOT NULL DEFAULT 0, -- 0: for ever
    plan_id bigint, -- null: any
    max_redemptions integer,
    redemptions integer NOT NULL DEFAULT 0,
    expires_at timestamptz,
    retired_at timestamptz,
    creator_id bigint,
    created_at timestamptz NOT NULL,
    CONSTRAINT coupons_pkey PRIMARY KEY (id),
    CONSTRAINT coupons_code_key UNIQUE (listing_id, code),
    CONSTRAINT coupons_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT coupons_plan_fk FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE,
    CONSTRAINT coupons_creator_fk FOREIGN KEY (creator_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT coupons_value CHECK ((percent IS NULL) <> (minor IS NULL) AND percent BETWEEN 1 AND 100 OR minor >= 1 AND percent IS NULL),
    CONSTRAINT coupons_limit CHECK (redemptions <= max_redemptions)
);
CREATE INDEX coupons_plan_idx ON coupons (plan_id);
CREATE INDEX coupons_creator_idx ON coupons (creator_id);

-- An account's standing on a plan: models.Subscription. next_at is when time has
-- something to do with it.
CREATE TABLE subscriptions (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    account_id bigint NOT NULL,
    buyer_id bigint, -- the person who placed the order
    plan_id bigint NOT NULL,
    plan_version integer NOT NULL,
    period text NOT NULL,
    units bigint NOT NULL,
    state text NOT NULL,
    end_reason text NOT NULL DEFAULT '',
    zone text NOT NULL,
    anchor timestamptz NOT NULL,
    months integer NOT NULL DEFAULT 0,
    period_start timestamptz NOT NULL,
    period_end timestamptz, -- null: what is free has none
    trial_ends_at timestamptz,
    pending jsonb, -- models.PendingChange
    due jsonb, -- models.Dunning
    coupon jsonb, -- models.Discount, for the periods to come
    applied jsonb, -- models.Discount, of the period that runs
    by_transfer boolean NOT NULL DEFAULT false,
    payment_method_id bigint,
    reminded_for timestamptz, -- the end that the buyer was told of
    next_at timestamptz,
    version integer NOT NULL DEFAULT 1, -- counts changes
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT subscriptions_pkey PRIMARY KEY (id),
    CONSTRAINT subscriptions_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id),
    CONSTRAINT subscriptions_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers (account_id),
    CONSTRAINT subscriptions_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT subscriptions_buyer_fk FOREIGN KEY (buyer_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT subscriptions_plan_fk FOREIGN KEY (plan_id) REFERENCES plans (id),
    CONSTRAINT subscriptions_method_fk FOREIGN KEY (payment_method_id) REFERENCES payment_methods (id),
    CONSTRAINT subscriptions_state CHECK (state IN ('incomplete', 'trial', 'active', 'past_due', 'paused', 'ended')),
    CONSTRAINT subscriptions_period CHECK (period IN ('month', 'year')),
    CONSTRAINT subscriptions_units CHECK (units >= 1),
    CONSTRAINT subscriptions_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX subscriptions_standing_key ON subscriptions (listing_id, account_id) WHERE state <> 'ended';
CREATE INDEX subscriptions_account_idx ON subscriptions (account_id, id DESC);
CREATE INDEX subscriptions_listing_idx ON subscriptions (listing_id, id DESC);
CREATE INDEX subscriptions_seller_idx ON subscriptions (seller_id, state);
CREATE INDEX subscriptions_plan_idx ON subscriptions (plan_id, state);
CREATE INDEX subscriptions_next_idx ON subscriptions (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX subscriptions_buyer_idx ON subscriptions (buyer_id);
CREATE INDEX subscriptions_method_idx ON subscriptions (payment_method_id);

-- The units of a plan with a capacity that are taken.
CREATE TABLE plan_seats (
    plan_id bigint NOT NULL,
    taken bigint NOT NULL,
    CONSTRAINT plan_seats_pkey PRIMARY KEY (plan_id),
    CONSTRAINT plan_seats_plan_fk FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE,
    CONSTRAINT plan_seats_taken CHECK (taken >= 0)
);

-- Who has had a trial of a listing, and with which card: there is one each.
CREATE TABLE trials (
    listing_id bigint NOT NULL,
    account_id bigint NOT NULL,
    fingerprint text NOT NULL DEFAULT '',
    subscription_id bigint NOT NULL,
    began_at timestamptz NOT NULL,
    CONSTRAINT trials_pkey PRIMARY KEY (listing_id, account_id),
    CONSTRAINT trials_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT trials_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT trials_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions (id)
);
CREATE UNIQUE INDEX trials_fingerprint_key ON trials (listing_id, fingerprint) WHERE fingerprint <> '';
CREATE INDEX trials_account_idx ON trials (account_id);
CREATE INDEX trials_subscription_idx ON trials (subscription_id);

-- What buyers ordered: to buy, to change, to resume. The key makes it once.
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
    total_minor bigint NOT NULL, -- what is paid at once
    currency text NOT NULL,
    state text NOT NULL,
    turn jsonb, -- models.Turn that waits for its payment
    request_id bigint, -- the request it came from
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_key_key UNIQUE (key),
    CONSTRAINT orders_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions (id),
    CONSTRAINT orders_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id),
    CONSTRAINT orders_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT orders_buyer_fk FOREIGN KEY (buyer_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT orders_plan_fk FOREIGN KEY (plan_id) REFERENCES plans (id),
    CONSTRAINT orders_act CHECK (act IN ('buy', 'change', 'cancel', 'take_back', 'pause', 'resume')),
    CONSTRAINT orders_state CHECK (state IN ('waiting', 'done', 'failed'))
);
CREATE UNIQUE INDEX orders_waiting_key ON orders (subscription_id) WHERE state = 'waiting';
CREATE INDEX orders_subscription_idx ON orders (subscription_id, id DESC);
CREATE INDEX orders_account_idx ON orders (account_id, id DESC);
CREATE INDEX orders_listing_idx ON orders (listing_id, id DESC);
CREATE INDEX orders_buyer_idx ON orders (buyer_id);
CREATE INDEX orders_plan_idx ON orders (plan_id);

-- Invoices and credit notes. What is on them never changes; what was paid of them
-- does.
CREATE TABLE invoices (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    kind text NOT NULL,
    seller_id bigint NOT NULL,
    number bigint NOT NULL,
    reference text NOT NULL, -- prefix and number
    account_id bigint NOT NULL,
    listing_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    corrects_id bigint, -- the invoice that a credit note corrects
    currency text NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    document text NOT NULL, -- models.Document as JSON, as it was hashed
    hash bytea NOT NULL, -- SHA-256 of reference, a line break and document
    token text NOT NULL, -- of the public page that verifies it
    issued_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    state text NOT NULL,
    paid_minor bigint NOT NULL DEFAULT 0,
    credited_minor bigint NOT NULL DEFAULT 0,
    settled_at timestamptz,
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    CONSTRAINT invoices_number_key UNIQUE (seller_id, number),
    CONSTRAINT invoices_token_key UNIQUE (token),
    CONSTRAINT invoices_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers (account_id),
    CONSTRAINT invoices_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT invoices_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id),
    CONSTRAINT invoices_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions (id),
    CONSTRAINT invoices_corrects_fk FOREIGN KEY (corrects_id) REFERENCES invoices (id),
    CONSTRAINT invoices_kind CHECK (kind IN ('invoice', 'credit_note')),
    CONSTRAINT invoices_corrects CHECK ((kind = 'credit_note') = (corrects_id IS NOT NULL)),
    CONSTRAINT invoices_state CHECK (state IN ('open', 'paid', 'credited', 'written_off')),
    CONSTRAINT invoices_sum CHECK (net_minor + tax_minor = total_minor AND net_minor >= 0 AND tax_minor >= 0),
    CONSTRAINT invoices_settled CHECK (paid_minor BETWEEN 0 AND total_minor AND credited_minor BETWEEN 0 AND total_minor)
);
CREATE INDEX invoices_account_idx ON invoices (account_id, id DESC);
CREATE INDEX invoices_listing_idx ON invoices (listing_id, id DESC);
CREATE INDEX invoices_subscription_idx ON invoices (subscription_id, id DESC);
CREATE INDEX invoices_corrects_idx ON invoices (corrects_id);
CREATE INDEX invoices_open_idx ON invoices (seller_id, due_at) WHERE state = 'open';

CREATE FUNCTION refuse_other_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.kind, OLD.seller_id, OLD.number, OLD.reference, OLD.account_id, OLD.listing_id, OLD.subscription_id, OLD.corrects_id,
            OLD.currency, OLD.net_minor, OLD.tax_minor, OLD.total_minor, OLD.document, OLD.hash, OLD.token, OLD.issued_at, OLD.due_at)
        IS DISTINCT FROM (NEW.kind, NEW.seller_id, NEW.number, NEW.reference, NEW.account_id, NEW.listing_id, NEW.subscription_id, NEW.corrects_id,
            NEW.currency, NEW.net_minor, NEW.tax_minor, NEW.total_minor, NEW.document, NEW.hash, NEW.token, NEW.issued_at, NEW.due_at) THEN
        RAISE EXCEPTION 'invoices never change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER invoices_immutable BEFORE DELETE OR UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse_other_invoice();
CREATE TRIGGER invoices_kept BEFORE TRUNCATE ON invoices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Each attempt to take money. A row is there before the gateway is asked; the key
-- makes it once there too.
CREATE TABLE charges (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    key text NOT NULL,
    seller_id bigint NOT NULL,
    account_id bigint NOT NULL,
    listing_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    order_id bigint, -- paid before there is an invoice
    invoice_id bigint,
    payment_method_id bigint,
    gateway text NOT NULL,
    reference text NOT NULL DEFAULT '', -- at the gateway
    currency text NOT NULL,
    minor bigint NOT NULL,
    fee_minor bigint NOT NULL DEFAULT 0, -- kept by the marketplace
    refunded_minor bigint NOT NULL DEFAULT 0,
    state text NOT NULL,
    decline text NOT NULL DEFAULT '', -- why: models.DeclineCode
    action_url text NOT NULL DEFAULT '', -- where the buyer confirms it
    tries integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT charges_pkey PRIMARY KEY (id),
    CONSTRAINT charges_key_key UNIQUE (key),
    CONSTRAINT charges_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers (account_id),
    CONSTRAINT charges_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT charges_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id),
    CONSTRAINT charges_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions (id),
    CONSTRAINT charges_order_fk FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT charges_invoice_fk FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT charges_method_fk FOREIGN KEY (payment_method_id) REFERENCES payment_methods (id),
    CONSTRAINT charges_for CHECK (order_id IS NOT NULL OR invoice_id IS NOT NULL),
    CONSTRAINT charges_minor CHECK (minor > 0 AND fee_minor BETWEEN 0 AND minor AND refunded_minor BETWEEN 0 AND minor),
    CONSTRAINT charges_state CHECK (state IN ('reserved', 'processing', 'action_needed', 'succeeded', 'declined', 'cancelled'))
);
CREATE UNIQUE INDEX charges_open_key ON charges (subscription_id) WHERE state IN ('reserved', 'processing', 'action_needed');
CREATE UNIQUE INDEX charges_reference_key ON charges (gateway, reference) WHERE reference <> '';
CREATE INDEX charges_seller_idx ON charges (seller_id, id DESC);
CREATE INDEX charges_account_idx ON charges (account_id);
CREATE INDEX charges_listing_idx ON charges (listing_id, id DESC);
CREATE INDEX charges_subscription_idx ON charges (subscription_id, id DESC);
CREATE INDEX charges_order_idx ON charges (order_id);
CREATE INDEX charges_invoice_idx ON charges (invoice_id);
CREATE INDEX charges_method_idx ON charges (payment_method_id);

CREATE TABLE refunds (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    key text NOT NULL,
    charge_id bigint NOT NULL,
    invoice_id bigint NOT NULL, -- that was paid
    credit_note_id bigint,
    minor bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    words text NOT NULL DEFAULT '',
    actor_id bigint,
    by_staff boolean NOT NULL DEFAULT false,
    reference text NOT NULL DEFAULT '',
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT refunds_pkey PRIMARY KEY (id),
    CONSTRAINT refunds_key_key UNIQUE (key),
    CONSTRAINT refunds_charge_fk FOREIGN KEY (charge_id) REFERENCES charges (id),
    CONSTRAINT refunds_invoice_fk FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT refunds_credit_note_fk FOREIGN KEY (credit_note_id) REFERENCES invoices (id),
    CONSTRAINT refunds_actor_fk FOREIGN KEY (actor_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT refunds_minor CHECK (minor > 0),
    CONSTRAINT refunds_state CHECK (state IN ('reserved', 'processing', 'succeeded', 'failed'))
);
CREATE INDEX refunds_charge_idx ON refunds (charge_id);
CREATE INDEX refunds_invoice_idx ON refunds (invoice_id);
CREATE INDEX refunds_credit_note_idx ON refunds (credit_note_id);
CREATE INDEX refunds_actor_idx ON refunds (actor_id);
CREATE INDEX refunds_open_idx ON refunds (created_at) WHERE state IN ('reserved', 'processing');

CREATE TABLE disputes (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    charge_id bigint NOT NULL,
    reference text NOT NULL,
    minor bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL DEFAULT '',
    state text NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT disputes_pkey PRIMARY KEY (id),
    CONSTRAINT disputes_reference_key UNIQUE (reference),
    CONSTRAINT disputes_charge_fk FOREIGN KEY (charge_id) REFERENCES charges (id),
    CONSTRAINT disputes_state CHECK (state IN ('open', 'won', 'lost'))
);
CREATE INDEX disputes_charge_idx ON disputes (charge_id);

CREATE TABLE payouts (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    seller_id bigint NOT NULL,
    reference text NOT NULL,
    minor bigint NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    arrives_at timestamptz,
    CONSTRAINT payouts_pkey PRIMARY KEY (id),
    CONSTRAINT payouts_reference_key UNIQUE (reference),
    CONSTRAINT payouts_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers (account_id),
    CONSTRAINT payouts_state CHECK (state IN ('pending', 'paid', 'failed'))
);
CREATE INDEX payouts_seller_idx ON payouts (seller_id, id DESC);

-- The ledger: double entry. Debits are positive, credits negative, and each
-- transaction comes to nothing in each currency.
CREATE TABLE ledger_transactions (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    seller_id bigint NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    invoice_id bigint,
    charge_id bigint,
    refund_id bigint,
    dispute_id bigint,
    payout_id bigint,
    CONSTRAINT ledger_transactions_pkey PRIMARY KEY (id),
    CONSTRAINT ledger_transactions_seller_fk FOREIGN KEY (seller_id) REFERENCES sellers (account_id),
    CONSTRAINT ledger_transactions_invoice_fk FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT ledger_transactions_charge_fk FOREIGN KEY (charge_id) REFERENCES charges (id),
    CONSTRAINT ledger_transactions_refund_fk FOREIGN KEY (refund_id) REFERENCES refunds (id),
    CONSTRAINT ledger_transactions_dispute_fk FOREIGN KEY (dispute_id) REFERENCES disputes (id),
    CONSTRAINT ledger_transactions_payout_fk FOREIGN KEY (payout_id) REFERENCES payouts (id),
    CONSTRAINT ledger_transactions_kind CHECK (kind IN ('invoice', 'credit_note', 'charge', 'fee', 'refund', 'fee_refund', 'write_off',
        'transfer', 'dispute', 'dispute_won', 'payout', 'payout_failed'))
);
CREATE UNIQUE INDEX ledger_transactions_invoice_key ON ledger_transactions (invoice_id, kind) WHERE kind IN ('invoice', 'credit_note', 'write_off');
CREATE UNIQUE INDEX ledger_transactions_charge_key ON ledger_transactions (charge_id, kind) WHERE kind IN ('charge', 'fee');
CREATE UNIQUE INDEX ledger_transactions_refund_key ON ledger_transactions (refund_id, kind) WHERE kind IN ('refund', 'fee_refund');
CREATE UNIQUE INDEX ledger_transactions_dispute_key ON ledger_transactions (dispute_id, kind) WHERE dispute_id IS NOT NULL;
CREATE UNIQUE INDEX ledger_transactions_payout_key ON ledger_transactions (payout_id, kind) WHERE payout_id IS NOT NULL;
CREATE INDEX ledger_transactions_seller_idx ON ledger_transactions (seller_id, id DESC);

CREATE TABLE ledger_entries (
    transaction_id bigint NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    minor bigint NOT NULL,
    CONSTRAINT ledger_entries_pkey PRIMARY KEY (transaction_id, account, currency),
    CONSTRAINT ledger_entries_transaction_fk FOREIGN KEY (transaction_id) REFERENCES ledger_transactions (id),
    CONSTRAINT ledger_entries_account CHECK (account IN ('receivable', 'revenue', 'tax', 'gateway', 'bank', 'fees', 'bad_debt', 'disputed')),
    CONSTRAINT ledger_entries_minor CHECK (minor <> 0)
);

CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger_entries WHERE transaction_id = NEW.transaction_id GROUP BY currency HAVING sum(minor) <> 0) THEN
        RAISE EXCEPTION 'ledger transaction % is not balanced', NEW.transaction_id USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_balanced';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();
CREATE TRIGGER ledger_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transactions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger_transactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What gateways told, each once.
CREATE TABLE gateway_events (
    gateway text NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    body jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    processed_at timestamptz,
    problem text NOT NULL DEFAULT '',
    CONSTRAINT gateway_events_pkey PRIMARY KEY (gateway, id)
);
CREATE INDEX gateway_events_waiting_idx ON gateway_events (received_at) WHERE processed_at IS NULL;

-- The test gateway's own memory, which nothing else looks at. It stands for
-- another company's database and is written outside of our transactions.
CREATE TABLE test_gateway (
    key text NOT NULL, -- idempotency key, or how a method is called
    kind text NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT test_gateway_pkey PRIMARY KEY (kind, key)
);

-- Members' requests to buy, and what an organization allows.
CREATE TABLE buy_requests (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    requester_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    period text NOT NULL,
    units bigint NOT NULL,
    reason text NOT NULL DEFAULT '',
    state text NOT NULL,
    decider_id bigint,
    words text NOT NULL DEFAULT '', -- of who decided
    order_id bigint,
    reminded integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_at timestamptz,
    CONSTRAINT buy_requests_pkey PRIMARY KEY (id),
    CONSTRAINT buy_requests_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT buy_requests_organization_fk FOREIGN KEY (organization_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT buy_requests_requester_fk FOREIGN KEY (requester_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT buy_requests_plan_fk FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE,
    CONSTRAINT buy_requests_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT buy_requests_order_fk FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT buy_requests_state CHECK (state IN ('open', 'approved', 'declined', 'withdrawn', 'expired'))
);
CREATE UNIQUE INDEX buy_requests_open_key ON buy_requests (listing_id, organization_id, requester_id) WHERE state = 'open';
CREATE INDEX buy_requests_organization_idx ON buy_requests (organization_id, state, id DESC);
CREATE INDEX buy_requests_requester_idx ON buy_requests (requester_id, id DESC);
CREATE INDEX buy_requests_waiting_idx ON buy_requests (expires_at) WHERE state = 'open';
CREATE INDEX buy_requests_plan_idx ON buy_requests (plan_id);
CREATE INDEX buy_requests_decider_idx ON buy_requests (decider_id);
CREATE INDEX buy_requests_order_idx ON buy_requests (order_id);

CREATE TABLE buy_policies (
    organization_id bigint NOT NULL,
    rules jsonb NOT NULL, -- models.BuyPolicy
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT buy_policies_pkey PRIMARY KEY (organization_id),
    CONSTRAINT buy_policies_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations (account_id) ON DELETE CASCADE
);

-- What an organization means to spend a month; category "" is all of them.
CREATE TABLE budgets (
    organization_id bigint NOT NULL,
    category text NOT NULL DEFAULT '',
    currency text NOT NULL,
    minor bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT budgets_pkey PRIMARY KEY (organization_id, category, currency),
    CONSTRAINT budgets_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations (account_id) ON DELETE CASCADE,
    CONSTRAINT budgets_minor CHECK (minor >= 0)
);

-- Where a listing's purchases are told to, and what was told.
CREATE TABLE hook_endpoints (
    listing_id bigint NOT NULL,
    url text NOT NULL,
    active boolean NOT NULL,
    secret bytea, -- sealed; null: unsigned
    old_secret bytea, -- signs too, until
    old_secret_until timestamptz,
    delivered_at timestamptz, -- the last one that was taken
    failed_at timestamptz,
    warned_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT hook_endpoints_pkey PRIMARY KEY (listing_id),
    CONSTRAINT hook_endpoints_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE
);

CREATE TABLE hook_events (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    guid uuid NOT NULL,
    listing_id bigint NOT NULL,
    subscription_id bigint,
    event text NOT NULL,
    action text NOT NULL,
    payload text NOT NULL, -- the bytes that are signed
    state text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    delivered_at timestamptz,
    CONSTRAINT hook_events_pkey PRIMARY KEY (id),
    CONSTRAINT hook_events_guid_key UNIQUE (guid),
    CONSTRAINT hook_events_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE,
    CONSTRAINT hook_events_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions (id),
    CONSTRAINT hook_events_state CHECK (state IN ('waiting', 'delivered', 'failed', 'nowhere'))
);
CREATE INDEX hook_events_listing_idx ON hook_events (listing_id, id DESC);
CREATE INDEX hook_events_subscription_idx ON hook_events (subscription_id);

CREATE TABLE hook_attempts (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    event_id bigint NOT NULL,
    url text NOT NULL,
    redelivery boolean NOT NULL DEFAULT false,
    status integer NOT NULL DEFAULT 0, -- 0: no answer
    problem text NOT NULL DEFAULT '',
    milliseconds integer NOT NULL,
    request_headers jsonb NOT NULL,
    response_headers jsonb NOT NULL DEFAULT '{}',
    response_body text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    CONSTRAINT hook_attempts_pkey PRIMARY KEY (id),
    CONSTRAINT hook_attempts_event_fk FOREIGN KEY (event_id) REFERENCES hook_events (id) ON DELETE CASCADE
);
CREATE INDEX hook_attempts_event_idx ON hook_attempts (event_id, id DESC);
CREATE INDEX hook_attempts_at_idx ON hook_attempts (at);
