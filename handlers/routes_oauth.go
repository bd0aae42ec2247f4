package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/oauth"
	"souk/web"
	"souk/web/paths"
)

// oauthRoutes: pages and endpoints by which people let apps act in their name, and which apps an organization lets reach it.
func oauthRoutes(e *echo.Echo, h *oauth.OAuth, b before) {
	e.GET(paths.Authorize, h.Authorize, b.mine...)
	e.POST(paths.Authorize, h.Decide, b.mine...)
	e.POST(paths.OAuthToken, h.Token) // apps say themselves who they are
	get(e, paths.OAuthServer, h.Server)
	get(e, paths.OAuthOpenID, h.Server)

	e.GET(paths.Applications, h.Applications, b.mine...)
	e.GET(paths.ApplicationsRevoke, h.RevokingApplications, b.mine...)
	e.POST(paths.ApplicationsRevoke, h.RevokeApplications, web.SignedIn)
	e.GET(paths.Authorizations, h.Authorizations, b.mine...)
	e.GET(paths.AuthorizationsRevoke, h.RevokingAuthorizations, b.mine...)
	e.POST(paths.AuthorizationsRevoke, h.RevokeAuthorizations, web.SignedIn)
	e.GET(paths.ConnectionPat, h.Connection, b.mine...)
	e.GET(paths.ConnectionRevokePat, h.Revoking, b.mine...)
	e.POST(paths.ConnectionRevokePat, h.Revoke, web.SignedIn)
	e.POST(paths.ConnectionGrantPat, h.Grant, b.mine...)
	e.POST(paths.ConnectionReducePat, h.Reduce, web.SignedIn)
	e.POST(paths.ConnectionAskPat, h.AskPlace, b.mine...)
	e.POST(paths.ConnectionWithdrawPat, h.WithdrawPlace, b.mine...)

	e.GET(paths.OrgOAuthPolicyPat, h.Policy, b.theirs...)
	e.POST(paths.OrgOAuthPolicyPat, h.SetPolicy, b.theirs...)
	e.GET(paths.OrgOAuthCasePat, h.Case, b.theirs...)
	e.POST(paths.OrgOAuthCasePat, h.DecideCase, b.theirs...)

	e.GET(paths.AppTokensPat, h.RevokingTokens, b.sure...)
	e.POST(paths.AppTokensPat, h.RevokeTokens, b.sure...)
}
