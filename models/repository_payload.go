package models

import "net/url"

// PayloadRepository is a repository in a payload.
type PayloadRepository struct {
	ID            int64       `json:"id"`
	NodeID        string      `json:"node_id"`
	Name          string      `json:"name"`
	FullName      string      `json:"full_name"`
	Private       bool        `json:"private"`
	Owner         PayloadUser `json:"owner"`
	HTMLURL       string      `json:"html_url"`
	Description   *string     `json:"description"`
	Fork          bool        `json:"fork"`
	URL           string      `json:"url"`
	CreatedAt     string      `json:"created_at"`
	UpdatedAt     string      `json:"updated_at"`
	Archived      bool        `json:"archived"`
	Disabled      bool        `json:"disabled"`
	Visibility    string      `json:"visibility"`
	DefaultBranch string      `json:"default_branch"`
}

// PayloadRepositoryOf is a repository as GitHub writes it, in webhooks and in its API.
func PayloadRepositoryOf(r *HookRepository, base string) PayloadRepository {
	full := url.PathEscape(r.Owner.Login) + "/" + url.PathEscape(r.Name)
	p := PayloadRepository{ID: r.ID, NodeID: nodeID("Repository", r.ID), Name: r.Name, FullName: r.Owner.Login + "/" + r.Name, Private: r.Private,
		Owner: payloadUser(r.Owner, base), HTMLURL: base + "/" + full, URL: base + "/api/v3/repos/" + full, CreatedAt: stamp(r.CreatedAt),
		UpdatedAt: stamp(r.UpdatedAt), Archived: r.Archived, Visibility: "public", DefaultBranch: "main"}
	if r.Description != "" {
		p.Description = &r.Description
	}
	if r.Private {
		p.Visibility = "private"
	}
	return p
}

// PayloadOrganization is an organization in a payload.
type PayloadOrganization struct {
	Login       string `json:"login"`
	ID          int64  `json:"id"`
	NodeID      string `json:"node_id"`
	URL         string `json:"url"`
	Repos       string `json:"repos_url"`
	Events      string `json:"events_url"`
	Hooks       string `json:"hooks_url"`
	Issues      string `json:"issues_url"`
	Members     string `json:"members_url"`
	Public      string `json:"public_members_url"`
	AvatarURL   string `json:"avatar_url"`
	Description string `json:"description"`
}

func payloadOrganization(a HookAccount, base string) PayloadOrganization {
	api := base + "/api/v3/orgs/" + url.PathEscape(a.Login)
	return PayloadOrganization{Login: a.Login, ID: a.ID, NodeID: a.NodeID(), URL: api, Repos: api + "/repos", Events: api + "/events", Hooks: api + "/hooks",
		Issues: api + "/issues", Members: api + "/members{/member}", Public: api + "/public_members{/member}"}
}

func payloadOrganizationOrNone(a HookAccount, base string) *PayloadOrganization {
	if a.Kind != KindOrganization {
		return nil
	}
	return new(payloadOrganization(a, base))
}

// The actions of the event repository.
const (
	RepositoryCreated     = "created"
	RepositoryDeleted     = "deleted"
	RepositoryRenamed     = "renamed"
	RepositoryTransferred = "transferred"
	RepositoryPrivatized  = "privatized"
	RepositoryPublicized  = "publicized"
	RepositoryArchived    = "archived"
	RepositoryUnarchived  = "unarchived"
)

// RepositoryPayload is the body of the event repository.
type RepositoryPayload struct {
	Action       string                `json:"action"`
	Changes      map[string]any        `json:"changes,omitempty"`
	Repository   PayloadRepository     `json:"repository"`
	Organization *PayloadOrganization  `json:"organization,omitempty"`
	Installation PayloadInstallationID `json:"installation"`
	Sender       PayloadUser           `json:"sender"`
}

// RepositoryWas is what a repository was before: its name where it was renamed, its
// owner where it was transferred.
type RepositoryWas struct {
	Name  string
	Owner *HookAccount
}

