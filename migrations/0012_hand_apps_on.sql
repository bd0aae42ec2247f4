-- Apps change hands and end, in the open.

-- Which form made a secret or key: sent twice, it makes one.
ALTER TABLE app_secrets ADD COLUMN attempt text NOT NULL DEFAULT '';
ALTER TABLE app_keys ADD COLUMN attempt text NOT NULL DEFAULT '';

-- Whose an app was since when. Part of the ledger that everyone may read: the
-- database writes it, and lets nobody rewrite it.
CREATE TABLE app_owner_changes (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    app_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    cause text NOT NULL,
    from_login text NOT NULL, -- as they were called then; '' for nobody
    to_login text NOT NULL,
    CONSTRAINT app_owner_changes_pkey PRIMARY KEY (id),
    CONSTRAINT app_owner_changes_cause CHECK (cause IN ('transferred', 'claimed', 'imported'))
);
CREATE INDEX app_owner_changes_app_idx ON app_owner_changes (app_id, id DESC);
CREATE TRIGGER app_owner_changes_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON app_owner_changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An app that gets its first settings is claimed by an integrator; before that,
-- imports say whose it is, and afterwards it is handed on.
CREATE FUNCTION record_owner_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO app_owner_changes (app_id, cause, from_login, to_login)
        SELECT NEW.id,
            CASE WHEN NEW.registered_at IS NULL THEN 'imported' WHEN OLD.registered_at IS NULL THEN 'claimed' ELSE 'transferred' END,
            coalesce((SELECT login FROM accounts WHERE id = OLD.account_id), ''),
            coalesce((SELECT login FROM accounts WHERE id = NEW.account_id), '');
    RETURN NULL;
END
$$;
CREATE TRIGGER apps_owner_ledger AFTER UPDATE OF account_id, registered_at ON apps FOR EACH ROW
    WHEN (OLD.account_id IS DISTINCT FROM NEW.account_id OR (OLD.registered_at IS NULL AND NEW.registered_at IS NOT NULL))
    EXECUTE FUNCTION record_owner_change();

-- What a deleted app and its listing were called is kept for a while from
-- everyone but the account that it belonged to, so that no other integrator
-- poses as it. Imports, which operators run, aren't bound by it.
CREATE TABLE retired_slugs (
    kind text NOT NULL,
    slug text NOT NULL,
    account_id bigint, -- who may use it again; null: nobody
    until timestamptz NOT NULL,
    CONSTRAINT retired_slugs_pkey PRIMARY KEY (kind, slug),
    CONSTRAINT retired_slugs_kind CHECK (kind IN ('app', 'listing')),
    CONSTRAINT retired_slugs_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE INDEX retired_slugs_account_idx ON retired_slugs (account_id);
CREATE INDEX retired_slugs_until_idx ON retired_slugs (until);

CREATE FUNCTION refuse_retired_app_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.registered_at IS NOT NULL AND EXISTS (SELECT FROM retired_slugs r WHERE r.kind = 'app' AND r.slug = NEW.slug AND r.until > now()
        AND r.account_id IS DISTINCT FROM NEW.account_id) THEN
        RAISE unique_violation USING MESSAGE = 'the slug is kept', TABLE = 'apps', CONSTRAINT = 'apps_slug_key';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER apps_slug_kept AFTER INSERT OR UPDATE OF slug ON apps FOR EACH ROW EXECUTE FUNCTION refuse_retired_app_slug();
CREATE FUNCTION refuse_retired_listing_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.claimed_at IS NOT NULL AND EXISTS (SELECT FROM retired_slugs r WHERE r.kind = 'listing' AND r.slug = NEW.slug AND r.until > now()
        AND r.account_id IS DISTINCT FROM (SELECT account_id FROM apps WHERE id = NEW.app_id)) THEN
        RAISE unique_violation USING MESSAGE = 'the slug is kept', TABLE = 'listings', CONSTRAINT = 'listings_slug_key';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER listings_slug_kept AFTER INSERT OR UPDATE OF slug ON listings FOR EACH ROW EXECUTE FUNCTION refuse_retired_listing_slug();
