package installs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/policies"
)

// Update is what an app asks for beyond what an installation lets it do.
type Update struct {
	*Standing
	Note          string    // of the integrator, why; may be empty
	Since         time.Time // when it began to ask
	Asked         models.Grants
	More          models.Grants // of that, what is new or higher
	NewFiles      []string      // paths that the permission single_file would reach in addition
	NewEvents     []string      // that it unlocks for the app
	Before, After models.Risk
	Selects       bool // repositories have to be chosen: it is the first permission of any
	Verdict       models.Verdict
	Problem       error // why the actor can't agree; nil: they can
}

// Update is what the actor is asked to agree to. It returns ErrNotFound for whoever
// may not see the installation, and ErrUpdateDone where the app asks for no more than
// it has.
func (s *Service) Update(ctx context.Context, actor models.Actor, id int64) (*Update, error) {
	return update(ctx, s.db.Pool(), actor, id, false)
}

func update(ctx context.Context, q Querier, actor models.Actor, id int64, lock bool) (*Update, error) {
	i, err := Of(ctx, q, id, lock)
	if err != nil {
		return nil, err
	}
	u := newUpdate(i)
	f := models.UpdateFacts{Account: i.AccountID, AccountSuspended: i.Account.SuspendedAt != nil, More: u.concerned()}
	now, err := u.load(ctx, q, actor, &f)
	if err != nil {
		return nil, err
	}
	actor = now.as(actor, i.AccountID)
	if err := actor.MaySeeInstallation(i.AccountID, f.Administers); err != nil {
		return nil, err
	}
	if !i.Lacks {
		return nil, models.ErrUpdateDone
	}
	u.Problem = actor.MayAgree(&f)
	return u, nil
}

// newUpdate compares what an installation has with what its app asks for.
func newUpdate(i *Standing) *Update {
	u := &Update{Standing: i, Since: i.UpdatedAt, Asked: i.App.Permissions.Installable()}
	u.More = i.Permissions.Beyond(u.Asked)
	u.NewFiles = beside(i.App.SingleFilePaths, i.SingleFilePaths)
	u.NewEvents = beside(models.EventsFor(i.App.Events, u.Asked), models.EventsFor(i.App.Events, i.Permissions))
	u.Before, u.After = i.Permissions.Risk(), u.Asked.Risk()
	u.Selects = i.Selection == models.SelectNone && u.Asked.OfRepositories()
	if i.LacksSince != nil {
		u.Since = *i.LacksSince
	}
	return u
}

// beside are those of all that aren't known.
func beside(all, known []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(one string) bool { return slices.Contains(known, one) })
}

// concerned are the permissions that anything changes about: further paths are more of
// single_file.
func (u *Update) concerned() models.Grants {
	more := models.Grants{}
	for key, level := range u.More {
		more[key] = level
	}
	if len(u.NewFiles) > 0 {
		more["single_file"] = u.Asked["single_file"]
	}
	return more
}

// reachedSQL says that an installation i reaches the repository r of its account.
const reachedSQL = `(i.selection = 'all' OR EXISTS (SELECT FROM installation_repositories n WHERE n.installation_id = i.id AND n.repository_id = r.id))`

// administersSQL says that the actor $2 administers a repository that the installation i
// reaches, without owning the account: o is that as an organization, m the actor's
// membership.
const administersSQL = `(m.suspended_at IS NULL AND (
	EXISTS (SELECT FROM collaborators c JOIN repositories r ON r.id = c.repository_id
		WHERE c.account_id = $2 AND c.level = 'admin' AND r.account_id = i.account_id AND ` + reachedSQL + `)
	OR m.role = 'member' AND o.base_permission = 'admin' AND EXISTS (SELECT FROM repositories r WHERE r.account_id = i.account_id AND ` + reachedSQL + `)))`

var updateSQL = `SELECT a.access_note, coalesce(o.repository_admins_may_install, false), coalesce(` + administersSQL + `, false),
		m.role, m.suspended_at, coalesce((SELECT suspended_at IS NOT NULL FROM accounts WHERE id = $2), false),
		` + policies.AppPolicyJSON("i.account_id") + `, ` + policies.AppFactsJSON("i.app_id") + `
	FROM installations i JOIN apps a ON a.id = i.app_id LEFT JOIN organizations o ON o.account_id = i.account_id
		LEFT JOIN memberships m ON m.organization_id = i.account_id AND m.account_id = $2 AND $3
	WHERE i.id = $1`

