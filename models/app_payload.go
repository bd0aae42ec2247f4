package models

import (
	"net/url"
	"time"
)

// PayloadApp is a GitHub App in GitHub's API.
type PayloadApp struct {
	ID            int64        `json:"id"`
	Slug          string       `json:"slug"`
	NodeID        string       `json:"node_id"`
	ClientID      string       `json:"client_id"`
	Owner         *PayloadUser `json:"owner"`
	Name          string       `json:"name"`
	Description   *string      `json:"description"`
	ExternalURL   string       `json:"external_url"`
	HTMLURL       string       `json:"html_url"`
	CreatedAt     string       `json:"created_at"`
	UpdatedAt     string       `json:"updated_at"`
	Permissions   Grants       `json:"permissions"`
	Events        []string     `json:"events"`
	Installations *int         `json:"installations_count,omitempty"`
}

// PayloadAppOf is an app as GitHub writes it. Installations is nil where that isn't
// told; owner is nil for an app that nobody owns.
func PayloadAppOf(a *App, owner *HookAccount, installations *int, base string) PayloadApp {
	p := PayloadApp{ID: a.ID, Slug: a.Slug, NodeID: nodeID("Integration", a.ID), Owner: payloadUserOrNone(owner, base), Name: a.Name, ExternalURL: a.HomepageURL,
		HTMLURL: base + "/apps/" + url.PathEscape(a.Slug), CreatedAt: stamp(a.CreatedAt), UpdatedAt: stamp(a.UpdatedAt), Permissions: Grants{},
		Events: append([]string{}, a.Events...), Installations: installations}
	if a.ClientID != nil {
		p.ClientID = *a.ClientID
	}
	if a.Description != "" {
		p.Description = &a.Description
	}
	if a.Permissions != nil {
		p.Permissions = a.Permissions
	}
	return p
}

// PayloadInstallRequest is an open request for an app in GitHub's API.
type PayloadInstallRequest struct {
	ID        int64       `json:"id"`
	NodeID    string      `json:"node_id"`
	Account   PayloadUser `json:"account"`
	Requester PayloadUser `json:"requester"`
	CreatedAt string      `json:"created_at"`
}

// PayloadInstallRequestOf is a request as GitHub writes it: requester wants the app on
// account.
func PayloadInstallRequestOf(id int64, account, requester HookAccount, at time.Time, base string) PayloadInstallRequest {
	return PayloadInstallRequest{ID: id, NodeID: nodeID("IntegrationInstallationRequest", id), Account: payloadUser(account, base),
		Requester: payloadUser(requester, base), CreatedAt: stamp(at)}
}

// PayloadReached is a repository with what whoever asks may do with it.
type PayloadReached struct {
	PayloadRepository
	Permissions PayloadRights `json:"permissions"`
}

// PayloadRights is a level as GitHub's API tells of it: each one with those below.
type PayloadRights struct {
	Admin    bool `json:"admin"`
	Maintain bool `json:"maintain"`
	Push     bool `json:"push"`
	Triage   bool `json:"triage"`
	Pull     bool `json:"pull"`
}

// PayloadRightsOf is a level as GitHub writes it.
func PayloadRightsOf(l RepositoryLevel) PayloadRights {
	return PayloadRights{Admin: l >= RepositoryAdmin, Maintain: l >= RepositoryMaintain, Push: l >= RepositoryWrite, Triage: l >= RepositoryTriage, Pull: l >= RepositoryRead}
}

// GrantedRightsOf is what permissions amount to for those who know levels alone:
// pulling needs contents, pushing contents to write.
func GrantedRightsOf(g Grants) PayloadRights {
	return PayloadRights{Pull: g["contents"] != "", Push: g["contents"].Rank() >= LevelWrite.Rank(), Admin: g["administration"].Rank() >= LevelWrite.Rank()}
}
