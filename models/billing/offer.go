package billing

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/policies"
)

// offered is everything that an order depends on, as it is at one moment.
type offered struct {
	Listing     models.Listing
	AppID       int64
	AppSlug     string
	AppKind     models.AppKind
	Purchase    models.Purchase
	PurchaseURL string
	Claimed     bool // somebody is there who sells it

	Plan  models.Plan
	Plans map[int]models.Plan // of the listing, by number
	Taken int64               // units of Plan that are taken, where it has a capacity
	Env   models.BillingEnv

	Account     models.Account // who buys
	Seller      models.Seller  // without an account where nobody has set it up
	OwnerID     int64          // the account that sells
	SellerLogin string
	Profile     models.BillingProfile
	HasProfile  bool
	Payers      []int64
	Method      *models.PaymentMethod  // the one that was asked for, where it is the account's and can be used
	Methods     []models.PaymentMethod // the one used last first
	Trialled    bool                   // the account had its trial, or somebody had one with the same card
	Present     *models.Subscription   // what the account has of the listing already: its id and state

	Discount    *models.Discount
	CouponError error // why the coupon gives nothing
	Rules       models.BuyRules
	Facts       models.BuyFacts // but for what it costs

	ordered   int64 // the order that was placed with the key
	reachable bool  // there is a gateway that can charge for the seller
	next      nextID
}

// nextID is what rows are called that may be written.
type nextID struct{ Subscription, Order, Charge, Invoice int64 }

// quote is what comes of an order at a time: the same for the page that shows it and
// for the order itself. Why it can't be ordered comes second; the turn is nil where
// there is nothing to show either.
func (o *offered) quote(order Order, now time.Time) (*models.Turn, error) {
	if o.Purchase == models.PurchaseDirect || !o.Claimed {
		return nil, models.ErrBoughtElsewhere
	}
	transfer := order.Transfer && !o.Plan.Free()
	turn, err := models.Subscribe(models.Offer{ListingID: o.Listing.ID, SellerID: o.OwnerID, AccountID: o.Account.ID, Kind: o.Account.Kind,
		Terms: models.Terms{Plan: o.Plan, Period: order.Period, Units: order.Units}, Zone: o.Profile.TimeZone, Trialled: o.Trialled,
		Coupon: o.Discount, ByTransfer: transfer}, &o.Env, now)
	if err != nil {
		return nil, err
	}
	switch units := turn.After.Terms.Units; {
	case o.Present != nil && o.Present.State != models.SubscriptionIncomplete:
		return turn, models.ErrAlreadyBought
	case o.Plan.Capacity != nil && o.Taken+units > *o.Plan.Capacity:
		return turn, models.ErrPlanFull
	case o.CouponError != nil:
		return turn, o.CouponError
	}
	return turn, o.payable(transfer)
}

// payable says why what costs money can't be paid.
func (o *offered) payable(transfer bool) error {
	switch {
	case o.Plan.Free():
		return nil
	case o.Seller.AccountID == 0, transfer && !o.Seller.AcceptsTransfer, !transfer && (!o.Seller.Ready || !o.reachable):
		return models.ErrSellerNotReady
	case !transfer && o.Method == nil:
		return models.ErrPaymentMethodNeeded
	}
	return nil
}

// verdict is what the account's policy and budgets say of an order.
func (o *offered) verdict(turn *models.Turn) models.Verdict {
	facts := o.Facts
	facts.Monthly = turn.After.Terms.Monthly()
	return o.Rules.Judge(&facts)
}

var offerSQL = `SELECT l.id, l.slug, l.name, l.state, l.logo_hash, l.logo_backdrop, l.purchase, l.purchase_url,
		l.claimed_at IS NOT NULL OR e.account_id IS NOT NULL, p.id, p.slug, p.kind,
		coalesce(p.account_id, 0), coalesce(o.login, ''), ` + plansJSON("l.id") + `, ` + pricesJSON("l.id") + `,
		` + accountJSON + `, ` + sellerJSON + `, ` + profileJSON + `, r.account_id IS NOT NULL, ` + taxesJSON + `, ` + payersOf + `,
		(SELECT coalesce(json_agg(` + methodJSON("m") + ` ORDER BY m.used_at DESC NULLS LAST, m.id DESC), '[]') FROM payment_methods m
			WHERE m.account_id = a.id AND m.state = 'active' AND m.gateway = e.gateway AND (m.seller_id IS NULL OR m.seller_id = e.account_id)),
		(SELECT json_agg(t) FROM (SELECT t.account_id account, t.fingerprint FROM trials t WHERE t.listing_id = l.id AND t.account_id = a.id
			UNION ALL SELECT t.account_id, t.fingerprint FROM payment_methods m JOIN trials t ON t.listing_id = l.id AND t.fingerprint = m.fingerprint
				WHERE m.account_id = a.id AND m.state = 'active' AND t.fingerprint <> '') t),
		(SELECT json_build_object('id', s.id, 'state', s.state) FROM subscriptions s WHERE s.listing_id = l.id AND s.account_id = a.id AND s.state <> 'ended'),
		coalesce((SELECT x.taken FROM plans n JOIN plan_seats x ON x.plan_id = n.id WHERE n.listing_id = l.id AND n.number = $2), 0),
		(SELECT json_build_object('ID', c.id, 'ListingID', c.listing_id, 'Code', c.code, 'Percent', c.percent, 'Minor', c.minor, 'Currency', c.currency,
			'Periods', c.periods, 'PlanID', c.plan_id, 'MaxRedemptions', c.max_redemptions, 'Redemptions', c.redemptions, 'ExpiresAt', c.expires_at,
			'RetiredAt', c.retired_at) FROM coupons c WHERE c.listing_id = l.id AND c.code = $5 AND $5 <> ''),
		` + policies.JSON("a.id") + `, ` + policies.FactsJSON("l.id") + `,
		coalesce((SELECT y.id FROM orders y WHERE y.key = $6 AND $6 <> ''), 0),
		CASE WHEN $6 <> '' THEN nextval('subscriptions_id_seq') ELSE 0 END, CASE WHEN $6 <> '' THEN nextval('orders_id_seq') ELSE 0 END,
		CASE WHEN $6 <> '' THEN nextval('charges_id_seq') ELSE 0 END, CASE WHEN $6 <> '' THEN nextval('invoices_id_seq') ELSE 0 END
	FROM listings l JOIN apps p ON p.id = l.app_id LEFT JOIN accounts o ON o.id = p.account_id LEFT JOIN sellers e ON e.account_id = p.account_id
		JOIN accounts a ON a.login = $3 LEFT JOIN billing_profiles r ON r.account_id = a.id LEFT JOIN users u ON u.account_id = $4
	WHERE l.slug = $1 AND (l.public OR l.state = 'unlisted' AND o.suspended_at IS NULL)`

