package installs

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// CollaboratorChanged follows a person who may do something else with a repository
// than before; NoAccess stands for nothing.
func (s *Service) CollaboratorChanged(ctx context.Context, tx *db.Tx, actor models.Actor, repository, person int64, was, is models.RepositoryLevel) error {
	if err := s.tellOfMember(ctx, tx, actor, repository, person, was, is); err != nil || is != models.NoAccess {
		return err
	}
	return s.dropUnrelated(ctx, tx, actor, repository, person)
}

func (s *Service) tellOfMember(ctx context.Context, tx *db.Tx, actor models.Actor, repository, person int64, was, is models.RepositoryLevel) error {
	all, err := reaching(ctx, tx.Pgx, repository)
	if err != nil {
		return err
	}
	r, err := s.heard(ctx, tx, all, models.EventMember, repository)
	if err != nil || r == nil {
		return err
	}
	member, err := user(ctx, tx, person)
	if err != nil {
		return err
	}
	action := models.MemberEdited
	switch models.NoAccess {
	case was:
		action = models.MemberAdded
	case is:
		action = models.MemberRemoved
	}
	return s.tellEach(ctx, tx, all, models.EventMember, action, func(i *Standing) any {
		return models.MemberPayloadOf(action, i.ID, member, r, was, is, actor.Sender(), s.site.Base)
	})
}

// MemberAdded follows a person who has come into an organization.
func (s *Service) MemberAdded(ctx context.Context, tx *db.Tx, actor models.Actor, organization, person int64, role models.OrganizationRole) error {
	return s.tellOfPerson(ctx, tx, actor, organization, person, role, models.OrganizationMemberAdded)
}

func (s *Service) tellOfPerson(ctx context.Context, tx *db.Tx, actor models.Actor, organization, person int64, role models.OrganizationRole, action string) error {
	all, err := on(ctx, tx.Pgx, `i.account_id = $1`, organization)
	if err != nil || len(all) == 0 {
		return err
	}
	about := models.HookMembership{Role: role}
	if about.User, err = user(ctx, tx, person); err != nil {
		return err
	}
	return s.tellOfOrganization(ctx, tx, actor, all, action, "", &about)
}

// MemberLeaving follows a person who is about to leave an organization and its
// repositories, or to be removed. What they ask of it is asked no more, unless others
// ask for it too.
func (s *Service) MemberLeaving(ctx context.Context, tx *db.Tx, actor models.Actor, organization, person int64, role models.OrganizationRole) error {
	if err := s.tellOfLeaving(ctx, tx, actor, organization, person); err != nil {
		return err
	}
	if err := s.tellOfPerson(ctx, tx, actor, organization, person, role, models.OrganizationMemberRemoved); err != nil {
		return err
	}
	return s.dropVotes(ctx, tx, actor, organization, person)
}

// tellOfLeaving tells of each repository that a person could use as a collaborator, of
// one account or, where that is 0, of any.
func (s *Service) tellOfLeaving(ctx context.Context, tx *db.Tx, actor models.Actor, account, person int64) error {
	rows, err := tx.Pgx.Query(ctx, `SELECT r.id, array_position(ARRAY['none', 'read', 'triage', 'write', 'maintain', 'admin'], c.level) - 1
		FROM collaborators c JOIN repositories r ON r.id = c.repository_id
		WHERE c.account_id = $1 AND (r.account_id = $2 OR $2 = 0) AND EXISTS (SELECT FROM installations i WHERE i.account_id = r.account_id) ORDER BY r.id`, person, account)
	if err != nil {
		return fmt.Errorf("installs: follow: %w", err)
	}
	type one struct {
		ID    int64
		Level models.RepositoryLevel
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[one])
	if err != nil {
		return fmt.Errorf("installs: follow: %w", err)
	}
	for _, r := range all {
		if err := s.tellOfMember(ctx, tx, actor, r.ID, person, r.Level, models.NoAccess); err != nil {
			return err
		}
	}
	return nil
}

// personLeaving follows a person whose account is about to be deleted. It does nothing
// for an organization, which collaborates on nothing and asks for nothing.
func (s *Service) personLeaving(ctx context.Context, tx *db.Tx, actor models.Actor, person int64) error {
	if err := s.tellOfLeaving(ctx, tx, actor, 0, person); err != nil {
		return err
	}
	rows, err := tx.Pgx.Query(ctx, `SELECT organization_id, role FROM memberships WHERE account_id = $1
		UNION SELECT r.organization_id, '' FROM installation_requests r JOIN installation_request_votes v ON v.request_id = r.id
			WHERE v.account_id = $1 AND r.state = 'open' AND NOT EXISTS (SELECT FROM memberships m WHERE m.account_id = $1 AND m.organization_id = r.organization_id)
		ORDER BY 1`, person)
	if err != nil {
		return fmt.Errorf("installs: follow: %w", err)
	}
	type place struct {
		ID   int64
		Role models.OrganizationRole
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[place])
	if err != nil {
		return fmt.Errorf("installs: follow: %w", err)
	}
	for _, o := range all {
		if o.Role != "" {
			if err := s.tellOfPerson(ctx, tx, actor, o.ID, person, o.Role, models.OrganizationMemberRemoved); err != nil {
				return err
			}
		}
		if err := s.dropVotes(ctx, tx, actor, o.ID, person); err != nil {
			return err
		}
	}
	return nil
}

// user is a person as apps are told of them.
func user(ctx context.Context, tx *db.Tx, id int64) (models.HookAccount, error) {
	a := models.HookAccount{ID: id, Kind: models.KindUser}
	if err := tx.Pgx.QueryRow(ctx, `SELECT login FROM accounts WHERE id = $1`, id).Scan(&a.Login); err != nil {
		return a, missing(err)
	}
	return a, nil
}
