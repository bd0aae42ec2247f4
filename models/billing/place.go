package billing

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"

	"souk/models"
	"souk/models/db"
)

// Order is what somebody buys. Key is made with the page: the same key twice is one
// order. Shown is the total that the page showed for today; where it would be
// another one, nothing is ordered.
type Order struct {
	Key       string
	Listing   string // slug
	Plan      int    // number
	Account   string // login; "": the actor's own
	Period    models.Period
	Units     int64
	Coupon    string
	Method    int64 // payment method; 0: none
	Transfer  bool
	Shown     *models.Money
	RequestID int64 // the request it came from; 0: none
}

// Placed is what came of an order. Done is true once it holds; otherwise its payment
// is under way, and ActionURL, where there is one, is where the buyer confirms it.
type Placed struct {
	OrderID        int64
	SubscriptionID int64
	Done           bool
	Charge         models.ChargeState // "": nothing was charged
	Decline        models.DeclineCode
	ActionURL      string
}

// Place buys a plan. What costs money at once is charged at once, and holds once it
// is paid. It returns ErrPaymentDeclined, with Placed, where the charge was refused,
// ErrQuoteChanged, ErrAlreadyBought, ErrPlanFull, ErrPaymentMethodNeeded,
// ErrSellerNotReady, ErrBoughtElsewhere, ErrPolicyDenied, ErrPolicyAsks, and what
// models.Subscribe does.
func (s *Service) Place(ctx context.Context, actor models.Actor, order Order) (*Placed, error) {
	if err := actor.MayAct(); err != nil {
		return nil, err
	}
	order.Key = cmp.Or(order.Key, rand.Text())
	o, err := s.offer(ctx, s.db.Pool(), actor, order)
	if err != nil {
		return nil, err
	}
	if err := actor.MayOrderFor(o.Account.ID, o.Account.SuspendedAt != nil); err != nil {
		return nil, err
	}
	if o.ordered != 0 {
		return s.placed(ctx, o.ordered, o.Account.ID)
	}
	if p := o.Present; p != nil && p.State == models.SubscriptionIncomplete {
		// An order that nobody finished makes room for another one.
		if err := s.abandon(ctx, p.ID); err != nil {
			return nil, err
		}
		if o, err = s.offer(ctx, s.db.Pool(), actor, order); err != nil {
			return nil, err
		}
	}
	return s.place(ctx, actor, order, o)
}

func (s *Service) place(ctx context.Context, actor models.Actor, order Order, o *offered) (*Placed, error) {
	turn, err := o.quote(order, s.now())
	if err != nil {
		return nil, err
	}
	v := o.verdict(turn)
	if err := v.Refusal(o.Account.Kind == models.KindUser || actor.RoleIn(o.Account.ID) == models.RoleOwner); err != nil {
		return nil, err
	}
	if !shown(order.Shown, turn) {
		return nil, models.ErrQuoteChanged
	}
	st := o.standing(actor)
	turn.After.ID = o.next.Subscription
	st.Sub = models.Subscription{ID: o.next.Subscription, ListingID: o.Listing.ID, SellerID: o.OwnerID, AccountID: o.Account.ID, Zone: turn.After.Zone}
	p := s.page(actor, st)
	p.redeem(o.Discount, 1)
	if err := p.order(turn, order.Key, order.RequestID); err != nil {
		return nil, err
	}
	if err := p.audit("subscription.buy", nil, termsLog(&turn.After.Terms)); err != nil {
		return nil, err
	}
	s.reached("reserve")
	err = p.write(ctx, s.db.Pool()) // nothing is read or locked first: it is a transaction by itself
	s.reached("reserved")
	if db.Violates(err, "orders_key_key") || db.Violates(err, "subscriptions_standing_key") {
		return s.second(ctx, order.Key, o.Account.ID)
	}
	if err != nil {
		return nil, err
	}
	return s.after(ctx, p)
}

// second answers whoever orders while somebody else does: who clicked twice gets the
// first click's answer.
func (s *Service) second(ctx context.Context, key string, accountID int64) (*Placed, error) {
	var id int64
	err := scan(s.db.Pool().QueryRow(ctx, `SELECT id FROM orders WHERE key = $1`, key), &id)
	if errors.Is(err, models.ErrNotFound) {
		return nil, models.ErrAlreadyBought
	}
	if err != nil {
		return nil, err
	}
	return s.placed(ctx, id, accountID)
}

