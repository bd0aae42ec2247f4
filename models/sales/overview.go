package sales

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"souk/models"
)

// Overview is what the first page of a listing's sales shows.
type Overview struct {
	Desk       *Desk
	Recurring  []models.Money // what subscriptions bring in a month, by currency
	Counts     map[models.SubscriptionState]int64
	Free       int64 // of those, on a free plan
	Trials     Trials
	Churn      Churn
	Months     []Month
	Renewals   []Subscriber // the next
	Failing    []Subscriber // whose payment is owed
	Payouts    []Payout
	Open       int64 // invoices that aren't paid
	Ready      bool  // the seller can be paid
	Currencies []string
}

// Trials are how many run, and what became of those that ended lately.
type Trials struct {
	Running   int64 `json:"running"`
	Ended     int64 `json:"ended"`     // in the last 90 days
	Converted int64 `json:"converted"` // of those, that were paid
}

// Share is the share of trials that were paid; ok is false where none has ended.
func (t *Trials) Share() (share float64, ok bool) {
	if t.Ended == 0 {
		return 0, false
	}
	return float64(t.Converted) / float64(t.Ended), true
}

// Churn is how many of those who paid thirty days ago have left since.
type Churn struct {
	Before int64 `json:"before"`
	Left   int64 `json:"left"`
}

// Share is the share that left; ok is false where nobody paid.
func (c *Churn) Share() (share float64, ok bool) {
	if c.Before == 0 {
		return 0, false
	}
	return float64(c.Left) / float64(c.Before), true
}

// Month is what came in and went back in one month, in one currency.
type Month struct {
	Month time.Time `json:"month"`
	Sum
}

// Subscriber is a customer with the subscription.
type Subscriber struct {
	models.Subscription
	Login      string             `json:"login"`
	Kind       models.AccountKind `json:"kind"`
	Country    string             `json:"country"`
	Since      time.Time          `json:"since"`
	EndedAt    time.Time          `json:"ended_at,omitzero"`
	LastFailed models.DeclineCode `json:"last_failed"` // why the last charge was declined; "" for not
	Bill       *models.Bill       `json:"-"`           // of the next renewal, without tax
}

// Payout is money that went to the seller's bank.
type Payout struct {
	ID       int64     `json:"id"`
	Minor    int64     `json:"minor"`
	Currency string    `json:"currency"`
	State    string    `json:"state"`
	At       time.Time `json:"at"`
	Arrives  time.Time `json:"arrives,omitzero"`
}

// lines is how many renewals, failures and payouts the overview shows.
const lines = 10

