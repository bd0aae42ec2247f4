package installs

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/policies"
)

// ChangeRepositories gives an installation these repositories and no others, for whoever
// it is installed on. It returns ErrSelectionNeeded for none, ErrTooManySelected, and
// ErrRepositoryElsewhere; where it would reach more than before, ErrInstallPolicy and
// ErrAppStopped, too.
func (s *Service) ChangeRepositories(ctx context.Context, actor models.Actor, id int64, selection models.Selection, repositories []int64) error {
	repositories = slices.Compact(slices.Sorted(slices.Values(repositories)))
	switch {
	case selection != models.SelectAll && len(repositories) == 0:
		return models.ErrSelectionNeeded
	case len(repositories) > models.MaxSelected:
		return models.ErrTooManySelected
	}
	return s.reach(ctx, actor, id, func(tx *db.Tx, i *Standing) error {
		if selection == models.SelectAll {
			return s.more(ctx, tx, i, actor, func() error { return changed(s.reachAll(ctx, tx, actor, i)) })
		}
		if err := own(ctx, tx, i, repositories); err != nil {
			return err
		}
		if i.Selection == models.SelectAll {
			return changed(s.reachOnly(ctx, tx, actor, i, repositories))
		}
		was, err := selected(ctx, tx, i.ID)
		if err != nil {
			return err
		}
		add, drop := minus(repositories, was), minus(was, repositories)
		do := func() error { return changed(s.reachOthers(ctx, tx, actor, i, add, drop)) }
		if len(add) == 0 {
			return do()
		}
		return s.more(ctx, tx, i, actor, do)
	})
}

// AddRepository lets an installation reach one repository more, for whoever it is
// installed on, and for those who administer the repository and could install the app
// on it. Nothing happens where it does already.
func (s *Service) AddRepository(ctx context.Context, actor models.Actor, id, repository int64) error {
	return s.choose(ctx, actor, id, repository, false, func(tx *db.Tx, i *Standing, runs bool) error {
		if err := own(ctx, tx, i, []int64{repository}); err != nil {
			return models.ErrNotFound
		}
		if i.Selection == models.SelectAll {
			return nil
		}
		if i.Count >= models.MaxSelected {
			return models.ErrTooManySelected
		}
		add := func() error { return changed(s.reachOthers(ctx, tx, actor, i, []int64{repository}, nil)) }
		if !runs {
			return add() // what hinders it was weighed
		}
		return s.more(ctx, tx, i, actor, add)
	})
}

// RemoveRepository takes a repository from an installation, for whom AddRepository
// gives it one. It returns ErrSelectionNeeded for the last one, and where the
// installation reaches all of them.
func (s *Service) RemoveRepository(ctx context.Context, actor models.Actor, id, repository int64) error {
	return s.choose(ctx, actor, id, repository, true, func(tx *db.Tx, i *Standing, _ bool) error {
		was, err := selected(ctx, tx, i.ID)
		switch {
		case err != nil:
			return err
		case i.Selection == models.SelectAll:
			return models.ErrSelectionNeeded
		case !slices.Contains(was, repository):
			return models.ErrNotFound
		case len(was) == 1:
			return models.ErrSelectionNeeded
		}
		return changed(s.reachOthers(ctx, tx, actor, i, nil, []int64{repository}))
	})
}

// choose runs do with an installation locked to which the actor may give a repository,
// or take it away, and whether they run the installation; else they administer the
// repository.
func (s *Service) choose(ctx context.Context, actor models.Actor, id, repository int64, away bool, do func(tx *db.Tx, i *Standing, runs bool) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		i, err := Of(ctx, tx.Pgx, id, true)
		if err != nil {
			return err
		}
		now, err := fresh(ctx, tx.Pgx, actor, i.AccountID)
		if err != nil {
			return err
		}
		runs := now.MayRunInstallation(i.AccountID) == nil
		if !runs {
			w, err := Weigh(ctx, tx.Pgx, actor, Choice{App: i.App.Slug, Account: i.AccountID, Selection: models.SelectSelected, Repositories: []int64{repository}}, false)
			if err != nil {
				return err
			}
			if err := now.MayChooseRepository(&w.Facts, away); err != nil {
				return err
			}
		}
		if i.Selection == models.SelectNone {
			return models.ErrNotFound // the app asks for nothing of repositories
		}
		return do(tx, i, runs)
	})
}

// reach runs do with an installation that the actor may give repositories.
func (s *Service) reach(ctx context.Context, actor models.Actor, id int64, do func(*db.Tx, *Standing) error) error {
	return s.run(ctx, actor, id, func(tx *db.Tx, i *Standing) error {
		if i.Selection == models.SelectNone {
			return models.ErrNotFound // the app asks for nothing of repositories
		}
		return do(tx, i)
	})
}

// more runs do where an installation may reach more than it does.
func (s *Service) more(ctx context.Context, tx *db.Tx, i *Standing, actor models.Actor, do func() error) error {
	verdict, err := policies.JudgeApp(ctx, tx.Pgx, i.AccountID, i.AppID, nil)
	if err != nil {
		return err
	}
	err = actor.MayGrowInstallation(&models.GrowFacts{Account: i.AccountID, AccountSuspended: i.Account.SuspendedAt != nil,
		AppSuspended: i.Integrator.SuspendedAt != nil, Policy: verdict})
	if err != nil {
		return err
	}
	return do()
}

