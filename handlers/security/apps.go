package security

import (
	"errors"
	"net/url"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/factors"
	pages "souk/templates/security"
	"souk/web"
	"souk/web/paths"
)

type appInput struct {
	Setup string `form:"setup"`
	Code  string `form:"code"`
}

// App shows the page on which an authenticator app is set up.
func (s *Security) App(c echo.Context) error {
	setup, err := s.factors.NewApp(web.ActorOf(c), issuer(c))
	if err != nil {
		return err
	}
	return s.showApp(c, setup, nil)
}

// ConfirmApp makes the app a second factor, and shows recovery codes if these
// are the first.
func (s *Security) ConfirmApp(c echo.Context) error {
	in, err := web.Bind[appInput](c)
	if err != nil {
		return err
	}
	actor := web.ActorOf(c)
	codes, err := s.factors.ConfirmApp(c.Request().Context(), actor, in.Setup, in.Code)
	switch {
	case errors.Is(err, models.ErrStale):
		// The page was open for too long: another secret, and what happened.
		setup, fresh := s.factors.NewApp(actor, issuer(c))
		if fresh != nil {
			return fresh
		}
		return s.showApp(c, setup, models.ErrSetupOld)
	case err != nil:
		setup, same := s.factors.SameApp(actor, in.Setup, issuer(c))
		if same != nil {
			return same
		}
		return s.showApp(c, setup, err)
	case len(codes) > 0:
		return web.Page(c, pages.RecoveryCodes(pages.Codes{Fresh: codes, Began: true, Login: actor.Login}))
	}
	return web.Done(c, paths.SettingsSecurity, "two_factor_on")
}

func (s *Security) showApp(c echo.Context, setup factors.Setup, problem error) error {
	f, err := s.factors.Of(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	picture, err := setup.Picture()
	if err != nil {
		return err
	}
	v := pages.SetUp{Picture: picture, Secret: setup.Secret, URL: setup.URL, Token: setup.Token, Replaces: f.AppSince != nil}
	if problem == nil {
		return web.Page(c, pages.SetUpApp(v))
	}
	return web.Form(c, problem, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.SetUpApp(v)
	})
}

// issuer is the site as authenticator apps name it.
func issuer(c echo.Context) string {
	if u, err := url.Parse(web.Requested(c).Base); err == nil && u.Hostname() != "" {
		return "Souk (" + u.Hostname() + ")"
	}
	return "Souk"
}

// TurnOff asks whether to do without the authenticator app.
func (s *Security) TurnOff(c echo.Context) error {
	f, err := s.factors.Of(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	if f.AppSince == nil {
		return web.SeeOther(c, paths.SettingsSecurity)
	}
	return web.Page(c, pages.TurnOff(pages.Off{Passkeys: len(f.Passkeys), Problem: codeOf(f.MayRemoveApp())}))
}

// TurnedOff does without the authenticator app.
func (s *Security) TurnedOff(c echo.Context) error {
	if err := s.factors.RemoveApp(c.Request().Context(), web.ActorOf(c)); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsSecurity, "two_factor_off")
}

// Codes says how many recovery codes are left.
func (s *Security) Codes(c echo.Context) error {
	f, err := s.factors.Of(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	if !f.TwoFactor() {
		return models.ErrNotFound
	}
	return web.Page(c, pages.RecoveryCodes(pages.Codes{Left: f.RecoveryCodes}))
}

// NewCodes makes new recovery codes and shows them.
func (s *Security) NewCodes(c echo.Context) error {
	actor := web.ActorOf(c)
	codes, err := s.factors.NewRecoveryCodes(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return web.Page(c, pages.RecoveryCodes(pages.Codes{Fresh: codes, Login: actor.Login}))
}
