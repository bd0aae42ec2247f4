package billing

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// querier is a pool or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// standing is a subscription with everything that its next act depends on.
type standing struct {
	Sub     models.Subscription
	Version int
	Env     models.BillingEnv
	Plans   map[int]models.Plan // of the listing, by number

	Listing models.Listing
	AppID   int64
	AppSlug string
	AppKind models.AppKind

	Seller      models.Seller
	SellerLogin string
	Profile     models.BillingProfile
	Account     models.Account
	Payers      []int64 // who is told of what concerns the account's money
	BuyerID     int64   // the person who placed the order; 0: gone

	Method   *models.PaymentMethod // nil: none that can be used
	Trialled bool                  // the account had its trial of the listing, or somebody with the same card
	Open     *openCharge           // a payment that is under way
	Waiting  *waiting              // what holds once Open is paid
	Owed     *owed                 // the invoice that isn't paid

	Withdrawn bool // staff took the listing down, or suspended its seller or the account

	PaidBefore bool // something was paid for it

	fresh bool // it isn't written yet
	next  nextID
}

// openCharge is a charge that isn't settled.
type openCharge struct {
	ID        int64              `json:"id"`
	InvoiceID int64              `json:"invoice_id"` // 0: it is for an order
	OrderID   int64              `json:"order_id"`   // 0: it is for an invoice
	State     models.ChargeState `json:"state"`
	ActionURL string             `json:"action_url"`
	CreatedAt time.Time          `json:"created_at"`
}

// waiting is an order whose payment is under way.
type waiting struct {
	OrderID int64          `json:"order_id"`
	Turn    models.Turn    `json:"turn"`
	Buyer   models.Account `json:"buyer"` // the person; without an id when gone
}

// owed is an invoice that isn't paid.
type owed struct {
	ID        int64               `json:"id"`
	Reference string              `json:"reference"`
	Minor     int64               `json:"minor"`
	Credited  int64               `json:"credited"`
	State     models.InvoiceState `json:"state"`
	Document  models.Document     `json:"document"`
}

func (o *owed) sum() models.Money {
	return models.Money{Minor: o.Minor, Currency: o.Document.Bill.Currency}
}

const standingColumns = `s.id, s.version, s.listing_id, s.seller_id, s.account_id, coalesce(s.buyer_id, 0), s.state, s.end_reason, s.plan_id, s.plan_version,
	s.period, s.units, s.zone, s.anchor, s.months, s.period_start, s.period_end, s.trial_ends_at, s.pending, s.due, s.coupon, s.applied,
	s.by_transfer, s.reminded_for`

var loadSQL = `SELECT ` + standingColumns + `,
		l.slug, l.name, l.state, l.logo_hash, l.logo_backdrop, p.id, p.slug, p.kind, o.login, l.state = 'taken_down' OR o.suspended_at IS NOT NULL OR a.suspended_at IS NOT NULL,
		` + plansJSON("l.id") + `, ` + pricesJSON("l.id") + `, ` + accountJSON + `, ` + sellerJSON + `, ` + profileJSON + `, ` + taxesJSON + `, ` + payersOf + `,
		CASE WHEN m.state = 'active' AND m.gateway = e.gateway THEN ` + methodJSON("m") + ` END,
		EXISTS (SELECT FROM trials t WHERE t.listing_id = l.id AND t.account_id = a.id)
			OR EXISTS (SELECT FROM trials t WHERE t.listing_id = l.id AND t.fingerprint = m.fingerprint AND t.fingerprint <> ''),
		(SELECT json_build_object('id', c.id, 'invoice_id', c.invoice_id, 'order_id', c.order_id, 'state', c.state, 'action_url', c.action_url,
			'created_at', c.created_at) FROM charges c WHERE c.subscription_id = s.id AND c.state IN ('reserved', 'processing', 'action_needed')),
		(SELECT json_build_object('order_id', y.id, 'turn', y.turn, 'buyer', json_build_object('ID', w.id, 'Login', w.login, 'Kind', w.kind))
			FROM orders y LEFT JOIN accounts w ON w.id = y.buyer_id WHERE y.subscription_id = s.id AND y.state = 'waiting'),
		(SELECT json_build_object('id', i.id, 'reference', i.reference, 'minor', i.total_minor, 'credited', i.credited_minor, 'state', i.state,
			'document', i.document::json) FROM invoices i WHERE i.id = (s.due ->> 'invoice_id')::bigint),
		EXISTS (SELECT FROM invoices i WHERE i.subscription_id = s.id AND i.kind = 'invoice' AND i.paid_minor > 0),
		CASE WHEN $2 THEN nextval('orders_id_seq') ELSE 0 END, CASE WHEN $2 THEN nextval('charges_id_seq') ELSE 0 END,
		CASE WHEN $2 THEN nextval('invoices_id_seq') ELSE 0 END
	FROM subscriptions s JOIN listings l ON l.id = s.listing_id JOIN apps p ON p.id = l.app_id JOIN sellers e ON e.account_id = s.seller_id
		JOIN accounts o ON o.id = s.seller_id JOIN accounts a ON a.id = s.account_id LEFT JOIN billing_profiles r ON r.account_id = a.id
		LEFT JOIN users u ON u.account_id = coalesce(s.buyer_id, a.id) LEFT JOIN payment_methods m ON m.id = s.payment_method_id
	WHERE s.id = $1`

