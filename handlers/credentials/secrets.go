package credentials

import (
	"errors"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/models"
	pages "souk/templates/credentials"
	"souk/web"
	"souk/web/paths"
)

// freshCookie carries a new secret to the page that shows it once.
const (
	freshCookie   = "fresh_secret"
	freshLifetime = 5 * time.Minute
)

// Secrets lists an app's client secrets; one that was just made is shown, this
// once.
func (h *Credentials) Secrets(c echo.Context) error {
	st, all, err := h.credentials.Secrets(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	v := pages.Secrets{App: frames.App(c, st, "secrets"), Attempt: newAttempt()}
	if st.ClientID != nil {
		v.ClientID = *st.ClientID
	}
	if v.Fresh, v.FreshTail, err = h.fresh(c); err != nil {
		return err
	}
	for _, s := range all {
		v.Secrets = append(v.Secrets, h.one(c, s.ID, s.Tail, s.Creator, s.CreatedAt, s.UsedAt))
	}
	return web.Page(c, pages.SecretsPage(v))
}

// fresh takes the secret that was just made, if it is this app's: a cookie can be
// anyone's.
func (h *Credentials) fresh(c echo.Context) (secret, tail string, err error) {
	kept := web.Kept(c, freshCookie)
	if kept == "" {
		return "", "", nil
	}
	web.Keep(c, freshCookie, "", page(c, "secrets"), 0)
	s, err := h.credentials.OwnSecret(c.Request().Context(), web.ActorOf(c), c.Param("slug"), kept)
	if errors.Is(err, models.ErrNotFound) {
		return "", "", nil
	}
	return kept, s.Tail, err
}

// NewSecret makes a client secret.
func (h *Credentials) NewSecret(c echo.Context) error {
	in, err := web.Bind[attemptInput](c)
	if err != nil {
		return err
	}
	slug := c.Param("slug")
	secret, err := h.credentials.NewSecret(c.Request().Context(), web.ActorOf(c), slug, in.Attempt)
	if err != nil {
		return err
	}
	web.Keep(c, freshCookie, secret, page(c, "secrets"), freshLifetime)
	return web.SeeOther(c, paths.AppSettings(slug, "secrets"))
}

type revokeInput struct {
	Last bool `form:"last"`
}

// RevokingSecret asks whether a client secret is to end.
func (h *Credentials) RevokingSecret(c echo.Context) error {
	form, err := h.revoking(c, false)
	if err != nil {
		return err
	}
	return web.Page(c, form(nil))
}

func (h *Credentials) revoking(c echo.Context, ticked bool) (func(models.Problems) templ.Component, error) {
	st, s, n, err := h.credentials.Secret(c.Request().Context(), web.ActorOf(c), c.Param("slug"), number(c))
	if err != nil {
		return nil, err
	}
	v := pages.Revoke{App: frames.App(c, st, "secrets"), Secret: h.one(c, s.ID, s.Tail, s.Creator, s.CreatedAt, s.UsedAt), Last: n == 1, Ticked: ticked}
	return func(p models.Problems) templ.Component {
		v.Problems = problemsView(p)
		return pages.RevokePage(v)
	}, nil
}

// RevokeSecret ends it.
func (h *Credentials) RevokeSecret(c echo.Context) error {
	in, err := web.Bind[revokeInput](c)
	if err != nil {
		return err
	}
	slug := c.Param("slug")
	err = h.credentials.RevokeSecret(c.Request().Context(), web.ActorOf(c), slug, number(c), in.Last)
	if errors.Is(err, models.ErrLastSecret) {
		form, failed := h.revoking(c, in.Last)
		if failed != nil {
			return failed
		}
		return web.Form(c, err, form)
	} else if err != nil {
		return err
	}
	return web.Done(c, paths.AppSettings(slug, "secrets"), "app_secret_revoked")
}
