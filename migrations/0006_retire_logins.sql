-- Logins of deleted accounts are nobody's for a while, so that no one poses as
-- whoever left. A job forgets them afterwards.
CREATE TABLE retired_logins (
    login text CONSTRAINT retired_logins_pkey PRIMARY KEY,
    until timestamptz NOT NULL
);
CREATE INDEX retired_logins_until_idx ON retired_logins (until);

-- A login is as good as taken while it redirects to another account or is
-- retired. The trigger runs once the unique index has waited for whoever is
-- giving the login up, so it sees what they left behind.
CREATE FUNCTION refuse_kept_login() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM account_redirects r WHERE r.login = NEW.login AND r.account_id <> NEW.id)
        OR EXISTS (SELECT FROM retired_logins r WHERE r.login = NEW.login) THEN
        RAISE unique_violation USING MESSAGE = 'the login is kept', TABLE = 'accounts', CONSTRAINT = 'accounts_login_key';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER accounts_login_kept AFTER INSERT OR UPDATE OF login ON accounts FOR EACH ROW EXECUTE FUNCTION refuse_kept_login();
