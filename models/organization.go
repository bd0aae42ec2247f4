package models

import "time"

// OrganizationRole is what a person may do in an organization.
type OrganizationRole string

// The roles. A billing manager buys and pays and is otherwise no member:
// organizations' base permission doesn't reach them.
const (
	RoleOwner          OrganizationRole = "owner"
	RoleMember         OrganizationRole = "member"
	RoleBillingManager OrganizationRole = "billing_manager"
)

// OrganizationRoles lists the roles.
func OrganizationRoles() []OrganizationRole {
	return []OrganizationRole{RoleOwner, RoleMember, RoleBillingManager}
}

// Valid reports whether r is a role.
func (r OrganizationRole) Valid() bool {
	return r == RoleOwner || r == RoleMember || r == RoleBillingManager
}

// OAuthPolicy says which OAuth Apps may reach an organization's data.
type OAuthPolicy string

// The policies: any app that a member authorizes, or only approved ones.
const (
	OAuthOpen     OAuthPolicy = "open"
	OAuthApproval OAuthPolicy = "approval"
)

// Organization is what an account of kind organization has beside it.
type Organization struct {
	AccountID                  int64
	Mail                       string // for billing and verification
	MailVerifiedAt             *time.Time
	BasePermission             RepositoryLevel // of members on every repository
	MembersMayRequestApps      bool
	RepositoryAdminsMayInstall bool // apps that ask for repository permissions only
	OAuthPolicy                OAuthPolicy
	TwoFactorRequiredAt        *time.Time
}

// Invitation asks a person into an organization, by account or by a mail
// address that may have none yet.
type Invitation struct {
	ID             int64
	OrganizationID int64
	AccountID      *int64
	Mail           string // "" when AccountID is set
	Role           OrganizationRole
	InviterID      int64
	CreatedAt      time.Time
	ExpiresAt      time.Time
	AcceptedAt     *time.Time
	DeclinedAt     *time.Time
	WithdrawnAt    *time.Time
}

// InvitationLifetime is how long an invitation can be accepted.
const InvitationLifetime = 7 * 24 * time.Hour

// Open reports whether the invitation can still be accepted.
func (i *Invitation) Open(now time.Time) bool {
	return i.AcceptedAt == nil && i.DeclinedAt == nil && i.WithdrawnAt == nil && now.Before(i.ExpiresAt)
}

// Verification is what has been checked about an organization: all of it makes a
// verified publisher. It says who publishes, and nothing about the code.
type Verification struct {
	Domains   []string // that are verified
	Mail      bool     // the organization's mail address is confirmed
	TwoFactor bool     // required of every member
}

// Complete reports whether it makes a verified publisher.
func (v Verification) Complete() bool { return len(v.Domains) > 0 && v.Mail && v.TwoFactor }

// Errors of organizations.
var (
	ErrLastOwner         = &Error{Kind: Conflict, Code: "last_owner"}
	ErrAlreadyMember     = &Error{Kind: Invalid, Code: "already_member", Field: "invitee"}
	ErrAlreadyInvited    = &Error{Kind: Invalid, Code: "already_invited", Field: "invitee"}
	ErrNoSuchAccount     = &Error{Kind: Invalid, Code: "no_such_account", Field: "invitee"}
	ErrInvitationClosed  = &Error{Kind: Gone, Code: "invitation_closed"}
	ErrInvitationOther   = &Error{Kind: Forbidden, Code: "invitation_other"}
	ErrTwoFactorNeeded   = &Error{Kind: Forbidden, Code: "two_factor_needed"}
	ErrBadDomain         = &Error{Kind: Invalid, Code: "bad_domain", Field: "domain"}
	ErrDomainTaken       = &Error{Kind: Invalid, Code: "domain_taken", Field: "domain"}
	ErrDomainNotProven   = &Error{Kind: Conflict, Code: "domain_not_proven"}
	ErrNotAnOrganization = &Error{Kind: NotFound, Code: "not_an_organization"}
	ErrUnknownRole       = &Error{Kind: Invalid, Code: "unknown_role", Field: "role"}
	ErrDomainListed      = &Error{Kind: Invalid, Code: "domain_listed", Field: "domain"}
	ErrOwnsApps          = &Error{Kind: Conflict, Code: "owns_apps"}
)

var organizationErrors = []*Error{
	ErrLastOwner, ErrAlreadyMember, ErrAlreadyInvited, ErrNoSuchAccount, ErrInvitationClosed, ErrInvitationOther,
	ErrTwoFactorNeeded, ErrBadDomain, ErrDomainTaken, ErrDomainNotProven, ErrNotAnOrganization, ErrUnknownRole,
	ErrDomainListed, ErrOwnsApps,
}
