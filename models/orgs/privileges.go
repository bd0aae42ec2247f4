package orgs

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Privileges are what members may do.
type Privileges struct {
	BasePermission             string // none, read, write, admin: on every repository
	MembersMayRequestApps      bool
	RepositoryAdminsMayInstall bool
	OAuthPolicy                models.OAuthPolicy
}

// SetPrivileges changes what members may do.
func (s *Service) SetPrivileges(ctx context.Context, actor models.Actor, login string, in Privileges) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	return s.change(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		was := o.Privileges()
		if was == in {
			return nil
		}
		err := tx.WithContext(ctx).Exec(`UPDATE organizations SET base_permission = ?, members_may_request_apps = ?, repository_admins_may_install = ?,
			oauth_policy = ? WHERE account_id = ?`, in.BasePermission, in.MembersMayRequestApps, in.RepositoryAdminsMayInstall, in.OAuthPolicy, o.ID).Error
		if err != nil {
			return fmt.Errorf("orgs: privileges: %w", err)
		}
		e := event(o, "organization.update_privileges")
		e.Before, e.After = was.details(), in.details()
		return audit.Record(ctx, tx, actor, e)
	})
}

// Privileges are what members of the organization may do.
func (o *Organization) Privileges() Privileges {
	return Privileges{BasePermission: o.BasePermission, MembersMayRequestApps: o.MembersMayRequestApps,
		RepositoryAdminsMayInstall: o.RepositoryAdminsMayInstall, OAuthPolicy: o.OAuthPolicy}
}

// BasePermissions lists what members may be given on every repository.
func BasePermissions() []models.RepositoryLevel {
	return []models.RepositoryLevel{models.NoAccess, models.RepositoryRead, models.RepositoryWrite, models.RepositoryAdmin}
}

func (in Privileges) check() error {
	var problems models.Problems
	known := false
	for _, l := range BasePermissions() {
		known = known || l.String() == in.BasePermission
	}
	if !known {
		_ = problems.Add("base_permission", models.ErrUnknownChoice)
	}
	if in.OAuthPolicy != models.OAuthOpen && in.OAuthPolicy != models.OAuthApproval {
		_ = problems.Add("oauth_policy", models.ErrUnknownChoice)
	}
	return problems.Err()
}

func (in Privileges) details() map[string]any {
	return map[string]any{"base_permission": in.BasePermission, "members_may_request_apps": in.MembersMayRequestApps,
		"repository_admins_may_install": in.RepositoryAdminsMayInstall, "oauth_policy": in.OAuthPolicy}
}
