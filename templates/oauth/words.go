package oauth

import (
	"context"

	"souk/models"
	"souk/templates/account"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// tabs lead from the OAuth Apps to the GitHub Apps and back.
func (m *Mine) tabs(ctx context.Context) []ui.Tab {
	var all []ui.Tab
	for _, kind := range []models.AppKind{models.GitHubApp, models.OAuthApp} {
		all = append(all, ui.Tab{Text: listTitle(ctx, kind), Path: listAt(kind), Current: kind == m.Kind})
	}
	return all
}

// tabs are the states of apps.
func (p *Policy) tabs(ctx context.Context) []ui.Tab {
	all := []ui.Tab{{Text: i18n.T(ctx, "oauth.view.all"), Path: paths.OrgOAuthPolicyIn(p.Org.Login, "", 1), Current: p.View == ""}}
	for _, state := range []models.ApprovalState{models.ApprovalRequested, models.ApprovalApproved, models.ApprovalDenied} {
		t := ui.Tab{Text: i18n.T(ctx, "oauth.view."+string(state)), Path: paths.OrgOAuthPolicyIn(p.Org.Login, string(state), 1), Current: p.View == state}
		if state == models.ApprovalRequested && p.Waiting > 0 {
			t.Count = i18n.Number(ctx, int64(p.Waiting))
		}
		all = append(all, t)
	}
	return all
}

func (c *Case) shell(ctx context.Context) account.Shell {
	return c.Org.shell(ctx, c.App.Name, ui.Crumb{Text: i18n.T(ctx, "oauth.policy.title"), Path: paths.OrgOAuthPolicy(c.Org.Login, "")}, ui.Crumb{Text: c.App.Name})
}

func crumbs(ctx context.Context, kind models.AppKind) []ui.Crumb {
	return []ui.Crumb{{Text: listTitle(ctx, kind), Path: listAt(kind)}, {Text: i18n.T(ctx, "oauth.mine.revoke_all")}}
}

func revokeAllAt(kind models.AppKind) string {
	if kind == models.GitHubApp {
		return paths.AuthorizationsRevoke
	}
	return paths.ApplicationsRevoke
}

// switchTo is the page that asks with which account one goes on.
func switchTo(c *Consent) string {
	q := c.Query
	more := make(map[string][]string, len(q)+1)
	for name, values := range q {
		more[name] = values
	}
	more["prompt"] = []string{"select_account"}
	return paths.AuthorizeWith(more)
}

func newHelp(ctx context.Context, c *Connection) string {
	if c.More {
		return i18n.T(ctx, "oauth.new.asks", "app", c.App.Name)
	}
	return i18n.T(ctx, "oauth.new.left", "app", c.App.Name)
}

// reasonOf is the field for why an organization is to let the app in; what was typed
// stays with the organization that it was typed for.
func (c *Connection) reasonOf(ctx context.Context, p *Place) ui.FieldProps {
	f := ui.FieldProps{Name: "reason", ID: "f-reason-" + p.Login, Label: i18n.T(ctx, "oauth.place.reason"), Lines: 2, Max: models.MaxApprovalReason, Auto: "off", Optional: true}
	if p.Login == c.Place {
		f.ID, f.Value, f.Problem = "f-reason", c.Reason, c.Problems.On(ctx, "reason")
	}
	return f
}