// Overview sums a listing's sales up, to whoever may see them. Months are those of
// zone.
func (s *Service) Overview(ctx context.Context, actor models.Actor, slug string, zone *time.Location) (*Overview, error) {
	d, err := s.desk(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	o := &Overview{Desk: d, Counts: map[models.SubscriptionState]int64{}}
	if err := s.standing(ctx, o); err != nil {
		return nil, err
	}
	if err := s.months(ctx, o, zone); err != nil {
		return nil, err
	}
	return o, s.next(ctx, o)
}

// group is subscriptions that pay the same.
type group struct {
	State   models.SubscriptionState `json:"state"`
	Terms   models.Terms             `json:"terms"`
	Applied *models.Discount         `json:"applied"`
	Count   int64                    `json:"count"`
}

// standing counts subscriptions, trials, who left, and what comes in a month.
func (s *Service) standing(ctx context.Context, o *Overview) error {
	var b book
	var groups []group
	var plans, list, trials, churn, payouts string
	now := s.now()
	err := s.db.Pool().QueryRow(ctx, `SELECT `+bookSQL+`,
		(SELECT coalesce(json_agg(json_build_object('state', g.state, 'terms', json_build_object('plan', json_build_object('ID', g.plan_id, 'Version', g.plan_version),
				'period', g.period, 'units', g.units), 'applied', g.applied, 'count', g.n)), '[]')
			FROM (SELECT state, plan_id, plan_version, period, units, applied, count(*) n FROM subscriptions
				WHERE listing_id = $1 AND seller_id = $2 AND state NOT IN ('ended', 'incomplete') GROUP BY 1, 2, 3, 4, 5, 6) g),
		(SELECT json_build_object('running', count(*) FILTER (WHERE s.state = 'trial'), 'ended', count(*) FILTER (WHERE e.ended), 'converted',
				count(*) FILTER (WHERE e.ended AND EXISTS (SELECT FROM invoices i WHERE i.subscription_id = s.id AND i.kind = 'invoice' AND i.paid_minor > 0)))
			FROM trials t JOIN subscriptions s ON s.id = t.subscription_id,
				LATERAL (SELECT s.state <> 'trial' AND coalesce(least(s.trial_ends_at, s.ended_at), s.trial_ends_at) > $3::timestamptz - interval '90 days' ended) e
			WHERE t.listing_id = $1 AND s.seller_id = $2),
		(SELECT json_build_object('before', count(*), 'left', count(*) FILTER (WHERE s.ended_at IS NOT NULL)) FROM subscriptions s
			WHERE s.listing_id = $1 AND s.seller_id = $2 AND (s.ended_at IS NULL OR s.ended_at > $3::timestamptz - interval '30 days')
				AND EXISTS (SELECT FROM invoices i WHERE i.subscription_id = s.id AND i.kind = 'invoice' AND i.total_minor > 0
					AND i.issued_at <= $3::timestamptz - interval '30 days')),
		(SELECT coalesce(json_agg(p), '[]') FROM (SELECT id, minor, currency, state, created_at at, arrives_at arrives FROM payouts
			WHERE seller_id = $2 ORDER BY id DESC LIMIT $4) p),
		(SELECT count(*) FROM invoices WHERE listing_id = $1 AND seller_id = $2 AND state = 'open'),
		EXISTS (SELECT FROM sellers WHERE account_id = $2 AND (ready OR accepts_transfer))`, o.Desk.ListingID, o.Desk.seller(), now, lines).
		Scan(&plans, &list, &trials, &churn, &payouts, &o.Open, &o.Ready)
	if err != nil {
		return fmt.Errorf("sales: overview: %w", err)
	}
	err = errors.Join(decode(plans, &b), decode(list, &groups), decode(trials, &o.Trials), decode(churn, &o.Churn), decode(payouts, &o.Payouts))
	if err != nil {
		return err
	}
	o.recur(&b, groups)
	return nil
}

// recur adds up what subscriptions bring in a month: those that are served and not
// on trial.
func (o *Overview) recur(b *book, groups []group) {
	sums := map[string]int64{}
	for _, g := range groups {
		b.agree(&g.Terms)
		o.Counts[g.State] += g.Count
		switch {
		case g.Terms.Plan.Free():
			o.Free += g.Count
		case g.State == models.SubscriptionActive || g.State == models.SubscriptionPastDue:
			m := models.MonthlyMinor(&g.Terms, g.Applied)
			sums[m.Currency] += m.Minor * g.Count
		}
	}
	for currency, minor := range sums {
		o.Recurring = append(o.Recurring, models.Money{Minor: minor, Currency: currency})
	}
	slices.SortFunc(o.Recurring, func(x, y models.Money) int { return strings.Compare(x.Currency, y.Currency) })
}

// monthsBack is how many months the chart has.
const monthsBack = 12

// months sums up what moved in the last months, by currency, without gaps.
func (s *Service) months(ctx context.Context, o *Overview, zone *time.Location) error {
	now := s.now().In(zone)
	first := time.Date(now.Year(), now.Month()-monthsBack+1, 1, 0, 0, 0, 0, zone)
	rows, err := s.db.Pool().Query(ctx, `SELECT date_trunc('month', x.at AT TIME ZONE $4) m, x.currency,
			coalesce(sum(x.minor) FILTER (WHERE x.minor > 0 AND x.kind <> 'dispute_won'), 0), coalesce(sum(x.minor) FILTER (WHERE x.minor < 0 OR x.kind = 'dispute_won'), 0), sum(x.fee)
		FROM (`+salesSQL+`) x WHERE x.at >= $3 AND x.minor <> 0 GROUP BY 1, 2 ORDER BY 2, 1`, o.Desk.ListingID, o.Desk.seller(), first, zoneName(zone))
	if err != nil {
		return fmt.Errorf("sales: months: %w", err)
	}
	defer rows.Close()
	found := map[string]map[time.Time]Sum{}
	for rows.Next() {
		var at time.Time
		var m Sum
		if err := rows.Scan(&at, &m.Currency, &m.In, &m.Back, &m.Fees); err != nil {
			return fmt.Errorf("sales: months: %w", err)
		}
		if found[m.Currency] == nil {
			found[m.Currency] = map[time.Time]Sum{}
			o.Currencies = append(o.Currencies, m.Currency)
		}
		found[m.Currency][at.UTC()] = m
	}
	for _, currency := range o.Currencies {
		for i := range monthsBack {
			month := time.Date(first.Year(), first.Month()+time.Month(i), 1, 0, 0, 0, 0, time.UTC)
			sum := found[currency][month]
			sum.Currency = currency
			o.Months = append(o.Months, Month{Month: month, Sum: sum})
		}
	}
	return rows.Err()
}

// zoneName is a zone as the database knows it.
func zoneName(zone *time.Location) string {
	if zone == nil || zone == time.Local {
		return "UTC"
	}
	return zone.String()
}

const subscriberSQL = `SELECT s.*, a.login, a.kind, coalesce(b.address ->> 'country', '') country,
		coalesce((SELECT c.decline FROM charges c WHERE c.subscription_id = s.id AND c.state <> 'reserved' ORDER BY c.id DESC LIMIT 1), '') last_failed
	FROM subscriptions s JOIN accounts a ON a.id = s.account_id LEFT JOIN billing_profiles b ON b.account_id = a.id
	WHERE s.listing_id = $1 AND s.seller_id = $2`

// subscriberJSON is a row of subscriberSQL as a Subscriber.
const subscriberJSON = `(` + subscriptionSQL + `)::jsonb || jsonb_build_object('login', s.login, 'kind', s.kind, 'country', s.country, 'since', s.created_at,
	'ended_at', s.ended_at, 'last_failed', s.last_failed)`

// next lists the renewals of the next thirty days, and the payments that are owed.
func (s *Service) next(ctx context.Context, o *Overview) error {
	var b book
	var plans, renewals, failing string
	err := s.db.Pool().QueryRow(ctx, `SELECT `+bookSQL+`,
		(SELECT coalesce(json_agg(`+subscriberJSON+` ORDER BY s.period_end, s.id), '[]') FROM (`+subscriberSQL+` AND s.state IN ('trial', 'active')
			AND s.period_end BETWEEN $3 AND $3::timestamptz + interval '30 days' AND coalesce(s.pending ->> 'kind', '') NOT IN ('cancel', 'pause')
			ORDER BY s.period_end, s.id LIMIT $4) s),
		(SELECT coalesce(json_agg(`+subscriberJSON+` ORDER BY s.due ->> 'until', s.id), '[]') FROM (`+subscriberSQL+` AND s.state <> 'ended' AND s.due IS NOT NULL
			ORDER BY s.due ->> 'until', s.id LIMIT $4) s)`, o.Desk.ListingID, o.Desk.seller(), s.now(), lines).Scan(&plans, &renewals, &failing)
	if err != nil {
		return fmt.Errorf("sales: next: %w", err)
	}
	if err := errors.Join(decode(plans, &b), decode(renewals, &o.Renewals), decode(failing, &o.Failing)); err != nil {
		return err
	}
	for _, list := range [][]Subscriber{o.Renewals, o.Failing} {
		for i := range list {
			b.complete(&list[i])
		}
	}
	return nil
}

// complete gives a subscriber the plans, and what the next renewal will cost without
// tax, as the engine says it.
func (b *book) complete(c *Subscriber) {
	b.agree(&c.Terms)
	if c.Pending != nil && c.Pending.Terms != nil && c.Pending.Terms.Plan.Name == "" {
		b.agree(c.Pending.Terms)
	}
	env := &models.BillingEnv{Prices: b.Prices}
	at := c.Subscription.Paid()
	for next := at.Next(); !next.IsZero() && !next.After(c.End); next = at.Next() {
		turn := at.Pass(env)
		if at = turn.After.Paid(); turn.Bill != nil {
			c.Bill = turn.Bill
			return
		}
	}
}