// RepositoryPayloadOf tells an app what became of a repository.
func RepositoryPayloadOf(action string, installation int64, r *HookRepository, was RepositoryWas, sender HookAccount, base string) RepositoryPayload {
	p := RepositoryPayload{Action: action, Repository: PayloadRepositoryOf(r, base), Organization: payloadOrganizationOrNone(r.Owner, base),
		Installation: payloadInstallationID(installation), Sender: payloadUser(sender, base)}
	switch {
	case was.Name != "":
		p.Changes = map[string]any{"repository": map[string]any{"name": PayloadFrom{was.Name}}}
	case was.Owner != nil && was.Owner.Kind == KindOrganization:
		p.Changes = map[string]any{"owner": map[string]any{"from": map[string]any{"organization": payloadOrganization(*was.Owner, base)}}}
	case was.Owner != nil:
		p.Changes = map[string]any{"owner": map[string]any{"from": map[string]any{"user": payloadUser(*was.Owner, base)}}}
	}
	return p
}

// The actions of the event organization.
const (
	OrganizationDeleted       = "deleted"
	OrganizationRenamed       = "renamed"
	OrganizationMemberAdded   = "member_added"
	OrganizationMemberRemoved = "member_removed"
)

// OrganizationPayload is the body of the event organization.
type OrganizationPayload struct {
	Action       string                `json:"action"`
	Changes      *PayloadLoginChanges  `json:"changes,omitempty"`
	Membership   *PayloadMembership    `json:"membership,omitempty"`
	Organization PayloadOrganization   `json:"organization"`
	Installation PayloadInstallationID `json:"installation"`
	Sender       PayloadUser           `json:"sender"`
}

// PayloadMembership is who belongs to an organization, and as what.
type PayloadMembership struct {
	URL             string      `json:"url"`
	State           string      `json:"state"`
	Role            string      `json:"role"`
	OrganizationURL string      `json:"organization_url"`
	User            PayloadUser `json:"user"`
}

// HookMembership is who an organization's event is about: their role is that which
// they have, or had.
type HookMembership struct {
	User HookAccount
	Role OrganizationRole
}

// OrganizationPayloadOf tells an app what became of an organization. From is what it
// was called before, where it was renamed; about is whom it concerns, if anybody.
func OrganizationPayloadOf(action string, installation int64, organization HookAccount, from string, about *HookMembership, sender HookAccount, base string) OrganizationPayload {
	p := OrganizationPayload{Action: action, Organization: payloadOrganization(organization, base),
		Installation: payloadInstallationID(installation), Sender: payloadUser(sender, base)}
	if from != "" {
		p.Changes = &PayloadLoginChanges{PayloadFrom{from}}
	}
	if about != nil {
		role := "member"
		if about.Role == RoleOwner {
			role = "admin"
		}
		api := p.Organization.URL
		p.Membership = &PayloadMembership{URL: api + "/memberships/" + url.PathEscape(about.User.Login), State: "active", Role: role,
			OrganizationURL: api, User: payloadUser(about.User, base)}
	}
	return p
}

// The actions of the event member.
const (
	MemberAdded   = "added"
	MemberEdited  = "edited"
	MemberRemoved = "removed"
)

// MemberPayload is the body of the event member, which tells of collaborators.
type MemberPayload struct {
	Action       string                `json:"action"`
	Changes      map[string]any        `json:"changes,omitempty"`
	Member       PayloadUser           `json:"member"`
	Repository   PayloadRepository     `json:"repository"`
	Organization *PayloadOrganization  `json:"organization,omitempty"`
	Installation PayloadInstallationID `json:"installation"`
	Sender       PayloadUser           `json:"sender"`
}

// MemberPayloadOf tells an app what became of somebody who works on a repository: what
// they could do with it, and what they can do now. NoAccess stands for neither.
func MemberPayloadOf(action string, installation int64, member HookAccount, r *HookRepository, was, is RepositoryLevel, sender HookAccount, base string) MemberPayload {
	p := MemberPayload{Action: action, Member: payloadUser(member, base), Repository: PayloadRepositoryOf(r, base),
		Organization: payloadOrganizationOrNone(r.Owner, base), Installation: payloadInstallationID(installation), Sender: payloadUser(sender, base)}
	change := map[string]any{}
	if was != NoAccess {
		change["from"] = was.String()
	}
	if is != NoAccess {
		change["to"] = is.String()
	}
	if len(change) > 0 && action != MemberRemoved {
		p.Changes = map[string]any{"permission": change}
	}
	return p
}
