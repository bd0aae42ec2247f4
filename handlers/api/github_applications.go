package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/oauth"
	"souk/models/profiles"
	"souk/web"
	"souk/web/paths"
)

// This file answers apps about the tokens by which they act for users, and those users'
// apps about who they act for.

// UserTokens are those; oauth.Service is one.
type UserTokens interface {
	Check(ctx context.Context, app int64, token string) (*oauth.Checked, error)
	Reset(ctx context.Context, app int64, token string) (*oauth.Checked, error)
	End(ctx context.Context, app int64, token string) error
	EndAll(ctx context.Context, app int64, token string) error
}

// authorizationRoutes mounts that part of GitHub's API.
func (a *API) authorizationRoutes(e *echo.Echo) {
	e.POST(paths.V3ApplicationTokenPat, a.aboutToken(a.apps.OAuth.Check), compatible)
	e.PATCH(paths.V3ApplicationTokenPat, a.aboutToken(a.apps.OAuth.Reset), compatible)
	e.DELETE(paths.V3ApplicationTokenPat, a.endToken(a.apps.OAuth.End), compatible)
	e.DELETE(paths.V3ApplicationGrantPat, a.endToken(a.apps.OAuth.EndAll), compatible)
	for pattern, h := range map[string]echo.HandlerFunc{paths.V3User: a.v3User, paths.V3Emails: a.v3Emails, paths.V3UserOrgs: a.v3UserOrgs} {
		e.Match([]string{http.MethodGet, http.MethodHead}, pattern, h, scoped, compatible)
		e.OPTIONS(pattern, v3Preflight)
	}
}

// tokenBody is what an app says of a token.
type tokenBody struct {
	AccessToken string `json:"access_token"`
}

// tokenOf is the app that asks, by the client id in the address and its secret, and the
// token that it asks about.
func (a *API) tokenOf(c echo.Context) (app int64, token string, err error) {
	id, secret, ok := c.Request().BasicAuth()
	if !ok || id != c.Param("client_id") {
		return 0, "", models.ErrNotFound
	}
	if app, err = a.callers.CheckSecret(c.Request().Context(), id, secret); err != nil {
		return 0, "", models.ErrNotFound.Because(err)
	}
	var body tokenBody
	if err := (&echo.DefaultBinder{}).BindBody(c, &body); err != nil || body.AccessToken == "" {
		return 0, "", models.ErrUnknownChoice.On("access_token")
	}
	return app, body.AccessToken, nil
}

func (a *API) aboutToken(f func(context.Context, int64, string) (*oauth.Checked, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		app, token, err := a.tokenOf(c)
		if err != nil {
			return err
		}
		t, err := f(c.Request().Context(), app, token)
		if err != nil {
			return err
		}
		return web.JSON(c, http.StatusOK, v3AuthorizationOf(base(c.Request().Context()), t))
	}
}

func (a *API) endToken(f func(context.Context, int64, string) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		app, token, err := a.tokenOf(c)
		if err != nil {
			return err
		}
		if err := f(c.Request().Context(), app, token); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	}
}

// v3Authorization is a token as GitHub's API tells its app of it.
type v3Authorization struct {
	ID          int64               `json:"id"`
	URL         string              `json:"url"`
	App         v3AuthorizedApp     `json:"app"`
	Token       string              `json:"token"`
	Hashed      *string             `json:"hashed_token"`
	LastEight   string              `json:"token_last_eight"`
	Note        *string             `json:"note"`
	NoteURL     *string             `json:"note_url"`
	CreatedAt   string              `json:"created_at"`
	UpdatedAt   string              `json:"updated_at"`
	Scopes      []string            `json:"scopes"`
	Fingerprint *string             `json:"fingerprint"`
	ExpiresAt   *string             `json:"expires_at"`
	User        *models.PayloadUser `json:"user"`
}

type v3AuthorizedApp struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	ClientID string `json:"client_id"`
}

func v3AuthorizationOf(base string, t *oauth.Checked) v3Authorization {
	user := models.HookAccount{ID: t.User.ID, Login: t.User.Login, Kind: t.User.Kind}
	out := v3Authorization{ID: t.ID, URL: base + paths.V3ApplicationToken(*t.App.ClientID), Token: t.Token, LastEight: t.Tail, CreatedAt: stamp(t.CreatedAt),
		UpdatedAt: stamp(t.UpdatedAt), Scopes: append([]string{}, t.Scopes...), User: new(models.PayloadUserOf(user, base)),
		App: v3AuthorizedApp{Name: t.App.Name, URL: t.App.HomepageURL, ClientID: *t.App.ClientID}}
	if t.ExpiresAt != nil {
		out.ExpiresAt = new(stamp(*t.ExpiresAt))
	}
	return out
}

