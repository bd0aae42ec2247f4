package organizations

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/orgs"
	pages "souk/templates/organizations"
	"souk/web"
	"souk/web/paths"
)

type profileInput struct {
	Name       string `form:"name"`
	Bio        string `form:"bio"`
	Location   string `form:"location"`
	WebsiteURL string `form:"website_url"`
}

// Profile shows what an organization says about itself.
func (h *Organizations) Profile(c echo.Context) error {
	v, err := h.profile(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.ProfilePage(v))
}

func (h *Organizations) profile(c echo.Context) (v pages.Profile, err error) {
	actor, login := ask(c)
	o, err := h.orgs.Owned(c.Request().Context(), actor, login)
	if err != nil {
		return v, err
	}
	return pages.Profile{Org: owned(o), Named: o.Name, Bio: o.Bio, Location: o.Location, WebsiteURL: o.WebsiteURL, Mail: o.Mail, MailNow: o.Mail,
		MailVerified: o.MailVerifiedAt != nil}, nil
}

// SaveProfile changes it.
func (h *Organizations) SaveProfile(c echo.Context) error {
	in, err := web.Bind[profileInput](c)
	if err != nil {
		return err
	}
	v, err := h.profile(c)
	if err != nil {
		return err
	}
	actor, login := ask(c)
	if err := h.orgs.SetProfile(c.Request().Context(), actor, login, orgs.Profile(in)); err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Named, v.Bio, v.Location, v.WebsiteURL, v.Problems = in.Name, in.Bio, in.Location, in.WebsiteURL, problems(p)
			return pages.ProfilePage(v)
		})
	}
	return web.Done(c, paths.OrgSettings(login, "profile"), "organization_saved")
}

type mailInput struct {
	Mail string `form:"mail"`
}

// SetMail changes the organization's mail address.
func (h *Organizations) SetMail(c echo.Context) error {
	in, err := web.Bind[mailInput](c)
	if err != nil {
		return err
	}
	v, err := h.profile(c)
	if err != nil {
		return err
	}
	actor, login := ask(c)
	if err := h.orgs.SetMail(c.Request().Context(), actor, login, in.Mail); err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Mail, v.MailProblems = in.Mail, problems(p)
			return pages.ProfilePage(v)
		})
	}
	return web.Done(c, paths.OrgSettings(login, "profile"), "organization_mail_set")
}

// AskMail sends the mail that confirms the address once more.
func (h *Organizations) AskMail(c echo.Context) error {
	actor, login := ask(c)
	if err := h.orgs.AskMail(c.Request().Context(), actor, login); err != nil {
		return err
	}
	return web.Done(c, paths.OrgSettings(login, "profile"), "organization_mail_asked")
}

type renameInput struct {
	Login string `form:"login"`
}

// Rename shows the form for another login.
func (h *Organizations) Rename(c echo.Context) error {
	actor, login := ask(c)
	o, err := h.orgs.Owned(c.Request().Context(), actor, login)
	if err != nil {
		return err
	}
	return web.Page(c, pages.RenamePage(pages.Rename{Org: owned(o), Login: o.Login, Base: web.Requested(c).Base}))
}

// RenamePost gives an organization another login.
func (h *Organizations) RenamePost(c echo.Context) error {
	in, err := web.Bind[renameInput](c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	actor, login := ask(c)
	o, err := h.orgs.Owned(ctx, actor, login)
	if err != nil {
		return err
	}
	now, err := h.orgs.Rename(ctx, actor, login, in.Login)
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			return pages.RenamePage(pages.Rename{Org: owned(o), Login: in.Login, Base: web.Requested(c).Base, Problems: problems(p)})
		})
	}
	return web.Done(c, paths.OrgSettings(now, "profile"), "organization_renamed")
}

type deleteInput struct {
	Typed string `form:"confirm_name"`
}

// Delete shows what goes with an organization.
func (h *Organizations) Delete(c echo.Context) error {
	v, err := h.deleting(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.DeletePage(v))
}

