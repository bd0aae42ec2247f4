package site

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/web"
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
	return web.SeeOther(c, web.Local(in.Return))
}
