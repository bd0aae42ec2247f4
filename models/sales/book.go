package sales

import (
	"slices"

	"souk/models"
)

// book has the plans of a listing, and all prices that they have had.
type book struct {
	Plans  map[int64]models.Plan `json:"plans"`
	Prices models.PriceBook      `json:"prices"`
}

// bookSQL is the book of the listing $1 as JSON.
const bookSQL = `json_build_object('plans', (SELECT coalesce(json_object_agg(p.id, json_build_object('ID', p.id, 'ListingID', p.listing_id, 'Number', p.number,
			'Name', p.name, 'Kind', p.kind, 'MonthlyMinor', p.monthly_minor, 'YearlyMinor', p.yearly_minor, 'Currency', p.currency, 'UnitName', p.unit_name,
			'TrialDays', p.trial_days, 'Audience', p.audience, 'State', p.state, 'Version', p.version, 'PricePolicy', p.price_policy,
			'NoticeDays', p.notice_days)), '{}') FROM plans p WHERE p.listing_id = $1 AND p.state <> 'draft'),
	'prices', (SELECT coalesce(json_object_agg(v.plan_id, v.tags), '{}') FROM (SELECT v.plan_id, json_agg(json_build_object('version', v.version, 'kind', v.kind,
			'monthly_minor', v.monthly_minor, 'yearly_minor', v.yearly_minor, 'currency', v.currency, 'unit_name', v.unit_name, 'trial_days', v.trial_days,
			'price_policy', v.price_policy, 'notice_days', v.notice_days, 'effective_at', v.effective_at) ORDER BY v.version) tags
		FROM plan_versions v WHERE v.listing_id = $1 GROUP BY v.plan_id) v))`

// subscriptionSQL is a row of subscriptions as models.Subscription; agree gives its
// plan.
const subscriptionSQL = `json_build_object('id', s.id, 'listing_id', s.listing_id, 'seller_id', s.seller_id, 'account_id', s.account_id, 'state', s.state,
	'end_reason', s.end_reason, 'terms', json_build_object('plan', json_build_object('ID', s.plan_id, 'Version', s.plan_version), 'period', s.period, 'units', s.units),
	'zone', s.zone, 'anchor', s.anchor, 'months', s.months, 'start', s.period_start, 'end', s.period_end, 'trial_end', s.trial_ends_at, 'pending', s.pending,
	'due', s.due, 'coupon', s.coupon, 'applied', s.applied, 'by_transfer', s.by_transfer, 'reminded', s.reminded_for)`

// agree gives terms their plan at the price that was agreed to.
func (b *book) agree(t *models.Terms) {
	version := t.Plan.Version
	t.Plan = b.Plans[t.Plan.ID]
	i := slices.IndexFunc(b.Prices[t.Plan.ID], func(v models.PriceTag) bool { return v.Version == version })
	if i < 0 {
		return
	}
	v := &b.Prices[t.Plan.ID][i]
	t.Plan.Version, t.Plan.Kind, t.Plan.MonthlyMinor, t.Plan.YearlyMinor, t.Plan.Currency = v.Version, v.Kind, v.MonthlyMinor, v.YearlyMinor, v.Currency
	t.Plan.UnitName, t.Plan.TrialDays, t.Plan.PricePolicy, t.Plan.NoticeDays = v.UnitName, v.TrialDays, v.PricePolicy, v.NoticeDays
}

// list are the plans in the order of their numbers.
func (b *book) list() []models.Plan {
	var all []models.Plan
	for _, p := range b.Plans {
		all = append(all, p)
	}
	slices.SortFunc(all, func(x, y models.Plan) int { return x.Number - y.Number })
	return all
}
