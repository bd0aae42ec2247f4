package installchoices

import (
	"context"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/policies"
)

// Target is an account that the actor could want an app on.
type Target struct {
	models.Account
	Role           models.OrganizationRole // of the actor; "" for their own account, and where they only collaborate
	Administers    bool                    // the actor administers a repository there
	InstallationID int64                   // 0: the app isn't installed there
	Everywhere     bool                    // it is, on all repositories
	Runs           bool                    // the actor may change what is installed there
	Decision       models.InstallDecision  // what would come of it
}

// Targets are the accounts to choose from for an app.
type Targets struct {
	*apps.Standing
	Items []Target // one's own first, then organizations by login
}

// maxTargets is how many organizations one can choose from at most: those that one
// only collaborates in may be many.
const maxTargets = 200

// Targets lists the accounts that the actor could want the app at slug on: their own,
// and the organizations that they belong to or collaborate in. It returns
// ErrSignInNeeded, ErrNotFound, and ErrNotInstallable for what can't be installed at
// all.
func (s *Service) Targets(ctx context.Context, actor models.Actor, slug string) (*Targets, error) {
	st, err := apps.Of(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	f := models.InstallFacts{App: st.Rights(), Kind: st.Kind, Registered: st.Registered(), Public: st.Public, Asks: st.Permissions, Selection: models.SelectSelected}
	if err := actor.MaySeeToInstall(&f); err != nil {
		return nil, err
	}
	if f.Kind != models.GitHubApp || !f.Registered {
		return nil, models.ErrNotInstallable
	}
	t := &Targets{Standing: st}
	t.Items, err = s.targets(ctx, actor, f)
	return t, err
}

// targetsSQL reads in one statement all that decides for each account. $1 is the
// app, $2 the actor, $3 the organizations of theirs, $4 the only account that a
// private app can be installed on, or 0.
var targetsSQL = `WITH others AS (SELECT r.account_id AS id, bool_or(c.level = 'admin') AS administers
		FROM collaborators c JOIN repositories r ON r.id = c.repository_id WHERE c.account_id = $2 GROUP BY 1)
	SELECT a.id, a.login, a.name, a.kind, a.suspended_at, coalesce(o.members_may_request_apps, false), coalesce(o.repository_admins_may_install, false),
		e.id IS NOT NULL, coalesce(e.administers, false) OR coalesce(o.base_permission = 'admin', false), coalesce(i.id, 0), coalesce(i.selection = 'all', false),
		` + policies.AppPolicyJSON("a.id") + `, ` + policies.AppFactsJSON("$1::bigint") + `
	FROM accounts a LEFT JOIN organizations o ON o.account_id = a.id LEFT JOIN others e ON e.id = a.id
		LEFT JOIN installations i ON i.app_id = $1 AND i.account_id = a.id
	WHERE (a.id = $2 OR a.id = ANY($3) OR a.id IN (SELECT id FROM others) AND a.kind = 'organization') AND ($4 = 0 OR a.id = $4)
	ORDER BY a.id <> $2, NOT a.id = ANY($3), a.login LIMIT $5`

func (s *Service) targets(ctx context.Context, actor models.Actor, f models.InstallFacts) ([]Target, error) {
	own := []int64{}
	for _, m := range actor.Memberships {
		own = append(own, m.OrganizationID)
	}
	only := int64(0)
	if !f.Public {
		only = f.App.AccountID
	}
	rows, err := s.db.Pool().Query(ctx, targetsSQL, f.App.ID, actor.UserID, own, only, maxTargets)
	if err != nil {
		return nil, missing(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Target, err error) {
		fact := f
		var policy, facts []byte
		if err := row.Scan(&t.ID, &t.Login, &t.Name, &t.Kind, &t.SuspendedAt, &fact.MayRequest, &fact.AdminsMayInstall, &fact.Related, &t.Administers,
			&t.InstallationID, &t.Everywhere, &policy, &facts); err != nil {
			return t, err
		}
		fact.Account, fact.AccountKind, fact.AccountSuspended = t.ID, t.Kind, t.SuspendedAt != nil
		if fact.Policy, err = policies.Judged(policy, facts, nil); err != nil {
			return t, err
		}
		t.Role = actor.RoleIn(t.ID)
		t.Runs = t.InstallationID != 0 && actor.MayRunInstallation(t.ID) == nil
		t.Decision = Likely(actor, fact, t.Administers)
		return t, nil
	})
	if err != nil {
		return nil, missing(err)
	}
	return list, nil
}
