package oversight

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/policies"
)

// appColumns say what an app is; a is the app, l its listing, p its publisher. An
// organization without a policy needs no facts.
var appColumns = `a.id, a.slug, a.name, a.kind, coalesce(nullif(a.logo_hash, ''), l.logo_hash, ''), coalesce(l.slug, ''), coalesce(p.login, ''),
	coalesce(nullif(p.name, ''), p.login, ''), p.verified_at IS NOT NULL, coalesce(a.account_id = $1, false),
	CASE WHEN $2 THEN ` + policies.AppFactsJSON("a.id") + ` END`

const appTables = ` LEFT JOIN listings l ON l.app_id = a.id AND (l.public OR l.state = 'unlisted') LEFT JOIN accounts p ON p.id = a.account_id`

// peopleSQL are those whose authorizations reach the account $1: its members, or the
// person.
const peopleSQL = `people AS (SELECT account_id FROM memberships WHERE organization_id = $1 AND suspended_at IS NULL UNION ALL SELECT $1)`

// reachSQL is what they authorized, an app a row.
const reachSQL = peopleSQL + `, reach AS (
	SELECT g.app_id, count(*) AS n, max(g.used_at) AS used, min(g.created_at) AS since FROM people JOIN authorizations g USING (account_id) GROUP BY g.app_id)`

// installedSQL are the apps that are installed.
var installedSQL = `SELECT 'installed', i.id, ` + appColumns + `, i.permissions, '{}'::text[], i.selection, coalesce(b.login, ''), coalesce(q.login, ''),
		i.created_at, greatest(i.used_at, r.used), i.lacks, i.lacks_since, i.suspended_at IS NOT NULL, i.barred_at IS NOT NULL, coalesce(r.n, 0), false
	FROM installations i JOIN apps a ON a.id = i.app_id` + appTables + ` LEFT JOIN accounts b ON b.id = i.installer_id LEFT JOIN accounts q ON q.id = i.requester_id
		LEFT JOIN reach r ON r.app_id = i.app_id
	WHERE i.account_id = $1`

// personalSQL is all that reaches a person's account. $3 says nothing of people.
var personalSQL = `WITH ` + reachSQL + ` ` + installedSQL + `
	UNION ALL SELECT CASE a.kind WHEN 'github_app' THEN 'authorized' ELSE 'oauth' END, g.id, ` + appColumns + `, g.permissions, g.scopes, '', '', '',
		g.created_at, g.used_at, g.lacks, NULL, $3 = 'suspended', false, 0, false
	FROM authorizations g JOIN apps a ON a.id = g.app_id` + appTables + ` WHERE g.account_id = $1`

// organizedSQL is all that reaches an organization. $3 is its policy about OAuth Apps:
// 'open' lets in whatever members authorized; otherwise what was approved, and its own.
var organizedSQL = `WITH ` + reachSQL + `, said AS (
		SELECT g.app_id, array_agg(DISTINCT scope ORDER BY scope) AS scopes FROM people JOIN authorizations g USING (account_id), unnest(g.scopes) scope GROUP BY g.app_id)
	` + installedSQL + `
	UNION ALL SELECT 'authorized', i.id, ` + appColumns + `, i.permissions, '{}', i.selection, '', '',
		r.since, r.used, false, NULL, i.suspended_at IS NOT NULL, i.barred_at IS NOT NULL, r.n, false
	FROM installations i JOIN reach r ON r.app_id = i.app_id JOIN apps a ON a.id = i.app_id` + appTables + ` WHERE i.account_id = $1
	UNION ALL SELECT 'oauth', 0, ` + appColumns + `, '{}', coalesce(s.scopes, a.scopes, '{}'), '', coalesce(d.login, ''), coalesce(q.login, ''),
		coalesce(CASE WHEN v.state = 'approved' THEN v.decided_at END, r.since), r.used, false, NULL, false, false, coalesce(r.n, 0), coalesce(v.state = 'approved', false)
	FROM (SELECT app_id FROM reach UNION SELECT app_id FROM oauth_approvals WHERE organization_id = $1 AND state = 'approved') x
		JOIN apps a ON a.id = x.app_id AND a.kind = 'oauth_app'` + appTables + `
		LEFT JOIN oauth_approvals v ON v.organization_id = $1 AND v.app_id = a.id
		LEFT JOIN accounts d ON d.id = v.decider_id AND v.state = 'approved' LEFT JOIN accounts q ON q.id = v.requester_id
		LEFT JOIN reach r ON r.app_id = a.id LEFT JOIN said s ON s.app_id = a.id
	WHERE v.state = 'approved' OR a.account_id = $1 OR $3 = 'open'`

