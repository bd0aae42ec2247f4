-- A market for purchases: one seller who takes bank transfers, and $1 listings that are
-- sold here, each with a plan of 12 euros a month.
WITH seller AS (
	INSERT INTO accounts (login, kind, name) VALUES ('toolmakers', 'organization', 'Tool Makers') RETURNING id
), sells AS (
	INSERT INTO sellers (account_id, gateway, ready, legal_name, address, tax_registered, mail, invoice_prefix, accepts_transfer, transfer_details, created_at, updated_at)
	SELECT id, 'test', true, 'Tool Makers Ltd', '{"line1": "1 Anvil Street", "city": "Dublin", "postal_code": "D01", "country": "IE"}', true,
		'money@toolmakers.example', 'TM-', true, 'IBAN IE00 0000 0000 0000', now(), now() FROM seller
), owner AS (
	INSERT INTO accounts (login, kind, name) VALUES ('tim', 'user', 'Tim') RETURNING id
), signs AS (
	INSERT INTO users (account_id, mail, mail_verified_at) SELECT id, 'tim@toolmakers.example', now() FROM owner
), organization AS (
	INSERT INTO organizations (account_id) SELECT id FROM seller
), owns AS (
	INSERT INTO memberships (organization_id, account_id, role, created_at) SELECT s.id, o.id, 'owner', now() FROM seller s, owner o
), app AS (
	INSERT INTO apps (account_id, slug, kind, name, homepage_url)
	SELECT s.id, 'tool-' || i, 'github_app', 'Tool ' || i, 'https://tool.example' FROM seller s, generate_series(1, $1::int) i RETURNING id, slug, name
), listing AS (
	INSERT INTO listings (app_id, slug, name, state, revision, tagline, introduction, pricing, pricing_from_minor, pricing_currency, published_at, claimed_at, purchase)
	SELECT id, slug, name, 'published', 1, 'A tool', 'What it does.', '{paid}', 1200, 'EUR', now(), now(), 'here' FROM app RETURNING id
)
INSERT INTO plans (listing_id, number, name, kind, monthly_minor, currency, state)
SELECT id, 1, 'Team', 'flat_rate', 1200, 'EUR', 'published' FROM listing
