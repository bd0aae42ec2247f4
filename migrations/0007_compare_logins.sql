-- What a login looks like at a glance: without hyphens and underscores, and with
-- those letters made one that are hard to tell apart.
CREATE FUNCTION login_skeleton(login text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT replace(replace(replace(translate(login, '01i_-', 'oll'), 'rn', 'm'), 'vv', 'w'), 'cl', 'd')
$$;
CREATE INDEX accounts_skeleton_idx ON accounts (login_skeleton(login));
