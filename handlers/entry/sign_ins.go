package entry

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/identity"
	pages "souk/templates/entry"
	"souk/web"
	"souk/web/paths"
)

type signInInput struct {
	Login    string `form:"login"`
	Password string `form:"password"`
	ReturnTo string `form:"return_to" query:"return_to"`
}

func (in *signInInput) view(p models.Problems) pages.SignInView {
	return pages.SignInView{Login: in.Login, ReturnTo: in.ReturnTo, Problems: problems(p)}
}

// SignIn shows the form to sign in.
func (e *Entry) SignIn(c echo.Context) error {
	in, err := web.Bind[signInInput](c)
	if err != nil {
		return err
	}
	private(c)
	if !web.ActorOf(c).Anonymous() {
		return web.SeeOther(c, web.Local(in.ReturnTo))
	}
	return web.Page(c, pages.SignIn(in.view(nil)))
}

// SignInPost lets someone in by password.
func (e *Entry) SignInPost(c echo.Context) error {
	in, err := web.Bind[signInInput](c)
	if err != nil {
		return err
	}
	private(c)
	entrance, err := e.identity.SignIn(c.Request().Context(), web.ActorOf(c), identity.SignIn{Name: in.Login, Password: in.Password, ReturnTo: in.ReturnTo})
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component { return pages.SignIn(in.view(p)) })
	}
	return web.Enter(c, entrance, "")
}

// Link shows the button of a one-time link: opening it must not use it up, since
// mail programs and chats open links by themselves.
func (e *Entry) Link(c echo.Context) error {
	private(c)
	token, err := e.identity.Peek(c.Request().Context(), c.Param("token"), models.PurposeSignIn)
	if err != nil {
		return err
	}
	return web.Page(c, pages.Link(pages.LinkView{Token: c.Param("token"), Login: token.Login}))
}

// LinkPost lets someone in by a one-time link.
func (e *Entry) LinkPost(c echo.Context) error {
	private(c)
	entrance, err := e.identity.SignInByLink(c.Request().Context(), web.ActorOf(c), c.Param("token"))
	if err != nil {
		return err
	}
	return web.Enter(c, entrance, "")
}

// SignOut shows the button for who comes by typing the address.
func (e *Entry) SignOut(c echo.Context) error {
	private(c)
	if web.ActorOf(c).Anonymous() {
		return web.SeeOther(c, paths.Home)
	}
	return web.Page(c, pages.SignOut())
}

type signOutInput struct {
	Everywhere bool `form:"everywhere"`
}

// SignOutPost ends the session, or all of the account's.
func (e *Entry) SignOutPost(c echo.Context) error {
	in, err := web.Bind[signOutInput](c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	if in.Everywhere && !actor.Anonymous() {
		err = e.identity.RevokeAllSessions(ctx, actor)
	} else {
		err = e.identity.SignOut(ctx, actor)
	}
	if err != nil {
		return err
	}
	web.EndSession(c)
	return web.Done(c, paths.Home, "signed_out")
}
