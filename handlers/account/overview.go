package account

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/profiles"
	"souk/templates/account"
	"souk/web"
	"souk/web/paths"
)

// Overview shows login, mail address and what can be done with the account.
func (a *Account) Overview(c echo.Context) error {
	o, err := a.profiles.Own(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	return web.Page(c, account.OverviewPage(overviewOf(o, web.Requested(c).Base)))
}

func overviewOf(o *profiles.Own, base string) account.Overview {
	v := account.Overview{Login: o.Account.Login, Address: base + paths.Account(o.Account.Login), Joined: o.Account.CreatedAt.In(o.Zone()),
		Mail: mailOf(o), SuspendedReason: o.Account.SuspendedReason}
	if at := o.Account.SuspendedAt; at != nil {
		v.Suspended = at.In(o.Zone())
	}
	return v
}

func mailOf(o *profiles.Own) account.Mail {
	m := account.Mail{Address: o.User.Mail, Confirmed: o.User.MailVerifiedAt != nil}
	if o.Change != nil {
		m.Waiting, m.OldAgreed, m.NewProven = o.Change.Mail, o.Change.OldAgreed, o.Change.NewProven
	}
	return m
}

type loginInput struct {
	Login string `form:"login"`
}

// Login shows the form for another login.
func (a *Account) Login(c echo.Context) error {
	return web.Page(c, account.LoginPage(account.Login{Now: web.ActorOf(c).Login}))
}

// ChangeLogin renames the account.
func (a *Account) ChangeLogin(c echo.Context) error {
	in, err := web.Bind[loginInput](c)
	if err != nil {
		return err
	}
	actor := web.ActorOf(c)
	if err := a.profiles.Rename(c.Request().Context(), actor, in.Login); err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			return account.LoginPage(account.Login{Now: actor.Login, Typed: in.Login, Problems: found(p)})
		})
	}
	return web.Done(c, paths.SettingsAccount, "login_changed")
}

type mailInput struct {
	Mail string `form:"mail"`
}

// Mail shows the form for another mail address.
func (a *Account) Mail(c echo.Context) error {
	o, err := a.profiles.Own(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	return web.Page(c, account.MailPage(account.MailForm{Now: mailOf(o)}))
}

// ChangeMail begins the change to another mail address.
func (a *Account) ChangeMail(c echo.Context) error {
	in, err := web.Bind[mailInput](c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	o, err := a.profiles.Own(ctx, actor)
	if err != nil {
		return err
	}
	if err := a.identity.ChangeMail(ctx, actor, in.Mail); err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			return account.MailPage(account.MailForm{Now: mailOf(o), Typed: in.Mail, Problems: found(p)})
		})
	}
	return web.Done(c, paths.SettingsAccount, "mail_change_begun")
}

// CancelMail keeps the mail address that is.
func (a *Account) CancelMail(c echo.Context) error {
	if err := a.identity.CancelMailChange(c.Request().Context(), web.ActorOf(c)); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsAccount, "mail_change_cancelled")
}

// ResendMail sends the mail that confirms the address once more.
func (a *Account) ResendMail(c echo.Context) error {
	if err := a.identity.ResendVerification(c.Request().Context(), web.ActorOf(c)); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsAccount, "verification_sent")
}
