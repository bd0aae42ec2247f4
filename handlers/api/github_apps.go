package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/installrequests"
	"souk/models/installtokens"
	"souk/web"
	"souk/web/paths"
)

// This file answers what apps ask GitHub's API about themselves and their
// installations, with a token that they sign.

// Installing is what that part of the API asks.
type Installing struct {
	Tokens   InstallTokens
	Installs AppInstalls
	Requests InstallRequests
	Users    UserInstalls
	OAuth    UserTokens
	Repos    RepositoryMaker
}

// InstallTokens makes and reads tokens of installations, and tells of those;
// installtokens.Service is one.
type InstallTokens interface {
	App(ctx context.Context, appID int64) (*installtokens.Registered, error)
	AppAt(ctx context.Context, actor models.Actor, appID int64, slug string) (*installtokens.Registered, error)
	OfApp(ctx context.Context, appID int64, f installtokens.Filter) ([]models.HookInstallation, int, error)
	One(ctx context.Context, appID, id int64) (*models.HookInstallation, error)
	OnAccount(ctx context.Context, appID int64, login string, kind models.AccountKind) (*models.HookInstallation, error)
	OnRepository(ctx context.Context, appID, repository int64) (*models.HookInstallation, error)
	Named(ctx context.Context, login, name string) (id int64, moved bool, err error)
	Mint(ctx context.Context, appID, id int64, n installtokens.Narrow) (*installtokens.Minted, error)
	Bearer(ctx context.Context, token string) (*installtokens.Acting, error)
	Revoke(ctx context.Context, token string) error
	Repositories(ctx context.Context, a *installtokens.Acting, p installtokens.Page) ([]models.HookRepository, int, error)
}

// AppInstalls changes installations for the app itself; installs.Service is one.
type AppInstalls interface {
	BarAsApp(ctx context.Context, visit models.Visit, app, id int64) error
	UnbarAsApp(ctx context.Context, visit models.Visit, app, id int64) error
	RemoveAsApp(ctx context.Context, visit models.Visit, app, id int64) error
}

// InstallRequests tells who wants an app; installrequests.Service is one.
type InstallRequests interface {
	WaitingFor(ctx context.Context, app int64, page, perPage int) ([]installrequests.Waits, int, error)
}

// Installing has the API answer about installations, too.
func (a *API) Installing(i Installing) *API {
	a.apps = i
	return a
}

// appRoutes mounts the part of GitHub's API that is about apps and installations.
func (a *API) appRoutes(e *echo.Echo) {
	for _, r := range a.appTable() {
		e.Add(r.method, r.pattern, r.handler, compatible)
		if r.method == http.MethodGet {
			e.HEAD(r.pattern, r.handler, compatible)
		}
		e.OPTIONS(r.pattern, v3Preflight)
	}
}

// appRoute is an address of theirs.
type appRoute struct {
	method, pattern string
	handler         echo.HandlerFunc
}

func (a *API) appTable() []appRoute {
	return []appRoute{
		{http.MethodGet, paths.V3App, a.signedBy(a.v3App)},
		{http.MethodGet, paths.V3AppPat, a.v3AppAt},
		{http.MethodGet, paths.V3AppInstallations, a.signedBy(a.v3Installations)},
		{http.MethodGet, paths.V3AppInstallationPat, a.signedBy(a.v3Installation)},
		{http.MethodDelete, paths.V3AppInstallationPat, a.signedBy(act(a.apps.Installs.RemoveAsApp))},
		{http.MethodPost, paths.V3AppTokensPat, a.signedBy(a.v3Mint)},
		{http.MethodPut, paths.V3AppSuspendedPat, a.signedBy(act(a.apps.Installs.BarAsApp))},
		{http.MethodDelete, paths.V3AppSuspendedPat, a.signedBy(act(a.apps.Installs.UnbarAsApp))},
		{http.MethodGet, paths.V3AppRequests, a.signedBy(a.v3Requests)},
		{http.MethodGet, paths.V3OrgInstallationPat, a.signedBy(a.v3OnAccount("org", models.KindOrganization))},
		{http.MethodGet, paths.V3UserInstallationPat, a.signedBy(a.v3OnAccount("login", ""))},
		{http.MethodGet, paths.V3RepoInstallationPat, a.signedBy(a.v3OnRepository)},
		{http.MethodGet, paths.V3RepoIDInstallPat, a.signedBy(a.v3OnRepositoryID)},
		{http.MethodGet, paths.V3Reached, a.byToken(a.v3Reached)},
		{http.MethodDelete, paths.V3Token, a.v3Revoke},
		{http.MethodGet, paths.V3OrgInstallationsPat, a.v3OfOrganization},
		{http.MethodPost, paths.V3OrgReposPat, a.v3Make},
		{http.MethodPost, paths.V3UserRepos, a.v3Make},
		{http.MethodGet, paths.V3Mine, a.v3MyInstallations},
		{http.MethodGet, paths.V3MineRepositoriesPat, a.v3MyRepositories},
		{http.MethodPut, paths.V3MineRepositoryPat, v3Choose(a.apps.Users.Add)},
		{http.MethodDelete, paths.V3MineRepositoryPat, v3Choose(a.apps.Users.Take)},
	}
}

// signedBy is for an app that says who it is by a token that it signed.
func (a *API) signedBy(f func(c echo.Context, app int64) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		scheme, token, _ := strings.Cut(c.Request().Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return models.ErrAppToken
		}
		app, err := a.callers.Caller(c.Request().Context(), strings.TrimSpace(token))
		if err != nil {
			return err
		}
		return f(c, app)
	}
}

