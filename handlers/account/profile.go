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

type profileInput struct {
	Name       string `form:"name"`
	Bio        string `form:"bio"`
	Location   string `form:"location"`
	WebsiteURL string `form:"website_url"`
}

// Profile shows the form for what one says of oneself.
func (a *Account) Profile(c echo.Context) error {
	o, err := a.profiles.Own(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	return web.Page(c, account.ProfilePage(account.Profile{
		Name: o.Account.Name, Bio: o.Account.Bio, Location: o.Account.Location, WebsiteURL: o.Account.WebsiteURL}))
}

// SaveProfile changes it.
func (a *Account) SaveProfile(c echo.Context) error {
	in, err := web.Bind[profileInput](c)
	if err != nil {
		return err
	}
	err = a.profiles.ChangeProfile(c.Request().Context(), web.ActorOf(c), profiles.Profile(in))
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			return account.ProfilePage(account.Profile{Name: in.Name, Bio: in.Bio, Location: in.Location, WebsiteURL: in.WebsiteURL, Problems: found(p)})
		})
	}
	return web.Done(c, paths.SettingsProfile, "profile_saved")
}
