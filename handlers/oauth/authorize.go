package oauth

import (
	"errors"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	oauthverbs "souk/models/oauth"
	pages "souk/templates/oauth"
	"souk/web"
	"souk/web/paths"
)

// askInput is what an app asks for, in the address of the page or in its form.
type askInput struct {
	ClientID    string `query:"client_id" form:"client_id"`
	RedirectURI string `query:"redirect_uri" form:"redirect_uri"`
	Scope       string `query:"scope" form:"scope"`
	State       string `query:"state" form:"state"`
	Challenge   string `query:"code_challenge" form:"code_challenge"`
	Method      string `query:"code_challenge_method" form:"code_challenge_method"`
	Prompt      string `query:"prompt"`
	Login       string `query:"login"`

	Do     string   `form:"do"`     // "allow" or "deny"
	Asked  []string `form:"asked"`  // account permissions that the page showed, "emails:read"
	Grant  []string `form:"grant"`  // keys of those that are new and ticked
	Offer  []string `form:"offer"`  // keys of those that could be
	Places []string `form:"places"` // organizations that are to let it in
}

func (in *askInput) ask() oauthverbs.Ask {
	return oauthverbs.Ask{ClientID: in.ClientID, RedirectURI: in.RedirectURI, State: in.State, Challenge: in.Challenge, Scopes: models.ReadScopes(in.Scope)}
}

// query is the address of the page without what was only for the first look.
func (in *askInput) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"client_id": in.ClientID, "redirect_uri": in.RedirectURI, "scope": in.Scope, "state": in.State,
		"code_challenge": in.Challenge, "code_challenge_method": in.Method} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// asking is what the app asks for; the method of a challenge has to be S256, and a
// challenge needs one.
func (h *OAuth) asking(c echo.Context, in *askInput) (*oauthverbs.Asking, error) {
	if in.Method != "" && in.Method != "S256" || in.Challenge != "" && in.Method == "" {
		return nil, models.ErrChallenge
	}
	return h.oauth.Asking(c.Request().Context(), web.ActorOf(c), in.ask())
}

// Authorize asks whether an app may act in one's name. Who has said so before goes
// straight on.
func (h *OAuth) Authorize(c echo.Context) error {
	in, err := web.Bind[askInput](c)
	if err != nil {
		return err
	}
	a, err := h.asking(c, &in)
	switch {
	case err != nil:
		return err
	case a.Refused != nil:
		return refuse(c, a.Redirect, a.Refused, in.State)
	case in.Prompt == "select_account" || in.Login != "" && !strings.EqualFold(in.Login, web.ActorOf(c).Login):
		return web.Page(c, pages.SelectPage(pages.Select{App: appView(&a.App, a.Owner, a.OwnerName, a.Verified), Wanted: in.Login,
			Continue: paths.AuthorizeWith(in.query())}))
	case a.Settled() && in.Prompt != "consent":
		return h.allow(c, in.ask())
	}
	return h.consent(c, &in, a, nil)
}

func (h *OAuth) consent(c echo.Context, in *askInput, a *oauthverbs.Asking, changed error) error {
	web.AllowFormTo(c, models.FormOrigin(a.Redirect))
	v := pages.Consent{App: appView(&a.App, a.Owner, a.OwnerName, a.Verified), Query: in.query(), Again: a.Authorization != nil, Changed: changed != nil,
		To: destination(a.Redirect), Beyond: a.Beyond, Listing: a.ListingSlug}
	if a.App.Kind == models.GitHubApp {
		v.Access, v.New = accessOf(a.App.Kind, nil, a.Asks()), grantViews(a.New)
		if a.Authorization != nil {
			v.Held, v.Access.Risk = grantViews(a.Authorization.Permissions), a.Together().Risk()
		}
	} else {
		v.Access, v.Places = accessOf(a.App.Kind, a.Scopes, nil), places(a, web.ActorOf(c))
		if a.Authorization != nil {
			v.More = a.More
		}
	}
	return web.Page(c, pages.ConsentPage(v))
}

// destination is a site, or the scheme that opens a program, in the words of an
// address.
func destination(address string) string {
	if u, err := url.Parse(address); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		return u.Host
	}
	return models.FormOrigin(address)
}

// Decide lets an app act in one's name, or doesn't.
func (h *OAuth) Decide(c echo.Context) error {
	in, err := web.Bind[askInput](c)
	if err != nil {
		return err
	}
	a, err := h.asking(c, &in)
	switch {
	case err != nil:
		return err
	case a.Refused != nil:
		return refuse(c, a.Redirect, a.Refused, in.State)
	case in.Do == "deny":
		return refuse(c, a.Redirect, errDenied, in.State)
	case in.Do != "allow":
		return models.ErrUnknownChoice.On("do")
	}
	ask := in.ask()
	ask.Permissions, ask.Leave, ask.Places = in.shown(), in.left(), in.Places
	if err := h.allow(c, ask); !errors.Is(err, models.ErrAskedChanged) {
		return err
	}
	return h.consent(c, &in, a, models.ErrAskedChanged)
}

// shown are the account permissions that the page showed.
func (in *askInput) shown() models.Grants {
	g := models.Grants{}
	for _, one := range in.Asked {
		key, level, _ := strings.Cut(one, ":")
		g[key] = models.Level(level)
	}
	return g
}

// left are those that were offered and not ticked.
func (in *askInput) left() []string {
	ticked := map[string]bool{}
	for _, key := range in.Grant {
		ticked[key] = true
	}
	var out []string
	for _, key := range in.Offer {
		if !ticked[key] {
			out = append(out, key)
		}
	}
	return out
}

func (h *OAuth) allow(c echo.Context, ask oauthverbs.Ask) error {
	to, err := h.oauth.Allow(c.Request().Context(), web.ActorOf(c), ask)
	if err != nil {
		return err
	}
	return leave(c, to)
}

// errDenied is the answer of a person.
var errDenied = &models.Error{Kind: models.Forbidden, Code: "access_denied"}

// refuse tells an app, through the browser, why it gets nothing.
func refuse(c echo.Context, to string, err error, state string) error {
	code := codeOf(err)
	return leave(c, models.Returning(to, url.Values{"error": {code}, "error_description": {descriptions[code]}, "error_uri": {helpAt(c)}, "state": {state}}))
}

// leave goes to an app's own address, which mustn't learn where the browser was.
func leave(c echo.Context, to string) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	c.Response().Header().Set("Referrer-Policy", "no-referrer")
	return c.Redirect(302, to)
}
