package oauth

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/models"
	oauthverbs "souk/models/oauth"
	pages "souk/templates/oauth"
	"souk/web"
	"souk/web/paths"
)

// Policy shows which OAuth Apps an organization lets in.
func (h *OAuth) Policy(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	page := web.PageNumber(in.Page)
	p, err := h.oauth.Policy(c.Request().Context(), web.ActorOf(c), c.Param("org"), in.View, page)
	if err != nil {
		return err
	}
	v := pages.Policy{Org: orgView(&p.Organization), View: in.View, Waiting: p.Waiting,
		Pager: pager(page, p.Total, func(n int) string { return paths.OrgOAuthPolicyIn(p.Login, string(in.View), n) })}
	for i := range p.Items {
		v.Items = append(v.Items, approvalView(c, &p.Organization, &p.Items[i]))
	}
	return web.Page(c, pages.PolicyPage(v))
}

func orgView(o *oauthverbs.Organization) pages.Org {
	return pages.Org{Login: o.Login, Name: o.Name, Policy: o.Policy}
}

func approvalView(c echo.Context, o *oauthverbs.Organization, a *oauthverbs.Approval) pages.Approval {
	return pages.Approval{App: appView(&a.App, a.Owner, a.OwnerName, a.Verified), Own: a.Own, State: a.State, Reached: a.Reached(o.Policy), Requester: a.Requester,
		Reason: a.Reason, Requested: or(c, a.RequestedAt), Decider: a.Decider, Words: a.Words, Decided: or(c, a.DecidedAt), Members: a.Members,
		Scopes: a.Scopes, Used: or(c, a.UsedAt)}
}

type policyInput struct {
	Policy models.OAuthPolicy `form:"policy"`
}

// SetPolicy changes whether owners have to approve an app first.
func (h *OAuth) SetPolicy(c echo.Context) error {
	in, err := web.Bind[policyInput](c)
	if err != nil {
		return err
	}
	if err := h.oauth.SetPolicy(c.Request().Context(), web.ActorOf(c), c.Param("org"), in.Policy); err != nil {
		return err
	}
	return web.Done(c, paths.OrgOAuthPolicy(c.Param("org"), ""), "oauth_policy_saved")
}

func (h *OAuth) caseView(c echo.Context) (v pages.Case, err error) {
	o, a, err := h.oauth.Case(c.Request().Context(), web.ActorOf(c), c.Param("org"), c.Param("slug"))
	if err != nil {
		return v, err
	}
	scopes := a.Scopes
	if a.Members == 0 {
		scopes = a.App.Scopes
	}
	return pages.Case{Org: orgView(o), Approval: approvalView(c, o, a), Access: accessOf(models.OAuthApp, scopes, nil)}, nil
}

// Case shows an OAuth App to an organization's owners.
func (h *OAuth) Case(c echo.Context) error {
	v, err := h.caseView(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.CasePage(v))
}

type decideInput struct {
	Do    string `form:"do"` // "approve" or "deny"
	Words string `form:"words"`
}

// DecideCase lets an OAuth App in, or keeps it out.
func (h *OAuth) DecideCase(c echo.Context) error {
	in, err := web.Bind[decideInput](c)
	if err != nil {
		return err
	}
	state := map[string]models.ApprovalState{"approve": models.ApprovalApproved, "deny": models.ApprovalDenied}[in.Do]
	err = h.oauth.Decide(c.Request().Context(), web.ActorOf(c), c.Param("org"), c.Param("slug"), state, in.Words)
	if err == nil {
		return web.Done(c, paths.OrgOAuthPolicy(c.Param("org"), ""), "oauth_approval_"+string(state))
	}
	if _, mendable := models.AsProblems(err); !mendable {
		return err
	}
	v, wrong := h.caseView(c)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Said, v.Problems = in.Words, problems(p)
		return pages.CasePage(v)
	})
}

// RevokingTokens asks whether all user tokens of an app are to end.
func (h *OAuth) RevokingTokens(c echo.Context) error {
	st, people, tokens, err := h.oauth.Tokens(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Page(c, pages.TokensPage(pages.Tokens{App: frames.App(c, st, "advanced"), People: people, Tokens: tokens}))
}

// RevokeTokens ends them.
func (h *OAuth) RevokeTokens(c echo.Context) error {
	if _, err := h.oauth.RevokeTokens(c.Request().Context(), web.ActorOf(c), c.Param("slug")); err != nil {
		return err
	}
	return web.Done(c, paths.AppSettings(c.Param("slug"), ""), "app_tokens_revoked")
}
