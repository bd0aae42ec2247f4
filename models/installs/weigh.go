package installs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"souk/models"
	"souk/models/db"
	"souk/models/policies"
)

// Choice is what somebody wants to install, where.
type Choice struct {
	App          string // slug
	Account      int64
	Selection    models.Selection
	Repositories []int64       // with SelectSelected
	Asked        models.Grants // what the page showed that the app asks for; nil: that isn't checked
}

// Weighed is a choice with what decides on it.
type Weighed struct {
	App         models.App
	Integrator  models.Account // of which ID, Login, Kind, Name, VerifiedAt and SuspendedAt are known
	ListingID   int64          // 0: none
	ListingSlug string
	Account     models.Account // the same
	Facts       models.InstallFacts
	Decision    models.InstallDecision
	Mine        []int64              // the chosen repositories that the actor administers
	Others      []int64              // and the others
	Installed   *models.Installation // what is there already; nil: nothing
}

// Weigh says what comes of a choice. With lock, in a transaction, app and account are
// locked: neither who belongs to an organization, nor its policy, nor what is installed
// there changes until it ends. Then what is chosen has to be complete, unless it is
// refused anyway: it returns ErrSelectionNeeded, ErrAskedChanged, and
// ErrRepositoryElsewhere for repositories that the account doesn't have or that the
// actor can't see; without lock, those are left out. It returns ErrNotFound for an app
// or account that isn't there, and ErrTooManySelected.
func Weigh(ctx context.Context, q Querier, actor models.Actor, c Choice, lock bool) (*Weighed, error) {
	if !utf8.ValidString(c.App) || strings.Contains(c.App, "\x00") {
		return nil, models.ErrNotFound
	}
	if len(c.Repositories) > models.MaxSelected {
		return nil, models.ErrTooManySelected
	}
	if lock {
		if err := lockBoth(ctx, q, `slug = $1`, c.App, c.Account); err != nil {
			return nil, err
		}
	}
	w := &Weighed{}
	now, err := w.load(ctx, q, actor, c)
	if err != nil {
		return nil, err
	}
	w.choose(c)
	w.Decision = now.as(actor, w.Account.ID).DecideInstall(&w.Facts)
	if lock && w.Decision.Outcome != models.InstallRefuse {
		err = w.complete(c)
	}
	return w, err
}

// Preview is Weigh for pages.
func (s *Service) Preview(ctx context.Context, actor models.Actor, c Choice) (*Weighed, error) {
	return Weigh(ctx, s.db.Pool(), actor, c, false)
}

// lockBoth locks an app and an account. What the app asks for stays as it is, too: what
// somebody agrees to meanwhile, a change of it wouldn't see. An organization's row is locked before its
// account's, as those do who delete it.
func lockBoth(ctx context.Context, q Querier, where string, app any, account int64) error {
	var id int64
	if err := q.QueryRow(ctx, `SELECT id FROM apps WHERE `+where+` FOR SHARE`, app).Scan(&id); err != nil {
		return missing(err)
	}
	for _, sql := range []string{`SELECT account_id FROM organizations WHERE account_id = $1 FOR NO KEY UPDATE`, `SELECT id FROM accounts WHERE id = $1 FOR NO KEY UPDATE`} {
		if _, err := db.Found(q.QueryRow(ctx, sql, account).Scan(&id)); err != nil {
			return fmt.Errorf("installs: lock: %w", err)
		}
	}
	return nil
}

