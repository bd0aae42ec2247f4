package profiles

import (
	"context"
	"fmt"

	"souk/models"
)

// Me is the actor as their own program sees them.
type Me struct {
	Account models.Account
	User    models.User
	Private bool // the program may know language and time zone
	Mail    bool // the program may know the mail address
}

// Me returns whose token a program has. Every token may ask; read:user opens
// what isn't public, and user:email the mail address alone.
func (s *Service) Me(ctx context.Context, actor models.Actor) (*Me, error) {
	if err := actor.MayByToken(""); err != nil {
		return nil, err
	}
	o, err := s.Own(ctx, actor)
	if err != nil {
		return nil, err
	}
	private := actor.MayByToken("read:user") == nil
	return &Me{Account: o.Account, User: o.User, Private: private, Mail: private || actor.MayByToken("user:email") == nil}, nil
}

// MyOrganization is an organization that the actor belongs to.
type MyOrganization struct {
	Account   models.Account
	Role      models.OrganizationRole
	Suspended bool // for want of a second factor
}

// MyOrganizations lists the organizations of the actor by login. A token needs
// the scope read:org; an app sees those that let it in.
func (s *Service) MyOrganizations(ctx context.Context, actor models.Actor) ([]MyOrganization, error) {
	if err := actor.MayByToken("read:org"); err != nil {
		return nil, err
	}
	var rows []struct {
		Account   models.Account `gorm:"embedded"`
		Role      models.OrganizationRole
		Suspended bool
	}
	err := s.db.Read(ctx).Raw(`SELECT a.id, a.login, a.kind, a.name, a.website_url, a.bio, a.location, a.verified_at, a.created_at,
			m.role, m.suspended_at IS NOT NULL suspended
		FROM memberships m JOIN accounts a ON a.id = m.organization_id WHERE m.account_id = ? ORDER BY a.login`, actor.UserID).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("profiles: organizations: %w", err)
	}
	all := make([]MyOrganization, 0, len(rows))
	for _, r := range rows {
		if actor.AppID == 0 || actor.RoleIn(r.Account.ID) != "" {
			all = append(all, MyOrganization{Account: r.Account, Role: r.Role, Suspended: r.Suspended})
		}
	}
	return all, nil
}
