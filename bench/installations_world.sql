-- An organization $1 with $2 repositories and $3 installations, half of them on forty
-- selected repositories, some behind what their app asks for; a tenth as many requests;
-- and members, each of whom has authorized some of the apps. Its owner's session is the
-- secret 'bench-' and its login; the first member's is that with '-member-1'. The app
-- of the first installation on all repositories has a token of that installation and one
-- of the owner's, whose hashes are $4 and $5.
WITH org AS (
	INSERT INTO accounts (login, kind, name) VALUES ($1, 'organization', 'Organization ' || $1) RETURNING id
), organization AS (
	INSERT INTO organizations (account_id) SELECT id FROM org
), integrator AS (
	INSERT INTO accounts (login, kind, name) VALUES ($1 || '-tools', 'organization', 'Tools for ' || $1) RETURNING id
), integrating AS (
	INSERT INTO organizations (account_id) SELECT id FROM integrator
), person AS (
	INSERT INTO accounts (login, kind, name)
	SELECT $1 || CASE i WHEN 0 THEN '-owner' ELSE '-member-' || i END, 'user', 'Person ' || i FROM generate_series(0, greatest(3, $3::int / 5)) i RETURNING id, login
), people AS (
	INSERT INTO users (account_id, mail, mail_verified_at) SELECT id, login || '@people.example', now() FROM person
), belongs AS (
	INSERT INTO memberships (organization_id, account_id, role, created_at)
	SELECT org.id, p.id, CASE WHEN p.login LIKE '%-owner' THEN 'owner' ELSE 'member' END, now() FROM org, person p
), owns AS (
	INSERT INTO memberships (organization_id, account_id, role, created_at)
	SELECT i.id, p.id, 'owner', now() FROM integrator i, person p WHERE p.login LIKE '%-owner'
), session AS (
	INSERT INTO sessions (account_id, token_hash, method, created_at, used_at, expires_at, sudo_until)
	SELECT id, sha256(convert_to('bench-' || replace(login, '-owner', ''), 'UTF8')), 'password', now(), now() + interval '2 hours', now() + interval '30 days', now() + interval '2 hours'
	FROM person
), repository AS (
	INSERT INTO repositories (account_id, name, description, private, created_at, updated_at)
	SELECT org.id, 'repository-' || i, 'The ' || i || 'th of them', i % 2 = 0, now(), now() - i * interval '1 minute' FROM org, generate_series(1, $2::int) i RETURNING id, name
), app AS (
	INSERT INTO apps (account_id, slug, kind, name, homepage_url, permissions, events, client_id, registered_at, public)
	SELECT n.id, $1 || '-tool-' || i, 'github_app', 'Tool ' || i || ' of ' || $1, 'https://tool.example',
		'{"metadata": "read", "issues": "write", "contents": "read", "emails": "read"}', '{issues,push}', 'Iv23' || $1 || i, now(), true
	FROM integrator n, generate_series(1, $3::int + 1) i RETURNING id, slug, name
), listing AS (
	INSERT INTO listings (app_id, slug, name, state, revision, tagline, introduction, pricing, risk_band, risk_score, published_at)
	SELECT id, slug, name, 'published', 1, 'A tool', 'What it does.', '{free}', 'low', 10, now() FROM app
), numbered AS (
	SELECT id, row_number() OVER (ORDER BY id) AS n FROM app
), installation AS (
	INSERT INTO installations (app_id, account_id, selection, permissions, lacks, lacks_since, installer_id, agreed_by, agreed_at, used_at, created_at, updated_at)
	SELECT a.id, org.id, CASE a.n % 2 WHEN 0 THEN 'all' ELSE 'selected' END,
		CASE a.n % 10 WHEN 0 THEN '{"metadata": "read", "issues": "write"}'::jsonb ELSE '{"metadata": "read", "issues": "write", "contents": "read"}' END,
		a.n % 10 = 0, CASE a.n % 10 WHEN 0 THEN now() END, p.id, p.id, now(), now() - a.n * interval '1 day', now() - interval '1 year', now()
	FROM numbered a, org, person p WHERE p.login LIKE '%-owner' AND a.n <= $3::int RETURNING id, app_id, selection
), selected AS (
	INSERT INTO installation_repositories (installation_id, repository_id, added_at)
	SELECT i.id, r.id, now() FROM installation i, LATERAL (SELECT id FROM repository ORDER BY id LIMIT 40) r WHERE i.selection = 'selected'
), authorized AS (
	INSERT INTO authorizations (app_id, account_id, permissions, used_at, created_at, updated_at)
	SELECT a.id, p.id, '{"emails": "read"}', now() - a.n * interval '1 day', now() - interval '1 year', now()
	FROM numbered a, (SELECT id, row_number() OVER (ORDER BY id) AS n FROM person) p WHERE p.n <= 10 OR a.n % 50 = p.n % 50 RETURNING id, app_id, account_id
), tokened AS (
	SELECT id, app_id FROM installation WHERE selection = 'all' ORDER BY id LIMIT 1
), token AS (
	INSERT INTO installation_tokens (installation_id, token_hash, permissions, created_at, expires_at)
	SELECT id, $4::bytea, '{"metadata": "read", "issues": "write", "contents": "read"}', now(), now() + interval '30 days' FROM tokened
), user_token AS (
	INSERT INTO authorization_tokens (authorization_id, token_hash, tail, created_at)
	SELECT g.id, $5::bytea, 'bench', now() FROM authorized g JOIN tokened t ON t.app_id = g.app_id JOIN person p ON p.id = g.account_id WHERE p.login LIKE '%-owner'
), request AS (
	INSERT INTO installation_requests (app_id, organization_id, requester_id, selection, digest, state, created_at, expires_at)
	SELECT a.id, org.id, p.id, 'all', sha256(convert_to($1 || p.n, 'UTF8')), 'open', now() - p.n * interval '1 minute', now() + interval '20 days'
	FROM org, (SELECT id, n FROM numbered ORDER BY n DESC LIMIT 1) a, (SELECT id, row_number() OVER (ORDER BY id) AS n FROM person WHERE login LIKE '%-member-%') p
	WHERE p.n <= greatest(1, $3::int / 10) RETURNING id, requester_id
)
INSERT INTO installation_request_votes (request_id, account_id, reason, created_at) SELECT id, requester_id, 'We need it', now() FROM request
