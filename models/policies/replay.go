package policies

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
)

// Replay is what a policy would have made of a year's orders.
type Replay struct {
	Orders  int        // of the year
	Denied  int        // that it would have stopped
	Asked   int        // that would have needed an owner
	Touched []Replayed // those, the newest first
}

// Replayed is an order of last year and what a policy makes of it.
type Replayed struct {
	At      time.Time
	Slug    string
	Name    string // of the listing
	Plan    string
	Units   int64
	Kind    models.PlanKind
	Unit    string
	Buyer   string // login; "" for somebody who is gone
	Monthly models.Money
	Verdict models.Verdict
}

// replayed bounds what is read: an organization that orders more has seen enough.
const replayed = 5000

// Replay judges what an organization ordered in the last twelve months by a policy,
// with what the apps ask for, where they stand and who publishes them today. Nothing
// is kept. It returns what SavePolicy does.
func (s *Service) Replay(ctx context.Context, actor models.Actor, login string, policy models.BuyPolicy) (*Replay, error) {
	d, err := s.Desk(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	if policy, err = policy.Checked(); err != nil {
		return nil, err
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT d.created_at, l.slug, l.name, v.plan_name, d.units, v.kind, v.unit_name, coalesce(b.login, ''),
			coalesce(`+monthly("d")+`, 0)::bigint, v.currency, `+FactsJSON("d.listing_id")+`
		FROM orders d JOIN plan_versions v ON v.plan_id = d.plan_id AND v.version = d.plan_version JOIN listings l ON l.id = d.listing_id
			LEFT JOIN accounts b ON b.id = d.buyer_id
		WHERE d.account_id = $1 AND d.state = 'done' AND d.act IN ('buy', 'change') AND d.created_at > $2 ORDER BY d.id DESC LIMIT $3`,
		d.ID, s.now().AddDate(-1, 0, 0), replayed)
	if err != nil {
		return nil, fmt.Errorf("policies: replay: %w", err)
	}
	defer rows.Close()
	r := &Replay{}
	for rows.Next() {
		var one Replayed
		var text []byte
		if err := rows.Scan(&one.At, &one.Slug, &one.Name, &one.Plan, &one.Units, &one.Kind, &one.Unit, &one.Buyer, &one.Monthly.Minor, &one.Monthly.Currency, &text); err != nil {
			return nil, fmt.Errorf("policies: replay: %w", err)
		}
		if err := r.add(&policy, &one, text); err != nil {
			return nil, err
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("policies: replay: %w", err)
	}
	return r, nil
}

func (r *Replay) add(policy *models.BuyPolicy, one *Replayed, facts []byte) error {
	var f models.BuyFacts
	if err := json.Unmarshal(facts, &f); err != nil {
		return fmt.Errorf("policies: replay: %w", err)
	}
	f.Monthly = one.Monthly
	one.Verdict = policy.Judge(&f)
	r.Orders++
	switch one.Verdict.Decision {
	case models.DecisionDeny:
		r.Denied++
	case models.DecisionAsk:
		r.Asked++
	default:
		return nil
	}
	r.Touched = append(r.Touched, *one)
	return nil
}