// offer reads in one statement all that an order depends on. It returns ErrNotFound
// where the listing, the plan or the account isn't there. Who may buy for the
// account is for the verb to ask.
func (s *Service) offer(ctx context.Context, q querier, actor models.Actor, order Order) (*offered, error) {
	login, code := strings.ToLower(cmp.Or(order.Account, actor.Login)), models.CouponCode(order.Coupon)
	for _, text := range []string{order.Listing, login, code, order.Key} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return nil, models.ErrNotFound
		}
	}
	o := &offered{}
	var taxes []models.TaxRate
	var trials []trial
	var coupon *models.Coupon
	var prices models.PriceBook
	var seller *models.Seller
	err := scan(q.QueryRow(ctx, offerSQL, order.Listing, order.Plan, login, actor.UserID, code, order.Key),
		&o.Listing.ID, &o.Listing.Slug, &o.Listing.Name, &o.Listing.State, &o.Listing.LogoHash, &o.Listing.LogoBackdrop, &o.Purchase, &o.PurchaseURL,
		&o.Claimed, &o.AppID, &o.AppSlug, &o.AppKind, &o.OwnerID, &o.SellerLogin, asJSON{&o.Plans}, asJSON{&prices},
		asJSON{&o.Account}, asJSON{&seller}, asJSON{&o.Profile}, &o.HasProfile, asJSON{&taxes}, &o.Payers,
		asJSON{&o.Methods}, asJSON{&trials}, asJSON{&o.Present}, &o.Taken, asJSON{&coupon}, asJSON{&o.Rules}, asJSON{&o.Facts},
		&o.ordered, &o.next.Subscription, &o.next.Order, &o.next.Charge, &o.next.Invoice)
	if err != nil {
		return nil, err
	}
	o.Listing.AppID = o.AppID
	if seller != nil {
		o.Seller = *seller
		o.reachable = s.gateways[seller.Gateway] != nil
	}
	o.Env = env(prices, &o.Seller, &o.Profile, taxes)
	return o, o.choose(order, trials, coupon, s.now())
}

type trial struct {
	Account     int64
	Fingerprint string
}

// choose finds what was chosen among what there is.
func (o *offered) choose(order Order, trials []trial, coupon *models.Coupon, now time.Time) error {
	plan, ok := o.Plans[order.Plan]
	if !ok {
		return models.ErrNotFound
	}
	o.Plan = plan
	for i := range o.Methods {
		if o.Methods[i].ID == order.Method && !order.Transfer {
			o.Method = &o.Methods[i]
		}
	}
	for _, t := range trials {
		if t.Account == o.Account.ID || o.Method != nil && o.Method.Fingerprint != "" && o.Method.Fingerprint == t.Fingerprint {
			o.Trialled = true
		}
	}
	if strings.TrimSpace(order.Coupon) != "" {
		o.Discount, o.CouponError = coupon.Discount(&o.Plan, now)
	}
	return nil
}

// asJSON scans a JSON column into something; null leaves it as it is.
type asJSON struct{ into any }

// scan reads a row, JSON included. No row is ErrNotFound.
func scan(row pgx.Row, into ...any) error {
	texts := map[int]*[]byte{}
	targets := make([]any, len(into))
	for i, t := range into {
		targets[i] = t
		if _, ok := t.(asJSON); ok {
			texts[i] = new([]byte)
			targets[i] = texts[i]
		}
	}
	if err := row.Scan(targets...); err != nil {
		if err = missing(err); err == models.ErrNotFound {
			return err
		}
		return fmt.Errorf("billing: %w", err)
	}
	for i, text := range texts {
		if err := decode(*text, into[i].(asJSON).into); err != nil {
			return fmt.Errorf("billing: %w", err)
		}
	}
	return nil
}
