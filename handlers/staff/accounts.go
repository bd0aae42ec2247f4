package staff

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/audit"
	"souk/models/staff"
	"souk/templates/audits"
	pages "souk/templates/staff"
	"souk/web"
	"souk/web/paths"
)

// recent is how many events of an account are shown with it.
const recent = 10

// keptCookie keeps the session of someone of the staff while they act for
// another. Only the address where that ends gets to see it.
const keptCookie = "staff_session"

type accountsInput struct {
	Query string `query:"q"`
	After string `query:"after"`
}

// Accounts lists accounts.
func (s *Staff) Accounts(c echo.Context) error {
	in, err := web.Bind[accountsInput](c)
	if err != nil {
		return err
	}
	list, more, err := s.staff.Accounts(c.Request().Context(), web.ActorOf(c), in.Query, in.After)
	if err != nil {
		return err
	}
	v := pages.Accounts{Query: in.Query}
	for i := range list {
		v.List = append(v.List, accountView(&list[i]))
	}
	if more {
		v.Next = paths.StaffAccountsAfter(in.Query, list[len(list)-1].Login)
	}
	return web.Page(c, pages.AccountsPage(v))
}

func accountView(f *staff.Found) pages.Account {
	return pages.Account{Login: f.Login, Name: f.Name, Kind: string(f.Kind), Mail: f.Mail, Role: string(f.Staff),
		Suspended: f.SuspendedAt != nil, Created: f.CreatedAt}
}

// Account shows an account.
func (s *Staff) Account(c echo.Context) error {
	v, err := s.dossier(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.DossierPage(v))
}

func (s *Staff) dossier(c echo.Context) (v pages.Dossier, err error) {
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	d, err := s.staff.Account(ctx, actor, c.Param("login"))
	if err != nil {
		return v, err
	}
	log, err := s.audit.Read(ctx, actor, audit.Log{Account: &d.ID}, models.AuditFilter{}, 0)
	if err != nil {
		return v, err
	}
	v = pages.Dossier{Account: accountView(&d.Found), MailVerified: d.MailVerified, TwoFactor: d.TwoFactor, Passkeys: d.Passkeys,
		Sessions: d.Sessions, Tokens: d.Tokens, Repositories: d.Repositories, Members: d.Members, LastSeen: or(d.LastSeen),
		SuspendedAt: or(d.SuspendedAt), SuspendedReason: d.SuspendedReason, MayAct: d.MayAct, MayDecide: d.MayDecide, Zone: web.Zone(c)}
	for _, b := range d.Organizations {
		v.Organizations = append(v.Organizations, pages.Belonging{Login: b.Login, Role: string(b.Role)})
	}
	for _, e := range log.Events[:min(recent, len(log.Events))] {
		v.Events = append(v.Events, audits.Event{At: e.At, Action: string(e.Action), Actor: e.ActorLogin, Staff: e.StaffLogin, Target: e.TargetName})
	}
	return v, nil
}

type reasonInput struct {
	Reason string `form:"reason"`
}

// decisionInput is the reason of the other form on the same page.
type decisionInput struct {
	Reason string `form:"decision"`
}

// Suspend suspends an account.
func (s *Staff) Suspend(c echo.Context) error {
	in, err := web.Bind[decisionInput](c)
	if err != nil {
		return err
	}
	login := c.Param("login")
	if err := s.staff.Suspend(c.Request().Context(), web.ActorOf(c), login, in.Reason); err != nil {
		return s.again(c, "suspend", "decision", in.Reason, err)
	}
	return web.Done(c, paths.StaffAccount(login, ""), "account_suspended")
}

// Reinstate takes a suspension back.
func (s *Staff) Reinstate(c echo.Context) error {
	in, err := web.Bind[decisionInput](c)
	if err != nil {
		return err
	}
	login := c.Param("login")
	if err := s.staff.Reinstate(c.Request().Context(), web.ActorOf(c), login, in.Reason); err != nil {
		return s.again(c, "reinstate", "decision", in.Reason, err)
	}
	return web.Done(c, paths.StaffAccount(login, ""), "account_reinstated")
}

// again shows the account with the form that can't be carried out, and what was
// typed into its field.
func (s *Staff) again(c echo.Context, form, field, typed string, why error) error {
	if _, ok := models.AsProblems(why); !ok {
		return why
	}
	v, err := s.dossier(c)
	if err != nil {
		return err
	}
	return web.Form(c, why, func(p models.Problems) templ.Component {
		v.Form, v.Reason, v.Problems = form, typed, problems(p)
		for i := range v.Problems {
			v.Problems[i].Field = field
		}
		return pages.DossierPage(v)
	})
}

// Act lets staff act as someone. Their own session waits in a cookie of its own.
func (s *Staff) Act(c echo.Context) error {
	in, err := web.Bind[reasonInput](c)
	if err != nil {
		return err
	}
	login := c.Param("login")
	secret, err := s.staff.Act(c.Request().Context(), web.ActorOf(c), login, in.Reason)
	if err != nil {
		return s.again(c, "act", "reason", in.Reason, err)
	}
	web.Keep(c, keptCookie, web.SessionSecret(c), paths.EndActing, models.ActingLifetime)
	web.BeginSession(c, secret)
	return web.Done(c, paths.Account(login), "acting")
}

// EndActing ends acting for someone, and goes back to the session from which it
// began if that is still theirs who began it.
func (s *Staff) EndActing(c echo.Context) error {
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	staffID, err := s.staff.EndActing(ctx, actor)
	if err != nil {
		return err
	}
	kept := web.Kept(c, keptCookie)
	web.Keep(c, keptCookie, "", paths.EndActing, 0)
	v, err := s.sessions.Resume(ctx, kept, actor.Visit)
	if err != nil {
		return err
	}
	if v == nil || v.Actor.UserID != staffID || v.Actor.ActingFor != nil {
		web.EndSession(c)
		return web.Done(c, paths.Login, "acting_ended")
	}
	web.BeginSession(c, kept)
	return web.Done(c, paths.StaffAccount(actor.Login, ""), "acting_ended")
}
