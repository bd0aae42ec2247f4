package repos

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/notices"
)

// CollaboratorsPerPage is how many collaborators a page has.
const CollaboratorsPerPage = 50

// maxOwners is how many of an organization's owners a page names.
const maxOwners = 20

// Person is a user in a list.
type Person struct {
	ID          int64
	Login, Name string
}

// Collaborator is a person with what was granted to them on a repository, and
// what they may do in the end.
type Collaborator struct {
	Person
	Granted models.RepositoryLevel
	Level   models.RepositoryLevel
	Reason  models.LevelReason
}

// Access is who may do what with a repository.
type Access struct {
	Collaborators []Collaborator
	Total         int // of collaborators
	Page          int
	Owners        []Person // of the organization, where the actor may know; the owner, of a user's repository
	MoreOwners    int
	Members       int // of the organization, whom the base permission reaches; 0 where the actor may not know
}

// Access lists a repository's collaborators and who has access without being
// one, for those who manage it.
func (s *Service) Access(ctx context.Context, actor models.Actor, d *Details, page int) (*Access, error) {
	if err := actor.MayUseRepository(d.Level, models.LevelToManage); err != nil {
		return nil, err
	}
	a := Access{Page: max(page, 1)}
	if err := s.collaborators(ctx, d, &a); err != nil {
		return nil, err
	}
	switch {
	case d.Owner.Kind == models.KindUser:
		a.Owners = []Person{{ID: d.Owner.ID, Login: d.Owner.Login, Name: d.Owner.Name}}
		return &a, nil
	case actor.MaySeeOrganization(d.Owner.ID) != nil:
		return &a, nil
	}
	return &a, s.inheritors(ctx, d, &a)
}

func (s *Service) collaborators(ctx context.Context, d *Details, a *Access) error {
	rows, err := s.db.Pool().Query(ctx, `SELECT p.id, p.login, p.name, `+grantedRank+`, coalesce(m.role, ''), m.suspended_at IS NOT NULL, p.suspended_at IS NOT NULL,
			count(*) OVER ()
		FROM collaborators c JOIN accounts p ON p.id = c.account_id
		LEFT JOIN memberships m ON m.organization_id = $2 AND m.account_id = c.account_id
		WHERE c.repository_id = $1 ORDER BY p.login LIMIT $3 OFFSET $4`,
		d.Repository.ID, d.Owner.ID, CollaboratorsPerPage, (a.Page-1)*CollaboratorsPerPage)
	if err != nil {
		return fmt.Errorf("repos: collaborators: %w", err)
	}
	a.Collaborators, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Collaborator, err error) {
		var role models.OrganizationRole
		var barred, suspended bool
		if err = row.Scan(&c.ID, &c.Login, &c.Name, &c.Granted, &role, &barred, &suspended, &a.Total); err != nil {
			return c, err
		}
		them := models.Actor{UserID: c.ID, Suspended: suspended}
		if role != "" {
			them.Memberships = []models.Membership{{OrganizationID: d.Owner.ID, Role: role, Suspended: barred}}
		}
		c.Level, c.Reason = them.LevelAndReason(&d.Repository, c.Granted, d.Base)
		return c, nil
	})
	switch {
	case err != nil:
		return fmt.Errorf("repos: collaborators: %w", err)
	case a.Page > 1 && len(a.Collaborators) == 0:
		return models.ErrPageOutOfRange
	}
	return nil
}

func (s *Service) inheritors(ctx context.Context, d *Details, a *Access) error {
	rows, err := s.db.Pool().Query(ctx, `SELECT p.id, p.login, p.name, count(*) OVER (),
			(SELECT count(*) FROM memberships n WHERE n.organization_id = $1 AND n.role = 'member' AND n.suspended_at IS NULL)
		FROM memberships m JOIN accounts p ON p.id = m.account_id
		WHERE m.organization_id = $1 AND m.role = 'owner' AND m.suspended_at IS NULL ORDER BY p.login LIMIT $2`, d.Owner.ID, maxOwners)
	if err != nil {
		return fmt.Errorf("repos: owners: %w", err)
	}
	var total int
	a.Owners, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Person, err error) {
		return p, row.Scan(&p.ID, &p.Login, &p.Name, &total, &a.Members)
	})
	if err != nil {
		return fmt.Errorf("repos: owners: %w", err)
	}
	a.MoreOwners = total - len(a.Owners)
	return nil
}

