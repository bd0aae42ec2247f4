package organizations

import (
	"cmp"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/orgs"
	pages "souk/templates/organizations"
	"souk/web"
	"souk/web/paths"
)

// Offers lists the invitations that an organization has sent, with the form for
// another one.
func (h *Organizations) Offers(c echo.Context) error {
	v, err := h.offers(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.OffersPage(v))
}

func (h *Organizations) offers(c echo.Context) (v pages.Offers, err error) {
	actor, login := ask(c)
	o, list, err := h.orgs.Offers(c.Request().Context(), actor, login)
	if err != nil {
		return v, err
	}
	v = pages.Offers{Org: owned(o), Role: string(models.RoleMember)}
	for _, i := range list {
		v.List = append(v.List, pages.Offer{ID: i.ID, Invitee: cmp.Or(i.Login, i.Mail), Role: string(i.Role), Inviter: i.Inviter,
			ExpiresAt: i.ExpiresAt, Expired: i.Expired})
	}
	return v, nil
}

type inviteInput struct {
	Invitee string `form:"invitee"`
	Role    string `form:"role"`
}

// Invite asks somebody into an organization.
func (h *Organizations) Invite(c echo.Context) error {
	in, err := web.Bind[inviteInput](c)
	if err != nil {
		return err
	}
	actor, login := ask(c)
	err = h.orgs.Invite(c.Request().Context(), actor, login, orgs.NewInvitation{Invitee: in.Invitee, Role: models.OrganizationRole(in.Role)})
	if _, mend := models.AsProblems(err); mend {
		v, failed := h.offers(c)
		if failed != nil {
			return failed
		}
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Invitee, v.Role, v.Problems = in.Invitee, cmp.Or(in.Role, v.Role), problems(p)
			return pages.OffersPage(v)
		})
	}
	if err != nil {
		return err
	}
	return web.Done(c, paths.OrgInvitations(login), "invitation_sent")
}

// Withdraw takes an invitation back.
func (h *Organizations) Withdraw(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	actor, login := ask(c)
	if err := h.orgs.Withdraw(c.Request().Context(), actor, login, id); err != nil {
		return err
	}
	return web.Done(c, paths.OrgInvitations(login), "invitation_withdrawn")
}

// Resend offers an invitation once more.
func (h *Organizations) Resend(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	actor, login := ask(c)
	if err := h.orgs.Resend(c.Request().Context(), actor, login, id); err != nil {
		return err
	}
	return web.Done(c, paths.OrgInvitations(login), "invitation_sent")
}

func receivedView(r *orgs.Received) pages.Received {
	return pages.Received{Org: pages.Org{Login: r.Login, Name: named(r.Name, r.Login), Verified: r.Verified}, Bio: r.Bio, Role: string(r.Role),
		Inviter: r.Inviter, Mail: r.Mail, NeedsTwoFactor: r.NeedsTwoFactor, ExpiresAt: r.ExpiresAt, Standing: string(orgs.StandingReader)}
}

// Received shows an organization's invitation to whoever is signed in.
func (h *Organizations) Received(c echo.Context) error {
	actor, login := ask(c)
	r, err := h.orgs.ReceivedFrom(c.Request().Context(), actor, login)
	if err != nil {
		return err
	}
	v := receivedView(r)
	v.NeedsTwoFactor = r.NeedsTwoFactor && !actor.TwoFactor
	return web.Page(c, pages.ReceivedPage(v))
}

// Accept accepts it.
func (h *Organizations) Accept(c echo.Context) error {
	actor, login := ask(c)
	if err := h.orgs.Answer(c.Request().Context(), actor, login, orgs.Accepted); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsOrganizations, "invitation_accepted")
}

// Decline declines it.
func (h *Organizations) Decline(c echo.Context) error {
	actor, login := ask(c)
	if err := h.orgs.Answer(c.Request().Context(), actor, login, orgs.Declined); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsOrganizations, "invitation_declined")
}

// private keeps a page whose address lets somebody in out of every cache, and
// its address out of every other site's log.
func private(c echo.Context) {
	web.NoStore(c)
	c.Response().Header().Set("Referrer-Policy", "no-referrer")
	c.Response().Header().Set("X-Robots-Tag", "noindex")
}

// ByMail shows the invitation that a link from a mail leads to. Whoever has no
// account yet joins or signs in, and comes back.
func (h *Organizations) ByMail(c echo.Context) error {
	private(c)
	actor, token := web.ActorOf(c), c.Param("token")
	r, standing, err := h.orgs.ReceivedByMail(c.Request().Context(), actor, token)
	if err != nil {
		return err
	}
	v := receivedView(r)
	v.Token, v.Standing, v.Here = token, string(standing), paths.Invitation(token, "")
	v.NeedsTwoFactor = r.NeedsTwoFactor && !actor.TwoFactor
	return web.Page(c, pages.ReceivedPage(v))
}

// AcceptByMail accepts it.
func (h *Organizations) AcceptByMail(c echo.Context) error {
	private(c)
	if _, err := h.orgs.AnswerByMail(c.Request().Context(), web.ActorOf(c), c.Param("token"), orgs.Accepted); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsOrganizations, "invitation_accepted")
}

// DeclineByMail declines it, for whoever has the link.
func (h *Organizations) DeclineByMail(c echo.Context) error {
	private(c)
	if _, err := h.orgs.AnswerByMail(c.Request().Context(), web.ActorOf(c), c.Param("token"), orgs.Declined); err != nil {
		return err
	}
	return web.Done(c, paths.Home, "invitation_declined")
}
