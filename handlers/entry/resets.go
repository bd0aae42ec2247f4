package entry

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/entry"
	"souk/web"
	"souk/web/paths"
)

type resetInput struct {
	Login string `form:"login"`
}

// Reset shows the form for a forgotten password.
func (e *Entry) Reset(c echo.Context) error {
	private(c)
	return web.Page(c, pages.Reset(pages.ResetView{}))
}

// ResetPost has a link sent, if there is someone to send it to. The answer is
// the same if there isn't.
func (e *Entry) ResetPost(c echo.Context) error {
	in, err := web.Bind[resetInput](c)
	if err != nil {
		return err
	}
	private(c)
	if err := e.identity.RequestReset(c.Request().Context(), web.ActorOf(c), in.Login); err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			return pages.Reset(pages.ResetView{Login: in.Login, Problems: problems(p)})
		})
	}
	return web.SeeOther(c, paths.PasswordResetSent)
}

// ResetSent says what to do now.
func (e *Entry) ResetSent(c echo.Context) error {
	private(c)
	return web.Page(c, pages.ResetSent())
}

// NewPassword shows the form for another password.
func (e *Entry) NewPassword(c echo.Context) error {
	private(c)
	token, err := e.identity.Peek(c.Request().Context(), c.Param("token"), models.PurposeResetPassword)
	if err != nil {
		return err
	}
	return web.Page(c, pages.NewPassword(pages.NewPasswordView{Token: c.Param("token"), Login: token.Login}))
}

type newPasswordInput struct {
	Password string `form:"password"`
}

// NewPasswordPost sets another password and lets its owner in.
func (e *Entry) NewPasswordPost(c echo.Context) error {
	in, err := web.Bind[newPasswordInput](c)
	if err != nil {
		return err
	}
	private(c)
	ctx, token := c.Request().Context(), c.Param("token")
	entrance, err := e.identity.ResetPassword(ctx, web.ActorOf(c), token, in.Password)
	if err == nil {
		return web.Enter(c, entrance, "password_reset")
	}
	known, gone := e.identity.Peek(ctx, token, models.PurposeResetPassword)
	if gone != nil {
		return err
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		return pages.NewPassword(pages.NewPasswordView{Token: token, Login: known.Login, Problems: problems(p)})
	})
}
