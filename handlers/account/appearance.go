package account

import (
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/profiles"
	"souk/templates/account"
	"souk/web"
	"souk/web/paths"
)

type appearanceInput struct {
	Language string `form:"language"`
	TimeZone string `form:"time_zone"`
	Theme    string `form:"theme"`
}

// Appearance shows the form for language, time zone and theme.
func (a *Account) Appearance(c echo.Context) error {
	o, err := a.profiles.Own(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	in := appearanceInput{Language: o.User.Language, TimeZone: o.User.TimeZone, Theme: o.User.Theme}
	return web.Page(c, account.AppearancePage(a.appearance(in, nil)))
}

// SaveAppearance changes them, in this browser too, and comes back in the new
// language.
func (a *Account) SaveAppearance(c echo.Context) error {
	in, err := web.Bind[appearanceInput](c)
	if err != nil {
		return err
	}
	err = a.profiles.ChangeAppearance(c.Request().Context(), web.ActorOf(c), profiles.Appearance(in))
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component { return account.AppearancePage(a.appearance(in, p)) })
	}
	web.SetPreference(c, web.LangCookie, in.Language)
	web.SetPreference(c, web.ThemeCookie, in.Theme)
	web.Requested(c).Lang = in.Language
	return web.Done(c, paths.SettingsAppearance, "appearance_saved")
}

// RememberTheme keeps with the account of who is signed in what they choose in
// the menu of any page. What the account can't keep is left to the browser.
func (a *Account) RememberTheme(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		v := web.Requested(c).Viewer
		if v == nil || v.Suspended || v.ActingFor != "" {
			return next(c)
		}
		in, err := web.Bind[appearanceInput](c)
		if err != nil {
			return err
		}
		if err := a.profiles.ChangeTheme(c.Request().Context(), web.ActorOf(c), in.Theme); err != nil {
			return err
		}
		return next(c)
	}
}

func (a *Account) appearance(in appearanceInput, p models.Problems) account.Appearance {
	return account.Appearance{Language: in.Language, Languages: models.Languages(), TimeZone: in.TimeZone, Zones: zones(in.TimeZone, a.now()),
		Theme: in.Theme, Problems: found(p)}
}

// zones are the time zones by their part of the world, each with how far it is
// from UTC now. One that isn't in the list, but is chosen, stands by itself.
func zones(chosen string, now time.Time) []account.ZoneGroup {
	var groups []account.ZoneGroup
	listed := false
	add := func(name string, zone *time.Location) {
		region, place, inside := strings.Cut(name, "/")
		if !inside {
			region, place = "", name
		}
		if n := len(groups); n == 0 || groups[n-1].Region != region {
			groups = append(groups, account.ZoneGroup{Region: region})
		}
		g := &groups[len(groups)-1]
		place = strings.NewReplacer("_", " ", "/", " – ").Replace(place)
		g.Zones = append(g.Zones, account.Zone{Name: name, Place: place, Offset: models.ZoneOffset(now.In(zone))})
		listed = listed || name == chosen
	}
	for _, z := range locations() {
		add(z.String(), z)
	}
	if zone, err := models.ParseTimeZone(chosen); err == nil && !listed {
		add(chosen, zone)
	}
	return groups
}
