// Package security answers how people protect an account: password, sessions,
// one-time codes, passkeys, and the confirmation of sensitive acts.
package security

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/factors"
	"souk/models/identity"
	pages "souk/templates/security"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Security holds the handlers.
type Security struct {
	identity *identity.Service
	factors  *factors.Service
	now      func() time.Time
}

// New makes the handlers.
func New(identity *identity.Service, factors *factors.Service, now func() time.Time) *Security {
	return &Security{identity: identity, factors: factors, now: now}
}

// problems are what is wrong with a form, as templates take it.
func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

// id is the number in the address. What is none is nobody's.
func id(c echo.Context) (int64, error) {
	n, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, models.ErrNotFound.Because(err)
	}
	return n, nil
}

// Overview shows password, factors, passkeys and sessions.
func (s *Security) Overview(c echo.Context) error {
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	f, err := s.factors.Of(ctx, actor)
	if err != nil {
		return err
	}
	sessions, err := s.sessions(ctx, actor)
	if err != nil {
		return err
	}
	return web.Page(c, pages.Page(pages.Overview{
		Now: s.now(), Password: f.Password, AppSince: f.AppSince, TwoFactor: f.TwoFactor(), Codes: f.RecoveryCodes, RequiredBy: f.RequiredBy,
		Passkeys: passkeysOf(&f), Possible: factors.PasskeysWork(web.Requested(c).Base), Sessions: sessions,
	}))
}

func passkeysOf(f *models.Factors) []pages.Passkey {
	list := make([]pages.Passkey, len(f.Passkeys))
	for i, p := range f.Passkeys {
		list[i] = pages.Passkey{ID: p.ID, Name: p.Name, Created: p.CreatedAt, Used: p.UsedAt, Copied: p.Copied}
	}
	return list
}

func (s *Security) sessions(ctx context.Context, actor models.Actor) ([]pages.Session, error) {
	sessions, err := s.identity.Sessions(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := make([]pages.Session, len(sessions))
	for i, one := range sessions {
		list[i] = pages.Session{ID: one.ID, Device: models.Device(one.UserAgent), IP: one.IP, Method: string(one.Method), Began: one.CreatedAt,
			Used: one.UsedAt, Current: one.ID == actor.SessionID, Staff: one.StaffID != nil}
	}
	return list, nil
}

// EndSession ends one of the person's sessions.
func (s *Security) EndSession(c echo.Context) error {
	n, err := id(c)
	if err != nil {
		return err
	}
	actor := web.ActorOf(c)
	if err := s.identity.RevokeSession(c.Request().Context(), actor, n); err != nil {
		return err
	}
	if n == actor.SessionID {
		web.EndSession(c)
		return web.Done(c, paths.Home, "signed_out")
	}
	return web.Done(c, paths.SettingsSecurity, "session_ended")
}

// EndOtherSessions ends all of the person's sessions but this one.
func (s *Security) EndOtherSessions(c echo.Context) error {
	if _, err := s.identity.RevokeOtherSessions(c.Request().Context(), web.ActorOf(c)); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsSecurity, "sessions_ended")
}

// here is the address of the page that was asked for, without a language.
func here(c echo.Context) string {
	r := web.Requested(c)
	if r.Query != "" {
		return r.Path + "?" + r.Query
	}
	return r.Path
}

func sudoFor(address string) string { return paths.Sudo + "?return_to=" + url.QueryEscape(address) }
