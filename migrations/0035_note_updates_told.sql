-- Of which change of what its app asks for the deciders of an installation were told
-- last: apps.access_at as it was then.
ALTER TABLE installations ADD COLUMN update_told_at timestamptz;
