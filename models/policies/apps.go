package policies

import (
	"context"
	"encoding/json"
	"fmt"

	"souk/models"
)

// JudgeApp says what an account's policy makes of an app with what it asks for now,
// or, unless that is nil, with these grants. People have no policy: they allow
// everything.
func JudgeApp(ctx context.Context, q Querier, accountID, appID int64, grants models.Grants) (models.Verdict, error) {
	var policy, facts []byte
	err := q.QueryRow(ctx, `SELECT `+AppPolicyJSON("$1::bigint")+`, `+AppFactsJSON("$2::bigint"), accountID, appID).Scan(&policy, &facts)
	if err != nil {
		return models.Verdict{}, fmt.Errorf("policies: judge: %w", err)
	}
	return Judged(policy, facts, grants)
}

// Judged is JudgeApp for statements that ask for AppPolicyJSON and AppFactsJSON beside
// other things.
func Judged(policy, facts []byte, grants models.Grants) (models.Verdict, error) {
	var p models.AppPolicy
	var f models.AppFacts
	if len(policy) > 0 {
		if err := json.Unmarshal(policy, &p); err != nil {
			return models.Verdict{}, fmt.Errorf("policies: rules: %w", err)
		}
	}
	if len(facts) > 0 {
		if err := json.Unmarshal(facts, &f); err != nil {
			return models.Verdict{}, fmt.Errorf("policies: facts: %w", err)
		}
	}
	if grants != nil {
		f.Grants = grants
	}
	return p.Judge(&f), nil
}

// AppPolicyJSON is a models.AppPolicy of the account with the id that the expression
// account is, null where it has none.
func AppPolicyJSON(account string) string {
	return `(SELECT p.rules FROM app_policies p WHERE p.organization_id = ` + account + `)`
}

// AppFactsJSON is a models.AppFacts of the app with the id that the expression app is,
// with what it asks for now.
func AppFactsJSON(app string) string {
	return `(SELECT json_build_object('Slug', a.slug, 'Grants', a.permissions, 'Scopes', a.scopes, 'Verified', coalesce(o.verified_at IS NOT NULL, false),
			'Categories', coalesce((SELECT json_agg(c.slug ORDER BY k.position) FROM listings x JOIN listing_categories k ON k.listing_id = x.id
				JOIN categories c ON c.id = k.category_id WHERE x.app_id = a.id), '[]'))
		FROM apps a LEFT JOIN accounts o ON o.id = a.account_id WHERE a.id = ` + app + `)`
}
