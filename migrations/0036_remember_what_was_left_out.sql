-- What somebody left out, or took back, of what a GitHub App asks of their account:
-- it isn't asked for again at every sign-in, until the app asks for another level.
ALTER TABLE authorizations ADD COLUMN declined jsonb NOT NULL DEFAULT '{}';

CREATE FUNCTION settle_lacking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.lacks := EXISTS (SELECT FROM apps a, jsonb_each_text(grants_part(a.permissions, true)) asked
        WHERE a.id = NEW.app_id AND a.kind = 'github_app'
        AND level_rank(asked.value) > greatest(level_rank(NEW.permissions ->> asked.key), level_rank(NEW.declined ->> asked.key)));
    RETURN NEW;
END $$;

CREATE TRIGGER authorizations_lacking BEFORE INSERT OR UPDATE OF permissions, declined, lacks ON authorizations
    FOR EACH ROW EXECUTE FUNCTION settle_lacking();

-- Tokens that don't expire end after a year in which nobody used them.
CREATE INDEX authorization_tokens_idle_idx ON authorization_tokens ((coalesce(used_at, created_at))) WHERE expires_at IS NULL;
