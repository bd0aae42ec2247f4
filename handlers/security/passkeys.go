package security

import (
	"encoding/json"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/factors"
	pages "souk/templates/security"
	"souk/web"
	"souk/web/paths"
)

// ceremonyCookie holds a secret that tells this browser from others, between the
// halves of ceremonies.
const ceremonyCookie = "passkey"

// credentialInput is what static/js/passkey.js sends back.
type credentialInput struct {
	Credential string `form:"credential"`
	Name       string `form:"name"`
	ReturnTo   string `form:"return_to"`
}

// next tells the script where to go.
type next struct {
	Location string `json:"location"`
}

// challenge answers the first half of a ceremony.
func challenge(c echo.Context, ch factors.Challenge, err error) error {
	if err != nil {
		return err
	}
	secretly(c)
	web.Keep(c, ceremonyCookie, ch.Secret, "/", models.CeremonyLifetime)
	return web.JSON(c, http.StatusOK, json.RawMessage(ch.Options))
}

// secretly keeps an answer out of every cache.
func secretly(c echo.Context) {
	web.NoStore(c)
	c.Response().Header().Set("Cache-Control", "no-store")
}

// finished answers the second half.
func finished(c echo.Context, location string) error {
	secretly(c)
	if location != "" {
		location = paths.Localized(web.Requested(c).Lang, location)
	}
	return web.JSON(c, http.StatusOK, next{location})
}

// browser is where the ceremony takes place.
func browser(c echo.Context) factors.Browser {
	return factors.Browser{Base: base(c), Secret: web.Kept(c, ceremonyCookie)}
}

func base(c echo.Context) string { return web.Requested(c).Base }

// NewPasskey shows the page on which a passkey is made.
func (s *Security) NewPasskey(c echo.Context) error {
	return web.Page(c, pages.AddPasskey(pages.NewPasskey{Possible: factors.PasskeysWork(base(c))}))
}

// BeginPasskey begins to make a passkey.
func (s *Security) BeginPasskey(c echo.Context) error {
	ch, err := s.factors.BeginPasskey(c.Request().Context(), web.ActorOf(c), browser(c))
	return challenge(c, ch, err)
}

// FinishPasskey keeps the passkey that was made. Who has no recovery codes gets
// to make some.
func (s *Security) FinishPasskey(c echo.Context) error {
	in, err := web.Bind[credentialInput](c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	if err := s.factors.FinishPasskey(ctx, actor, browser(c), in.Name, []byte(in.Credential)); err != nil {
		return err
	}
	f, err := s.factors.Of(ctx, actor)
	if err != nil {
		return err
	}
	web.Say(c, "passkey_added")
	if f.RecoveryCodes == 0 {
		return finished(c, paths.SecurityCodes)
	}
	return finished(c, paths.SettingsSecurity)
}

// passkey finds the passkey in the address among the person's.
func (s *Security) passkey(c echo.Context) (*models.Factors, *models.Passkey, error) {
	n, err := id(c)
	if err != nil {
		return nil, nil, err
	}
	f, err := s.factors.Of(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return nil, nil, err
	}
	p := f.Passkey(n)
	if p == nil {
		return nil, nil, models.ErrNotFound
	}
	return &f, p, nil
}

// Passkey shows the form for another name.
func (s *Security) Passkey(c echo.Context) error {
	_, p, err := s.passkey(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.RenamePasskey(pages.NamedPasskey{ID: p.ID, Name: p.Name, Was: p.Name}))
}

type nameInput struct {
	Name string `form:"name"`
}

// RenamePasskey gives a passkey another name.
func (s *Security) RenamePasskey(c echo.Context) error {
	in, err := web.Bind[nameInput](c)
	if err != nil {
		return err
	}
	n, err := id(c)
	if err != nil {
		return err
	}
	if err := s.factors.RenamePasskey(c.Request().Context(), web.ActorOf(c), n, in.Name); err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			return pages.RenamePasskey(pages.NamedPasskey{ID: n, Name: in.Name, Problems: problems(p)})
		})
	}
	return web.Done(c, paths.SettingsSecurity, "passkey_renamed")
}

// RemovePasskey asks whether a passkey is to go.
func (s *Security) RemovePasskey(c echo.Context) error {
	f, p, err := s.passkey(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.RemovePasskey(pages.NamedPasskey{ID: p.ID, Was: p.Name, LastOne: len(f.Passkeys) == 1 && f.AppSince == nil,
		Problem: codeOf(f.MayRemovePasskey(p.ID))}))
}

// PasskeyRemoved removes a passkey.
func (s *Security) PasskeyRemoved(c echo.Context) error {
	n, err := id(c)
	if err != nil {
		return err
	}
	if err := s.factors.RemovePasskey(c.Request().Context(), web.ActorOf(c), n); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsSecurity, "passkey_removed")
}
