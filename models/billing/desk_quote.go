package billing

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Quote is what comes of an act, before it is done.
type Quote struct {
	Standing
	Problem  error // why it can't be done; nil: it can
	Turn     *models.Turn
	Calendar []models.CalendarEntry // afterwards
}

// QuoteChange says what a change would come to: the same that Change will do. What is
// left out of the order stays as it is; a plan of 0 is the present one.
func (s *Service) QuoteChange(ctx context.Context, actor models.Actor, id int64, to ChangeOrder) (*Quote, error) {
	st, v, err := s.seeOne(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	q := &Quote{Standing: *v}
	if _, q.Problem = st.preview(models.ActChange, v.Now); q.Problem != nil || to.Plan == 0 {
		return q, nil
	}
	terms := models.Terms{Plan: st.Plans[to.Plan], Period: to.Period, Units: to.Units}
	if terms.Units == 0 {
		terms.Units = terms.Plan.Fewest()
	}
	if q.Turn, q.Problem = st.Sub.Change(terms, st.Account.Kind, !st.Trialled, &st.Env, v.Now); q.Problem == nil {
		q.foresee(st)
	}
	return q, nil
}

// QuoteAct says what cancelling, pausing, resuming or taking back would come to.
func (s *Service) QuoteAct(ctx context.Context, actor models.Actor, id int64, act models.SubscriptionAct) (*Quote, error) {
	st, v, err := s.seeOne(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	q := &Quote{Standing: *v}
	if q.Turn, err = st.preview(act, v.Now); err != nil {
		return nil, err
	}
	q.foresee(st)
	return q, nil
}

// foresee fills in what follows the turn.
func (q *Quote) foresee(st *seen) {
	until := models.MonthsAfter(q.Now.In(st.Sub.Location()), models.CalendarMonths)
	q.Calendar = q.Turn.Calendar(&st.Env, until)
	if q.Turn.Charges() {
		q.Calendar = q.Calendar[1:] // what is paid at once is shown by itself
	}
}

// Payable is a subscription with the payment methods that it can be paid with.
type Payable struct {
	Standing
	Methods []models.PaymentMethod // the one used last first
}

// MethodsFor are the payment methods that a subscription can be paid with.
func (s *Service) MethodsFor(ctx context.Context, actor models.Actor, id int64) (*Payable, error) {
	_, v, err := s.seeOne(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT m.id, m.account_id, m.seller_id, m.gateway, m.reference, m.kind, m.brand, m.last4, m.expires, m.fingerprint,
			m.state, m.created_at
		FROM payment_methods m WHERE m.account_id = $1 AND m.state = 'active' AND m.gateway = $2 AND (m.seller_id IS NULL OR m.seller_id = $3)
		ORDER BY m.used_at DESC NULLS LAST, m.id DESC LIMIT 50`, v.Account.ID, v.Seller.Gateway, v.Seller.AccountID)
	if err != nil {
		return nil, fmt.Errorf("billing: methods: %w", err)
	}
	p := &Payable{Standing: *v}
	if p.Methods, err = pgx.CollectRows(rows, pgx.RowToStructByPos[models.PaymentMethod]); err != nil {
		return nil, fmt.Errorf("billing: methods: %w", err)
	}
	return p, nil
}

// MethodName is what a payment method is called: "Visa •••• 4242".
func MethodName(m *models.PaymentMethod) string { return (&standing{Method: m}).method() }
