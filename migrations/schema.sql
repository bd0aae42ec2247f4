-- What the migrations make, without River's part; written by make generate.
-- For reading: the tables stand in the order of their names.

CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    login text NOT NULL,
    kind text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    website_url text DEFAULT ''::text NOT NULL,
    verified_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT accounts_kind CHECK ((kind = ANY (ARRAY['user'::text, 'organization'::text]))),
    CONSTRAINT accounts_login_form CHECK ((login ~ '^[a-z0-9][a-z0-9_-]{0,38}$'::text)),
    CONSTRAINT accounts_login_key UNIQUE (login),
    CONSTRAINT accounts_pkey PRIMARY KEY (id)
);
CREATE TRIGGER accounts_update AFTER UPDATE ON public.accounts FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();

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
    CONSTRAINT apps_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id),
    CONSTRAINT apps_kind CHECK ((kind = ANY (ARRAY['github_app'::text, 'oauth_app'::text]))),
    CONSTRAINT apps_pkey PRIMARY KEY (id),
    CONSTRAINT apps_slug_key UNIQUE (slug)
);
CREATE INDEX apps_account_idx ON public.apps USING btree (account_id);
CREATE TRIGGER apps_update AFTER UPDATE ON public.apps REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_app_rows();

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

CREATE TABLE images (
    hash text NOT NULL,
    media_type text NOT NULL,
    bytes bytea NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT images_height CHECK ((height > 0)),
    CONSTRAINT images_media_type CHECK ((media_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text]))),
    CONSTRAINT images_pkey PRIMARY KEY (hash),
    CONSTRAINT images_width CHECK ((width > 0))
);

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

CREATE TABLE listing_revisions (
    listing_id bigint NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    content jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT listing_revisions_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT listing_revisions_pkey PRIMARY KEY (listing_id, number)
);

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
    CONSTRAINT listings_app_fk FOREIGN KEY (app_id) REFERENCES apps(id),
    CONSTRAINT listings_app_key UNIQUE (app_id),
    CONSTRAINT listings_installs CHECK ((installs >= 0)),
    CONSTRAINT listings_pkey PRIMARY KEY (id),
    CONSTRAINT listings_slug_key UNIQUE (slug),
    CONSTRAINT listings_stars CHECK ((stars >= 0)),
    CONSTRAINT listings_state CHECK ((state = ANY (ARRAY['draft'::text, 'submitted'::text, 'in_review'::text, 'changes_requested'::text, 'published'::text, 'unlisted'::text, 'archived'::text, 'rejected'::text, 'taken_down'::text])))
);
CREATE INDEX listings_published_idx ON public.listings USING btree (published_at DESC, id DESC) WHERE (state = 'published'::text);
CREATE INDEX listings_updated_idx ON public.listings USING btree (updated_at DESC, id DESC) WHERE (state = 'published'::text);
CREATE TRIGGER listings_delete AFTER DELETE ON public.listings REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_rows();
CREATE TRIGGER listings_insert AFTER INSERT ON public.listings REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_rows();
CREATE TRIGGER listings_truncate AFTER TRUNCATE ON public.listings FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();
CREATE TRIGGER listings_update AFTER UPDATE ON public.listings REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_rows();

CREATE TABLE milestones (
    name text NOT NULL,
    reached_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT milestones_pkey PRIMARY KEY (name)
);

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
    CONSTRAINT plans_audience CHECK ((audience = ANY (ARRAY['everyone'::text, 'users'::text, 'organizations'::text]))),
    CONSTRAINT plans_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT plans_free_price CHECK (((kind <> 'free'::text) OR ((COALESCE(monthly_minor, (0)::bigint) = 0) AND (COALESCE(yearly_minor, (0)::bigint) = 0)))),
    CONSTRAINT plans_kind CHECK ((kind = ANY (ARRAY['free'::text, 'flat_rate'::text, 'per_unit'::text]))),
    CONSTRAINT plans_listing_fk FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE,
    CONSTRAINT plans_monthly CHECK ((monthly_minor >= 0)),
    CONSTRAINT plans_number_key UNIQUE (listing_id, number),
    CONSTRAINT plans_pkey PRIMARY KEY (id),
    CONSTRAINT plans_state CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'retired'::text]))),
    CONSTRAINT plans_trial CHECK (((trial_days >= 0) AND (trial_days <= 365))),
    CONSTRAINT plans_yearly CHECK ((yearly_minor >= 0))
);
CREATE TRIGGER plans_delete AFTER DELETE ON public.plans REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER plans_insert AFTER INSERT ON public.plans REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER plans_update AFTER UPDATE ON public.plans REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();

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
