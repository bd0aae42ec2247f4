package policies

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Querier is the pool or a transaction.
type Querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Read is what an account has set, and what is spent of its budgets; nothing where
// it never set anything, or is a person.
func Read(ctx context.Context, q Querier, accountID int64) (*models.BuyRules, error) {
	var text []byte
	if err := q.QueryRow(ctx, `SELECT `+JSON("$1::bigint"), accountID).Scan(&text); err != nil {
		return nil, fmt.Errorf("policies: read: %w", err)
	}
	var r models.BuyRules
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("policies: read: %w", err)
	}
	return &r, nil
}

// JSON is what Read asks, an expression for statements that ask more at once: a
// models.BuyRules of the account with the id that the expression account is.
func JSON(account string) string {
	return `json_build_object(
		'policy', (SELECT p.rules FROM buy_policies p WHERE p.organization_id = ` + account + `),
		'version', (SELECT p.version FROM buy_policies p WHERE p.organization_id = ` + account + `),
		'budgets', (SELECT json_agg(json_build_object('category', b.category, 'names', c.names, 'updated', b.updated_at,
				'limit', json_build_object('Minor', b.minor, 'Currency', b.currency),
				'spent', json_build_object('Minor', coalesce((` + spent(account) + ` AND v.currency = b.currency
					AND (b.category = '' OR EXISTS (SELECT FROM listing_categories k WHERE k.listing_id = s.listing_id AND k.category_id = c.id))), 0), 'Currency', b.currency))
				ORDER BY c.position NULLS FIRST, b.category, b.currency)
			FROM budgets b LEFT JOIN categories c ON c.slug = b.category WHERE b.organization_id = ` + account + `))`
}

// spent is the sum of what an account's subscriptions that run cost a month, at
// the prices that were agreed to: models.Terms.Monthly in SQL.
func spent(account string) string {
	return `SELECT sum(` + monthly("s") + `)::bigint FROM subscriptions s JOIN plan_versions v ON v.plan_id = s.plan_id AND v.version = s.plan_version
		WHERE s.account_id = ` + account + ` AND s.state IN ('trial', 'active', 'past_due')`
}

// monthly is what the terms of a row cost a month; v is the version of its plan.
func monthly(row string) string {
	return `round(CASE WHEN v.kind = 'per_unit' THEN ` + row + `.units ELSE 1 END * CASE ` + row + `.period WHEN 'year' THEN v.yearly_minor ELSE v.monthly_minor END
		/ CASE ` + row + `.period WHEN 'year' THEN 12.0 ELSE 1 END)`
}

// FactsJSON is a models.BuyFacts of the listing with the id that the expression
// listing is, but for the price, as an expression for statements that ask more.
func FactsJSON(listing string) string {
	return `(SELECT json_build_object('Grants', a.permissions, 'Scopes', a.scopes, 'Verified', coalesce(o.verified_at IS NOT NULL, false),
			'Categories', coalesce((SELECT json_agg(c.slug ORDER BY k.position) FROM listing_categories k JOIN categories c ON c.id = k.category_id WHERE k.listing_id = x.id), '[]'))
		FROM listings x JOIN apps a ON a.id = x.app_id LEFT JOIN accounts o ON o.id = a.account_id WHERE x.id = ` + listing + `)`
}
