package billing

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"

	"souk/models"
	"souk/models/db"
	"souk/models/policies"
)

// ChangeOrder is what a subscription is to be changed to.
type ChangeOrder struct {
	Key    string
	Plan   int // number
	Period models.Period
	Units  int64
	Shown  *models.Money
}

// act is something that somebody does to a subscription.
type act struct {
	key   string
	shown *models.Money
	may   func(models.Actor, *standing) error
	turn  func(context.Context, querier, *standing) (*models.Turn, error)
	name  models.AuditAction
	calm  bool // it may be done while a payment of what has begun is under way
	wanes bool // it gets cheaper while somebody looks at the page
}

// Whoever pays for the account may do what costs nothing; what costs something is
// for those who may order.
func mayPay(a models.Actor, st *standing) error { return a.MayPayFor(st.Account.ID) }
func mayOrder(a models.Actor, st *standing) error {
	return a.MayOrderFor(st.Account.ID, st.Account.SuspendedAt != nil)
}

// Change moves a subscription to other terms, as models.Subscription.Change says.
// What costs more is charged at once, and holds once it is paid.
func (s *Service) Change(ctx context.Context, actor models.Actor, id int64, c ChangeOrder) (*Placed, error) {
	return s.act(ctx, actor, id, act{key: c.Key, shown: c.Shown, may: mayOrder, name: "subscription.change", wanes: true,
		turn: func(ctx context.Context, q querier, st *standing) (*models.Turn, error) {
			t, err := s.change(st, c)
			if err != nil {
				return nil, err
			}
			return t, s.allows(ctx, q, actor, st, t)
		}})
}

// change is what comes of a change, for the order and the page that shows it.
func (s *Service) change(st *standing, c ChangeOrder) (*models.Turn, error) {
	plan, ok := st.Plans[c.Plan]
	if !ok {
		return nil, models.ErrNotFound
	}
	t, err := st.Sub.Change(models.Terms{Plan: plan, Period: c.Period, Units: c.Units}, st.Account.Kind, !st.Trialled, &st.Env, s.now())
	if err != nil {
		return nil, err
	}
	if to := wanted(t); !to.Plan.Free() && !t.After.ByTransfer && t.After.Pending == nil && st.Method == nil {
		return t, models.ErrPaymentMethodNeeded
	}
	return t, nil
}

// wanted are the terms that a turn leads to, now or at the end of the period.
func wanted(t *models.Turn) *models.Terms {
	if p := t.After.Pending; p != nil && p.Terms != nil {
		return p.Terms
	}
	return &t.After.Terms
}

// allows asks the policy of an organization about what costs more than before.
func (s *Service) allows(ctx context.Context, q querier, actor models.Actor, st *standing, t *models.Turn) error {
	is, was := wanted(t).Monthly(), st.Sub.Terms.Monthly()
	if st.Account.Kind != models.KindOrganization || is.Currency == was.Currency && is.Minor <= was.Minor {
		return nil
	}
	var rules models.BuyRules
	var facts models.BuyFacts
	err := scan(q.QueryRow(ctx, `SELECT `+policies.JSON("$1::bigint")+`, `+policies.FactsJSON("$2::bigint"), st.Account.ID, st.Sub.ListingID), asJSON{&rules}, asJSON{&facts})
	if err != nil {
		return err
	}
	// What is spent on it already is in the budget.
	if facts.Monthly = is; is.Currency == was.Currency {
		facts.Monthly.Minor -= was.Minor
	}
	over := rules.Judge(&facts)
	facts.Monthly = is
	v := rules.Policy.Judge(&facts)
	owner := actor.RoleIn(st.Account.ID) == models.RoleOwner
	if err := v.Refusal(owner); err != nil {
		return err
	}
	return over.Refusal(owner)
}

// Cancel ends a subscription: what is free, on trial, paused or not paid at once,
// anything else with its period.
func (s *Service) Cancel(ctx context.Context, actor models.Actor, id int64, key string) (*Placed, error) {
	return s.act(ctx, actor, id, act{key: key, may: mayPay, name: "subscription.cancel", calm: true,
		turn: func(_ context.Context, _ querier, st *standing) (*models.Turn, error) {
			return st.Sub.Cancel(&st.Env, s.now())
		}})
}

// TakeBack undoes what is pending.
func (s *Service) TakeBack(ctx context.Context, actor models.Actor, id int64, key string) (*Placed, error) {
	return s.act(ctx, actor, id, act{key: key, may: mayOrder, name: "subscription.take_back", calm: true,
		turn: func(_ context.Context, _ querier, st *standing) (*models.Turn, error) {
			return st.Sub.TakeBack(s.now())
		}})
}

// Pause stops a subscription with its period.
func (s *Service) Pause(ctx context.Context, actor models.Actor, id int64, key string) (*Placed, error) {
	return s.act(ctx, actor, id, act{key: key, may: mayPay, name: "subscription.pause", calm: true,
		turn: func(_ context.Context, _ querier, st *standing) (*models.Turn, error) {
			return st.Sub.Pause(&st.Env, s.now())
		}})
}