// AddCollaborator grants a person a level on a repository and tells them. It
// returns ErrCollaborator for a login that is no person's or the owner's own,
// and ErrAlreadyCollaborator.
func (s *Service) AddCollaborator(ctx context.Context, actor models.Actor, id int64, login string, level models.RepositoryLevel) error {
	if level < models.RepositoryRead || level > models.RepositoryAdmin {
		return models.ErrUnknownLevel
	}
	if err := s.bother(ctx, actor); err != nil {
		return err
	}
	_, err := s.change(ctx, actor, id, models.LevelToManage, func(tx *db.Tx, d *Details) error {
		person, err := owner(ctx, tx.Pgx, login)
		if errors.Is(err, models.ErrNotFound) || err == nil && (person.Kind != models.KindUser || person.ID == d.Owner.ID) {
			return models.ErrCollaborator
		}
		if err != nil {
			return err
		}
		err = tx.WithContext(ctx).Exec(`INSERT INTO collaborators (repository_id, account_id, level, created_at) VALUES (?, ?, ?, ?)`,
			id, person.ID, level.String(), s.now()).Error
		if err != nil {
			return fmt.Errorf("repos: add collaborator: %w", err)
		}
		if err := s.record(ctx, tx, actor, "collaborator.add", d, nil, map[string]any{"login": person.Login, "level": level.String()}); err != nil {
			return err
		}
		if err := s.regranted(ctx, tx, actor, id, person.ID, models.NoAccess, level); err != nil {
			return err
		}
		if person.ID == actor.UserID {
			return nil
		}
		return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeCollaborator, Link: d.Link(),
			Params: map[string]string{"repository": d.FullName(), "role": level.String()}}, person.ID)
	})
	if db.Violates(err, "collaborators_pkey") {
		return models.ErrAlreadyCollaborator
	}
	return err
}

// ChangeCollaborator changes the level that a person was granted.
func (s *Service) ChangeCollaborator(ctx context.Context, actor models.Actor, id, person int64, level models.RepositoryLevel) error {
	if level < models.RepositoryRead || level > models.RepositoryAdmin {
		return models.ErrUnknownLevel
	}
	_, err := s.change(ctx, actor, id, models.LevelToManage, func(tx *db.Tx, d *Details) error {
		login, was, err := granted(ctx, tx, id, person)
		if err != nil || was == level.String() {
			return err
		}
		err = tx.WithContext(ctx).Exec(`UPDATE collaborators SET level = ? WHERE repository_id = ? AND account_id = ?`, level.String(), id, person).Error
		if err != nil {
			return fmt.Errorf("repos: change collaborator: %w", err)
		}
		err = s.record(ctx, tx, actor, "collaborator.change", d, map[string]any{"login": login, "level": was}, map[string]any{"login": login, "level": level.String()})
		if err != nil {
			return err
		}
		had, err := models.ParseRepositoryLevel(was)
		if err != nil {
			return err
		}
		return s.regranted(ctx, tx, actor, id, person, had, level)
	})
	return err
}

// RemoveCollaborator takes away what a person was granted.
func (s *Service) RemoveCollaborator(ctx context.Context, actor models.Actor, id, person int64) error {
	_, err := s.change(ctx, actor, id, models.LevelToManage, func(tx *db.Tx, d *Details) error {
		return s.drop(ctx, tx, actor, d, person, "collaborator.remove")
	})
	return err
}

// Leave gives up what the actor was granted on a repository, archived or not.
func (s *Service) Leave(ctx context.Context, actor models.Actor, id int64) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		d, err := s.lock(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		return s.drop(ctx, tx, actor, d, actor.UserID, "collaborator.leave")
	})
}

func (s *Service) drop(ctx context.Context, tx *db.Tx, actor models.Actor, d *Details, person int64, action models.AuditAction) error {
	login, was, err := granted(ctx, tx, d.Repository.ID, person)
	if err != nil {
		return err
	}
	err = tx.WithContext(ctx).Exec(`DELETE FROM collaborators WHERE repository_id = ? AND account_id = ?`, d.Repository.ID, person).Error
	if err != nil {
		return fmt.Errorf("repos: remove collaborator: %w", err)
	}
	if err := s.record(ctx, tx, actor, action, d, map[string]any{"login": login, "level": was}, nil); err != nil {
		return err
	}
	had, err := models.ParseRepositoryLevel(was)
	if err != nil {
		return err
	}
	return s.regranted(ctx, tx, actor, d.Repository.ID, person, had, models.NoAccess)
}

// regranted lets installations follow what a person is granted.
func (s *Service) regranted(ctx context.Context, tx *db.Tx, actor models.Actor, repository, person int64, was, is models.RepositoryLevel) error {
	return s.follow(func(i Installations) error { return i.CollaboratorChanged(ctx, tx, actor, repository, person, was, is) })
}

// granted is what a person was granted, or ErrNotFound.
func granted(ctx context.Context, tx *db.Tx, repository, person int64) (login, level string, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT a.login, c.level FROM collaborators c JOIN accounts a ON a.id = c.account_id
		WHERE c.repository_id = ? AND c.account_id = ?`, repository, person).Row().Scan(&login, &level)
	if found, err := db.Found(err); err != nil {
		return "", "", fmt.Errorf("repos: collaborator: %w", err)
	} else if !found {
		return "", "", models.ErrNotFound
	}
	return login, level, nil
}
