-- A purchase as one function: the statements that Souk sends for one order of a plan that
-- is paid by transfer, in its order, with what Souk works out between them ready: the
-- total, the dates, what stands on the invoice and in the webhook. Each run compares what
-- both write, row by row; see writes.
CREATE OR REPLACE FUNCTION bench_purchase(secret text, slug text, number int, key text) RETURNS bigint LANGUAGE plpgsql AS $body$
#variable_conflict use_variable
DECLARE
	who record;
	offer record;
	coupon text := '';
	buyer bigint;
	plan_id bigint;
	name text;
	moment timestamptz := clock_timestamp();
	month timestamptz := moment + interval '1 month';
	guid text := gen_random_uuid();
	document text;
BEGIN
	-- Who is signed in.
	SELECT s.id, s.used_at, s.expires_at, s.sudo_until, s.staff_id, s.staff_reason,
			coalesce(b.login, '') staff_login, b.suspended_at IS NULL AND bu.staff <> '' staff_serves, a.id user_id, a.login, a.name, a.suspended_at IS NOT NULL suspended,
	u.mail_verified_at IS NOT NULL mail_verified, u.two_factor_at IS NOT NULL two_factor, u.staff, u.language, u.time_zone,
	(SELECT count(*) FROM notifications n WHERE n.account_id = a.id AND n.read_at IS NULL AND n.done_at IS NULL) unread,
	(SELECT json_agg(json_build_object('OrganizationID', o.id, 'Login', o.login, 'Name', o.name, 'Role', m.role,
		'Suspended', m.suspended_at IS NOT NULL) ORDER BY o.login)
		FROM memberships m JOIN accounts o ON o.id = m.organization_id WHERE m.account_id = a.id) memberships INTO who
		FROM sessions s JOIN accounts a ON a.id = s.account_id JOIN users u ON u.account_id = a.id
		LEFT JOIN accounts b ON b.id = s.staff_id LEFT JOIN users bu ON bu.account_id = b.id
		WHERE s.token_hash = sha256(convert_to(secret, 'UTF8'));
	buyer := who.user_id;

	-- All that the order depends on.
	SELECT l.id listing_id, l.slug, l.name, l.state, l.logo_hash, l.logo_backdrop, l.purchase, l.purchase_url,
		l.claimed_at IS NOT NULL OR e.account_id IS NOT NULL, p.id, p.slug, p.kind,
		coalesce(p.account_id, 0) seller_id, coalesce(o.login, ''), (SELECT coalesce(json_object_agg(p.number, json_build_object('ID', p.id, 'ListingID', p.listing_id, 'Number', p.number, 'Name', p.name,
			'Kind', p.kind, 'Description', p.description, 'MonthlyMinor', p.monthly_minor, 'YearlyMinor', p.yearly_minor, 'Currency', p.currency,
			'UnitName', p.unit_name, 'TrialDays', p.trial_days, 'Bullets', p.bullets, 'Audience', p.audience, 'State', p.state,
			'MinUnits', p.min_units, 'MaxUnits', p.max_units, 'Capacity', p.capacity, 'Version', p.version, 'PricePolicy', p.price_policy,
			'NoticeDays', p.notice_days, 'CreatedAt', p.created_at, 'UpdatedAt', p.updated_at)), '{}')
		FROM plans p WHERE p.listing_id = l.id AND p.state <> 'draft') plans, (SELECT coalesce(json_object_agg(v.plan_id, v.tags), '{}') FROM (SELECT v.plan_id, json_agg(json_build_object('version', v.version,
			'kind', v.kind, 'monthly_minor', v.monthly_minor, 'yearly_minor', v.yearly_minor, 'currency', v.currency, 'unit_name', v.unit_name,
			'trial_days', v.trial_days, 'price_policy', v.price_policy, 'notice_days', v.notice_days, 'effective_at', v.effective_at) ORDER BY v.version) tags
		FROM plan_versions v WHERE v.listing_id = l.id GROUP BY v.plan_id) v),
		json_build_object('ID', a.id, 'Login', a.login, 'Kind', a.kind, 'Name', a.name, 'SuspendedAt', a.suspended_at), CASE WHEN e.account_id IS NOT NULL THEN json_build_object('AccountID', e.account_id, 'Gateway', e.gateway, 'GatewayAccount', e.gateway_account,
		'Ready', e.ready, 'LegalName', e.legal_name, 'Address', e.address, 'TaxNumber', e.tax_number, 'TaxRegistered', e.tax_registered,
		'TaxInclusive', e.tax_inclusive, 'Mail', e.mail, 'InvoicePrefix', e.invoice_prefix, 'InvoiceNote', e.invoice_note,
		'AcceptsTransfer', e.accepts_transfer, 'TransferDetails', e.transfer_details, 'TransferDays', e.transfer_days, 'GraceDays', e.grace_days) END, json_build_object('AccountID', a.id, 'Name', coalesce(nullif(r.name, ''), nullif(a.name, ''), a.login), 'Address', coalesce(r.address, '{}'),
		'TaxNumber', coalesce(r.tax_number, ''), 'Mail', coalesce(nullif(r.mail, ''), ''), 'Language', coalesce(r.language, u.language, 'en'),
		'TimeZone', coalesce(r.time_zone, u.time_zone, 'UTC')), r.account_id IS NOT NULL, (SELECT coalesce(json_agg(x), '[]') FROM tax_rates x
		WHERE x.country IN (upper(coalesce(nullif(r.address ->> 'country', ''), e.address ->> 'country', '')))), ARRAY(SELECT y.account_id FROM users y WHERE y.account_id = a.id
		UNION SELECT m.account_id FROM memberships m WHERE m.organization_id = a.id AND m.role IN ('owner', 'billing_manager') AND m.suspended_at IS NULL
		ORDER BY 1 LIMIT 100) payers,
		(SELECT coalesce(json_agg(json_build_object('ID', m.id, 'AccountID', m.account_id, 'SellerID', m.seller_id, 'Gateway', m.gateway,
		'Reference', m.reference, 'Kind', m.kind, 'Brand', m.brand, 'Last4', m.last4, 'Expires', m.expires,
		'Fingerprint', m.fingerprint, 'State', m.state, 'CreatedAt', m.created_at) ORDER BY m.used_at DESC NULLS LAST, m.id DESC), '[]') FROM payment_methods m
			WHERE m.account_id = a.id AND m.state = 'active' AND m.gateway = e.gateway AND (m.seller_id IS NULL OR m.seller_id = e.account_id)),
		(SELECT json_agg(t) FROM (SELECT t.account_id account, t.fingerprint FROM trials t WHERE t.listing_id = l.id AND t.account_id = a.id
			UNION ALL SELECT t.account_id, t.fingerprint FROM payment_methods m JOIN trials t ON t.listing_id = l.id AND t.fingerprint = m.fingerprint
				WHERE m.account_id = a.id AND m.state = 'active' AND t.fingerprint <> '') t),
		(SELECT json_build_object('id', s.id, 'state', s.state) FROM subscriptions s WHERE s.listing_id = l.id AND s.account_id = a.id AND s.state <> 'ended'),
		coalesce((SELECT x.taken FROM plans n JOIN plan_seats x ON x.plan_id = n.id WHERE n.listing_id = l.id AND n.number = number), 0),
		(SELECT json_build_object('ID', c.id, 'ListingID', c.listing_id, 'Code', c.code, 'Percent', c.percent, 'Minor', c.minor, 'Currency', c.currency,
			'Periods', c.periods, 'PlanID', c.plan_id, 'MaxRedemptions', c.max_redemptions, 'Redemptions', c.redemptions, 'ExpiresAt', c.expires_at,
			'RetiredAt', c.retired_at) FROM coupons c WHERE c.listing_id = l.id AND c.code = coupon AND coupon <> ''),
		json_build_object(
		'policy', (SELECT p.rules FROM buy_policies p WHERE p.organization_id = a.id),
		'version', (SELECT p.version FROM buy_policies p WHERE p.organization_id = a.id),
		'budgets', (SELECT json_agg(json_build_object('category', b.category, 'names', c.names, 'updated', b.updated_at,
				'limit', json_build_object('Minor', b.minor, 'Currency', b.currency),
				'spent', json_build_object('Minor', coalesce((SELECT sum(round(CASE WHEN v.kind = 'per_unit' THEN s.units ELSE 1 END * CASE s.period WHEN 'year' THEN v.yearly_minor ELSE v.monthly_minor END
		/ CASE s.period WHEN 'year' THEN 12.0 ELSE 1 END))::bigint FROM subscriptions s JOIN plan_versions v ON v.plan_id = s.plan_id AND v.version = s.plan_version
		WHERE s.account_id = a.id AND s.state IN ('trial', 'active', 'past_due') AND v.currency = b.currency
					AND (b.category = '' OR EXISTS (SELECT FROM listing_categories k WHERE k.listing_id = s.listing_id AND k.category_id = c.id))), 0), 'Currency', b.currency))
				ORDER BY c.position NULLS FIRST, b.category, b.currency)
			FROM budgets b LEFT JOIN categories c ON c.slug = b.category WHERE b.organization_id = a.id)), (SELECT json_build_object('Grants', a.permissions, 'Scopes', a.scopes, 'Verified', coalesce(o.verified_at IS NOT NULL, false),
			'Categories', coalesce((SELECT json_agg(c.slug ORDER BY k.position) FROM listing_categories k JOIN categories c ON c.id = k.category_id WHERE k.listing_id = x.id), '[]'))
		FROM listings x JOIN apps a ON a.id = x.app_id LEFT JOIN accounts o ON o.id = a.account_id WHERE x.id = l.id),
		coalesce((SELECT y.id FROM orders y WHERE y.key = key AND key <> ''), 0),
		CASE WHEN key <> '' THEN nextval('subscriptions_id_seq') ELSE 0 END subscription_id, CASE WHEN key <> '' THEN nextval('orders_id_seq') ELSE 0 END order_id,
		CASE WHEN key <> '' THEN nextval('charges_id_seq') ELSE 0 END, CASE WHEN key <> '' THEN nextval('invoices_id_seq') ELSE 0 END invoice_id
		INTO offer FROM listings l JOIN apps p ON p.id = l.app_id LEFT JOIN accounts o ON o.id = p.account_id LEFT JOIN sellers e ON e.account_id = p.account_id
		JOIN accounts a ON a.login = who.login LEFT JOIN billing_profiles r ON r.account_id = a.id LEFT JOIN users u ON u.account_id = who.user_id
		WHERE l.slug = slug AND (l.public OR l.state = 'unlisted' AND o.suspended_at IS NULL);
	plan_id := offer.plans -> number::text ->> 'ID';
	name := offer.name;

	-- The purchase.
	INSERT INTO subscriptions (id, state, end_reason, plan_id, plan_version, period, units, zone, anchor, months, period_start, period_end,
			trial_ends_at, pending, due, coupon, applied, by_transfer, payment_method_id, reminded_for, next_at, updated_at, ended_at,
			listing_id, seller_id, account_id, buyer_id, created_at)
		VALUES (offer.subscription_id, 'active', '', plan_id, 1, 'month', 1, 'Europe/Paris', moment, 0, moment, month,
			NULL, NULL, jsonb_build_object('next', moment, 'since', moment, 'tries', 0, 'until', month, 'payable', month, 'invoice_id', offer.invoice_id),
			NULL, NULL, true, NULL, NULL, month, moment, NULL, offer.listing_id, offer.seller_id, buyer, buyer, moment);
	INSERT INTO listing_facts (listing_id, at, kind, country, language, minor, currency) VALUES (offer.listing_id, moment, 'purchase', 'IE', 'en', 0, '');
	WITH told AS (
			SELECT u.account_id, false OR coalesce((u.notifications -> 'billing' ->> 'app')::boolean, true) app,
				(false OR coalesce((u.notifications -> 'billing' ->> 'mail')::boolean, true)) AND u.mail_verified_at IS NOT NULL mail
			FROM users u WHERE u.account_id = ANY(offer.payers)
		), kept AS (
			INSERT INTO notifications (account_id, kind, params, link, created_at)
			SELECT t.account_id, 'subscribed', jsonb_build_object('at', month, 'plan', 'Team', 'account', who.login, 'listing', name),
				'/settings/billing/subscriptions/' || offer.subscription_id, moment FROM told t WHERE t.app
		)
		INSERT INTO river_job (args, kind, queue, max_attempts)
		SELECT jsonb_build_object('notice', jsonb_build_object('kind', 'subscribed', 'link', '/settings/billing/subscriptions/' || offer.subscription_id),
				'params', jsonb_build_object('at', month, 'plan', 'Team', 'account', who.login, 'listing', name), 'message', 'notice')
				|| jsonb_build_object('account_id', t.account_id), 'send_mail', 'mail', 13 FROM told t WHERE t.mail ORDER BY t.account_id;
	INSERT INTO hook_events (guid, listing_id, subscription_id, event, action, payload, state, created_at)
		VALUES (guid::uuid, offer.listing_id, offer.subscription_id, 'marketplace_purchase', 'purchased', format(
			'{"action":"purchased","effective_date":"2026-11-20T16:44:48+00:00","sender":{"login":"%1$s","id":%2$s,"node_id":"MDQ6VXNlcjQwMDc=","avatar_url":"","gravatar_id":"","url":"http://localhost:8080/api/v3/users/%1$s","html_url":"http://localhost:8080/%1$s","followers_url":"http://localhost:8080/api/v3/users/%1$s/followers","following_url":"http://localhost:8080/api/v3/users/%1$s/following{/other_user}","gists_url":"http://localhost:8080/api/v3/users/%1$s/gists{/gist_id}","starred_url":"http://localhost:8080/api/v3/users/%1$s/starred{/owner}{/repo}","subscriptions_url":"http://localhost:8080/api/v3/users/%1$s/subscriptions","organizations_url":"http://localhost:8080/api/v3/users/%1$s/orgs","repos_url":"http://localhost:8080/api/v3/users/%1$s/repos","events_url":"http://localhost:8080/api/v3/users/%1$s/events{/privacy}","received_events_url":"http://localhost:8080/api/v3/users/%1$s/received_events","type":"User","site_admin":false},"marketplace_purchase":{"account":{"type":"User","id":%2$s,"node_id":"MDQ6VXNlcjQwMDc=","login":"%1$s","organization_billing_email":null},"billing_cycle":"monthly","unit_count":1,"on_free_trial":false,"free_trial_ends_on":null,"next_billing_date":"2026-12-20T16:44:48+00:00","plan":{"id":%3$s,"name":"Team","description":"","monthly_price_in_cents":1200,"yearly_price_in_cents":0,"price_model":"FLAT_RATE","has_free_trial":false,"unit_name":null,"bullets":[]}}}',
			who.login, buyer, plan_id), 'waiting', moment);
	INSERT INTO orders (id, key, subscription_id, listing_id, account_id, buyer_id, act, plan_id, plan_version, period, units,
			total_minor, currency, state, turn, request_id, created_at, settled_at)
		VALUES (offer.order_id, key, offer.subscription_id, offer.listing_id, buyer, buyer, 'buy', plan_id, 1, 'month', 1, 1476, 'EUR', 'done', NULL, NULL, moment, moment);
	INSERT INTO audit_events (at, actor_id, actor_login, staff_id, staff_login, action, account_id,
			target_kind, target_id, target_name, ip, user_agent, request_id, before, after, description)
		VALUES (moment, buyer, who.login, NULL, '', 'subscription.buy', buyer, 'subscription', offer.subscription_id, name, '127.0.0.1', 'Mozilla/5.0 (bench)', '', NULL,
			'{"plan": "Team", "period": "month"}', '');
	document := format('{"kind":"invoice","listing":"%4$s","seller":{"account_id":%3$s,"login":"toolmakers","name":"Tool Makers Ltd","address":{"line1":"1 Anvil Street","city":"Dublin","postal_code":"D01","country":"IE"},"mail":"money@toolmakers.example"},"buyer":{"account_id":%2$s,"login":"%1$s","name":"Buyer 3","address":{"line1":"2 High Street","city":"Cork","postal_code":"T12","country":"IE"},"mail":"%1$s@buyers.example"},"bill":{"currency":"EUR","lines":[{"kind":"period","plan":"Team","plan_kind":"flat_rate","units":1,"period":"month","from":"2026-11-20T16:44:48Z","until":"2026-12-20T17:44:48+01:00","whole":1200,"minor":1200}],"net":1200,"tax":276,"total":1476,"rule":{"name":"VAT","country":"IE","millionths":230000}},"issued":"2026-11-20T16:44:48.702310123Z","payable":"2026-12-04T16:44:48Z","method":"IBAN IE00 0000 0000 0000","language":"en","zone":"Europe/Paris"}',
		who.login, buyer, offer.seller_id, name);
	WITH n AS (UPDATE sellers s SET last_number = s.last_number + 1 WHERE s.account_id = offer.seller_id
				RETURNING s.last_number number, s.invoice_prefix || lpad(s.last_number::text, 6, '0') reference)
		INSERT INTO invoices (id, kind, seller_id, number, reference, account_id, listing_id, subscription_id, corrects_id,
			currency, net_minor, tax_minor, total_minor, document, hash, token, issued_at, due_at, state, paid_minor, settled_at)
		SELECT offer.invoice_id, 'invoice', offer.seller_id, n.number, n.reference, buyer, offer.listing_id, offer.subscription_id, nullif(0::bigint, 0), 'EUR', 1200, 276, 1476, document,
			sha256(convert_to(n.reference || E'\n' || document, 'UTF8')), upper(left(replace(guid, '-', ''), 26)), moment, month, 'open', 0, NULL FROM n;
	WITH t AS (
			INSERT INTO ledger_transactions (seller_id, kind, at, invoice_id, charge_id, refund_id, dispute_id, payout_id)
			VALUES (offer.seller_id, 'invoice', moment, nullif(offer.invoice_id, 0), nullif(0::bigint, 0), nullif(0::bigint, 0), nullif(0::bigint, 0), nullif(0::bigint, 0)) RETURNING id)
		INSERT INTO ledger_entries (transaction_id, account, currency, minor)
		SELECT t.id, e.account, 'EUR', e.minor FROM t, unnest('{receivable,revenue,tax}'::text[], '{1476,-1200,-276}'::bigint[]) e (account, minor);
	INSERT INTO river_job (args, kind, queue, max_attempts, priority)
		SELECT * FROM unnest(ARRAY[jsonb_build_object('id', offer.invoice_id), jsonb_build_object('guid', guid)], '{mail_invoice,deliver_hook}'::text[],
			'{default,hooks}'::text[], '{25,25}'::smallint[], '{1,1}'::smallint[]);
	RETURN offer.order_id;
END $body$
