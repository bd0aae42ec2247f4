CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT accounts_pkey PRIMARY KEY,
    login text NOT NULL CONSTRAINT accounts_login_form CHECK (login ~ '^[a-z0-9][a-z0-9_-]{0,38}$'),
    kind text NOT NULL CONSTRAINT accounts_kind CHECK (kind IN ('user', 'organization')),
    name text NOT NULL DEFAULT '',
    website_url text NOT NULL DEFAULT '',
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT accounts_login_key UNIQUE (login)
);

-- permissions, events and scopes are null when nobody told them.
CREATE TABLE apps (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT apps_pkey PRIMARY KEY,
    account_id bigint CONSTRAINT apps_account_fk REFERENCES accounts (id),
    slug text NOT NULL,
    kind text NOT NULL CONSTRAINT apps_kind CHECK (kind IN ('github_app', 'oauth_app')),
    name text NOT NULL,
    homepage_url text NOT NULL DEFAULT '',
    permissions jsonb,
    events text[],
    scopes text[],
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT apps_slug_key UNIQUE (slug)
);
CREATE INDEX apps_account_idx ON apps (account_id);

CREATE TABLE categories (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT categories_pkey PRIMARY KEY,
    slug text NOT NULL,
    position int NOT NULL DEFAULT 0,
    names jsonb NOT NULL,
    descriptions jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT categories_slug_key UNIQUE (slug)
);

CREATE TABLE images (
    hash text CONSTRAINT images_pkey PRIMARY KEY,
    media_type text NOT NULL CONSTRAINT images_media_type CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
    bytes bytea NOT NULL,
    width int NOT NULL CONSTRAINT images_width CHECK (width > 0),
    height int NOT NULL CONSTRAINT images_height CHECK (height > 0),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- pricing_* and risk are sums over plans and permissions, kept by the verbs
-- that write those, so that a page of cards is one statement.
CREATE TABLE listings (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT listings_pkey PRIMARY KEY,
    app_id bigint NOT NULL CONSTRAINT listings_app_fk REFERENCES apps (id),
    slug text NOT NULL,
    name text NOT NULL,
    state text NOT NULL CONSTRAINT listings_state CHECK (state IN
        ('draft', 'submitted', 'in_review', 'changes_requested', 'published', 'unlisted', 'archived', 'rejected', 'taken_down')),
    revision int NOT NULL DEFAULT 0,
    tagline text NOT NULL DEFAULT '',
    introduction text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    description_html text NOT NULL DEFAULT '',
    keywords text[] NOT NULL DEFAULT '{}',
    programming text[] NOT NULL DEFAULT '{}',
    links jsonb NOT NULL DEFAULT '{}',
    installs bigint CONSTRAINT listings_installs CHECK (installs >= 0),
    installs_as_of date,
    stars bigint CONSTRAINT listings_stars CHECK (stars >= 0),
    stars_as_of date,
    discontinued boolean NOT NULL DEFAULT false,
    logo_hash text NOT NULL DEFAULT '',
    logo_backdrop text NOT NULL DEFAULT '',
    pricing text[] NOT NULL DEFAULT '{unknown}',
    pricing_from_minor bigint,
    pricing_currency text NOT NULL DEFAULT '',
    risk_band text NOT NULL DEFAULT '',
    risk_score int NOT NULL DEFAULT 0,
    content_digest bytea NOT NULL DEFAULT '',
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT listings_slug_key UNIQUE (slug),
    CONSTRAINT listings_app_key UNIQUE (app_id)
);
CREATE INDEX listings_updated_idx ON listings (updated_at DESC, id DESC) WHERE state = 'published';
CREATE INDEX listings_published_idx ON listings (published_at DESC, id DESC) WHERE state = 'published';

-- position 0 is the listing's first category.
CREATE TABLE listing_categories (
    listing_id bigint NOT NULL CONSTRAINT listing_categories_listing_fk REFERENCES listings (id) ON DELETE CASCADE,
    position int NOT NULL,
    category_id bigint NOT NULL CONSTRAINT listing_categories_category_fk REFERENCES categories (id),
    CONSTRAINT listing_categories_pkey PRIMARY KEY (listing_id, position),
    CONSTRAINT listing_categories_once UNIQUE (listing_id, category_id)
);
CREATE INDEX listing_categories_category_idx ON listing_categories (category_id);

CREATE TABLE listing_translations (
    listing_id bigint NOT NULL CONSTRAINT listing_translations_listing_fk REFERENCES listings (id) ON DELETE CASCADE,
    language text NOT NULL CONSTRAINT listing_translations_language CHECK (language IN ('zh-CN', 'ja', 'fr')),
    name text NOT NULL DEFAULT '',
    tagline text NOT NULL DEFAULT '',
    introduction text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    description_html text NOT NULL DEFAULT '',
    CONSTRAINT listing_translations_pkey PRIMARY KEY (listing_id, language)
);

CREATE TABLE listing_revisions (
    listing_id bigint NOT NULL CONSTRAINT listing_revisions_listing_fk REFERENCES listings (id) ON DELETE CASCADE,
    number int NOT NULL,
    state text NOT NULL,
    content jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT listing_revisions_pkey PRIMARY KEY (listing_id, number)
);

CREATE TABLE screenshots (
    listing_id bigint NOT NULL CONSTRAINT screenshots_listing_fk REFERENCES listings (id) ON DELETE CASCADE,
    position int NOT NULL,
    image_hash text NOT NULL CONSTRAINT screenshots_image_fk REFERENCES images (hash),
    caption text NOT NULL DEFAULT '',
    CONSTRAINT screenshots_pkey PRIMARY KEY (listing_id, position)
);

CREATE TABLE plans (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT plans_pkey PRIMARY KEY,
    listing_id bigint NOT NULL CONSTRAINT plans_listing_fk REFERENCES listings (id) ON DELETE CASCADE,
    number int NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT plans_kind CHECK (kind IN ('free', 'flat_rate', 'per_unit')),
    description text NOT NULL DEFAULT '',
    monthly_minor bigint CONSTRAINT plans_monthly CHECK (monthly_minor >= 0),
    yearly_minor bigint CONSTRAINT plans_yearly CHECK (yearly_minor >= 0),
    currency text NOT NULL DEFAULT 'USD' CONSTRAINT plans_currency CHECK (currency ~ '^[A-Z]{3}$'),
    unit_name text NOT NULL DEFAULT '',
    trial_days int NOT NULL DEFAULT 0 CONSTRAINT plans_trial CHECK (trial_days BETWEEN 0 AND 365),
    bullets text[] NOT NULL DEFAULT '{}',
    audience text NOT NULL DEFAULT 'everyone' CONSTRAINT plans_audience CHECK (audience IN ('everyone', 'users', 'organizations')),
    state text NOT NULL CONSTRAINT plans_state CHECK (state IN ('draft', 'published', 'retired')),
    as_of date,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT plans_number_key UNIQUE (listing_id, number),
    CONSTRAINT plans_free_price CHECK (kind <> 'free' OR (coalesce(monthly_minor, 0) = 0 AND coalesce(yearly_minor, 0) = 0))
);

-- Remembers what was done once to this catalogue, such as loading the
-- demonstration entries.
CREATE TABLE milestones (
    name text CONSTRAINT milestones_pkey PRIMARY KEY,
    reached_at timestamptz NOT NULL DEFAULT now()
);
