package account

import (
	"errors"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/profiles"
	"souk/templates/account"
	"souk/web"
	"souk/web/paths"
)

// freshCookie carries a new token to the page that shows it once.
const (
	freshCookie   = "fresh_token"
	freshLifetime = 5 * time.Minute
)

// Tokens lists one's personal access tokens; one that was just made is shown,
// this once.
func (a *Account) Tokens(c echo.Context) error {
	tokens, err := a.profiles.Tokens(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	v := account.Tokens{Max: models.MaxTokens}
	if v.Fresh, v.FreshName, err = a.fresh(c); err != nil {
		return err
	}
	for _, t := range tokens {
		v.Tokens = append(v.Tokens, tokenOf(t, a.now(), web.Zone(c)))
	}
	return web.Page(c, account.TokensPage(v))
}

// fresh takes the secret of a token that was just made, if it is one's own: a
// cookie can be anyone's.
func (a *Account) fresh(c echo.Context) (secret, name string, err error) {
	kept := web.Kept(c, freshCookie)
	if kept == "" {
		return "", "", nil
	}
	web.Keep(c, freshCookie, "", tokensPath(c), 0)
	t, err := a.profiles.OwnToken(c.Request().Context(), web.ActorOf(c), kept)
	if errors.Is(err, models.ErrNotFound) {
		return "", "", nil
	}
	return kept, t.Name, err
}

func tokensPath(c echo.Context) string {
	return paths.Localized(web.Requested(c).Lang, paths.SettingsTokens)
}

// soon is how long before its end a token is marked.
const soon = 7 * 24 * time.Hour

func tokenOf(t models.AccessToken, now time.Time, zone *time.Location) account.Token {
	v := account.Token{ID: t.ID, Name: t.Name, Tail: t.Tail, Scopes: t.Scopes, State: string(t.State(now)), Created: t.CreatedAt.In(zone)}
	v.Soon = v.State == string(models.TokenLive) && t.ExpiresAt != nil && t.ExpiresAt.Before(now.Add(soon))
	if t.ExpiresAt != nil {
		v.Expires = t.ExpiresAt.In(zone)
	}
	if t.UsedAt != nil {
		v.Used, v.Now = t.UsedAt.In(zone), now
	}
	return v
}

type tokenInput struct {
	Name    string   `form:"name"`
	Scopes  []string `form:"scopes"`
	Expires string   `form:"expires"`
	Day     string   `form:"day"`
}

// NewToken shows the form for a token.
func (a *Account) NewToken(c echo.Context) error {
	return web.Page(c, account.NewTokenPage(a.tokenForm(tokenInput{Expires: string(models.Expiry30Days)}, nil)))
}

// CreateToken makes a token.
func (a *Account) CreateToken(c echo.Context) error {
	in, err := web.Bind[tokenInput](c)
	if err != nil {
		return err
	}
	secret, err := a.profiles.CreateToken(c.Request().Context(), web.ActorOf(c), profiles.NewToken{
		Name: in.Name, Scopes: in.Scopes, Expires: models.TokenExpiry(in.Expires), Day: in.Day})
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component { return account.NewTokenPage(a.tokenForm(in, p)) })
	}
	web.Keep(c, freshCookie, secret, tokensPath(c), freshLifetime)
	return web.SeeOther(c, paths.SettingsTokens)
}

func (a *Account) tokenForm(in tokenInput, p models.Problems) account.NewToken {
	v := account.NewToken{Name: in.Name, MaxName: models.MaxTokenName, Scopes: in.Scopes, Families: families(), Expires: in.Expires, Day: in.Day,
		Tomorrow: a.now().AddDate(0, 0, 1), Problems: found(p)}
	for _, e := range models.TokenExpiries() {
		v.Expiries = append(v.Expiries, string(e))
	}
	return v
}

// families are the scopes, each with those that it contains behind it.
func families() []account.ScopeFamily {
	var all []account.ScopeFamily
	for _, s := range models.Scopes() {
		scope := account.Scope{Name: s.Name, Message: s.MessageName()}
		if s.Within == "" {
			all = append(all, account.ScopeFamily{Scope: scope})
			continue
		}
		last := &all[len(all)-1]
		last.Within = append(last.Within, scope)
	}
	return all
}

// RevokingToken asks whether a token is to be revoked.
func (a *Account) RevokingToken(c echo.Context) error {
	t, err := a.profiles.Token(c.Request().Context(), web.ActorOf(c), number(c.Param("id")))
	if err != nil {
		return err
	}
	return web.Page(c, account.RevokePage(tokenOf(t, a.now(), web.Zone(c))))
}

// RevokeToken revokes it.
func (a *Account) RevokeToken(c echo.Context) error {
	if err := a.profiles.RevokeToken(c.Request().Context(), web.ActorOf(c), number(c.Param("id"))); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsTokens, "token_revoked")
}

// number is an id in an address; what isn't one is 0, which nothing has.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
