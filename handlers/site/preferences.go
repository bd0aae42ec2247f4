package site

import (
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/web"
	"souk/web/paths"
)

type preferencesInput struct {
	Theme  string `form:"theme"`
	Return string `form:"return"`
}

// Preferences keeps the chosen theme and goes back to where it was chosen.
func (s *Site) Preferences(c echo.Context) error {
	in, err := web.Bind[preferencesInput](c)
	if err != nil {
		return err
	}
	switch in.Theme {
	case "", "light", "dark":
	default:
		return models.ErrBadParameter.On("theme")
	}
	web.SetPreference(c, web.ThemeCookie, in.Theme)
	return web.SeeOther(c, local(in.Return))
}

// local is an address of this site, or home: a form can't send anyone away.
func local(address string) string {
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") || strings.ContainsAny(address, "\\\r\n\t") {
		return paths.Home
	}
	return address
}
