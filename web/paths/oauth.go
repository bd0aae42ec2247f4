package paths

import "net/url"

// What apps may do in people's names, and which of them an organization lets in.
const (
	Authorize   = "/login/oauth/authorize"
	OAuthToken  = "/login/oauth/access_token"
	OAuthServer = "/.well-known/oauth-authorization-server/login/oauth"
	OAuthOpenID = "/login/oauth/.well-known/openid-configuration"
	OAuthIssuer = "/login/oauth"

	Applications         = "/settings/applications"
	ApplicationsRevoke   = Applications + "/revoke"
	Authorizations       = "/settings/apps/authorizations"
	AuthorizationsRevoke = Authorizations + "/revoke"

	ConnectionPat         = "/settings/connections/applications/:client_id"
	ConnectionRevokePat   = ConnectionPat + "/revoke"
	ConnectionGrantPat    = ConnectionPat + "/permissions"
	ConnectionReducePat   = ConnectionPat + "/permissions/revoke"
	ConnectionAskPat      = ConnectionPat + "/organizations"
	ConnectionWithdrawPat = ConnectionPat + "/organizations/withdraw"
	OrgOAuthPolicyPat     = orgSettings + "/oauth_application_policy"
	OrgOAuthCasePat       = OrgOAuthPolicyPat + "/:slug"
	AppTokensPat          = appSettings + "/revoke_tokens"
	V3User                = APIv3 + "/user"
	V3Emails              = APIv3 + "/user/emails"
	V3UserOrgs            = APIv3 + "/user/orgs"
	V3Applications        = APIv3 + "/applications/"
	V3ApplicationTokenPat = V3Applications + ":client_id/token"
	V3ApplicationGrantPat = V3Applications + ":client_id/grant"
)

// AuthorizeWith is the page that authorizes an app, asked with a query.
func AuthorizeWith(q url.Values) string { return Authorize + "?" + q.Encode() }

// Connection is what an app may do in one's name, or what is done with that: "revoke",
// "permissions", "permissions/revoke", "organizations", "organizations/withdraw".
func Connection(clientID, act string) string {
	return under("/settings/connections/applications/"+url.PathEscape(clientID), act)
}

// Authorized are the apps of a kind that may act in one's name, on a page.
func Authorized(github bool, page int) string {
	at := Applications
	if github {
		at = Authorizations
	}
	return inView(at, "", page)
}

// OrgOAuthPolicy is which OAuth Apps an organization lets in, or what it says of the
// one with a slug.
func OrgOAuthPolicy(login, slug string) string {
	return under(OrgSettings(login, "oauth_application_policy"), url.PathEscape(slug))
}

// OrgOAuthPolicyIn is a page of that list: those in a state, or all ("").
func OrgOAuthPolicyIn(login, state string, page int) string {
	return inView(OrgOAuthPolicy(login, ""), state, page)
}

// V3ApplicationToken is where an app checks one of its tokens.
func V3ApplicationToken(clientID string) string {
	return V3Applications + url.PathEscape(clientID) + "/token"
}
