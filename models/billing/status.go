package billing

import (
	"context"

	"souk/models"
)

// OrderStatus is an order as the page after it shows it.
type OrderStatus struct {
	Placed
	Act          models.SubscriptionAct
	State        string // waiting, done, failed
	Total        models.Money
	Listing      string // slug
	Name         string // of the listing
	Logo         string // hash of its picture; "" for none
	Backdrop     string
	AppSlug      string
	AppKind      models.AppKind
	Installable  bool  // the app is installed here
	Installation int64 // on the account; 0: none
	Account      models.Account
	Subscription models.Subscription
	InvoiceID    int64 // 0: none
}

// OrderOf is an order for whoever may see what the account has bought. A charge that
// is under way is looked up at its gateway before.
func (s *Service) OrderOf(ctx context.Context, actor models.Actor, id int64) (*OrderStatus, error) {
	if err := actor.MayAct(); err != nil && !actor.Suspended {
		return nil, err
	}
	o, charge, err := s.orderOf(ctx, id)
	if err != nil {
		return nil, err
	}
	if actor.MaySeeBilling(o.Account.ID) != nil {
		return nil, models.ErrNotFound
	}
	if o.State != "waiting" || charge == 0 || s.Settle(ctx, charge) != nil {
		return o, ctx.Err()
	}
	o, _, err = s.orderOf(ctx, id)
	return o, err
}

func (s *Service) orderOf(ctx context.Context, id int64) (o *OrderStatus, charge int64, err error) {
	o = &OrderStatus{Placed: Placed{OrderID: id}}
	err = scan(s.db.Pool().QueryRow(ctx, `SELECT o.subscription_id, o.act, o.state, o.total_minor, o.currency, coalesce(c.id, 0), coalesce(c.state, ''),
			coalesce(c.decline, ''), coalesce(c.action_url, ''), coalesce(c.invoice_id, 0),
			coalesce(a.kind = 'github_app' AND a.registered_at IS NOT NULL, false), coalesce(i.id, 0)
		FROM orders o LEFT JOIN LATERAL (SELECT * FROM charges c WHERE c.order_id = o.id ORDER BY c.id DESC LIMIT 1) c ON true
			JOIN subscriptions s ON s.id = o.subscription_id JOIN listings l ON l.id = s.listing_id JOIN apps a ON a.id = l.app_id
			LEFT JOIN installations i ON i.app_id = a.id AND i.account_id = s.account_id
		WHERE o.id = $1`, id),
		&o.SubscriptionID, &o.Act, &o.State, &o.Total.Minor, &o.Total.Currency, &charge, &o.Charge, &o.Decline, &o.ActionURL, &o.InvoiceID, &o.Installable, &o.Installation)
	if err != nil {
		return nil, 0, err
	}
	o.Done = o.State == "done"
	st, err := load(ctx, s.db.Pool(), o.SubscriptionID, false)
	if err != nil {
		return nil, 0, err
	}
	o.Subscription, o.Account = st.Sub, st.Account
	o.Listing, o.Name, o.AppSlug, o.AppKind = st.Listing.Slug, st.Listing.Name, st.AppSlug, st.AppKind
	o.Logo, o.Backdrop = st.Listing.LogoHash, st.Listing.LogoBackdrop
	return o, charge, nil
}