// scoped says in the answer what the token may do.
func scoped(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if actor := web.ActorOf(c); actor.TokenID != 0 && actor.Granted == nil {
			c.Response().Header().Set("X-OAuth-Scopes", strings.Join(actor.Scopes, ", "))
			c.Response().Header().Set("X-Accepted-OAuth-Scopes", "")
		}
		return next(c)
	}
}

// v3Person is a user as GitHub's API tells of whose token it is.
type v3Person struct {
	models.PayloadUser
	Name            *string `json:"name"`
	Company         *string `json:"company"`
	Blog            string  `json:"blog"`
	Location        *string `json:"location"`
	Email           *string `json:"email"`
	NotificationTo  *string `json:"notification_email"`
	Hireable        *bool   `json:"hireable"`
	Bio             *string `json:"bio"`
	TwitterUsername *string `json:"twitter_username"`
	CreatedAt       string  `json:"created_at"`
	TwoFactor       *bool   `json:"two_factor_authentication,omitempty"`
}

func textOrNone(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// me is whoever a token acts for; without one there is nobody.
func (a *API) me(c echo.Context) (*profiles.Me, error) {
	actor := web.ActorOf(c)
	if actor.TokenID == 0 {
		return nil, models.ErrSignInNeeded
	}
	return a.people.Me(c.Request().Context(), actor)
}

func (a *API) v3User(c echo.Context) error {
	me, err := a.me(c)
	if err != nil {
		return err
	}
	p, base := &me.Account, base(c.Request().Context())
	out := v3Person{PayloadUser: models.PayloadUserOf(models.HookAccount{ID: p.ID, Login: p.Login, Kind: p.Kind}, base), Name: textOrNone(p.Name), Blog: p.WebsiteURL,
		Location: textOrNone(p.Location), Bio: textOrNone(p.Bio), CreatedAt: stamp(p.CreatedAt)}
	if me.Mail && me.User.MailVerifiedAt != nil {
		out.Email = &me.User.Mail
	}
	if me.Private {
		out.TwoFactor = new(web.ActorOf(c).TwoFactor)
	}
	return web.JSON(c, http.StatusOK, out)
}

// v3Mail is a mail address.
type v3Mail struct {
	Email      string  `json:"email"`
	Primary    bool    `json:"primary"`
	Verified   bool    `json:"verified"`
	Visibility *string `json:"visibility"`
}

// v3Emails are the mail addresses of whose token it is: there is one. A GitHub App
// needs the permission, others a scope.
func (a *API) v3Emails(c echo.Context) error {
	me, err := a.me(c)
	switch {
	case err != nil:
		return err
	case !me.Mail && web.ActorOf(c).AppID != 0:
		return models.ErrNotForApps
	case !me.Mail:
		return models.ErrScopeNeeded.On("user:email")
	}
	return web.JSON(c, http.StatusOK, []v3Mail{{Email: me.User.Mail, Primary: true, Verified: me.User.MailVerifiedAt != nil, Visibility: new("private")}})
}

// v3Org is an organization in a list.
type v3Org struct {
	Login       string `json:"login"`
	ID          int64  `json:"id"`
	NodeID      string `json:"node_id"`
	URL         string `json:"url"`
	Description string `json:"description"`
}

// v3UserOrgs are the organizations of whose token it is, as far as the token reaches
// them.
func (a *API) v3UserOrgs(c echo.Context) error {
	if _, err := a.me(c); err != nil {
		return err
	}
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	all, err := a.people.MyOrganizations(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	from, base := min((p.Number-1)*p.PerPage, len(all)), base(c.Request().Context())
	page := all[from:min(from+p.PerPage, len(all))]
	out := make([]v3Org, len(page))
	for i := range page {
		k := models.HookAccount{ID: page[i].Account.ID, Login: page[i].Account.Login, Kind: models.KindOrganization}
		out[i] = v3Org{Login: k.Login, ID: k.ID, NodeID: k.NodeID(), URL: base + paths.V3Owner("orgs", k.Login), Description: page[i].Account.Bio}
	}
	return v3List(c, out, p, len(all))
}
