package models

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// What apps are told of their installations: these go to every app with an active
// webhook. The rest of what follows goes to those that asked for it.
const (
	EventInstallation             = "installation"
	EventInstallationRepositories = "installation_repositories"
	EventInstallationTarget       = "installation_target"
	EventAppAuthorization         = "github_app_authorization"
	EventRepository               = "repository"
	EventOrganization             = "organization"
	EventMember                   = "member"
)

// AutomaticEvent reports whether an event goes to an app that didn't ask for it.
func AutomaticEvent(name string) bool {
	switch name {
	case EventPing, EventInstallation, EventInstallationRepositories, EventInstallationTarget, EventAppAuthorization:
		return true
	}
	return false
}

// The actions of the event installation.
const (
	InstallationCreated     = "created"
	InstallationDeleted     = "deleted"
	InstallationSuspended   = "suspend"
	InstallationUnsuspended = "unsuspend"
	InstallationAgreed      = "new_permissions_accepted"
)

// HookInstallation is an installation as webhooks and the API tell of it.
type HookInstallation struct {
	Installation
	App       App // id, slug, client and events
	Account   HookAccount
	StoppedBy *HookAccount // who suspended it
}

// HookRepository is a repository as webhooks tell of it.
type HookRepository struct {
	ID          int64
	Owner       HookAccount
	Name        string
	Description string
	Private     bool
	Archived    bool
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// PayloadInstallation is an installation in a payload.
type PayloadInstallation struct {
	ID              int64        `json:"id"`
	NodeID          string       `json:"node_id"`
	ClientID        string       `json:"client_id,omitempty"`
	Account         PayloadUser  `json:"account"`
	Selection       string       `json:"repository_selection"`
	TokensURL       string       `json:"access_tokens_url"`
	RepositoriesURL string       `json:"repositories_url"`
	HTMLURL         string       `json:"html_url"`
	AppID           int64        `json:"app_id"`
	AppSlug         string       `json:"app_slug"`
	TargetID        int64        `json:"target_id"`
	TargetType      string       `json:"target_type"`
	Permissions     Grants       `json:"permissions"`
	Events          []string     `json:"events"`
	CreatedAt       string       `json:"created_at"`
	UpdatedAt       string       `json:"updated_at"`
	SingleFileName  *string      `json:"single_file_name"`
	ManyFiles       bool         `json:"has_multiple_single_files"`
	SingleFilePaths []string     `json:"single_file_paths"`
	SuspendedBy     *PayloadUser `json:"suspended_by"`
	SuspendedAt     *string      `json:"suspended_at"`
}

// PayloadInstallationOf is an installation as GitHub writes it, in webhooks and in
// its API. Base is this site's address.
func PayloadInstallationOf(i *HookInstallation, base string) PayloadInstallation {
	api := base + "/api/v3"
	p := PayloadInstallation{ID: i.ID, NodeID: nodeID("IntegrationInstallation", i.ID), Account: payloadUser(i.Account, base), Selection: i.Selection.GitHub(),
		TokensURL: fmt.Sprintf("%s/app/installations/%d/access_tokens", api, i.ID), RepositoriesURL: api + "/installation/repositories",
		HTMLURL: base + i.Account.installationPath(i.ID), AppID: i.AppID, AppSlug: i.App.Slug, TargetID: i.AccountID, TargetType: i.Account.Kind.GitHub(),
		Permissions: Grants{}, Events: EventsFor(i.App.Events, i.Permissions), CreatedAt: stamp(i.CreatedAt), UpdatedAt: stamp(i.UpdatedAt),
		SingleFilePaths: append([]string{}, i.SingleFilePaths...), ManyFiles: len(i.SingleFilePaths) > 1}
	if i.Permissions != nil {
		p.Permissions = i.Permissions
	}
	if i.App.ClientID != nil {
		p.ClientID = *i.App.ClientID
	}
	if len(i.SingleFilePaths) > 0 {
		p.SingleFileName = new(i.SingleFilePaths[0])
	}
	if at, _ := i.StoppedAt(); at != nil {
		p.SuspendedAt = new(stamp(*at))
		if i.StoppedBy != nil {
			p.SuspendedBy = new(payloadUser(*i.StoppedBy, base))
		}
	}
	return p
}

func (a *HookAccount) installationPath(id int64) string {
	path := "/settings/installations/" + strconv.FormatInt(id, 10)
	if a.Kind == KindOrganization {
		return "/organizations/" + url.PathEscape(a.Login) + path
	}
	return path
}

// PayloadInstallationID says on which installation something happened.
type PayloadInstallationID struct {
	ID     int64  `json:"id"`
	NodeID string `json:"node_id"`
}

func payloadInstallationID(id int64) PayloadInstallationID {
	return PayloadInstallationID{ID: id, NodeID: nodeID("IntegrationInstallation", id)}
}

// PayloadSelected is a repository in the list of an installation's.
type PayloadSelected struct {
	ID       int64  `json:"id"`
	NodeID   string `json:"node_id"`
	Name     string `json:"name"`
	FullName string `json:"full_name"`
	Private  bool   `json:"private"`
}

func payloadSelected(all []HookRepository) []PayloadSelected {
	out := make([]PayloadSelected, len(all))
	for n := range all {
		r := &all[n]
		out[n] = PayloadSelected{ID: r.ID, NodeID: nodeID("Repository", r.ID), Name: r.Name, FullName: r.Owner.Login + "/" + r.Name, Private: r.Private}
	}
	return out
}

// InstallationPayload is the body of the event installation.
type InstallationPayload struct {
	Action       string              `json:"action"`
	Installation PayloadInstallation `json:"installation"`
	Repositories []PayloadSelected   `json:"repositories"`
	Requester    *PayloadUser        `json:"requester"`
	Sender       PayloadUser         `json:"sender"`
}

// InstallationPayloadOf tells an app what became of its installation. Requester is
// who had asked for it, nil where nobody had to.
func InstallationPayloadOf(action string, i *HookInstallation, reached []HookRepository, requester *HookAccount, sender HookAccount, base string) InstallationPayload {
	return InstallationPayload{Action: action, Installation: PayloadInstallationOf(i, base), Repositories: payloadSelected(reached),
		Requester: payloadUserOrNone(requester, base), Sender: payloadUser(sender, base)}
}

// InstallationRepositoriesPayload is the body of the event installation_repositories.
type InstallationRepositoriesPayload struct {
	Action       string              `json:"action"`
	Installation PayloadInstallation `json:"installation"`
	Selection    string              `json:"repository_selection"`
	Added        []PayloadSelected   `json:"repositories_added"`
	Removed      []PayloadSelected   `json:"repositories_removed"`
	Requester    *PayloadUser        `json:"requester"`
	Sender       PayloadUser         `json:"sender"`
}

// InstallationRepositoriesPayloadOf tells an app that it reaches other repositories
// than before: "added" or "removed", whichever it is more of.
func InstallationRepositoriesPayloadOf(i *HookInstallation, added, removed []HookRepository, requester *HookAccount, sender HookAccount, base string) InstallationRepositoriesPayload {
	action := "added"
	if len(added) == 0 && len(removed) > 0 {
		action = "removed"
	}
	return InstallationRepositoriesPayload{Action: action, Installation: PayloadInstallationOf(i, base), Selection: i.Selection.GitHub(),
		Added: payloadSelected(added), Removed: payloadSelected(removed), Requester: payloadUserOrNone(requester, base), Sender: payloadUser(sender, base)}
}

// InstallationTargetPayload is the body of the event installation_target.
type InstallationTargetPayload struct {
	Action       string                `json:"action"`
	Account      PayloadUser           `json:"account"`
	Changes      PayloadLoginChanges   `json:"changes"`
	TargetType   string                `json:"target_type"`
	Organization *PayloadOrganization  `json:"organization,omitempty"`
	Installation PayloadInstallationID `json:"installation"`
	Sender       PayloadUser           `json:"sender"`
}

// PayloadFrom is what something was before.
type PayloadFrom struct {
	From string `json:"from"`
}

// PayloadLoginChanges is what an account was called before.
type PayloadLoginChanges struct {
	Login PayloadFrom `json:"login"`
}

// InstallationTargetPayloadOf tells an app that the account of its installation is
// called otherwise than before.
func InstallationTargetPayloadOf(installation int64, account HookAccount, from string, sender HookAccount, base string) InstallationTargetPayload {
	return InstallationTargetPayload{Action: "renamed", Account: payloadUser(account, base), Changes: PayloadLoginChanges{PayloadFrom{from}},
		TargetType: account.Kind.GitHub(), Organization: payloadOrganizationOrNone(account, base),
		Installation: payloadInstallationID(installation), Sender: payloadUser(sender, base)}
}

// AuthorizationPayload is the body of the event github_app_authorization.
type AuthorizationPayload struct {
	Action string      `json:"action"`
	Sender PayloadUser `json:"sender"`
}

// AuthorizationRevokedPayloadOf tells an app that a person lets it do nothing more in
// their name.
func AuthorizationRevokedPayloadOf(sender HookAccount, base string) AuthorizationPayload {
	return AuthorizationPayload{Action: "revoked", Sender: payloadUser(sender, base)}
}

func payloadUserOrNone(a *HookAccount, base string) *PayloadUser {
	if a == nil {
		return nil
	}
	return new(payloadUser(*a, base))
}

// nodeID is an id as GitHub's GraphQL API writes ids.
func nodeID(kind string, id int64) string {
	return base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("0%d:%s", len(kind), kind) + strconv.FormatInt(id, 10)))
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Sender is an actor as webhooks tell of whoever acts.
func (a *Actor) Sender() HookAccount {
	if a.UserID == 0 && a.AppID != 0 {
		return HookAccount{ID: firstBot + a.AppID, Login: a.Login, Kind: KindBot}
	}
	return HookAccount{ID: a.UserID, Login: a.Login, Kind: KindUser}
}
