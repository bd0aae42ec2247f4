package repos

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"souk/models"
	"souk/models/db"
)

// Draft is a repository to be made. Owner is a login.
type Draft struct {
	Owner       string
	Kind        models.AccountKind // of the owner; "" for either
	Name        string
	Description string
	Private     bool
}

// check returns the draft with its texts as they are kept, or Problems.
func (n Draft) check() (Draft, models.Problems) {
	var problems models.Problems
	if !models.ValidRepositoryName(n.Name) {
		problems = append(problems, models.ErrRepositoryName)
	}
	text, err := models.PlainText(n.Description, models.MaxRepositoryDescription, false)
	if known, ok := errors.AsType[*models.Error](err); ok {
		problems = append(problems, known.On("description"))
	}
	n.Description = text
	return n, problems
}

// Create makes a repository. What is wrong with the draft comes back as
// Problems: on owner, name (ErrRepositoryName, ErrRepositoryTaken) and
// description.
func (s *Service) Create(ctx context.Context, actor models.Actor, draft Draft) (*Details, error) {
	if err := actor.MayAct(); err != nil {
		return nil, err
	}
	draft, problems := draft.check()
	in, err := s.Owner(ctx, draft.Owner)
	switch {
	case errors.Is(err, models.ErrNotFound):
		problems = append(problems, models.ErrUnknownChoice.On("owner"))
	case err != nil:
		return nil, err
	default:
		if err := actor.MayCreateRepositoryIn(in.ID); err != nil {
			return nil, err
		}
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	var made *Details
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		if made, err = s.create(ctx, tx, actor, in.ID, draft); err != nil {
			return err
		}
		return s.follow(func(i Installations) error {
			return i.RepositoriesCreated(ctx, tx, actor, in.ID, []int64{made.Repository.ID})
		})
	})
	if db.Violates(err, "repositories_name_key") {
		return nil, models.ErrRepositoryTaken
	}
	return made, err
}

func (s *Service) create(ctx context.Context, tx *db.Tx, actor models.Actor, account int64, draft Draft) (*Details, error) {
	id, err := s.insertOne(ctx, tx, account, draft)
	if err != nil {
		return nil, err
	}
	d, err := s.byID(ctx, tx.Pgx, actor, id)
	if err != nil {
		return nil, err
	}
	return d, s.record(ctx, tx, actor, "repository.create", d, nil, map[string]any{
		"name": draft.Name, "description": draft.Description, "visibility": visibility(draft.Private)})
}

func (s *Service) insertOne(ctx context.Context, tx *db.Tx, account int64, draft Draft) (id int64, err error) {
	now := s.now()
	err = tx.WithContext(ctx).Raw(`INSERT INTO repositories (account_id, name, description, private, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?) RETURNING id`, account, draft.Name, draft.Description, draft.Private, now, now).Row().Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("repos: create: %w", err)
	}
	return id, takeName(ctx, tx, account, draft.Name)
}

// CreateByToken is Create for a program with a token of somebody's. Apart from what that
// returns, it returns ErrScopeNeeded and ErrNotForApps, and ErrNotFound where there is
// no owner of that kind.
func (s *Service) CreateByToken(ctx context.Context, actor models.Actor, draft Draft) (*Details, error) {
	if err := actor.MayCreateRepositoryByToken(draft.Private); err != nil {
		return nil, err
	}
	if in, err := s.Owner(ctx, draft.Owner); err != nil || !draft.fits(&in) {
		return nil, cmp.Or(err, error(models.ErrNotFound))
	}
	return s.Create(ctx, actor, draft)
}

func (n *Draft) fits(owner *models.Account) bool { return n.Kind == "" || n.Kind == owner.Kind }

// CreateByApp makes a repository for an app that is installed on its owner: the
// installation reaches it from then on. Bot is the app, by what it is installed as.
// Apart from what Create returns, it returns ErrNotForApps where the installation may
// not, or has nothing to do with that owner, and ErrNotFound where there is no such
// owner, or the installation has ended.
func (s *Service) CreateByApp(ctx context.Context, bot models.Actor, by *models.Installation, draft Draft) (*Details, error) {
	if err := by.MayCreateRepository(); err != nil {
		return nil, err
	}
	draft, problems := draft.check()
	in, err := s.Owner(ctx, draft.Owner)
	switch {
	case err != nil:
	case !draft.fits(&in) && draft.Kind == models.KindOrganization:
		err = models.ErrNotFound
	case !draft.fits(&in):
		err = models.ErrNotForApps // an organization isn't anybody
	default:
		err = cmp.Or(by.MayCreateRepositoryIn(in.ID), problems.Err())
	}
	if err != nil {
		return nil, err
	}
	var made *Details
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		made, err = s.createByApp(ctx, tx, bot, by, draft)
		return err
	})
	if db.Violates(err, "repositories_name_key") {
		return nil, models.ErrRepositoryTaken
	}
	return made, err
}

func (s *Service) createByApp(ctx context.Context, tx *db.Tx, bot models.Actor, by *models.Installation, draft Draft) (*Details, error) {
	id, err := s.insertOne(ctx, tx, by.AccountID, draft)
	if err != nil {
		return nil, err
	}
	made, err := s.byID(ctx, tx.Pgx, models.Operator(), id)
	if err != nil {
		return nil, err
	}
	err = s.record(ctx, tx, bot, "repository.create", made, nil, map[string]any{
		"name": draft.Name, "description": draft.Description, "visibility": visibility(draft.Private), "installation": by.ID})
	if err != nil {
		return nil, err
	}
	return made, s.follow(func(i Installations) error { return i.RepositoryMade(ctx, tx, bot, by.ID, id) })
}

// takeName ends the redirect that a name was, now that it is a repository's
// own.
func takeName(ctx context.Context, tx *db.Tx, account int64, name string) error {
	err := tx.WithContext(ctx).Exec(`DELETE FROM repository_redirects WHERE account_id = ? AND name = lower(?)`, account, name).Error
	if err != nil {
		return fmt.Errorf("repos: redirect: %w", err)
	}
	return nil
}

// leaveName makes a name that a repository had lead to it.
func (s *Service) leaveName(ctx context.Context, tx *db.Tx, account int64, name string, repository int64) error {
	err := tx.WithContext(ctx).Exec(`INSERT INTO repository_redirects (account_id, name, repository_id, created_at) VALUES (?, lower(?), ?, ?)
		ON CONFLICT ON CONSTRAINT repository_redirects_pkey DO UPDATE SET repository_id = excluded.repository_id, created_at = excluded.created_at`,
		account, name, repository, s.now()).Error
	if err != nil {
		return fmt.Errorf("repos: redirect: %w", err)
	}
	return nil
}

func visibility(private bool) string {
	if private {
		return "private"
	}
	return "public"
}
