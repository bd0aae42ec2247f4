package credentials

import (
	"context"
	"io"

	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/models"
	pages "souk/templates/credentials"
	"souk/web"
	"souk/web/paths"
)

// keyCookie holds a private key that was just made, sealed, in the browser that
// asked for it. It stays until its time is over: a second click, or a reload,
// brings the same file.
const keyCookie = "fresh_key"

// Keys lists a GitHub App's private keys; one that was just made can be
// downloaded.
func (h *Credentials) Keys(c echo.Context) error {
	actor := web.ActorOf(c)
	st, all, err := h.credentials.KeysOf(c.Request().Context(), actor, c.Param("slug"))
	if err != nil {
		return err
	}
	v := pages.Keys{App: frames.App(c, st, "keys"), Attempt: newAttempt()}
	if kept := web.Kept(c, keyCookie); kept != "" {
		v.Fresh = h.credentials.Waiting(actor, kept)
	}
	for _, k := range all {
		if k.Fingerprint == v.Fresh {
			v.FreshID = k.ID
		}
		v.Keys = append(v.Keys, h.one(c, k.ID, k.Fingerprint, k.Creator, k.CreatedAt, k.UsedAt))
	}
	return web.Page(c, pages.KeysPage(v))
}

// NewKey makes a private key.
func (h *Credentials) NewKey(c echo.Context) error {
	in, err := web.Bind[attemptInput](c)
	if err != nil {
		return err
	}
	slug := c.Param("slug")
	_, sealed, err := h.credentials.NewKey(c.Request().Context(), web.ActorOf(c), slug, in.Attempt)
	if err != nil {
		return err
	}
	web.Keep(c, keyCookie, sealed, page(c, "keys"), models.KeyDownloadLifetime)
	return web.Done(c, paths.AppSettings(slug, "keys"), "app_key_made")
}

// KeyFile hands a private key out that was just made.
func (h *Credentials) KeyFile(c echo.Context) error {
	name, file, err := h.credentials.Download(c.Request().Context(), web.ActorOf(c), c.Param("slug"), number(c), web.Kept(c, keyCookie))
	if err != nil {
		return err
	}
	return web.Download(c, name, "application/x-pem-file", func(_ context.Context, w io.Writer) error {
		_, err := w.Write(file)
		return err
	})
}

// DeletingKey asks whether a private key is to end.
func (h *Credentials) DeletingKey(c echo.Context) error {
	st, k, n, err := h.credentials.Key(c.Request().Context(), web.ActorOf(c), c.Param("slug"), number(c))
	if err != nil {
		return err
	}
	return web.Page(c, pages.DeletePage(pages.Delete{App: frames.App(c, st, "keys"), Last: n == 1,
		Key: h.one(c, k.ID, k.Fingerprint, k.Creator, k.CreatedAt, k.UsedAt)}))
}

// DeleteKey ends it.
func (h *Credentials) DeleteKey(c echo.Context) error {
	slug := c.Param("slug")
	if err := h.credentials.DeleteKey(c.Request().Context(), web.ActorOf(c), slug, number(c)); err != nil {
		return err
	}
	return web.Done(c, paths.AppSettings(slug, "keys"), "app_key_deleted")
}