// weighSQL is all that decides, for the account $1 and the actor $2. $5 are the chosen
// repositories, $6 is the app.
var weighSQL = `SELECT ` + appColumns + `, ` + integratorColumns + `, ` + accountColumns + `, coalesce(l.id, 0), coalesce(l.slug, ''),
		EXISTS (SELECT FROM app_managers x WHERE x.app_id = a.id AND x.account_id = $2),
		coalesce(o.members_may_request_apps, false), coalesce(o.repository_admins_may_install, false),
		EXISTS (SELECT FROM collaborators x JOIN repositories y ON y.id = x.repository_id WHERE x.account_id = $2 AND y.account_id = t.id),
		m.role, m.suspended_at, coalesce((SELECT suspended_at IS NOT NULL FROM accounts WHERE id = $2), false),
		` + policies.AppPolicyJSON("t.id") + `, ` + policies.AppFactsJSON("a.id") + `,
		(SELECT json_build_object('ID', i.id, 'AppID', i.app_id, 'AccountID', i.account_id, 'Selection', i.selection, 'Permissions', i.permissions,
			'SingleFilePaths', i.single_file_paths, 'Lacks', i.lacks, 'LacksSince', i.lacks_since, 'InstallerID', i.installer_id, 'RequesterID', i.requester_id,
			'AgreedBy', i.agreed_by, 'AgreedAt', i.agreed_at, 'SuspendedAt', i.suspended_at, 'SuspendedBy', i.suspended_by, 'BarredAt', i.barred_at,
			'BarredBy', i.barred_by, 'BarredWords', i.barred_words, 'UsedAt', i.used_at, 'CreatedAt', i.created_at, 'UpdatedAt', i.updated_at)
			FROM installations i WHERE i.app_id = a.id AND i.account_id = t.id),
		coalesce(r.mine, '{}'), coalesce(r.others, '{}')
	FROM apps a CROSS JOIN ` + levelTables + ` LEFT JOIN accounts g ON g.id = a.account_id LEFT JOIN listings l ON l.app_id = a.id
		CROSS JOIN LATERAL (SELECT array_agg(x.id ORDER BY x.id) FILTER (WHERE x.n = 5) mine, array_agg(x.id ORDER BY x.id) FILTER (WHERE x.n BETWEEN 1 AND 4) others
			FROM (SELECT r.id, ` + levelSQL + ` n FROM repositories r WHERE r.id = ANY ($5::bigint[]) AND r.account_id = t.id) x) r
	WHERE a.slug = $6 AND t.id = $1 AND (o.account_id IS NOT NULL OR EXISTS (SELECT FROM users u WHERE u.account_id = t.id))`

func (w *Weighed) load(ctx context.Context, q Querier, actor models.Actor, c Choice) (*standing, error) {
	chosen := c.Repositories
	if c.Selection == models.SelectAll || chosen == nil {
		chosen = []int64{}
	}
	var now standing
	var policy, facts, installed []byte
	f := &w.Facts
	into := slices.Concat(intoApp(&w.App), intoAccount(&w.Integrator), intoAccount(&w.Account), []any{&w.ListingID, &w.ListingSlug,
		&f.App.Managed, &f.MayRequest, &f.AdminsMayInstall, &f.Related, &now.role, &now.barred, &now.suspended,
		&policy, &facts, &installed, &w.Mine, &w.Others})
	if err := q.QueryRow(ctx, weighSQL, append(levelArgs(actor, c.Account), chosen, c.App)...).Scan(into...); err != nil {
		return nil, missing(err)
	}
	if len(installed) > 0 {
		if err := json.Unmarshal(installed, &w.Installed); err != nil {
			return nil, fmt.Errorf("installs: weigh: %w", err)
		}
	}
	var err error
	f.Policy, err = policies.Judged(policy, facts, nil)
	return &now, err
}

// choose fills in the facts.
func (w *Weighed) choose(c Choice) {
	f, a := &w.Facts, &w.App
	f.App.ID, f.App.AccountID, f.App.Suspended = a.ID, w.Integrator.ID, w.Integrator.SuspendedAt != nil
	f.Kind, f.Registered, f.Public, f.Asks = a.Kind, a.Registered(), a.Public, a.Permissions
	f.Account, f.AccountKind, f.AccountSuspended = w.Account.ID, w.Account.Kind, w.Account.SuspendedAt != nil
	f.Selection = c.Selection
	if !a.Permissions.OfRepositories() {
		f.Selection = models.SelectNone
	}
	if f.Selection != models.SelectSelected {
		w.Mine, w.Others = nil, nil
	}
	f.Chosen, f.Mine = len(w.Mine)+len(w.Others), len(w.Mine)
}

// complete refuses what can't be installed or asked for as it was chosen.
func (w *Weighed) complete(c Choice) error {
	f := &w.Facts
	chosen := slices.Compact(slices.Sorted(slices.Values(c.Repositories)))
	switch {
	case c.Asked != nil && !(c.Asked.Covers(f.Asks) && f.Asks.Covers(c.Asked)):
		return models.ErrAskedChanged
	case f.Selection == models.SelectSelected && f.Chosen < len(chosen):
		return models.ErrRepositoryElsewhere
	case f.Asks.OfRepositories() && f.Selection != models.SelectAll && f.Chosen == 0:
		return models.ErrSelectionNeeded
	}
	return nil
}
