ALTER TABLE accounts
    ADD COLUMN bio text NOT NULL DEFAULT '',
    ADD COLUMN location text NOT NULL DEFAULT '',
    ADD COLUMN suspended_at timestamptz,
    ADD COLUMN suspended_reason text NOT NULL DEFAULT '';

-- A person's profile is no news to the catalogue unless they publish something
-- and it shows there.
DROP TRIGGER accounts_update ON accounts;
CREATE FUNCTION announce_account_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_listings(ARRAY(
        SELECT DISTINCT l.id FROM changed c JOIN was w USING (id) JOIN apps p ON p.account_id = c.id JOIN listings l ON l.app_id = p.id
        WHERE (c.login, c.name, c.website_url, c.verified_at, c.suspended_at)
            IS DISTINCT FROM (w.login, w.name, w.website_url, w.verified_at, w.suspended_at)));
    RETURN NULL;
END
$$;
CREATE TRIGGER accounts_update AFTER UPDATE ON accounts REFERENCING NEW TABLE AS changed OLD TABLE AS was
    FOR EACH STATEMENT EXECUTE FUNCTION announce_account_rows();

-- mail is unique among those that are confirmed: nobody can keep another from
-- an address by typing it. totp_secret is encrypted; totp_step is the last time
-- step whose code was used.
CREATE TABLE users (
    account_id bigint CONSTRAINT users_pkey PRIMARY KEY CONSTRAINT users_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    mail text NOT NULL,
    mail_verified_at timestamptz,
    password_hash text NOT NULL DEFAULT '',
    password_changed_at timestamptz,
    language text NOT NULL DEFAULT 'en' CONSTRAINT users_language CHECK (language IN ('en', 'zh-CN', 'ja', 'fr')),
    time_zone text NOT NULL DEFAULT 'UTC',
    theme text NOT NULL DEFAULT '' CONSTRAINT users_theme CHECK (theme IN ('', 'light', 'dark')),
    staff text NOT NULL DEFAULT '' CONSTRAINT users_staff CHECK (staff IN ('', 'support', 'reviewer', 'administrator')),
    notifications jsonb NOT NULL DEFAULT '{}',
    passkey_handle bytea NOT NULL DEFAULT '',
    totp_secret bytea,
    totp_confirmed_at timestamptz,
    totp_step bigint NOT NULL DEFAULT 0,
    two_factor_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_mail_key ON users (lower(mail)) WHERE mail_verified_at IS NOT NULL;
CREATE INDEX users_mail_idx ON users (lower(mail));
CREATE INDEX users_staff_idx ON users (staff) WHERE staff <> '';

-- token_hash is SHA-256 of the cookie. staff_id is who acts for the account.
CREATE TABLE sessions (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT sessions_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT sessions_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    token_hash bytea NOT NULL CONSTRAINT sessions_token_key UNIQUE,
    method text NOT NULL CONSTRAINT sessions_method CHECK (method IN ('password', 'passkey', 'link', 'join', 'staff')),
    staff_id bigint CONSTRAINT sessions_staff_fk REFERENCES accounts (id) ON DELETE CASCADE,
    staff_reason text NOT NULL DEFAULT '',
    ip text NOT NULL DEFAULT '',
    user_agent text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    sudo_until timestamptz
);
CREATE INDEX sessions_account_idx ON sessions (account_id, used_at DESC);
CREATE INDEX sessions_expires_idx ON sessions (expires_at);

-- Tokens that are sent by mail or printed once, and used once.
CREATE TABLE single_use_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT single_use_tokens_pkey PRIMARY KEY,
    purpose text NOT NULL CONSTRAINT single_use_tokens_purpose CHECK (purpose IN
        ('verify_mail', 'reset_password', 'new_mail', 'old_mail', 'invitation', 'organization', 'sign_in')),
    account_id bigint CONSTRAINT single_use_tokens_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    subject text NOT NULL DEFAULT '',
    token_hash bytea NOT NULL CONSTRAINT single_use_tokens_token_key UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX single_use_tokens_account_idx ON single_use_tokens (account_id, purpose);
CREATE INDEX single_use_tokens_expires_idx ON single_use_tokens (expires_at);

-- A change of mail address waits for both addresses.
CREATE TABLE mail_changes (
    account_id bigint CONSTRAINT mail_changes_pkey PRIMARY KEY CONSTRAINT mail_changes_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    mail text NOT NULL,
    old_confirmed_at timestamptz,
    new_confirmed_at timestamptz,
    created_at timestamptz NOT NULL
);

CREATE TABLE recovery_codes (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT recovery_codes_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT recovery_codes_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    used_at timestamptz,
    CONSTRAINT recovery_codes_once UNIQUE (account_id, code_hash)
);

CREATE TABLE passkeys (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT passkeys_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT passkeys_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    credential_id bytea NOT NULL CONSTRAINT passkeys_credential_key UNIQUE,
    credential jsonb NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX passkeys_account_idx ON passkeys (account_id);

-- Sign-ins and ceremonies that wait for their second half; token_hash is
-- SHA-256 of what the browser keeps.
CREATE TABLE ceremonies (
    token_hash bytea CONSTRAINT ceremonies_pkey PRIMARY KEY,
    kind text NOT NULL CONSTRAINT ceremonies_kind CHECK (kind IN ('second_factor', 'passkey_register', 'passkey_sign_in', 'passkey_confirm')),
    account_id bigint CONSTRAINT ceremonies_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    data jsonb NOT NULL DEFAULT '{}',
    expires_at timestamptz NOT NULL
);
CREATE INDEX ceremonies_expires_idx ON ceremonies (expires_at);

CREATE TABLE access_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT access_tokens_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT access_tokens_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    name text NOT NULL,
    token_hash bytea NOT NULL CONSTRAINT access_tokens_token_key UNIQUE,
    tail text NOT NULL,
    scopes text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    used_at timestamptz,
    revoked_at timestamptz,
    reminded_at timestamptz
);
CREATE INDEX access_tokens_account_idx ON access_tokens (account_id, created_at DESC);
CREATE INDEX access_tokens_expires_idx ON access_tokens (expires_at) WHERE revoked_at IS NULL;

-- Buckets of the generic cell rate algorithm: arrival is when the next try
-- would be on time.
CREATE UNLOGGED TABLE throttles (
    key text CONSTRAINT throttles_pkey PRIMARY KEY,
    arrival timestamptz NOT NULL
);
CREATE INDEX throttles_arrival_idx ON throttles (arrival);

-- params fill the places of the message "notice.<kind>".
CREATE TABLE notifications (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT notifications_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT notifications_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    kind text NOT NULL,
    params jsonb NOT NULL DEFAULT '{}',
    link text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    done_at timestamptz
);
CREATE INDEX notifications_account_idx ON notifications (account_id, id DESC);
CREATE INDEX notifications_unread_idx ON notifications (account_id) WHERE read_at IS NULL AND done_at IS NULL;

-- Mail that Souk keeps instead of sending it, for local runs without SMTP.
CREATE TABLE mailbox (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT mailbox_pkey PRIMARY KEY,
    recipient text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    language text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE organizations (
    account_id bigint CONSTRAINT organizations_pkey PRIMARY KEY CONSTRAINT organizations_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    mail text NOT NULL DEFAULT '',
    mail_verified_at timestamptz,
    base_permission text NOT NULL DEFAULT 'read' CONSTRAINT organizations_base CHECK (base_permission IN ('none', 'read', 'write', 'admin')),
    members_may_request_apps boolean NOT NULL DEFAULT true,
    repository_admins_may_install boolean NOT NULL DEFAULT true,
    oauth_policy text NOT NULL DEFAULT 'approval' CONSTRAINT organizations_oauth CHECK (oauth_policy IN ('open', 'approval')),
    two_factor_required_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- suspended_at: without a second factor where one is required.
CREATE TABLE memberships (
    organization_id bigint NOT NULL CONSTRAINT memberships_organization_fk REFERENCES organizations (account_id) ON DELETE CASCADE,
    account_id bigint NOT NULL CONSTRAINT memberships_account_fk REFERENCES users (account_id) ON DELETE CASCADE,
    role text NOT NULL CONSTRAINT memberships_role CHECK (role IN ('owner', 'member', 'billing_manager')),
    suspended_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, account_id)
);
CREATE INDEX memberships_account_idx ON memberships (account_id);

CREATE TABLE invitations (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT invitations_pkey PRIMARY KEY,
    organization_id bigint NOT NULL CONSTRAINT invitations_organization_fk REFERENCES organizations (account_id) ON DELETE CASCADE,
    account_id bigint CONSTRAINT invitations_account_fk REFERENCES users (account_id) ON DELETE CASCADE,
    mail text NOT NULL DEFAULT '',
    role text NOT NULL CONSTRAINT invitations_role CHECK (role IN ('owner', 'member', 'billing_manager')),
    inviter_id bigint NOT NULL CONSTRAINT invitations_inviter_fk REFERENCES accounts (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    declined_at timestamptz,
    withdrawn_at timestamptz,
    CONSTRAINT invitations_somebody CHECK ((account_id IS NULL) <> (mail = ''))
);
CREATE UNIQUE INDEX invitations_account_open ON invitations (organization_id, account_id)
    WHERE account_id IS NOT NULL AND accepted_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL;
CREATE UNIQUE INDEX invitations_mail_open ON invitations (organization_id, lower(mail))
    WHERE mail <> '' AND accepted_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX invitations_account_idx ON invitations (account_id);
CREATE INDEX invitations_mail_idx ON invitations (lower(mail)) WHERE mail <> '';

-- A domain is one organization's once it is verified; anyone may try.
CREATE TABLE domains (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT domains_pkey PRIMARY KEY,
    organization_id bigint NOT NULL CONSTRAINT domains_organization_fk REFERENCES organizations (account_id) ON DELETE CASCADE,
    name text NOT NULL,
    challenge text NOT NULL,
    method text NOT NULL DEFAULT '' CONSTRAINT domains_method CHECK (method IN ('', 'dns', 'file')),
    verified_at timestamptz,
    checked_at timestamptz,
    failing_since timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT domains_once UNIQUE (organization_id, name)
);
CREATE UNIQUE INDEX domains_name_key ON domains (name) WHERE verified_at IS NOT NULL;

-- Where renamed accounts and repositories went.
CREATE TABLE account_redirects (
    login text CONSTRAINT account_redirects_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT account_redirects_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL
);
CREATE INDEX account_redirects_account_idx ON account_redirects (account_id);

CREATE TABLE repositories (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT repositories_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT repositories_account_fk REFERENCES accounts (id),
    name text NOT NULL CONSTRAINT repositories_name_form CHECK (name ~ '^[A-Za-z0-9._-]{1,100}$'),
    description text NOT NULL DEFAULT '',
    private boolean NOT NULL,
    archived_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX repositories_name_key ON repositories (account_id, lower(name));

CREATE TABLE repository_redirects (
    account_id bigint NOT NULL CONSTRAINT repository_redirects_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    name text NOT NULL, -- lower case
    repository_id bigint NOT NULL CONSTRAINT repository_redirects_repository_fk REFERENCES repositories (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    CONSTRAINT repository_redirects_pkey PRIMARY KEY (account_id, name)
);
CREATE INDEX repository_redirects_repository_idx ON repository_redirects (repository_id);

CREATE TABLE collaborators (
    repository_id bigint NOT NULL CONSTRAINT collaborators_repository_fk REFERENCES repositories (id) ON DELETE CASCADE,
    account_id bigint NOT NULL CONSTRAINT collaborators_account_fk REFERENCES users (account_id) ON DELETE CASCADE,
    level text NOT NULL CONSTRAINT collaborators_level CHECK (level IN ('read', 'triage', 'write', 'maintain', 'admin')),
    created_at timestamptz NOT NULL,
    CONSTRAINT collaborators_pkey PRIMARY KEY (repository_id, account_id)
);
CREATE INDEX collaborators_account_idx ON collaborators (account_id);

-- A transfer to an account that the sender doesn't own waits to be accepted.
CREATE TABLE repository_transfers (
    repository_id bigint CONSTRAINT repository_transfers_pkey PRIMARY KEY CONSTRAINT repository_transfers_repository_fk REFERENCES repositories (id) ON DELETE CASCADE,
    account_id bigint NOT NULL CONSTRAINT repository_transfers_account_fk REFERENCES accounts (id) ON DELETE CASCADE,
    requester_id bigint NOT NULL CONSTRAINT repository_transfers_requester_fk REFERENCES accounts (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX repository_transfers_account_idx ON repository_transfers (account_id);

-- The log outlives what it speaks of, so nothing here refers to another table.
CREATE TABLE audit_events (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_events_pkey PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_id bigint,
    actor_login text NOT NULL DEFAULT '',
    staff_id bigint,
    staff_login text NOT NULL DEFAULT '',
    action text NOT NULL,
    account_id bigint,
    target_kind text NOT NULL DEFAULT '',
    target_id bigint,
    target_name text NOT NULL DEFAULT '',
    ip text NOT NULL DEFAULT '',
    user_agent text NOT NULL DEFAULT '',
    request_id text NOT NULL DEFAULT '',
    before jsonb,
    after jsonb,
    description text NOT NULL DEFAULT ''
);
CREATE INDEX audit_events_account_idx ON audit_events (account_id, id DESC);
CREATE INDEX audit_events_actor_idx ON audit_events (actor_id, id DESC);
CREATE INDEX audit_events_action_idx ON audit_events (action, id DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
