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

// Mine lists one's organizations and the invitations to others.
func (h *Organizations) Mine(c echo.Context) error {
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	list, err := h.orgs.Mine(ctx, actor)
	if err != nil {
		return err
	}
	received, err := h.orgs.Received(ctx, actor)
	if err != nil {
		return err
	}
	var v pages.Mine
	for i := range list {
		b := &list[i]
		v.List = append(v.List, pages.Belonging{
			Org:  pages.Org{Login: b.Login, Name: named(b.Name, b.Login), Verified: b.Verified, Owner: b.Role == models.RoleOwner && !b.Suspended},
			Role: string(b.Role), Suspended: b.Suspended, LastOwner: b.LastOwner, People: b.People})
	}
	for i := range received {
		v.Received = append(v.Received, receivedView(&received[i]))
	}
	return web.Page(c, pages.MinePage(v))
}

type newInput struct {
	Login string `form:"login"`
	Name  string `form:"name"`
	Mail  string `form:"mail"`
}

// New shows the form for a new organization.
func (h *Organizations) New(c echo.Context) error {
	if err := web.ActorOf(c).MayActWithMail(); err != nil {
		return err
	}
	return web.Page(c, pages.NewPage(pages.New{Base: web.Requested(c).Base}))
}

// Create makes an organization.
func (h *Organizations) Create(c echo.Context) error {
	in, err := web.Bind[newInput](c)
	if err != nil {
		return err
	}
	login, err := h.orgs.Create(c.Request().Context(), web.ActorOf(c), orgs.NewOrganization{Login: in.Login, Name: in.Name, Mail: in.Mail})
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			return pages.NewPage(pages.New{Login: in.Login, Name: in.Name, Mail: in.Mail, Base: web.Requested(c).Base, Problems: problems(p)})
		})
	}
	return web.Done(c, paths.OrgInvitations(login), "organization_created")
}

// Leave shows what leaving an organization means.
func (h *Organizations) Leave(c echo.Context) error {
	actor, login := ask(c)
	b, err := h.orgs.Belonging(c.Request().Context(), actor, login)
	if err != nil {
		return err
	}
	return web.Page(c, pages.LeavePage(pages.Leave{Org: pages.Org{Login: b.Login, Name: named(b.Name, b.Login)}, LastOwner: b.LastOwner}))
}

// LeavePost leaves it.
func (h *Organizations) LeavePost(c echo.Context) error {
	actor, login := ask(c)
	if err := h.orgs.Leave(c.Request().Context(), actor, login); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsOrganizations, "organization_left")
}
