package billing

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
)

// Ties are those of an account: what it has bought and what it sells that still
// runs, and what it owes.
func (s *Service) Ties(ctx context.Context, account int64) ([]models.Tie, error) {
	return s.ties(ctx, s.db.Pool(), account)
}

// ties reads them: a subscription for each row, and what is owed for it.
func (s *Service) ties(ctx context.Context, q querier, account int64) ([]models.Tie, error) {
	rows, err := q.Query(ctx, `SELECT x.id, l.slug, l.name, p.name, x.state, p.kind, x.period_end, x.pending ->> 'kind' = 'cancel', x.seller_id = $1 AND x.account_id <> $1,
			i.minor, i.currency
		FROM subscriptions x JOIN listings l ON l.id = x.listing_id JOIN plans p ON p.id = x.plan_id
		LEFT JOIN LATERAL (SELECT sum(total_minor - paid_minor - credited_minor)::bigint minor, min(currency) currency FROM invoices
			WHERE subscription_id = x.id AND kind = 'invoice' AND state = 'open') i ON true
		WHERE x.account_id = $1 AND (x.state <> 'ended' OR i.minor > 0) OR x.seller_id = $1 AND x.state <> 'ended'
		ORDER BY x.id`, account)
	if err != nil {
		return nil, fmt.Errorf("billing: ties: %w", err)
	}
	all, err := pgx.CollectRows(rows, scanTie)
	if err != nil {
		return nil, fmt.Errorf("billing: ties: %w", err)
	}
	return all, nil
}

// scanTie decides what a subscription means for the account: what is free, on trial
// or paused costs nothing any more and ends with it.
func scanTie(row pgx.CollectableRow) (t models.Tie, err error) {
	var state models.SubscriptionState
	var kind models.PlanKind
	var end *time.Time
	var cancelled *bool
	var owed *int64
	var currency *string
	err = row.Scan(&t.ID, &t.Slug, &t.Name, &t.Plan, &state, &kind, &end, &cancelled, &t.Selling, &owed, &currency)
	if err != nil {
		return t, err
	}
	if owed != nil && *owed > 0 {
		t.Owed = &models.Money{Minor: *owed, Currency: *currency}
	}
	costless := state == models.SubscriptionTrial || state == models.SubscriptionPaused || kind == models.PlanFree && state == models.SubscriptionActive
	t.Ends = costless && !t.Selling && t.Owed == nil
	if end != nil && cancelled != nil && *cancelled {
		t.Until = *end
	}
	return t, nil
}

// Leave ends, in the transaction that deletes an account, what costs it nothing any
// more, and has what it paid with forgotten. It returns ErrStillPaying while it pays for something, owes money, or sells
// to somebody. The account's row is locked already, so that nothing new comes.
func (s *Service) Leave(ctx context.Context, tx *db.Tx, actor models.Actor, account int64) error {
	all, err := s.ties(ctx, tx.Pgx, account)
	if err != nil {
		return err
	}
	for i := range all {
		if !all[i].Ends {
			return models.ErrStillPaying
		}
	}
	for i := range all {
		if err := s.leave(ctx, tx, actor, all[i].ID); err != nil {
			return err
		}
	}
	return s.forget(ctx, tx, account)
}

// forget removes what an account paid with, and has the gateway forget it.
func (s *Service) forget(ctx context.Context, tx *db.Tx, account int64) error {
	rows, err := tx.Pgx.Query(ctx, `UPDATE payment_methods SET state = 'removed' WHERE account_id = $1 AND state = 'active' RETURNING id`, account)
	if err != nil {
		return fmt.Errorf("billing: forget: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("billing: forget: %w", err)
	}
	for _, id := range ids {
		if err := s.queue.Enqueue(ctx, tx, jobs.ForgetMethod{ID: id}); err != nil {
			return err
		}
	}
	return nil
}

// leave ends one subscription.
func (s *Service) leave(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) error {
	st, err := load(ctx, tx.Pgx, id, true)
	if err != nil {
		return err
	}
	p := s.page(actor, st)
	if next := st.Sub.Next(); !next.IsZero() && !next.After(p.now) {
		return models.ErrSubscriptionDue
	}
	t, err := st.Sub.Cancel(&st.Env, p.now)
	switch {
	case err != nil:
		return err
	case t.After.State != models.SubscriptionEnded, st.Open != nil:
		return models.ErrStillPaying
	}
	if err := p.order(t, rand.Text(), 0); err != nil {
		return err
	}
	if err := p.audit("subscription.cancel", termsLog(&st.Sub.Terms), nil); err != nil {
		return err
	}
	return p.write(ctx, tx.Pgx)
}
