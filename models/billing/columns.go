package billing

import (
	"cmp"
	"encoding/json"
	"time"

	"souk/models"
	"souk/models/db"
)

// The expressions below are JSON objects that nouns are read from, for statements
// that ask much at once.

// plansJSON are the plans of the listing that an expression names, by their numbers.
func plansJSON(listing string) string {
	return `(SELECT coalesce(json_object_agg(p.number, json_build_object('ID', p.id, 'ListingID', p.listing_id, 'Number', p.number, 'Name', p.name,
			'Kind', p.kind, 'Description', p.description, 'MonthlyMinor', p.monthly_minor, 'YearlyMinor', p.yearly_minor, 'Currency', p.currency,
			'UnitName', p.unit_name, 'TrialDays', p.trial_days, 'Bullets', p.bullets, 'Audience', p.audience, 'State', p.state,
			'MinUnits', p.min_units, 'MaxUnits', p.max_units, 'Capacity', p.capacity, 'Version', p.version, 'PricePolicy', p.price_policy,
			'NoticeDays', p.notice_days, 'CreatedAt', p.created_at, 'UpdatedAt', p.updated_at)), '{}')
		FROM plans p WHERE p.listing_id = ` + listing + ` AND p.state <> 'draft')`
}

// pricesJSON are all prices that a listing's plans have had.
func pricesJSON(listing string) string {
	return `(SELECT coalesce(json_object_agg(v.plan_id, v.tags), '{}') FROM (SELECT v.plan_id, json_agg(json_build_object('version', v.version,
			'kind', v.kind, 'monthly_minor', v.monthly_minor, 'yearly_minor', v.yearly_minor, 'currency', v.currency, 'unit_name', v.unit_name,
			'trial_days', v.trial_days, 'price_policy', v.price_policy, 'notice_days', v.notice_days, 'effective_at', v.effective_at) ORDER BY v.version) tags
		FROM plan_versions v WHERE v.listing_id = ` + listing + ` GROUP BY v.plan_id) v)`
}

// sellerJSON is the seller of the row e; null where there is none.
const sellerJSON = `CASE WHEN e.account_id IS NOT NULL THEN json_build_object('AccountID', e.account_id, 'Gateway', e.gateway, 'GatewayAccount', e.gateway_account,
	'Ready', e.ready, 'LegalName', e.legal_name, 'Address', e.address, 'TaxNumber', e.tax_number, 'TaxRegistered', e.tax_registered,
	'TaxInclusive', e.tax_inclusive, 'Mail', e.mail, 'InvoicePrefix', e.invoice_prefix, 'InvoiceNote', e.invoice_note,
	'AcceptsTransfer', e.accepts_transfer, 'TransferDetails', e.transfer_details, 'TransferDays', e.transfer_days, 'GraceDays', e.grace_days) END`

// profileJSON is what stands on the invoices of the account a: its profile r, or
// what is known of it where it filled in none; u is who is asking.
const profileJSON = `json_build_object('AccountID', a.id, 'Name', coalesce(nullif(r.name, ''), nullif(a.name, ''), a.login), 'Address', coalesce(r.address, '{}'),
	'TaxNumber', coalesce(r.tax_number, ''), 'Mail', coalesce(nullif(r.mail, ''), ''), 'Language', coalesce(r.language, u.language, 'en'),
	'TimeZone', coalesce(r.time_zone, u.time_zone, 'UTC'))`

// taxesJSON are the taxes that may apply between the seller e and the profile r.
const taxesJSON = `(SELECT coalesce(json_agg(x), '[]') FROM tax_rates x
	WHERE x.country IN (upper(coalesce(nullif(r.address ->> 'country', ''), e.address ->> 'country', ''))))`

// accountJSON is the account a.
const accountJSON = `json_build_object('ID', a.id, 'Login', a.login, 'Kind', a.kind, 'Name', a.name, 'SuspendedAt', a.suspended_at)`

// payersOf are the people who are told of the money of the account a.
const payersOf = `ARRAY(SELECT y.account_id FROM users y WHERE y.account_id = a.id
	UNION SELECT m.account_id FROM memberships m WHERE m.organization_id = a.id AND m.role IN ('owner', 'billing_manager') AND m.suspended_at IS NULL
	ORDER BY 1 LIMIT 100)`

// methodJSON is the payment method of a row.
func methodJSON(m string) string {
	return `json_build_object('ID', ` + m + `.id, 'AccountID', ` + m + `.account_id, 'SellerID', ` + m + `.seller_id, 'Gateway', ` + m + `.gateway,
		'Reference', ` + m + `.reference, 'Kind', ` + m + `.kind, 'Brand', ` + m + `.brand, 'Last4', ` + m + `.last4, 'Expires', ` + m + `.expires,
		'Fingerprint', ` + m + `.fingerprint, 'State', ` + m + `.state, 'CreatedAt', ` + m + `.created_at)`
}

// env is what bills depend on.
func env(prices models.PriceBook, seller *models.Seller, profile *models.BillingProfile, taxes []models.TaxRate) models.BillingEnv {
	return models.BillingEnv{Prices: prices, Tax: models.TaxFor(seller, profile, taxes), GraceDays: seller.GraceDays, TransferDays: seller.TransferDays}
}

// agreed is a plan at the price of one of its versions.
func agreed(plan models.Plan, prices models.PriceBook, version int) models.Plan {
	for i := range prices[plan.ID] {
		if v := &prices[plan.ID][i]; v.Version == version {
			plan.Version, plan.Kind, plan.MonthlyMinor, plan.YearlyMinor, plan.Currency = v.Version, v.Kind, v.MonthlyMinor, v.YearlyMinor, v.Currency
			plan.UnitName, plan.TrialDays, plan.PricePolicy, plan.NoticeDays = v.UnitName, v.TrialDays, v.PricePolicy, v.NoticeDays
		}
	}
	return plan
}

// planOf is the plan with an id.
func planOf(plans map[int]models.Plan, id int64) (models.Plan, bool) {
	for _, p := range plans {
		if p.ID == id {
			return p, true
		}
	}
	return models.Plan{}, false
}

// decode reads JSON that a statement made; null leaves into as it is.
func decode(text []byte, into any) error {
	if len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, into)
}

func stamp(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func null(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func nobody(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// missing turns "no row" into ErrNotFound.
func missing(err error) error {
	if found, err := db.Found(err); err != nil || found {
		return err
	}
	return models.ErrNotFound
}

// currencyOf is that of a plan.
func currencyOf(p *models.Plan) string { return cmp.Or(p.Currency, models.DefaultCurrency) }