func (h *Organizations) deleting(c echo.Context) (v pages.Delete, err error) {
	actor, login := ask(c)
	o, goes, err := h.orgs.Deleting(c.Request().Context(), actor, login)
	if err != nil {
		return v, err
	}
	return pages.Delete{Org: owned(o), Members: goes.Members, Invitations: goes.Invitations, Repositories: goes.Repositories,
		Domains: goes.Domains, Apps: goes.Apps, Installed: goes.Installed, Ties: goes.Ties}, nil
}

// DeletePost deletes an organization.
func (h *Organizations) DeletePost(c echo.Context) error {
	in, err := web.Bind[deleteInput](c)
	if err != nil {
		return err
	}
	v, err := h.deleting(c)
	if err != nil {
		return err
	}
	actor, login := ask(c)
	if err := h.orgs.Delete(c.Request().Context(), actor, login, in.Typed); err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Typed, v.Problems = in.Typed, problems(p)
			return pages.DeletePage(v)
		})
	}
	return web.Done(c, paths.SettingsOrganizations, "organization_deleted")
}

type privilegesInput struct {
	BasePermission             string `form:"base_permission"`
	MembersMayRequestApps      bool   `form:"members_may_request_apps"`
	RepositoryAdminsMayInstall bool   `form:"repository_admins_may_install"`
	OAuthPolicy                string `form:"oauth_policy"`
}

// Privileges shows what members may do.
func (h *Organizations) Privileges(c echo.Context) error {
	actor, login := ask(c)
	o, err := h.orgs.Owned(c.Request().Context(), actor, login)
	if err != nil {
		return err
	}
	return web.Page(c, pages.PrivilegesPage(privilegesView(o, o.Privileges())))
}

func privilegesView(o *orgs.Organization, p orgs.Privileges) pages.Privileges {
	v := pages.Privileges{Org: owned(o), BasePermission: p.BasePermission, MayRequest: p.MembersMayRequestApps,
		AdminsInstall: p.RepositoryAdminsMayInstall, OAuthPolicy: string(p.OAuthPolicy)}
	for _, l := range orgs.BasePermissions() {
		v.Levels = append(v.Levels, l.String())
	}
	return v
}

// SavePrivileges changes what members may do.
func (h *Organizations) SavePrivileges(c echo.Context) error {
	in, err := web.Bind[privilegesInput](c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	actor, login := ask(c)
	o, err := h.orgs.Owned(ctx, actor, login)
	if err != nil {
		return err
	}
	p := orgs.Privileges{BasePermission: in.BasePermission, MembersMayRequestApps: in.MembersMayRequestApps,
		RepositoryAdminsMayInstall: in.RepositoryAdminsMayInstall, OAuthPolicy: models.OAuthPolicy(in.OAuthPolicy)}
	if err := h.orgs.SetPrivileges(ctx, actor, login, p); err != nil {
		return web.Form(c, err, func(found models.Problems) templ.Component {
			v := privilegesView(o, p)
			v.Problems = problems(found)
			return pages.PrivilegesPage(v)
		})
	}
	return web.Done(c, paths.OrgSettings(login, "member_privileges"), "privileges_saved")
}

type securityInput struct {
	Required bool `form:"required"`
}

// Security shows what is required of members, and who would be suspended.
func (h *Organizations) Security(c echo.Context) error {
	actor, login := ask(c)
	o, u, err := h.orgs.Unprotected(c.Request().Context(), actor, login)
	if err != nil {
		return err
	}
	v := pages.Security{Org: owned(o), Required: o.TwoFactorRequiredAt != nil, Count: u.Count, Lacking: u.Actor}
	if v.Required {
		v.Since = *o.TwoFactorRequiredAt
	}
	for i := range u.First {
		v.First = append(v.First, personView(&u.First[i], actor))
	}
	return web.Page(c, pages.SecurityPage(v))
}

// RequireTwoFactor makes a second factor a condition of membership, or no longer
// one.
func (h *Organizations) RequireTwoFactor(c echo.Context) error {
	in, err := web.Bind[securityInput](c)
	if err != nil {
		return err
	}
	actor, login := ask(c)
	if err := h.orgs.RequireTwoFactor(c.Request().Context(), actor, login, in.Required); err != nil {
		return err
	}
	done := "org_two_factor_released"
	if in.Required {
		done = "org_two_factor_required"
	}
	return web.Done(c, paths.OrgSettings(login, "security"), done)
}
