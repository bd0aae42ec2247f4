package web

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/web/paths"
)

// SecondCookie keeps the secret of a sign-in that waits for its second factor.
const SecondCookie = "second"

// Enter gives the browser what someone gets who has just proven themselves, and
// goes where they wanted to, in the language of the account: to the page for
// the second factor where one is due. Said is what to say there, if anything.
func Enter(c echo.Context, e models.Entrance, said string) error {
	next := Admit(c, e)
	if said != "" && e.Second == "" {
		return Done(c, next, said)
	}
	return SeeOther(c, next)
}

// Admit is Enter for a script, which goes to the address by itself.
func Admit(c echo.Context, e models.Entrance) (address string) {
	NoStore(c)
	if e.Second != "" {
		Keep(c, SecondCookie, e.Second, "/", models.SecondFactorLifetime)
		return paths.LoginSecond
	}
	if Kept(c, SecondCookie) != "" {
		Keep(c, SecondCookie, "", "/", 0)
	}
	BeginSession(c, e.Session)
	SetPreference(c, LangCookie, e.Language)
	SetPreference(c, ThemeCookie, e.Theme)
	Requested(c).Lang = e.Language
	return Local(e.ReturnTo)
}
