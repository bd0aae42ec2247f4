package security

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/factors"
	pages "souk/templates/security"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// The fields by which a form brings along what confirms it.
const (
	passwordField = "confirm_password"
	codeField     = "confirm_code"
)

// Confirmed lets sensitive acts through only in a session that was confirmed
// lately. A page asks first and comes back. A form comes back too, with all that
// was typed, and goes on once it brings the password or a code along, or the
// session was confirmed by a passkey meanwhile. Passwords that were typed into
// the form itself have to be typed again.
func (s *Security) Confirmed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		actor := web.ActorOf(c)
		if err := actor.MayConfirm(); err != nil {
			return err
		}
		if actor.Sudo(s.now()) {
			return next(c)
		}
		if m := c.Request().Method; m == http.MethodGet || m == http.MethodHead {
			return web.SeeOther(c, sudoFor(here(c)))
		}
		typed, err := formOf(c)
		if err != nil {
			return err
		}
		if err := s.prove(c, typed); err != nil {
			return s.ask(c, pages.Confirm{Action: here(c), Hidden: hidden(typed), Form: true}, err)
		}
		return next(c)
	}
}

// errUnasked is a form that brings nothing along that could confirm it.
var errUnasked = errors.New("security: the session isn't confirmed")

// prove confirms the session with what a form brings along, and takes that away
// from it.
func (s *Security) prove(c echo.Context, typed url.Values) error {
	proof := factors.Proof{Password: typed.Get(passwordField), Code: typed.Get(codeField)}
	typed.Del(passwordField)
	typed.Del(codeField)
	if proof == (factors.Proof{}) {
		return errUnasked
	}
	secret, err := s.factors.Confirm(c.Request().Context(), web.ActorOf(c), proof)
	if errors.Is(err, models.ErrConfirmFailed) || errors.Is(err, models.ErrTooManyTries) {
		known, _ := errors.AsType[*models.Error](err)
		if proof.Password != "" {
			return known.On(passwordField)
		}
		return known.On(codeField)
	}
	if err != nil {
		return err
	}
	web.ConfirmSession(c, secret, s.now().Add(models.SudoWindow))
	return nil
}

// formOf is the form that was sent, without what stands in the address. A form
// with files can't come back, so it isn't asked in the middle.
func formOf(c echo.Context) (url.Values, error) {
	if _, err := c.FormParams(); err != nil {
		return nil, models.ErrBadParameter.Because(err)
	}
	r := c.Request()
	if m := r.MultipartForm; m != nil && len(m.File) > 0 {
		return nil, models.ErrSudoNeeded
	}
	for _, name := range []string{passwordField, codeField} {
		r.Form.Del(name)
	}
	return r.PostForm, nil
}

// hidden are the fields that a form gets back without anyone seeing them;
// passwords are never among them.
func hidden(typed url.Values) []ui.Value {
	var list []ui.Value
	for name, values := range typed {
		if strings.Contains(strings.ToLower(name), "password") {
			continue
		}
		for _, v := range values {
			list = append(list, ui.Value{Name: name, Value: v})
		}
	}
	slices.SortStableFunc(list, func(a, b ui.Value) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// ask shows the question with what the account can answer it by. why is what was
// wrong with the last answer, or errUnasked.
func (s *Security) ask(c echo.Context, v pages.Confirm, why error) error {
	status := http.StatusUnprocessableEntity
	if known, ok := errors.AsType[*models.Error](why); ok && known.Field != "" {
		v.Problems, status = ui.Problems{{Field: known.Field, Code: known.Code}}, statusOf(known)
	} else if why != nil && !errors.Is(why, errUnasked) {
		return why
	}
	if why == nil {
		status = http.StatusOK
	}
	actor := web.ActorOf(c)
	f, err := s.factors.Of(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	v.Login, v.Password, v.App = actor.Login, f.Password, f.AppSince != nil
	v.Passkey = len(f.Passkeys) > 0 && factors.PasskeysWork(base(c))
	return web.PageStatus(c, status, pages.ConfirmPage(v))
}

type sudoInput struct {
	ReturnTo string `form:"return_to" query:"return_to"`
}

func (in *sudoInput) address() string {
	if in.ReturnTo == "" {
		return paths.SettingsSecurity
	}
	return web.Local(in.ReturnTo)
}

// Sudo asks whether it is still you, and goes on to a page.
func (s *Security) Sudo(c echo.Context) error {
	in, err := web.Bind[sudoInput](c)
	if err != nil {
		return err
	}
	actor := web.ActorOf(c)
	if err := actor.MayConfirm(); err != nil {
		return err
	}
	if actor.Sudo(s.now()) {
		return web.SeeOther(c, in.address())
	}
	return s.ask(c, pages.Confirm{Action: paths.Sudo, ReturnTo: in.address()}, nil)
}

// SudoPost confirms the session.
func (s *Security) SudoPost(c echo.Context) error {
	in, err := web.Bind[sudoInput](c)
	if err != nil {
		return err
	}
	typed, err := formOf(c)
	if err != nil {
		return err
	}
	if err := s.prove(c, typed); err != nil {
		return s.ask(c, pages.Confirm{Action: paths.Sudo, ReturnTo: in.address()}, err)
	}
	return web.SeeOther(c, in.address())
}

// BeginSudo begins to confirm the session by a passkey.
func (s *Security) BeginSudo(c echo.Context) error {
	ch, err := s.factors.BeginConfirm(c.Request().Context(), web.ActorOf(c), browser(c))
	return challenge(c, ch, err)
}

// FinishSudo confirms the session by a passkey. Without a page to go to the
// script sends the form again that was stopped.
func (s *Security) FinishSudo(c echo.Context) error {
	in, err := web.Bind[credentialInput](c)
	if err != nil {
		return err
	}
	session, err := s.factors.FinishConfirm(c.Request().Context(), web.ActorOf(c), browser(c), []byte(in.Credential))
	if err != nil {
		return err
	}
	web.ConfirmSession(c, session, s.now().Add(models.SudoWindow))
	if in.ReturnTo == "" {
		return finished(c, "")
	}
	return finished(c, web.Local(in.ReturnTo))
}
