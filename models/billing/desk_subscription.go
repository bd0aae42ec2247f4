package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// historyPage is how much of a subscription's history a page shows.
const historyPage = 25

// Standing is where a subscription stands, as its pages show it.
type Standing struct {
	Bought
	Account  models.Account
	Role     models.OrganizationRole // of the actor in the account; "" where they have none
	Why      error                   // why the actor can't act; nil: they can
	Now      time.Time
	Env      models.BillingEnv
	Seller   models.Seller
	Login    string // of the seller
	AppSlug  string
	AppKind  models.AppKind
	Installs *Installs // nil: the app isn't installed here, but set up elsewhere
	BeganAt  time.Time
	Method   string // what it is paid with, in words; "": nothing that can be used
	MethodID int64
	Plans    []models.Plan // that it can be changed to, with its own
	Calendar []models.CalendarEntry
	Acts     []models.SubscriptionAct // that can be done now
	MayPayBy bool                     // another payment method can be chosen
	Raise    *Raise                   // another price that has been announced
	History  []HistoryEntry           // the newest first
	More     bool                     // there are older ones
	Decline  models.DeclineCode       // why the last charge of what is owed was refused
}

// Installs is whether a subscription's app is installed on the account: neither ends
// with the other.
type Installs struct {
	ID        int64 // 0: it isn't
	Selection models.Selection
	Stopped   bool // it is suspended
}

// Raise is another price that has been announced: what is paid from a day on.
type Raise struct {
	From  time.Time
	Price models.Money
}

// HistoryEntry is something that happened to a subscription: an order, a document, a
// charge, a refund, or its end.
type HistoryEntry struct {
	At        time.Time
	Kind      string // order, invoice, credit_note, charge, refund, end
	What      string // the act, the state, the reason
	Who       string // login; "": by itself, or somebody who has left
	Plan      string // of an order
	PlanKind  models.PlanKind
	UnitName  string
	Period    models.Period
	Units     int64
	Minor     int64
	Currency  string
	InvoiceID int64
	Reference string
	Decline   models.DeclineCode
	Brand     string
	Last4     string
}

