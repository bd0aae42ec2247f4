package orgs

import (
	"context"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
)

// ChangeRole gives a member another role. An organization keeps an owner who can
// act: ErrLastOwner says that there would be none.
func (s *Service) ChangeRole(ctx context.Context, actor models.Actor, login, member string, role models.OrganizationRole) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	if !role.Valid() {
		return models.ErrUnknownRole
	}
	return s.reshape(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		p, err := memberOf(ctx, tx, o, member)
		if err != nil || p.Role == role {
			return err
		}
		if p.Role == models.RoleOwner {
			if err := s.withoutOwner(ctx, tx, o, p.ID); err != nil {
				return err
			}
		}
		err = tx.WithContext(ctx).Exec(`UPDATE memberships SET role = ? WHERE organization_id = ? AND account_id = ?`, role, o.ID, p.ID).Error
		if err != nil {
			return fmt.Errorf("orgs: change role: %w", err)
		}
		e := about(o, "member.change_role", p.ID, p.Login)
		e.Before, e.After = map[string]any{"role": p.Role}, map[string]any{"role": role}
		if err := audit.Record(ctx, tx, actor, e); err != nil {
			return err
		}
		return s.tell(ctx, tx, models.NoticeRoleChanged, o, peopleAt(o), map[string]string{"role": string(role)}, without([]int64{p.ID}, actor.UserID)...)
	})
}

// Remove takes a member out of an organization, and off its repositories.
func (s *Service) Remove(ctx context.Context, actor models.Actor, login, member string) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	return s.change(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		p, err := memberOf(ctx, tx, o, member)
		if err != nil {
			return err
		}
		if err := s.part(ctx, tx, actor, o, p, "member.remove"); err != nil {
			return err
		}
		return s.tell(ctx, tx, models.NoticeRemoved, o, "", nil, without([]int64{p.ID}, actor.UserID)...)
	})
}

// Leave takes the actor out of an organization. Who is suspended there for want
// of a second factor may leave too.
func (s *Service) Leave(ctx context.Context, actor models.Actor, login string) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		o, err := lock(ctx, tx, login)
		if err != nil {
			return err
		}
		p, err := memberOf(ctx, tx, o, actor.Login)
		if err != nil {
			return err
		}
		return s.part(ctx, tx, actor, o, p, "member.leave")
	})
}

// part takes a person out of a locked organization.
func (s *Service) part(ctx context.Context, tx *db.Tx, actor models.Actor, o *Organization, p *Person, action models.AuditAction) error {
	if p.Role == models.RoleOwner {
		if err := s.withoutOwner(ctx, tx, o, p.ID); err != nil {
			return err
		}
	}
	if err := s.follow(func(i Installations) error { return i.MemberLeaving(ctx, tx, actor, o.ID, p.ID, p.Role) }); err != nil {
		return err
	}
	q := tx.WithContext(ctx)
	if err := q.Exec(`DELETE FROM memberships WHERE organization_id = ? AND account_id = ?`, o.ID, p.ID).Error; err != nil {
		return fmt.Errorf("orgs: part: %w", err)
	}
	err := q.Exec(`DELETE FROM collaborators c USING repositories r WHERE r.id = c.repository_id AND r.account_id = ? AND c.account_id = ?`, o.ID, p.ID).Error
	if err != nil {
		return fmt.Errorf("orgs: part: %w", err)
	}
	e := about(o, action, p.ID, p.Login)
	e.Before = map[string]any{"role": p.Role}
	return audit.Record(ctx, tx, actor, e)
}

// withoutOwner prepares for an owner of a locked organization to be one no more:
// it returns ErrLastOwner unless another one can act, and withdraws what the
// owner has offered and nobody accepted, since it is offered in the name of one
// who may not offer it any more.
func (s *Service) withoutOwner(ctx context.Context, tx *db.Tx, o *Organization, owner int64) error {
	q := tx.WithContext(ctx)
	var other bool
	if err := q.Raw(`SELECT EXISTS (`+otherOwnerSQL("?", "?")+`)`, o.ID, owner).Row().Scan(&other); err != nil {
		return fmt.Errorf("orgs: owners: %w", err)
	}
	if !other {
		return models.ErrLastOwner
	}
	err := q.Exec(`UPDATE invitations SET withdrawn_at = ? WHERE organization_id = ? AND inviter_id = ? AND `+openSQL, s.now(), o.ID, owner).Error
	if err != nil {
		return fmt.Errorf("orgs: owners: %w", err)
	}
	return nil
}

// otherOwnerSQL finds an owner of an organization who can act, beside one.
func otherOwnerSQL(organization, account string) string {
	return `SELECT FROM memberships w JOIN accounts wa ON wa.id = w.account_id
		WHERE w.organization_id = ` + organization + ` AND w.account_id <> ` + account + ` AND w.role = 'owner'
			AND w.suspended_at IS NULL AND wa.suspended_at IS NULL`
}

// memberOf finds a member of a locked organization by login, or returns
// ErrNotFound.
func memberOf(ctx context.Context, tx *db.Tx, o *Organization, login string) (*Person, error) {
	var p Person
	err := tx.WithContext(ctx).Raw(personSQL+`a.login = lower(?)`, o.ID, login).Take(&p).Error
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("orgs: member: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return &p, nil
}

// AddMember puts a user into an organization without asking them: for the
// operator alone. Everyone else invites.
func (s *Service) AddMember(ctx context.Context, actor models.Actor, login, user string, role models.OrganizationRole) error {
	if !actor.Operator {
		return models.ErrForbidden
	}
	if !role.Valid() {
		return models.ErrUnknownRole
	}
	return s.change(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		p, err := personOf(ctx, tx, "a.login = lower(?)", user)
		if err != nil {
			return err
		}
		if p == nil {
			return models.ErrNoSuchAccount.On("user")
		}
		if m, err := membership(ctx, tx, o.ID, p.ID); err != nil {
			return err
		} else if m != nil {
			return models.ErrAlreadyMember.On("user")
		}
		if err := s.admit(ctx, tx, actor, o, p, role); err != nil {
			return err
		}
		e := about(o, "member.add", p.ID, p.Login)
		e.After = map[string]any{"role": role}
		return audit.Record(ctx, tx, actor, e)
	})
}

// membersOf are the ids of some members of an organization.
func membersOf(ctx context.Context, tx *db.Tx, organization int64, condition string) (ids []int64, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT m.account_id FROM memberships m JOIN users u ON u.account_id = m.account_id
		WHERE m.organization_id = ? AND `+condition+` ORDER BY m.account_id`, organization).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("orgs: members: %w", err)
	}
	return ids, nil
}

// tell tells people of something about an organization.
func (s *Service) tell(ctx context.Context, tx *db.Tx, kind models.NotificationKind, o *Organization, link string, params map[string]string, people ...int64) error {
	all := map[string]string{"organization": o.DisplayName()}
	for k, v := range params {
		all[k] = v
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: kind, Params: all, Link: link}, people...)
}

// tellOwners tells the owners of an organization.
func (s *Service) tellOwners(ctx context.Context, tx *db.Tx, kind models.NotificationKind, o *Organization, link string, params map[string]string) error {
	owners, err := membersOf(ctx, tx, o.ID, "m.role = 'owner'")
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, kind, o, link, params, owners...)
}

func without(ids []int64, one int64) []int64 {
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return id == one })
}
