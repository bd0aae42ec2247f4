package billing

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// seen is a standing as pages show it.
type seen struct {
	standing
	Public   bool // visitors see the listing
	BeganAt  time.Time
	EndedAt  time.Time
	MethodID int64 // 0: none
	Installs *Installs
}

// seenSQL reads many standings in one statement, without what only an act needs.
var seenSQL = `SELECT ` + standingColumns + `, s.created_at, s.ended_at, coalesce(s.payment_method_id, 0),
		l.slug, l.name, l.state, l.logo_hash, l.logo_backdrop, l.public, p.id, p.slug, p.kind, o.login,
		` + plansJSON("l.id") + `, ` + pricesJSON("l.id") + `, ` + accountJSON + `, ` + sellerJSON + `, ` + profileJSON + `, ` + taxesJSON + `,
		CASE WHEN m.state = 'active' AND m.gateway = e.gateway THEN ` + methodJSON("m") + ` END,
		EXISTS (SELECT FROM trials t WHERE t.listing_id = l.id AND t.account_id = a.id),
		(SELECT json_build_object('id', c.id, 'invoice_id', c.invoice_id, 'order_id', c.order_id, 'state', c.state, 'action_url', c.action_url,
			'created_at', c.created_at) FROM charges c WHERE c.subscription_id = s.id AND c.state IN ('reserved', 'processing', 'action_needed')),
		(SELECT json_build_object('order_id', y.id, 'turn', y.turn) FROM orders y WHERE y.subscription_id = s.id AND y.state = 'waiting'),
		(SELECT json_build_object('id', i.id, 'reference', i.reference, 'minor', i.total_minor, 'credited', i.credited_minor, 'state', i.state,
			'document', i.document::json) FROM invoices i WHERE i.id = (s.due ->> 'invoice_id')::bigint),
		CASE WHEN p.kind = 'github_app' AND p.registered_at IS NOT NULL THEN coalesce((SELECT json_build_object('ID', n.id, 'Selection', n.selection,
				'Stopped', n.suspended_at IS NOT NULL OR n.barred_at IS NOT NULL) FROM installations n WHERE n.app_id = p.id AND n.account_id = a.id), '{}') END
	FROM subscriptions s JOIN listings l ON l.id = s.listing_id JOIN apps p ON p.id = l.app_id JOIN sellers e ON e.account_id = s.seller_id
		JOIN accounts o ON o.id = s.seller_id JOIN accounts a ON a.id = s.account_id LEFT JOIN billing_profiles r ON r.account_id = a.id
		LEFT JOIN users u ON u.account_id = coalesce(s.buyer_id, a.id) LEFT JOIN payment_methods m ON m.id = s.payment_method_id `

// see reads the standings that a condition names.
func see(ctx context.Context, q querier, where string, args ...any) ([]seen, error) {
	rows, err := q.Query(ctx, seenSQL+where, args...)
	if err != nil {
		return nil, fmt.Errorf("billing: see: %w", err)
	}
	all, err := pgx.CollectRows(rows, scanSeen)
	if err != nil {
		return nil, fmt.Errorf("billing: see: %w", err)
	}
	return all, nil
}

func scanSeen(row pgx.CollectableRow) (st seen, err error) {
	s := &st.Sub
	var planID int64
	var version int
	var end, trialEnd, reminded, ended *time.Time
	var taxes []models.TaxRate
	var prices models.PriceBook
	err = scan(row, &s.ID, &st.Version, &s.ListingID, &s.SellerID, &s.AccountID, &st.BuyerID, &s.State, &s.EndReason, &planID, &version,
		&s.Terms.Period, &s.Terms.Units, &s.Zone, &s.Anchor, &s.Months, &s.Start, &end, &trialEnd, asJSON{&s.Pending}, asJSON{&s.Due},
		asJSON{&s.Coupon}, asJSON{&s.Applied}, &s.ByTransfer, &reminded, &st.BeganAt, &ended, &st.MethodID,
		&st.Listing.Slug, &st.Listing.Name, &st.Listing.State, &st.Listing.LogoHash, &st.Listing.LogoBackdrop, &st.Public, &st.AppID, &st.AppSlug,
		&st.AppKind, &st.SellerLogin, asJSON{&st.Plans}, asJSON{&prices}, asJSON{&st.Account}, asJSON{&st.Seller}, asJSON{&st.Profile}, asJSON{&taxes},
		asJSON{&st.Method}, &st.Trialled, asJSON{&st.Open}, asJSON{&st.Waiting}, asJSON{&st.Owed}, asJSON{&st.Installs})
	if err != nil {
		return st, err
	}
	st.Listing.ID, st.Listing.AppID = s.ListingID, st.AppID
	s.Anchor, s.Start, s.End, s.TrialEnd, s.Reminded = s.Anchor.UTC(), s.Start.UTC(), stamp(end), stamp(trialEnd), stamp(reminded)
	st.EndedAt = stamp(ended)
	plan, _ := planOf(st.Plans, planID)
	s.Terms.Plan = agreed(plan, prices, version)
	st.Env = env(prices, &st.Seller, &st.Profile, taxes)
	return st, nil
}