// all is everything that reaches an account. Lists are cut from it in Go: their
// orders and filters ask rules of nouns, risk and policy, which no index knows.
func (a *Account) all(ctx context.Context, q querier) ([]models.Integration, error) {
	sql := personalSQL
	if a.Kind == models.KindOrganization {
		sql = organizedSQL
	}
	rows, err := q.Query(ctx, sql, a.ID, a.policy != nil, a.oauthPolicy)
	if err != nil {
		return nil, fmt.Errorf("oversight: integrations: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (i models.Integration, err error) { return i, a.scan(row, &i) })
	if err != nil {
		return nil, fmt.Errorf("oversight: integrations: %w", err)
	}
	return list, nil
}

func (a *Account) scan(row pgx.Row, i *models.Integration) error {
	var facts []byte
	err := row.Scan(&i.Kind, &i.ID, &i.AppID, &i.Slug, &i.Name, &i.AppKind, &i.LogoHash, &i.Listing, &i.Publisher, &i.PublisherName, &i.Verified, &i.Own, &facts,
		&i.Permissions, &i.Scopes, &i.Selection, &i.By, &i.Requester, &i.Since, &i.UsedAt, &i.Lacks, &i.LacksSince, &i.Suspended, &i.Barred, &i.Members, &i.Approved)
	if err != nil {
		return err
	}
	i.LetIn = i.Kind == models.IntegrationOAuth && a.oauthPolicy == "open"
	if a.policy != nil {
		i.Denied, err = a.denies(i, facts)
	}
	return err
}

// denies reports whether the organization's policy about apps keeps one from working.
// No policy reaches what its own OAuth Apps are let do.
func (a *Account) denies(i *models.Integration, text []byte) (bool, error) {
	var facts models.AppFacts
	if err := json.Unmarshal(text, &facts); err != nil {
		return false, fmt.Errorf("oversight: facts: %w", err)
	}
	facts.Grants, facts.Scopes = i.Permissions, i.Scopes
	verdict := a.policy.Judge(&facts)
	return verdict.Decision == models.DecisionDeny && !(i.Own && i.Kind == models.IntegrationOAuth), nil
}

// selected is how many repositories are selected for each of some integrations that
// are installed, by the installation's id.
func selected(ctx context.Context, q querier, list []models.Integration) (map[int64]int, error) {
	var ids []int64
	for i := range list {
		if list[i].Selection == models.SelectSelected {
			ids = append(ids, list[i].ID)
		}
	}
	counts := map[int64]int{}
	rows, err := q.Query(ctx, `SELECT installation_id, count(*) FROM installation_repositories WHERE installation_id = ANY($1) GROUP BY 1`, ids)
	if err != nil {
		return nil, fmt.Errorf("oversight: repositories: %w", err)
	}
	var id int64
	var n int
	_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error { counts[id] = n; return nil })
	if err != nil {
		return nil, fmt.Errorf("oversight: repositories: %w", err)
	}
	return counts, nil
}

// reached is how many repositories an integration reaches.
func (a *Account) reached(i *models.Integration, selected map[int64]int) int {
	switch i.Selection {
	case models.SelectAll:
		return a.Repositories
	case models.SelectSelected:
		return selected[i.ID]
	}
	return 0
}