// Resume goes on with a paused subscription, which is paid at once.
func (s *Service) Resume(ctx context.Context, actor models.Actor, id int64, key string, shown *models.Money) (*Placed, error) {
	return s.act(ctx, actor, id, act{key: key, shown: shown, may: mayOrder, name: "subscription.resume",
		turn: func(_ context.Context, _ querier, st *standing) (*models.Turn, error) {
			t, err := st.Sub.Resume(&st.Env, s.now())
			if err == nil && t.Required && st.Method == nil {
				err = models.ErrPaymentMethodNeeded
			}
			return t, err
		}})
}

// act does something to a subscription. Time that should have passed for it passes
// before, and a payment that somebody began and left makes room.
func (s *Service) act(ctx context.Context, actor models.Actor, id int64, a act) (*Placed, error) {
	a.key = cmp.Or(a.key, rand.Text())
	var begun bool // it had not been paid for yet
	for try := 0; ; try++ {
		p, earlier, err := s.try(ctx, actor, id, a)
		switch {
		case begun && errors.Is(err, models.ErrSubscriptionEnded) && a.name == "subscription.cancel":
			return &Placed{SubscriptionID: id, Done: true}, nil
		case db.Violates(err, "orders_key_key") && try == 0:
			continue // it is found now
		case err == nil && earlier != 0:
			return s.placed(ctx, earlier, p.st.Account.ID)
		case err == nil:
			return s.after(ctx, p)
		case try > 1:
			return nil, err
		case errors.Is(err, models.ErrSubscriptionDue):
			if err := s.Advance(ctx, id); err != nil {
				return nil, err
			}
		case errors.Is(err, models.ErrSubscriptionBusy) && p != nil && p.st.Open != nil:
			begun = p.st.Sub.State == models.SubscriptionIncomplete
			if busy := s.yield(ctx, p.st, a); busy != nil {
				return nil, busy
			}
		default:
			return nil, err
		}
	}
}

// yield settles the payment that stands in the way, or gives up one that waits for
// the buyer, who wants something else now.
func (s *Service) yield(ctx context.Context, st *standing, a act) error {
	// A payment that the gateway works on isn't ours to stop, but for what ends before it began.
	giveUp := st.Open.State == models.ChargeAction || st.Sub.State == models.SubscriptionIncomplete && a.calm
	if err := s.settle(ctx, st.Open.ID, giveUp); err != nil {
		return models.ErrSubscriptionBusy.Because(err)
	}
	var state models.ChargeState
	if err := scan(s.db.Pool().QueryRow(ctx, `SELECT state FROM charges WHERE id = $1`, st.Open.ID), &state); err != nil {
		return err
	}
	if !state.Settled() {
		return models.ErrSubscriptionBusy
	}
	return nil
}

// try does it in one transaction. An order that was placed with the key before comes
// second.
func (s *Service) try(ctx context.Context, actor models.Actor, id int64, a act) (p *page, earlier int64, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := load(ctx, tx.Pgx, id, true)
		if err != nil {
			return err
		}
		if err := a.may(actor, st); err != nil {
			return err
		}
		p = s.page(actor, st)
		err = scan(tx.Pgx.QueryRow(ctx, `SELECT id FROM orders WHERE key = $1 AND subscription_id = $2`, a.key, id), &earlier)
		if err == nil || !errors.Is(err, models.ErrNotFound) {
			return err
		}
		return s.do(ctx, tx, p, a)
	})
	if err == nil && earlier == 0 {
		s.reached("reserved")
	}
	return p, earlier, err
}

func (s *Service) do(ctx context.Context, tx *db.Tx, p *page, a act) error {
	sub := &p.st.Sub
	if next := sub.Next(); !next.IsZero() && !next.After(p.now) && p.st.Open == nil {
		return models.ErrSubscriptionDue
	}
	t, err := a.turn(ctx, tx.Pgx, p.st)
	if p.st.Open != nil && (err == nil || errors.Is(err, models.ErrSubscriptionIncomplete)) && !p.calm(a, t) {
		return models.ErrSubscriptionBusy
	}
	if err != nil {
		return err
	}
	if t.Charges() && (p.st.Withdrawn || t.Required && !p.st.Seller.Ready) {
		return models.ErrSellerNotReady
	}
	if !shown(a.shown, t) && !(a.wanes && less(a.shown, t)) {
		return models.ErrQuoteChanged
	}
	if err := p.order(t, a.key, 0); err != nil {
		return err
	}
	if err := p.audit(a.name, termsLog(&sub.Terms), termsLog(wanted(t))); err != nil {
		return err
	}
	s.reached("reserve")
	return p.write(ctx, tx.Pgx)
}

// less reports whether a turn costs less than a page showed: what is left of a
// period is worth less with each second.
func less(shown *models.Money, t *models.Turn) bool {
	return t.Charges() && t.Bill.Currency == shown.Currency && t.Bill.Total < shown.Minor
}

// calm reports whether a turn doesn't mind the payment that is under way: it only
// says what comes at the end of a period that has begun.
func (p *page) calm(a act, t *models.Turn) bool {
	return a.calm && t != nil && p.st.Open.OrderID == 0 && t.After.State != models.SubscriptionEnded
}

// abandon ends a subscription whose first payment nobody finished.
func (s *Service) abandon(ctx context.Context, id int64) error {
	st, err := load(ctx, s.db.Pool(), id, false)
	if err != nil {
		return err
	}
	if st.Sub.State != models.SubscriptionIncomplete || st.Open == nil {
		return nil
	}
	return s.yield(ctx, st, act{})
}
