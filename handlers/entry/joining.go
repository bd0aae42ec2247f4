package entry

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/identity"
	pages "souk/templates/entry"
	"souk/web"
)

type joinInput struct {
	Login    string `form:"login"`
	Mail     string `form:"mail" query:"mail"`
	Password string `form:"password"`
	ReturnTo string `form:"return_to" query:"return_to"`
}

func (in *joinInput) view(p models.Problems) pages.JoinView {
	return pages.JoinView{Login: in.Login, Mail: in.Mail, ReturnTo: in.ReturnTo, Problems: problems(p)}
}

// Join shows the form for an account.
func (e *Entry) Join(c echo.Context) error {
	in, err := web.Bind[joinInput](c)
	if err != nil {
		return err
	}
	private(c)
	if !web.ActorOf(c).Anonymous() {
		return web.SeeOther(c, web.Local(in.ReturnTo))
	}
	return web.Page(c, pages.Join(in.view(nil)))
}

// JoinPost makes an account and lets its owner in.
func (e *Entry) JoinPost(c echo.Context) error {
	in, err := web.Bind[joinInput](c)
	if err != nil {
		return err
	}
	private(c)
	entrance, err := e.identity.Join(c.Request().Context(), web.ActorOf(c), identity.Join{Login: in.Login, Mail: in.Mail, Password: in.Password,
		Language: web.Requested(c).Lang, ReturnTo: in.ReturnTo})
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component { return pages.Join(in.view(p)) })
	}
	return web.Enter(c, entrance, "joined")
}