// Subscription is where a subscription stands, for those who may see what the
// account has bought. Page is that of its history, from 1 on.
func (s *Service) Subscription(ctx context.Context, actor models.Actor, id int64, page int) (*Standing, error) {
	st, v, err := s.seeOne(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	v.Calendar, v.Acts, v.Raise = st.calendar(v.Now), st.acts(v.Now), st.raise(v.Now)
	if v.History, err = s.history(ctx, id, page); err != nil {
		return nil, err
	}
	if len(v.History) > historyPage {
		v.History, v.More = v.History[:historyPage], true
	}
	for _, e := range v.History {
		if v.Owed != nil && e.Kind == "charge" {
			v.Decline = e.Decline
			break
		}
	}
	return v, nil
}

// seeOne reads a subscription for who may see it.
func (s *Service) seeOne(ctx context.Context, actor models.Actor, id int64) (*seen, *Standing, error) {
	all, err := see(ctx, s.db.Pool(), `WHERE s.id = $1`, id)
	if err != nil {
		return nil, nil, err
	}
	if len(all) == 0 {
		return nil, nil, models.ErrNotFound
	}
	st := &all[0]
	if err := actor.MaySeeBilling(st.Account.ID); err != nil {
		return nil, nil, err
	}
	now := s.now()
	v := &Standing{Bought: st.bought(now), Account: st.Account, Role: actor.RoleIn(st.Account.ID), Now: now, Env: st.Env, Seller: st.Seller,
		Why: actor.MayOrderFor(st.Account.ID, st.Account.SuspendedAt != nil), Login: st.SellerLogin, AppSlug: st.AppSlug, AppKind: st.AppKind, Installs: st.Installs,
		BeganAt: st.BeganAt, Method: st.method(), MethodID: st.MethodID, Plans: st.choices(), MayPayBy: st.payable()}
	return st, v, nil
}

// choices are the plans that the account can be on, by their numbers, with the one
// that it is on.
func (st *standing) choices() []models.Plan {
	var all []models.Plan
	for number := range maxNumber(st.Plans) + 1 {
		p, ok := st.Plans[number]
		if !ok {
			continue
		}
		if p.ID == st.Sub.Terms.Plan.ID {
			p = st.Sub.Terms.Plan
		} else if p.State != models.PlanPublished || !p.Audience.Allows(st.Account.Kind) {
			continue
		}
		all = append(all, p)
	}
	return all
}

func maxNumber(plans map[int]models.Plan) (most int) {
	for number := range plans {
		most = max(most, number)
	}
	return most
}

// payable reports whether another payment method can be chosen for it.
func (st *standing) payable() bool {
	if st.Sub.State == models.SubscriptionEnded || st.Sub.State == models.SubscriptionIncomplete || st.Seller.Gateway == "" {
		return false
	}
	return !st.Sub.Free()
}

// acts are those that can be done now.
func (st *standing) acts(now time.Time) []models.SubscriptionAct {
	var all []models.SubscriptionAct
	for _, act := range []models.SubscriptionAct{models.ActChange, models.ActTakeBack, models.ActPause, models.ActResume, models.ActCancel} {
		if _, err := st.preview(act, now); err == nil {
			all = append(all, act)
		}
	}
	return all
}

// preview is what comes of an act that has no choice. Of a change it only says
// whether there can be one.
func (st *standing) preview(act models.SubscriptionAct, now time.Time) (*models.Turn, error) {
	if st.Open != nil && act != models.ActCancel {
		return nil, models.ErrSubscriptionBusy
	}
	switch act {
	case models.ActCancel:
		return st.Sub.Cancel(&st.Env, now)
	case models.ActTakeBack:
		return st.Sub.TakeBack(now)
	case models.ActPause:
		return st.Sub.Pause(&st.Env, now)
	case models.ActResume:
		return st.Sub.Resume(&st.Env, now)
	case models.ActChange:
		_, err := st.Sub.Change(st.Sub.Terms, st.Account.Kind, !st.Trialled, &st.Env, now)
		if errors.Is(err, models.ErrSameTerms) {
			err = nil
		}
		return nil, err
	}
	return nil, models.ErrNotFound
}

// raise is the next price that has been announced for it; nil for none.
func (st *standing) raise(now time.Time) *Raise {
	if st.Sub.Free() || st.Sub.State == models.SubscriptionEnded {
		return nil
	}
	agreed := st.Sub.Terms.Price()
	for _, e := range st.calendar(now) {
		if e.Bill == nil || len(e.Bill.Lines) == 0 || st.Sub.Pending != nil {
			continue
		}
		if l := e.Bill.Lines[0]; l.Whole != agreed.Minor || e.Bill.Currency != agreed.Currency {
			return &Raise{From: e.At, Price: models.Money{Minor: l.Whole, Currency: e.Bill.Currency}}
		}
	}
	return nil
}

// history reads a page of it, and one more row where there are older ones.
func (s *Service) history(ctx context.Context, id int64, page int) ([]HistoryEntry, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT * FROM (
			SELECT y.created_at at, 'order' kind, y.act || CASE y.state WHEN 'failed' THEN '_failed' ELSE '' END, coalesce(w.login, ''),
				p.name, p.kind plan_kind, p.unit_name, y.period, y.units, y.total_minor, y.currency, 0::bigint, '', '', '', ''
			FROM orders y JOIN plans p ON p.id = y.plan_id LEFT JOIN accounts w ON w.id = y.buyer_id WHERE y.subscription_id = $1
			UNION ALL SELECT i.issued_at, i.kind, i.state, '', '', '', '', '', 0, i.total_minor, i.currency, i.id, i.reference, '', '', ''
			FROM invoices i WHERE i.subscription_id = $1
			UNION ALL SELECT coalesce(c.settled_at, c.created_at), 'charge', c.state, '', '', '', '', '', 0, c.minor, c.currency,
				coalesce(c.invoice_id, 0), '', c.decline, coalesce(m.brand, ''), coalesce(m.last4, '')
			FROM charges c LEFT JOIN payment_methods m ON m.id = c.payment_method_id WHERE c.subscription_id = $1
			UNION ALL SELECT coalesce(f.settled_at, f.created_at), 'refund', f.state, coalesce(w.login, ''), '', '', '', '', 0, f.minor, f.currency,
				f.invoice_id, '', '', '', ''
			FROM charges c JOIN refunds f ON f.charge_id = c.id LEFT JOIN accounts w ON w.id = f.actor_id WHERE c.subscription_id = $1
			UNION ALL SELECT s.ended_at, 'end', s.end_reason, '', '', '', '', '', 0, 0, '', 0, '', '', '', ''
			FROM subscriptions s WHERE s.id = $1 AND s.ended_at IS NOT NULL
		) x ORDER BY x.at DESC, x.kind = 'order', x.kind LIMIT $2 OFFSET $3`, id, historyPage+1, (max(page, 1)-1)*historyPage)
	if err != nil {
		return nil, fmt.Errorf("billing: history: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[HistoryEntry])
	if err != nil {
		return nil, fmt.Errorf("billing: history: %w", err)
	}
	return all, nil
}
