package deliveries

import (
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/deliveries"
	"souk/web"
	"souk/web/paths"
)

// freshCookie carries a new secret to the page that shows it once.
const (
	freshCookie   = "fresh_hook_secret"
	freshLifetime = 5 * time.Minute
)

// fresh takes the secret that was just made, if it is this listing's: a cookie can
// be anyone's.
func (h *Deliveries) fresh(c echo.Context) (string, error) {
	kept := web.Kept(c, freshCookie)
	if kept == "" {
		return "", nil
	}
	h.keep(c, "", 0)
	own, err := h.hooks.OwnSecret(c.Request().Context(), web.ActorOf(c), c.Param("slug"), kept)
	if !own {
		kept = ""
	}
	return kept, err
}

func (h *Deliveries) keep(c echo.Context, secret string, lifetime time.Duration) {
	web.Keep(c, freshCookie, secret, paths.Localized(web.Requested(c).Lang, h.at(c.Param("slug"), "")), lifetime)
}

type settingsInput struct {
	URL     string             `form:"url"`
	Content models.HookContent `form:"content_type"`
	Active  bool               `form:"active"`
}

// Settings asks where an app is told things.
func (h *Deliveries) Settings(c echo.Context) error {
	st, e, err := h.hooks.Endpoint(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Page(c, pages.SettingsPage(pages.Settings{Frame: h.frame(c, st), URL: e.URL, Content: string(e.Content), Active: e.Active, New: !e.Signed}))
}

// Save sets where an app is told things.
func (h *Deliveries) Save(c echo.Context) error {
	in, err := web.Bind[settingsInput](c)
	if err != nil {
		return err
	}
	ctx, actor, slug := c.Request().Context(), web.ActorOf(c), c.Param("slug")
	secret, err := h.hooks.Save(ctx, actor, slug, models.HookSettings{URL: in.URL, Active: in.Active, Content: in.Content})
	if err != nil {
		st, e, seen := h.hooks.Endpoint(ctx, actor, slug)
		if seen != nil {
			return seen
		}
		return web.Form(c, err, func(p models.Problems) templ.Component {
			return pages.SettingsPage(pages.Settings{Frame: h.frame(c, st), URL: in.URL, Content: string(in.Content), Active: in.Active, New: !e.Signed, Problems: problemsView(p)})
		})
	}
	if secret != "" {
		h.keep(c, secret, freshLifetime)
	}
	return web.Done(c, h.at(slug, ""), "hook_saved")
}

type secretInput struct {
	Secret string `form:"secret"`
	End    bool   `form:"end"`
}

// Secret asks whether another secret is to sign.
func (h *Deliveries) Secret(c echo.Context) error {
	form, err := h.rotating(c, secretInput{})
	if err != nil {
		return err
	}
	return web.Page(c, form(nil))
}

func (h *Deliveries) rotating(c echo.Context, in secretInput) (func(models.Problems) templ.Component, error) {
	st, e, err := h.hooks.Endpoint(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return nil, err
	}
	return func(p models.Problems) templ.Component {
		return pages.SecretPage(pages.Secret{Frame: h.frame(c, st), Endpoint: endpointView(c, e), Secret: in.Secret, End: in.End, Problems: problemsView(p)})
	}, nil
}

// Rotate makes another secret.
func (h *Deliveries) Rotate(c echo.Context) error {
	in, err := web.Bind[secretInput](c)
	if err != nil {
		return err
	}
	slug := c.Param("slug")
	secret, err := h.hooks.Rotate(c.Request().Context(), web.ActorOf(c), slug, in.Secret, in.End)
	if err != nil {
		form, seen := h.rotating(c, in)
		if seen != nil {
			return seen
		}
		return web.Form(c, err, form)
	}
	h.keep(c, secret, freshLifetime)
	return web.Done(c, h.at(slug, ""), "hook_rotated")
}

// EndOld ends the old secret.
func (h *Deliveries) EndOld(c echo.Context) error {
	if err := h.hooks.EndOld(c.Request().Context(), web.ActorOf(c), c.Param("slug")); err != nil {
		return err
	}
	return web.Done(c, h.at(c.Param("slug"), ""), "hook_secret_ended")
}
