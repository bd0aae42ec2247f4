-- Buyers $1 to $2, who are signed in: buyer i's session is the secret 'bench-buyer-i'.
WITH buyer AS (
	INSERT INTO accounts (login, kind, name) SELECT 'buyer-' || i, 'user', 'Buyer ' || i FROM generate_series($1::int, $2::int) i RETURNING id, login, name
), person AS (
	INSERT INTO users (account_id, mail, mail_verified_at, time_zone) SELECT id, login || '@buyers.example', now(), 'Europe/Paris' FROM buyer
), session AS (
	-- Used within the last five minutes for as long as a run takes, as those of people are
	-- who have just seen the page.
	INSERT INTO sessions (account_id, token_hash, method, created_at, used_at, expires_at)
	SELECT id, sha256(convert_to('bench-' || login, 'UTF8')), 'password', now(), now() + interval '2 hours', now() + interval '30 days' FROM buyer
)
INSERT INTO billing_profiles (account_id, name, address, mail, time_zone, updated_at)
SELECT id, name, '{"line1": "2 High Street", "city": "Cork", "postal_code": "T12", "country": "IE"}', login || '@buyers.example', 'Europe/Paris', now() FROM buyer
