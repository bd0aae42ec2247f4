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
// account is, null where it has none. Its tables have names that no other statement
// uses, as those of AppFactsJSON do: the expression is read within them.
func AppPolicyJSON(account string) string {
	return `(SELECT in_policy.rules || jsonb_build_object('organization', in_policy.organization_id) FROM app_policies in_policy WHERE in_policy.organization_id = ` + account + `)`
}

// AppFactsJSON is a models.AppFacts of the app with the id that the expression app is,
// with what it asks for now.
func AppFactsJSON(app string) string {
	return `(SELECT json_build_object('ID', in_app.id, 'Owner', coalesce(in_app.account_id, 0), 'Slug', in_app.slug, 'Grants', in_app.permissions, 'Scopes', in_app.scopes,
			'Verified', coalesce(in_owner.verified_at IS NOT NULL, false),
			'Categories', coalesce((SELECT json_agg(in_category.slug ORDER BY in_place.position) FROM listings in_listing
				JOIN listing_categories in_place ON in_place.listing_id = in_listing.id
				JOIN categories in_category ON in_category.id = in_place.category_id WHERE in_listing.app_id = in_app.id), '[]'))
		FROM apps in_app LEFT JOIN accounts in_owner ON in_owner.id = in_app.account_id WHERE in_app.id = ` + app + `)`
}
