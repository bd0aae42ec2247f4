package oauth

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/oauth"
	"souk/web"
	"souk/web/paths"
)

type listInput struct {
	View models.ApprovalState `query:"view"`
	Page string               `query:"page"`
}

// Applications lists the OAuth Apps that may act in one's name.
func (h *OAuth) Applications(c echo.Context) error { return h.list(c, models.OAuthApp) }

// Authorizations lists the GitHub Apps that may.
func (h *OAuth) Authorizations(c echo.Context) error { return h.list(c, models.GitHubApp) }

func (h *OAuth) list(c echo.Context, kind models.AppKind) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	page := web.PageNumber(in.Page)
	l, err := h.oauth.Mine(c.Request().Context(), web.ActorOf(c), kind, page)
	if err != nil {
		return err
	}
	v := pages.Mine{Kind: kind, Total: l.Total, Pager: pager(page, l.Total, func(n int) string { return paths.Authorized(kind == models.GitHubApp, n) })}
	for i := range l.Items {
		r := &l.Items[i]
		v.Items = append(v.Items, pages.Row{App: appView(&r.App, r.Owner, r.OwnerName, r.Verified), Scopes: r.Scopes, Permissions: len(r.Permissions),
			Lacks: r.Lacks, Tokens: r.Tokens, Since: or(c, &r.CreatedAt), Used: or(c, r.UsedAt)})
	}
	return web.Page(c, pages.MinePage(v))
}

// RevokingApplications asks whether all OAuth Apps are to lose what they may.
func (h *OAuth) RevokingApplications(c echo.Context) error { return h.revokingAll(c, models.OAuthApp) }

// RevokingAuthorizations asks the same for GitHub Apps.
func (h *OAuth) RevokingAuthorizations(c echo.Context) error {
	return h.revokingAll(c, models.GitHubApp)
}

func (h *OAuth) revokingAll(c echo.Context, kind models.AppKind) error {
	l, err := h.oauth.Mine(c.Request().Context(), web.ActorOf(c), kind, 1)
	if err != nil {
		return err
	}
	v := pages.RevokeAll{Kind: kind, Total: l.Total}
	for i := range l.Items {
		v.Names = append(v.Names, l.Items[i].App.Name)
	}
	return web.Page(c, pages.RevokeAllPage(v))
}

// RevokeApplications takes back what all OAuth Apps may.
func (h *OAuth) RevokeApplications(c echo.Context) error { return h.revokeAll(c, models.OAuthApp) }

// RevokeAuthorizations takes back what all GitHub Apps may.
func (h *OAuth) RevokeAuthorizations(c echo.Context) error { return h.revokeAll(c, models.GitHubApp) }

func (h *OAuth) revokeAll(c echo.Context, kind models.AppKind) error {
	if _, err := h.oauth.RevokeAll(c.Request().Context(), web.ActorOf(c), kind); err != nil {
		return err
	}
	return web.Done(c, paths.Authorized(kind == models.GitHubApp, 1), "authorizations_revoked")
}

// connection is the page of what an app may do in one's name.
func (h *OAuth) connection(c echo.Context) (v pages.Connection, err error) {
	a, err := h.oauth.Connection(c.Request().Context(), web.ActorOf(c), c.Param("client_id"))
	if err != nil {
		return v, err
	}
	g := a.Authorization
	v = pages.Connection{App: appView(&a.App, a.Owner, a.OwnerName, a.Verified), Listing: a.ListingSlug, Since: or(c, &g.CreatedAt), Used: or(c, g.UsedAt)}
	if a.App.Kind == models.GitHubApp {
		v.Access, v.Held = accessOf(a.App.Kind, nil, g.Permissions), grantViews(g.Permissions)
		v.New, v.Declined = grantViews(g.Permissions.Beyond(a.Asks())), grantViews(a.Declined)
		v.More = g.Lacks
		return v, nil
	}
	v.Access, v.Places = accessOf(a.App.Kind, g.Scopes, nil), places(a, web.ActorOf(c))
	return v, nil
}

// Connection shows what an app may do in one's name.
func (h *OAuth) Connection(c echo.Context) error {
	v, err := h.connection(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.ConnectionPage(v))
}

// Revoking asks whether an app is to lose what it may.
func (h *OAuth) Revoking(c echo.Context) error {
	v, err := h.connection(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.RevokePage(v))
}

// Revoke takes back what an app may do.
func (h *OAuth) Revoke(c echo.Context) error {
	v, err := h.connection(c)
	if err != nil {
		return err
	}
	if err := h.oauth.RevokeApp(c.Request().Context(), web.ActorOf(c), v.App.ClientID); err != nil {
		return err
	}
	return web.Done(c, paths.Authorized(v.App.Kind == models.GitHubApp, 1), "authorization_revoked")
}

type grantInput struct {
	Keys []string `form:"grant"`
	Key  string   `form:"key"`
}

// Grant gives a GitHub App more of one's account.
func (h *OAuth) Grant(c echo.Context) error {
	in, err := web.Bind[grantInput](c)
	if err != nil {
		return err
	}
	if err := h.oauth.Extend(c.Request().Context(), web.ActorOf(c), c.Param("client_id"), in.Keys); err != nil {
		return err
	}
	return done(c, "authorization_extended")
}

// Reduce takes back one account permission.
func (h *OAuth) Reduce(c echo.Context) error {
	in, err := web.Bind[grantInput](c)
	if err != nil {
		return err
	}
	if err := h.oauth.Reduce(c.Request().Context(), web.ActorOf(c), c.Param("client_id"), in.Key); err != nil {
		return err
	}
	return done(c, "authorization_reduced")
}

type placeInput struct {
	Organization string `form:"organization"`
	Reason       string `form:"reason"`
}

// AskPlace asks an organization to let an app in.
func (h *OAuth) AskPlace(c echo.Context) error {
	in, err := web.Bind[placeInput](c)
	if err != nil {
		return err
	}
	err = h.oauth.AskApproval(c.Request().Context(), web.ActorOf(c), c.Param("client_id"), in.Organization, in.Reason)
	if err == nil {
		return done(c, "oauth_approval_asked")
	}
	if _, mendable := models.AsProblems(err); !mendable {
		return err
	}
	v, wrong := h.connection(c)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Place, v.Reason, v.Problems = in.Organization, in.Reason, problems(p)
		return pages.ConnectionPage(v)
	})
}

// WithdrawPlace takes that back.
func (h *OAuth) WithdrawPlace(c echo.Context) error {
	in, err := web.Bind[placeInput](c)
	if err != nil {
		return err
	}
	if err := h.oauth.WithdrawApproval(c.Request().Context(), web.ActorOf(c), c.Param("client_id"), in.Organization); err != nil {
		return err
	}
	return done(c, "oauth_approval_withdrawn")
}
