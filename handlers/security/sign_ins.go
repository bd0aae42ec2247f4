package security

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/factors"
	pages "souk/templates/security"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// BeginSignIn begins to sign in by a passkey alone.
func (s *Security) BeginSignIn(c echo.Context) error {
	ch, err := s.factors.BeginSignIn(c.Request().Context(), browser(c), web.ActorOf(c).Visit)
	return challenge(c, ch, err)
}

// FinishSignIn signs in whoever the passkey belongs to.
func (s *Security) FinishSignIn(c echo.Context) error {
	in, err := web.Bind[credentialInput](c)
	if err != nil {
		return err
	}
	entrance, err := s.factors.FinishSignIn(c.Request().Context(), web.ActorOf(c), browser(c), in.ReturnTo, []byte(in.Credential))
	if err != nil {
		return err
	}
	return finished(c, web.Admit(c, entrance))
}

// Second shows the page of a sign-in that waits for its second factor.
func (s *Security) Second(c echo.Context) error { return s.showSecond(c, nil) }

func (s *Security) showSecond(c echo.Context, problem *models.Error) error {
	web.NoStore(c)
	pending, f, err := s.factors.Pending(c.Request().Context(), web.Kept(c, web.SecondCookie))
	if err != nil {
		return s.over(c, err)
	}
	v := pages.Second{Login: pending.Login, App: f.AppSince != nil, Codes: f.RecoveryCodes > 0,
		Passkey: len(f.Passkeys) > 0 && factors.PasskeysWork(base(c))}
	status := http.StatusOK
	if problem != nil {
		v.Problems, status = ui.Problems{{Field: "code", Code: problem.Code}}, statusOf(problem)
	}
	return web.PageStatus(c, status, pages.SecondFactor(v))
}

// over leads whoever took too long to the beginning.
func (s *Security) over(c echo.Context, err error) error {
	if !errors.Is(err, models.ErrLinkUsed) {
		return err
	}
	web.Keep(c, web.SecondCookie, "", "/", 0)
	if !web.ActorOf(c).Anonymous() {
		return web.SeeOther(c, paths.Home)
	}
	return web.SeeOther(c, paths.Login)
}

type codeInput struct {
	Code string `form:"code"`
}

// FinishSecond ends a sign-in by a code.
func (s *Security) FinishSecond(c echo.Context) error {
	in, err := web.Bind[codeInput](c)
	if err != nil {
		return err
	}
	entrance, err := s.factors.FinishSecond(c.Request().Context(), web.ActorOf(c), web.Kept(c, web.SecondCookie), in.Code)
	switch {
	case errors.Is(err, models.ErrCode):
		return s.showSecond(c, models.ErrCode)
	case errors.Is(err, models.ErrTooManyTries):
		return s.showSecond(c, models.ErrTooManyTries)
	case err != nil:
		return s.over(c, err)
	}
	return web.Enter(c, entrance, "")
}

// BeginSecond begins the use of a passkey as the second factor.
func (s *Security) BeginSecond(c echo.Context) error {
	ch, err := s.factors.BeginSecondPasskey(c.Request().Context(), browser(c), web.Kept(c, web.SecondCookie), web.ActorOf(c).Visit)
	return challenge(c, ch, err)
}

// FinishSecondPasskey ends a sign-in by a passkey.
func (s *Security) FinishSecondPasskey(c echo.Context) error {
	in, err := web.Bind[credentialInput](c)
	if err != nil {
		return err
	}
	entrance, err := s.factors.FinishSecondPasskey(c.Request().Context(), web.ActorOf(c), browser(c), web.Kept(c, web.SecondCookie), []byte(in.Credential))
	if err != nil {
		return err
	}
	return finished(c, web.Admit(c, entrance))
}

// statusOf is the status of a form that came back.
func statusOf(e *models.Error) int {
	if e.Kind == models.TooMany {
		return http.StatusTooManyRequests
	}
	return http.StatusUnprocessableEntity
}