// load reads what decides on an update, and what the actor is on the account.
func (u *Update) load(ctx context.Context, q Querier, actor models.Actor, f *models.UpdateFacts) (*standing, error) {
	var now standing
	var policy, facts []byte
	err := q.QueryRow(ctx, updateSQL, u.ID, actor.UserID, belongs(actor, u.AccountID)).
		Scan(&u.Note, &f.AdminsMayInstall, &f.Administers, &now.role, &now.barred, &now.suspended, &policy, &facts)
	if err != nil {
		return nil, missing(err)
	}
	u.Verdict, err = policies.Judged(policy, facts, nil)
	f.Policy = u.Verdict
	return &now, err
}

// AgreeTo is what somebody agrees to.
type AgreeTo struct {
	Permissions  models.Grants // that the page showed; nil: that isn't checked
	Files        []string      // and the paths
	Selection    models.Selection
	Repositories []int64 // with SelectSelected
}

// same reports whether an update is what the page showed.
func (t *AgreeTo) same(u *Update) bool {
	return t.Permissions == nil || t.Permissions.Covers(u.Asked) && u.Asked.Covers(t.Permissions) &&
		len(beside(u.App.SingleFilePaths, t.Files)) == 0 && len(beside(t.Files, u.App.SingleFilePaths)) == 0
}

// Agree lets an installation do what its app asks for. It returns ErrAskedChanged
// where that is something else by now, ErrUpdateDone where somebody has agreed
// already, ErrSelectionNeeded, ErrTooManySelected and ErrRepositoryElsewhere where
// repositories have to be chosen, and what models.Actor.MayAgree does.
func (s *Service) Agree(ctx context.Context, actor models.Actor, id int64, to AgreeTo) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	if len(to.Repositories) > models.MaxSelected {
		return models.ErrTooManySelected
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		u, err := update(ctx, tx.Pgx, actor, id, true)
		switch {
		case err != nil:
			return err
		case u.Problem != nil:
			return u.Problem
		case !to.same(u):
			return models.ErrAskedChanged
		}
		return s.agree(ctx, tx, actor, u, to)
	})
}

func (s *Service) agree(ctx context.Context, tx *db.Tx, actor models.Actor, u *Update, to AgreeTo) error {
	if u.Selects {
		if err := s.firstSelection(ctx, tx, actor, u, to); err != nil {
			return err
		}
	}
	now, had := s.now(), u.Permissions
	_, err := tx.Pgx.Exec(ctx, `UPDATE installations SET permissions = $2, single_file_paths = $3, lacks = false, lacks_since = NULL, selection = $4,
			agreed_by = nullif($5::bigint, 0), agreed_at = $6, updated_at = $6 WHERE id = $1`,
		u.ID, u.Asked, append([]string{}, u.App.SingleFilePaths...), u.Selection, actor.UserID, now)
	if err != nil {
		return fmt.Errorf("installs: agree: %w", err)
	}
	if err := s.record(ctx, tx, actor, "installation.accept_permissions", u.Standing, map[string]any{"permissions": had},
		map[string]any{"permissions": u.Asked, "selection": u.Selection}); err != nil {
		return err
	}
	i, err := Of(ctx, tx.Pgx, u.ID, false)
	if err != nil {
		return err
	}
	if err := s.Announce(ctx, tx, actor, Event{Installation: i, Action: Accepted}); err != nil {
		return err
	}
	return s.tellAgreed(ctx, tx, actor, i)
}

// firstSelection gives an installation that had no use for repositories those that were
// chosen.
func (s *Service) firstSelection(ctx context.Context, tx *db.Tx, actor models.Actor, u *Update, to AgreeTo) error {
	if to.Selection == models.SelectAll {
		u.Selection = models.SelectAll
		return nil
	}
	chosen := slices.Compact(slices.Sorted(slices.Values(to.Repositories)))
	if to.Selection != models.SelectSelected || len(chosen) == 0 {
		return models.ErrSelectionNeeded
	}
	u.Selection = models.SelectSelected
	done, err := tx.Pgx.Exec(ctx, `INSERT INTO installation_repositories (installation_id, repository_id, adder_id, added_at)
		SELECT $1, id, nullif($2::bigint, 0), $3 FROM repositories WHERE id = ANY ($4) AND account_id = $5 ORDER BY id`,
		u.ID, actor.UserID, s.now(), chosen, u.AccountID)
	if err != nil {
		return fmt.Errorf("installs: agree: %w", err)
	}
	if done.RowsAffected() < int64(len(chosen)) {
		return models.ErrRepositoryElsewhere
	}
	return nil
}

// Waiting is the update of an installation for its own page: nil where nothing waits,
// or the actor needn't know.
func (s *Service) Waiting(ctx context.Context, actor models.Actor, id int64) (*Update, error) {
	u, err := s.Update(ctx, actor, id)
	if errors.Is(err, models.ErrUpdateDone) || errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	return u, err
}
