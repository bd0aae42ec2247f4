package security

import (
	"errors"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/security"
	"souk/web"
	"souk/web/paths"
)

type passwordInput struct {
	Current  string `form:"current"`
	Password string `form:"password"`
}

// Password shows the form for another password. Whoever has none, but something
// else to prove themselves with, confirms first.
func (s *Security) Password(c echo.Context) error {
	actor := web.ActorOf(c)
	f, err := s.factors.Of(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	if !f.Password && !f.None() && !actor.Sudo(s.now()) {
		return web.SeeOther(c, sudoFor(here(c)))
	}
	return web.Page(c, pages.ChangePassword(pages.Password{Login: actor.Login, First: !f.Password}))
}

// ChangePassword sets another password, or a first one.
func (s *Security) ChangePassword(c echo.Context) error {
	in, err := web.Bind[passwordInput](c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	f, err := s.factors.Of(ctx, actor)
	if err != nil {
		return err
	}
	secret, err := s.factors.ChangePassword(ctx, actor, in.Current, in.Password)
	if errors.Is(err, models.ErrSudoNeeded) {
		return web.SeeOther(c, sudoFor(paths.SecurityPassword))
	}
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			return pages.ChangePassword(pages.Password{Login: actor.Login, First: !f.Password, Problems: problems(p)})
		})
	}
	web.BeginSession(c, secret)
	return web.Done(c, paths.SettingsSecurity, "password_changed")
}

// RemovePassword asks whether to do without a password.
func (s *Security) RemovePassword(c echo.Context) error {
	f, err := s.factors.Of(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	return web.Page(c, pages.RemovePassword(codeOf(f.MayRemovePassword())))
}

// PasswordRemoved takes the password away.
func (s *Security) PasswordRemoved(c echo.Context) error {
	if err := s.factors.RemovePassword(c.Request().Context(), web.ActorOf(c)); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsSecurity, "password_removed")
}

// codeOf is the code of why something can't be done, "" where it can.
func codeOf(err error) string {
	if known, ok := errors.AsType[*models.Error](err); ok {
		return known.Code
	}
	return ""
}
