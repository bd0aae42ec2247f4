package policies

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// SavePolicy sets an organization's policy. Version is that of the policy which was
// changed: where somebody else has set another one meanwhile it returns ErrStale. It
// returns Problems for what can't be kept.
func (s *Service) SavePolicy(ctx context.Context, actor models.Actor, login string, policy models.BuyPolicy, version int) error {
	policy, err := policy.Checked()
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		id, err := owned(ctx, tx, actor, login)
		if err != nil {
			return err
		}
		was, err := Read(ctx, tx.Pgx, id)
		if err != nil {
			return err
		}
		if was.Version != version {
			return models.ErrStale
		}
		if err := known(ctx, tx, policy.Categories()...); err != nil {
			return err
		}
		rules, err := json.Marshal(policy)
		if err != nil {
			return fmt.Errorf("policies: save: %w", err)
		}
		_, err = tx.Pgx.Exec(ctx, `INSERT INTO buy_policies (organization_id, rules, version, updated_at) VALUES ($1, $2::jsonb, 1, $3)
			ON CONFLICT (organization_id) DO UPDATE SET rules = excluded.rules, version = buy_policies.version + 1, updated_at = excluded.updated_at`, id, string(rules), s.now())
		if err != nil {
			return fmt.Errorf("policies: save: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "buy_policy.change", AccountID: &id, TargetKind: "organization", TargetID: &id,
			TargetName: login, Before: map[string]any{"policy": was.Policy}, After: map[string]any{"policy": policy, "version": version + 1}})
	})
}

// known returns ErrUnknownChoice for a category that isn't one.
func known(ctx context.Context, tx *db.Tx, categories ...string) error {
	if slices.ContainsFunc(categories, func(c string) bool { return !db.Sayable(c) }) {
		return models.ErrUnknownChoice.On("category")
	}
	var n int
	if err := tx.Pgx.QueryRow(ctx, `SELECT count(*) FROM categories WHERE slug = ANY($1)`, categories).Scan(&n); err != nil {
		return fmt.Errorf("policies: categories: %w", err)
	}
	if n < len(categories) {
		return models.ErrUnknownChoice.On("category")
	}
	return nil
}

// SetBudget sets what an organization means to spend a month, on a category or, with
// "", on everything, in the amount's currency.
func (s *Service) SetBudget(ctx context.Context, actor models.Actor, login, category string, amount models.Money) error {
	switch {
	case !models.ValidCurrency(amount.Currency):
		return models.ErrUnknownChoice.On("currency")
	case amount.Minor < 0 || amount.Minor > models.MaxPriceMinor:
		return models.ErrPriceHigh.On("amount")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		id, err := owned(ctx, tx, actor, login)
		if err != nil {
			return err
		}
		if category != "" {
			if err := known(ctx, tx, category); err != nil {
				return err
			}
		}
		_, err = tx.Pgx.Exec(ctx, `INSERT INTO budgets (organization_id, category, currency, minor, updated_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (organization_id, category, currency) DO UPDATE SET minor = excluded.minor, updated_at = excluded.updated_at`,
			id, category, amount.Currency, amount.Minor, s.now())
		if err != nil {
			return fmt.Errorf("policies: budget: %w", err)
		}
		var n int
		if err := tx.Pgx.QueryRow(ctx, `SELECT count(*) FROM budgets WHERE organization_id = $1`, id).Scan(&n); err != nil {
			return fmt.Errorf("policies: budget: %w", err)
		}
		if n > models.MaxBudgets {
			return models.ErrTooManyBudgets
		}
		return s.recordBudget(ctx, tx, actor, "budget.set", id, login, map[string]any{"category": category, "minor": amount.Minor, "currency": amount.Currency})
	})
}

// RemoveBudget takes a budget away; one that isn't there is ErrNotFound.
func (s *Service) RemoveBudget(ctx context.Context, actor models.Actor, login, category, currency string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		id, err := owned(ctx, tx, actor, login)
		if err != nil {
			return err
		}
		if !db.Sayable(category) || !db.Sayable(currency) {
			return models.ErrNotFound
		}
		tag, err := tx.Pgx.Exec(ctx, `DELETE FROM budgets WHERE organization_id = $1 AND category = $2 AND currency = $3`, id, category, currency)
		if err != nil {
			return fmt.Errorf("policies: budget: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return models.ErrNotFound
		}
		return s.recordBudget(ctx, tx, actor, "budget.remove", id, login, map[string]any{"category": category, "currency": currency})
	})
}

func (s *Service) recordBudget(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, id int64, login string, about map[string]any) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &id, TargetKind: "organization", TargetID: &id,
		TargetName: login, After: about})
}