// load reads the standing of a subscription in one statement, and locks its row
// before where asked to. It returns ErrNotFound.
func load(ctx context.Context, q querier, id int64, lock bool) (*standing, error) {
	if lock {
		// By itself, so that the statement after it sees what others have written
		// who had the row before.
		var locked int64
		if err := scan(q.QueryRow(ctx, `SELECT id FROM subscriptions WHERE id = $1 FOR UPDATE`, id), &locked); err != nil {
			return nil, err
		}
	}
	st := &standing{}
	s := &st.Sub
	var planID int64
	var version int
	var end, trialEnd, reminded *time.Time
	var taxes []models.TaxRate
	var prices models.PriceBook
	err := scan(q.QueryRow(ctx, loadSQL, id, lock),
		&s.ID, &st.Version, &s.ListingID, &s.SellerID, &s.AccountID, &st.BuyerID, &s.State, &s.EndReason, &planID, &version,
		&s.Terms.Period, &s.Terms.Units, &s.Zone, &s.Anchor, &s.Months, &s.Start, &end, &trialEnd, asJSON{&s.Pending}, asJSON{&s.Due},
		asJSON{&s.Coupon}, asJSON{&s.Applied}, &s.ByTransfer, &reminded,
		&st.Listing.Slug, &st.Listing.Name, &st.Listing.State, &st.Listing.LogoHash, &st.Listing.LogoBackdrop, &st.AppID, &st.AppSlug, &st.AppKind,
		&st.SellerLogin, &st.Withdrawn, asJSON{&st.Plans}, asJSON{&prices}, asJSON{&st.Account}, asJSON{&st.Seller}, asJSON{&st.Profile}, asJSON{&taxes}, &st.Payers,
		asJSON{&st.Method}, &st.Trialled, asJSON{&st.Open}, asJSON{&st.Waiting}, asJSON{&st.Owed}, &st.PaidBefore, &st.next.Order, &st.next.Charge, &st.next.Invoice)
	if err != nil {
		return nil, err
	}
	st.Listing.ID, st.Listing.AppID = s.ListingID, st.AppID
	s.Anchor, s.Start, s.End, s.TrialEnd, s.Reminded = s.Anchor.UTC(), s.Start.UTC(), stamp(end), stamp(trialEnd), stamp(reminded)
	plan, _ := planOf(st.Plans, planID)
	s.Terms.Plan = agreed(plan, prices, version)
	st.Env = env(prices, &st.Seller, &st.Profile, taxes)
	return st, nil
}

// standing is what an order of o leads to, before anything is written.
func (o *offered) standing(actor models.Actor) *standing {
	st := &standing{Env: o.Env, Plans: o.Plans, Listing: o.Listing, AppID: o.AppID, AppSlug: o.AppSlug, AppKind: o.AppKind, Seller: o.Seller,
		SellerLogin: o.SellerLogin, Profile: o.Profile, Account: o.Account, Payers: o.Payers, BuyerID: actor.UserID, Method: o.Method,
		Trialled: o.Trialled, fresh: true, next: o.next}
	if o.Plan.Free() {
		st.Method = nil
	}
	return st
}

// method names what is paid with, as it stands on an invoice.
func (st *standing) method() string {
	m := st.Method
	if m == nil {
		return ""
	}
	name := brands[m.Brand]
	if name == "" {
		name = m.Kind
	}
	if m.Last4 == "" {
		return name
	}
	return name + " •••• " + m.Last4
}

// brands are what cards are called.
var brands = map[string]string{"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover", "jcb": "JCB",
	"unionpay": "UnionPay", "diners": "Diners Club", "sepa_debit": "SEPA"}