// bearer is the token of a request, "" for none.
func bearer(c echo.Context) string {
	scheme, token, _ := strings.Cut(c.Request().Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "token") {
		return ""
	}
	return strings.TrimSpace(token)
}

func (a *API) v3App(c echo.Context, app int64) error {
	one, err := a.apps.Tokens.App(c.Request().Context(), app)
	if err != nil {
		return err
	}
	return web.JSON(c, http.StatusOK, models.PayloadAppOf(&one.App, one.Owner, one.Installations, base(c.Request().Context())))
}

// v3AppAt shows a public app to anyone, and another to those whom it is for.
func (a *API) v3AppAt(c echo.Context) error {
	ctx := c.Request().Context()
	app, err := a.asker(c)
	if err != nil {
		return err
	}
	one, err := a.apps.Tokens.AppAt(ctx, web.ActorOf(c), app, c.Param("slug"))
	if err != nil {
		return err
	}
	return web.JSON(c, http.StatusOK, models.PayloadAppOf(&one.App, one.Owner, nil, base(ctx)))
}

// asker is the app that asks, by either kind of token; 0 for none.
func (a *API) asker(c echo.Context) (app int64, err error) {
	switch token := bearer(c); {
	case paths.SignedToken(token):
		return a.callers.Caller(c.Request().Context(), token)
	case strings.HasPrefix(token, models.PrefixInstallationToken):
		acting, err := a.apps.Tokens.Bearer(c.Request().Context(), token)
		if err != nil {
			return 0, err
		}
		return acting.App.ID, nil
	}
	return 0, nil
}

// v3Installations lists the app's installations: those that changed since a moment,
// and with outdated those that lag behind what it asks for.
func (a *API) v3Installations(c echo.Context, app int64) error {
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	f := installtokens.Filter{Page: installtokens.Page{Number: p.Number, PerPage: p.PerPage}}
	if outdated := c.QueryParam("outdated"); outdated != "" && outdated != "0" && outdated != "false" {
		f.Outdated = true
	}
	if since := c.QueryParam("since"); since != "" {
		if f.Since, err = time.Parse(time.RFC3339, since); err != nil {
			return models.ErrUnknownChoice.On("since")
		}
	}
	all, total, err := a.apps.Tokens.OfApp(c.Request().Context(), app, f)
	if err != nil {
		return err
	}
	return v3List(c, installationsOf(c, all), p, total)
}

func installationsOf(c echo.Context, all []models.HookInstallation) []models.PayloadInstallation {
	out := make([]models.PayloadInstallation, len(all))
	for i := range all {
		out[i] = models.PayloadInstallationOf(&all[i], base(c.Request().Context()))
	}
	return out
}

func v3One(c echo.Context, one *models.HookInstallation, err error) error {
	if err != nil {
		return err
	}
	return web.JSON(c, http.StatusOK, models.PayloadInstallationOf(one, base(c.Request().Context())))
}

func (a *API) v3Installation(c echo.Context, app int64) error {
	n, err := id(c)
	if err != nil {
		return err
	}
	one, err := a.apps.Tokens.One(c.Request().Context(), app, n)
	return v3One(c, one, err)
}

// act is an act of the app on one of its installations, which answers nothing.
func act(f func(ctx context.Context, visit models.Visit, app, id int64) error) func(c echo.Context, app int64) error {
	return func(c echo.Context, app int64) error {
		n, err := id(c)
		if err != nil {
			return err
		}
		if err := f(c.Request().Context(), web.ActorOf(c).Visit, app, n); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	}
}

func (a *API) v3OnAccount(parameter string, kind models.AccountKind) func(c echo.Context, app int64) error {
	return func(c echo.Context, app int64) error {
		one, err := a.apps.Tokens.OnAccount(c.Request().Context(), app, c.Param(parameter), kind)
		return v3One(c, one, err)
	}
}

// v3OnRepository leads on from a name that a repository had before, if the app is
// installed on it.
func (a *API) v3OnRepository(c echo.Context, app int64) error {
	ctx := c.Request().Context()
	repository, moved, err := a.apps.Tokens.Named(ctx, c.Param("login"), c.Param("repository"))
	if err != nil {
		return err
	}
	one, err := a.apps.Tokens.OnRepository(ctx, app, repository)
	if err != nil || !moved {
		return v3One(c, one, err)
	}
	address := base(ctx) + paths.V3RepoInstallation(repository)
	c.Response().Header().Set("Location", address)
	return web.JSON(c, http.StatusMovedPermanently, v3Moved{Message: "Moved Permanently", URL: address, Documentation: base(ctx) + paths.Doc("installation-tokens")})
}

// v3Moved says where something is now.
type v3Moved struct {
	Message       string `json:"message"`
	URL           string `json:"url"`
	Documentation string `json:"documentation_url"`
}

func (a *API) v3OnRepositoryID(c echo.Context, app int64) error {
	n, err := id(c)
	if err != nil {
		return err
	}
	one, err := a.apps.Tokens.OnRepository(c.Request().Context(), app, n)
	return v3One(c, one, err)
}

func (a *API) v3Requests(c echo.Context, app int64) error {
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	all, total, err := a.apps.Requests.WaitingFor(c.Request().Context(), app, p.Number, p.PerPage)
	if err != nil {
		return err
	}
	out := make([]models.PayloadInstallRequest, len(all))
	for i := range all {
		w := &all[i]
		out[i] = models.PayloadInstallRequestOf(w.ID, hookAccount(&w.Account), hookAccount(&w.Requester), w.CreatedAt, base(c.Request().Context()))
	}
	return v3List(c, out, p, total)
}

func hookAccount(a *models.Account) models.HookAccount {
	return models.HookAccount{ID: a.ID, Login: a.Login, Kind: a.Kind}
}