func changed(_ bool, err error) error { return err }

// own holds repositories to the account of an installation.
func own(ctx context.Context, tx *db.Tx, i *Standing, repositories []int64) error {
	var count int
	err := tx.Pgx.QueryRow(ctx, `SELECT count(*) FROM repositories WHERE id = ANY ($1) AND account_id = $2`, repositories, i.AccountID).Scan(&count)
	if err != nil {
		return fmt.Errorf("installs: repositories: %w", err)
	}
	if count < len(repositories) {
		return models.ErrRepositoryElsewhere
	}
	return nil
}

func selected(ctx context.Context, tx *db.Tx, id int64) ([]int64, error) {
	return ids(ctx, tx.Pgx, `SELECT repository_id FROM installation_repositories WHERE installation_id = $1`, id)
}

// reachAll lets an installation reach all repositories.
func (s *Service) reachAll(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing) (bool, error) {
	if i.Selection == models.SelectAll {
		return false, nil
	}
	added, err := ids(ctx, tx.Pgx, `SELECT r.id FROM repositories r WHERE r.account_id = $2 AND NOT EXISTS
		(SELECT FROM installation_repositories n WHERE n.installation_id = $1 AND n.repository_id = r.id)`, i.ID, i.AccountID)
	if err != nil {
		return false, err
	}
	if _, err := tx.Pgx.Exec(ctx, `DELETE FROM installation_repositories WHERE installation_id = $1`, i.ID); err != nil {
		return false, fmt.Errorf("installs: select: %w", err)
	}
	return true, s.reached(ctx, tx, actor, i, models.SelectAll, added, nil)
}

// reachOnly narrows an installation that reaches all repositories to these.
func (s *Service) reachOnly(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing, repositories []int64) (bool, error) {
	removed, err := ids(ctx, tx.Pgx, `SELECT id FROM repositories WHERE account_id = $1 AND id <> ALL ($2)`, i.AccountID, repositories)
	if err != nil {
		return false, err
	}
	if _, err := s.selects(ctx, tx, actor, i.ID, repositories); err != nil {
		return false, err
	}
	return true, s.reached(ctx, tx, actor, i, models.SelectSelected, nil, removed)
}

// reachOthers adds repositories to those that are selected, and takes others away.
func (s *Service) reachOthers(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing, add, drop []int64) (bool, error) {
	removed, err := ids(ctx, tx.Pgx, `DELETE FROM installation_repositories WHERE installation_id = $1 AND repository_id = ANY ($2) RETURNING repository_id`, i.ID, drop)
	if err != nil {
		return false, err
	}
	added, err := s.selects(ctx, tx, actor, i.ID, add)
	if err != nil || len(added)+len(removed) == 0 {
		return false, err
	}
	if i.Count+len(added)-len(removed) > models.MaxSelected {
		return false, models.ErrTooManySelected
	}
	return true, s.reached(ctx, tx, actor, i, models.SelectSelected, added, removed)
}

// selects adds repositories, and returns those that weren't there.
func (s *Service) selects(ctx context.Context, tx *db.Tx, actor models.Actor, id int64, repositories []int64) ([]int64, error) {
	added, err := ids(ctx, tx.Pgx, `INSERT INTO installation_repositories (installation_id, repository_id, adder_id, added_at)
		SELECT DISTINCT $1::bigint, r, nullif($3::bigint, 0), $4::timestamptz FROM unnest($2::bigint[]) r
		ON CONFLICT ON CONSTRAINT installation_repositories_pkey DO NOTHING RETURNING repository_id`, id, repositories, actor.UserID, s.now())
	if db.Violates(err, "installation_repositories_repository_fk") {
		return nil, models.ErrRepositoryElsewhere
	}
	return added, err
}

// reached writes what came of it, and tells.
func (s *Service) reached(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing, selection models.Selection, added, removed []int64) error {
	before := map[string]any{"selection": i.Selection, "repositories": i.Count}
	_, err := tx.Pgx.Exec(ctx, `UPDATE installations SET selection = $2, updated_at = $3 WHERE id = $1`, i.ID, selection, s.now())
	if err != nil {
		return fmt.Errorf("installs: select: %w", err)
	}
	now, err := Of(ctx, tx.Pgx, i.ID, false)
	if err != nil {
		return err
	}
	*i = *now
	after := map[string]any{"selection": i.Selection, "repositories": i.Count, "added": len(added), "removed": len(removed)}
	if err := s.record(ctx, tx, actor, "installation.change_repositories", i, before, after); err != nil {
		return err
	}
	return s.AnnounceRepositories(ctx, tx, actor, i, added, removed)
}

func ids(ctx context.Context, q Querier, sql string, args ...any) ([]int64, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("installs: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("installs: %w", err)
	}
	return all, nil
}

// minus are those of a that aren't in b.
func minus(a, b []int64) []int64 {
	there := make(map[int64]bool, len(b))
	for _, id := range b {
		there[id] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(id int64) bool { return there[id] })
}
