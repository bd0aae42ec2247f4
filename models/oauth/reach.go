package oauth

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/policies"
)

// Place is an organization around a user, and how an app stands with it.
type Place struct {
	ID          int64
	Login       string
	Name        string
	Role        models.OrganizationRole // of the user; "" for a collaborator from outside
	Suspended   bool                    // the user's membership is
	Own         bool                    // the app is the organization's
	Open        bool                    // it lets every OAuth App in
	State       models.ApprovalState    // "" while nobody asked
	Words       string                  // of who decided
	RequesterID int64
	RequestedAt *time.Time
	Installed   bool // the GitHub App is, and isn't suspended
	Grants      models.Grants
	Policy      *models.AppPolicy
}

// placesJSON are the organizations around the user with the id that the expression
// user is, with how the app of the statement, called app, stands with each.
func placesJSON(user string) string {
	return `coalesce((SELECT json_agg(json_build_object('ID', k.id, 'Login', k.login, 'Name', coalesce(nullif(k.name, ''), k.login),
			'Role', coalesce(m.role, ''), 'Suspended', m.suspended_at IS NOT NULL, 'Own', coalesce(app.account_id = k.id, false), 'Open', n.oauth_policy = 'open',
			'State', coalesce(v.state, ''), 'Words', coalesce(v.words, ''), 'RequesterID', coalesce(v.requester_id, 0), 'RequestedAt', v.requested_at,
			'Installed', coalesce(i.suspended_at IS NULL AND i.barred_at IS NULL AND i.id IS NOT NULL, false),
			'Grants', i.permissions, 'Policy', ` + policies.AppPolicyJSON("k.id") + `) ORDER BY k.login)
		FROM (SELECT organization_id AS id FROM memberships WHERE account_id = ` + user + `
			UNION SELECT r.account_id FROM collaborators c JOIN repositories r ON r.id = c.repository_id WHERE c.account_id = ` + user + `) around
		JOIN accounts k ON k.id = around.id JOIN organizations n ON n.account_id = k.id
		LEFT JOIN memberships m ON m.organization_id = k.id AND m.account_id = ` + user + `
		LEFT JOIN oauth_approvals v ON v.organization_id = k.id AND v.app_id = app.id
		LEFT JOIN installations i ON i.account_id = k.id AND i.app_id = app.id), '[]')`
}

// Reached reports whether an app of this kind may reach the organization's private
// data by what a member let it do. Facts has what it was let do.
func (p *Place) Reached(kind models.AppKind, facts *models.AppFacts) bool {
	if p.Denied(facts) {
		return false
	}
	if kind == models.GitHubApp {
		return p.Installed
	}
	return p.Own || p.Open || p.State == models.ApprovalApproved
}

// Denied reports whether the organization's policy about apps denies this one.
func (p *Place) Denied(facts *models.AppFacts) bool {
	if p.Policy == nil || p.Own {
		return false
	}
	f := *facts
	if p.Grants != nil {
		f.Grants = p.Grants
	}
	v := p.Policy.Judge(&f)
	return v.Decision == models.DecisionDeny
}

// limit takes from an actor what the app that acts for it doesn't reach: there it is
// as somebody whose membership is suspended, and sees what is public.
func limit(actor *models.Actor, kind models.AppKind, facts *models.AppFacts, places []Place) {
	shut := map[int64]bool{}
	for i := range places {
		shut[places[i].ID] = !places[i].Reached(kind, facts)
	}
	for i := range actor.Memberships {
		m := &actor.Memberships[i]
		m.Suspended = m.Suspended || shut[m.OrganizationID]
		delete(shut, m.OrganizationID)
	}
	for i := range places {
		if p := &places[i]; shut[p.ID] {
			actor.Memberships = append(actor.Memberships, models.Membership{OrganizationID: p.ID, Login: p.Login, Name: p.Name, Suspended: true})
		}
	}
}

// Reaches reports whether an app may reach an organization's private data in the
// name of its members: an OAuth App that it lets in, a GitHub App that is installed
// there.
func (s *Service) Reaches(ctx context.Context, appID, organizationID int64) (bool, error) {
	var kind models.AppKind
	var place, facts []byte
	err := s.db.Pool().QueryRow(ctx, `SELECT app.kind, json_build_object('Own', coalesce(app.account_id = n.account_id, false), 'Open', n.oauth_policy = 'open',
			'State', coalesce(v.state, ''), 'Installed', coalesce(i.suspended_at IS NULL AND i.barred_at IS NULL AND i.id IS NOT NULL, false),
			'Grants', i.permissions, 'Policy', `+policies.AppPolicyJSON("n.account_id")+`), `+policies.AppFactsJSON("(app.id)")+`
		FROM apps app JOIN organizations n ON n.account_id = $2
		LEFT JOIN oauth_approvals v ON v.organization_id = n.account_id AND v.app_id = app.id
		LEFT JOIN installations i ON i.account_id = n.account_id AND i.app_id = app.id
		WHERE app.id = $1`, appID, organizationID).Scan(&kind, &place, &facts)
	if err != nil {
		return false, missing(err)
	}
	var p Place
	var f models.AppFacts
	if err := decode(place, &p, facts, &f); err != nil {
		return false, err
	}
	return p.Reached(kind, &f), nil
}

// decode reads JSON into values: a text, where it goes, and so on.
func decode(pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		if text := pairs[i].([]byte); len(text) > 0 {
			if err := json.Unmarshal(text, pairs[i+1]); err != nil {
				return fmt.Errorf("oauth: %w", err)
			}
		}
	}
	return nil
}
