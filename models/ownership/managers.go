package ownership

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/notices"
)

// Manager is a person who looks after an app without owning it.
type Manager struct {
	Login string
	Name  string // or the login
	Since time.Time
}

// Managers lists an app's managers, by login, for its owners.
func (s *Service) Managers(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, []Manager, error) {
	st, err := owned(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT a.login, coalesce(nullif(a.name, ''), a.login), m.created_at
		FROM app_managers m JOIN accounts a ON a.id = m.account_id WHERE m.app_id = $1 ORDER BY a.login`, st.ID)
	if err != nil {
		return nil, nil, fmt.Errorf("ownership: managers: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Manager])
	if err != nil {
		return nil, nil, fmt.Errorf("ownership: managers: %w", err)
	}
	return st, all, nil
}

// AddManager has a person look after an app: at once, and they are told. It
// returns ErrManagerUnknown, ErrManagerOwner for whoever owns it anyway,
// ErrManagerAlready, and ErrTooManyManagers.
func (s *Service) AddManager(ctx context.Context, actor models.Actor, slug, login string) error {
	if err := s.bother(ctx, actor); err != nil {
		return err
	}
	err := s.reshape(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		person, err := accountOf(ctx, tx.Pgx, login, false)
		if errors.Is(err, models.ErrNotFound) || err == nil && person.Kind != models.KindUser {
			return models.ErrManagerUnknown
		} else if err != nil {
			return err
		}
		if err := s.addManager(ctx, tx, st, person); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, "app_manager.add", st, st.AccountID, nil, map[string]any{"login": person.Login}); err != nil {
			return err
		}
		return s.tell(ctx, tx, actor, notices.Notice{Kind: models.NoticeManagerAdded, Link: settings(st, ""),
			Params: map[string]string{"app": st.Name, "login": actor.Login}}, []int64{person.ID})
	})
	if db.Violates(err, "app_managers_pkey") {
		return models.ErrManagerAlready
	}
	return err
}

func (s *Service) addManager(ctx context.Context, tx *db.Tx, st *apps.Standing, person account) error {
	var owns bool
	var managers int
	err := tx.Pgx.QueryRow(ctx, `SELECT $1::bigint = $2 OR EXISTS (SELECT FROM memberships WHERE organization_id = $1 AND account_id = $2 AND role = 'owner'),
		(SELECT count(*) FROM app_managers WHERE app_id = $3)`, *st.AccountID, person.ID, st.ID).Scan(&owns, &managers)
	if err != nil {
		return fmt.Errorf("ownership: manager: %w", err)
	}
	switch {
	case owns:
		return models.ErrManagerOwner
	case managers >= models.MaxAppManagers:
		return models.ErrTooManyManagers
	}
	if _, err := tx.Pgx.Exec(ctx, `INSERT INTO app_managers (app_id, account_id, created_at) VALUES ($1, $2, $3)`, st.ID, person.ID, s.now()); err != nil {
		return fmt.Errorf("ownership: manager: %w", err)
	}
	return nil
}

// RemoveManager ends that a person looks after an app, and tells them. One who
// didn't is ErrNotFound.
func (s *Service) RemoveManager(ctx context.Context, actor models.Actor, slug, login string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := owned(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		var id int64
		err = tx.Pgx.QueryRow(ctx, `DELETE FROM app_managers m USING accounts a
			WHERE m.app_id = $1 AND a.id = m.account_id AND a.login = lower($2) RETURNING m.account_id`, st.ID, login).Scan(&id)
		if found, err := db.Found(err); err != nil {
			return fmt.Errorf("ownership: manager: %w", err)
		} else if !found {
			return models.ErrNotFound
		}
		if err := s.record(ctx, tx, actor, "app_manager.remove", st, st.AccountID, map[string]any{"login": login}, nil); err != nil {
			return err
		}
		return s.tell(ctx, tx, actor, notices.Notice{Kind: models.NoticeManagerRemoved, Link: "/settings/apps",
			Params: map[string]string{"app": st.Name}}, []int64{id})
	})
}

// Managed is an app that the actor looks after as a manager, or ErrNotFound.
func (s *Service) Managed(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, error) {
	return managed(ctx, s.db.Pool(), actor, slug, false)
}

func managed(ctx context.Context, q apps.Querier, actor models.Actor, slug string, lock bool) (*apps.Standing, error) {
	if err := actor.MayAct(); err != nil {
		return nil, err
	}
	st, err := apps.Of(ctx, q, actor, slug, lock)
	if err != nil {
		return nil, err
	}
	if !st.Managed {
		return nil, models.ErrNotFound
	}
	return st, nil
}

// Leave ends that the actor looks after an app, and tells its owners.
func (s *Service) Leave(ctx context.Context, actor models.Actor, slug string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := managed(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if _, err := tx.Pgx.Exec(ctx, `DELETE FROM app_managers WHERE app_id = $1 AND account_id = $2`, st.ID, actor.UserID); err != nil {
			return fmt.Errorf("ownership: leave: %w", err)
		}
		if err := s.record(ctx, tx, actor, "app_manager.leave", st, st.AccountID, map[string]any{"login": actor.Login}, nil); err != nil {
			return err
		}
		owners, err := apps.Owners(ctx, tx, st.ID)
		if err != nil {
			return err
		}
		return s.tell(ctx, tx, actor, notices.Notice{Kind: models.NoticeManagerLeft, Link: settings(st, "/managers"),
			Params: map[string]string{"app": st.Name, "login": actor.Login}}, owners)
	})
}
