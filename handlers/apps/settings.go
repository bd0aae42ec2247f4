package apps

import (
	"errors"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	pages "souk/templates/apps"
	"souk/web"
	"souk/web/paths"
)

// Settings is what is set about an app.
func (h *Apps) Settings(c echo.Context) error {
	st, err := h.apps.Find(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Page(c, pages.SettingsPage(h.settings(c, st, models.SettingsOf(&st.App))))
}

func (h *Apps) settings(c echo.Context, st *apps.Standing, set models.AppSettings) pages.Settings {
	s := pages.Settings{App: deskOf(c, st, ""), ID: st.ID, Registered: *st.RegisteredAt}
	if st.ClientID != nil {
		s.ClientID = *st.ClientID
	}
	s.Form = pages.Form{Whose: pages.Whose{Kind: st.Kind}, Slug: st.Slug, Version: st.Version, Values: set, HasSecret: len(st.WebhookSecret) > 0,
		Insecure: h.apps.Insecure(), Listed: st.ListingID != 0}
	return s
}

// Save changes them.
func (h *Apps) Save(c echo.Context) error {
	v, err := form(c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	st, err := h.apps.Find(ctx, actor, c.Param("slug"))
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(v.Get("version")) // none is an old one
	set := typed(v)
	slug, err := h.apps.Change(ctx, actor, st.Slug, version, set)
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component { return h.again(c, st, version, set, p) })
	}
	return web.Done(c, paths.AppSettings(slug, ""), "app_saved")
}

// again shows the form with what was typed. Who was too slow sees what has been
// saved meanwhile, and saves over it the next time.
func (h *Apps) again(c echo.Context, st *apps.Standing, version int, set models.AppSettings, p models.Problems) templ.Component {
	s := h.settings(c, st, set)
	s.Form.Problems = problems(p)
	if errors.Is(p, models.ErrAppChanged) {
		s.Form.Saved = new(models.SettingsOf(&st.App))
	} else {
		s.Form.Version = version
	}
	return pages.SettingsPage(s)
}