// shown reports whether a page showed what will be paid today.
func shown(total *models.Money, turn *models.Turn) bool {
	if total == nil {
		return true
	}
	if !turn.Charges() {
		return total.Minor == 0
	}
	return *total == turn.Bill.Sum()
}

// order writes an order, and either what it leads to, or the charge that it waits
// for.
func (p *page) order(t *models.Turn, key string, requestID int64) error {
	if !t.Required {
		if err := p.hold(t, nil); err != nil {
			return err
		}
		p.ordered(t, key, requestID, "done")
		return nil
	}
	sub := p.st.Sub
	if p.st.fresh {
		sub = t.After
		sub.State = models.SubscriptionIncomplete
	}
	open := p.reserve(t.Bill.Sum(), p.st.next.Order, 0, t.At)
	p.keep(&sub, open)
	p.seats(p.held(), seatsOf(&sub, &t.After.Terms))
	p.ordered(t, key, requestID, "waiting")
	return nil
}

// ordered writes the order itself.
func (p *page) ordered(t *models.Turn, key string, requestID int64, state string) {
	terms := &t.After.Terms
	if t.After.Pending != nil && t.After.Pending.Terms != nil {
		terms = t.After.Pending.Terms
	}
	total := models.Money{Currency: currencyOf(&terms.Plan)}
	if t.Charges() {
		total = t.Bill.Sum()
	}
	var waits *models.Turn
	settled := &p.now
	if state == "waiting" {
		waits, settled = t, nil
	}
	p.b.Queue(`INSERT INTO orders (id, key, subscription_id, listing_id, account_id, buyer_id, act, plan_id, plan_version, period, units,
			total_minor, currency, state, turn, request_id, created_at, settled_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		p.st.next.Order, key, p.st.Sub.ID, p.st.Sub.ListingID, p.st.Sub.AccountID, nobody(p.actor.UserID), t.Act, terms.Plan.ID, terms.Plan.Version,
		terms.Period, terms.Units, total.Minor, total.Currency, state, waits, nobody(requestID), p.now, settled)
}

// after settles the charge that a page reserved, if it did, and says what came of
// it.
func (s *Service) after(ctx context.Context, p *page) (*Placed, error) {
	placed := &Placed{OrderID: p.st.next.Order, SubscriptionID: p.st.Sub.ID, Done: true}
	if p.charge == 0 {
		return placed, nil
	}
	if err := s.Settle(ctx, p.charge); err != nil {
		slog.WarnContext(ctx, "a charge is asked for again", "charge", p.charge, "error", err)
		placed.Done, placed.Charge = false, models.ChargeReserved
		return placed, ctx.Err()
	}
	return s.placed(ctx, placed.OrderID, p.st.Sub.AccountID)
}

// placed is what came of an order by now. A charge that nobody has settled is.
func (s *Service) placed(ctx context.Context, orderID, accountID int64) (*Placed, error) {
	for settled := false; ; settled = true {
		placed := &Placed{OrderID: orderID}
		var charge, account int64
		var state string
		err := scan(s.db.Pool().QueryRow(ctx, `SELECT o.subscription_id, o.account_id, o.state, coalesce(c.id, 0), coalesce(c.state, ''), coalesce(c.decline, ''),
				coalesce(c.action_url, '')
			FROM orders o LEFT JOIN LATERAL (SELECT * FROM charges c WHERE c.order_id = o.id ORDER BY c.id DESC LIMIT 1) c ON true WHERE o.id = $1`, orderID),
			&placed.SubscriptionID, &account, &state, &charge, &placed.Charge, &placed.Decline, &placed.ActionURL)
		if err != nil {
			return nil, err
		}
		placed.Done = state == "done"
		switch {
		case account != accountID:
			return nil, models.ErrNotFound // somebody else's key
		case placed.Charge == models.ChargeReserved && !settled:
			if s.Settle(ctx, charge) != nil {
				return placed, ctx.Err()
			}
		case state == "failed":
			return placed, models.ErrPaymentDeclined.Because(errors.New(string(placed.Decline)))
		default:
			return placed, nil
		}
	}
}
