package paths

import (
	"net/url"
	"strconv"
)

// Organizations.
const (
	NewOrganization = "/organizations/new"

	organizations = "/organizations/"
	orgSettings   = "/organizations/:org/settings"
	orgPages      = "/orgs/:org"

	OrgProfilePat      = orgSettings + "/profile"
	OrgMailPat         = orgSettings + "/mail"
	OrgAskMailPat      = orgSettings + "/mail/confirmation"
	OrgRenamePat       = orgSettings + "/rename"
	OrgDeletePat       = orgSettings + "/delete"
	OrgPrivilegesPat   = orgSettings + "/member_privileges"
	OrgSecurityPat     = orgSettings + "/security"
	OrgDomainsPat      = orgSettings + "/domains"
	OrgDomainPat       = orgSettings + "/domains/:id"
	OrgCheckDomainPat  = orgSettings + "/domains/:id/check"
	OrgRemoveDomainPat = orgSettings + "/domains/:id/remove"
	OrgAuditPat        = orgSettings + "/audit-log"

	OrgPeoplePat      = orgPages + "/people"
	OrgInvitationsPat = orgPages + "/people/invitations"
	OrgWithdrawPat    = orgPages + "/people/invitations/:id/withdraw"
	OrgResendPat      = orgPages + "/people/invitations/:id/resend"
	OrgPersonPat      = orgPages + "/people/:login"
	OrgRolePat        = orgPages + "/people/:login/role"
	OrgRemovePat      = orgPages + "/people/:login/remove"
	OrgLeavePat       = orgPages + "/leave"
	OrgInvitationPat  = orgPages + "/invitation"
	OrgDeclinePat     = orgPages + "/invitation/decline"

	// InvitationPat is where the link of a mail leads.
	InvitationPat        = "/invitations/:token"
	DeclineInvitationPat = "/invitations/:token/decline"
)

// OrgSettings is a page of an organization's settings: "profile", "mail",
// "rename", "delete", "member_privileges", "security", "domains", "audit-log".
func OrgSettings(login, page string) string {
	return organizations + url.PathEscape(login) + "/settings/" + page
}

// OrgDomain is one of an organization's domains, or what is done with it:
// "check", "remove".
func OrgDomain(login string, id int64, act string) string {
	return under(OrgSettings(login, "domains")+"/"+strconv.FormatInt(id, 10), act)
}

// OrgPeople is the list of an organization's members.
func OrgPeople(login string) string { return "/orgs/" + url.PathEscape(login) + "/people" }

// OrgPerson is one member, or what is done with them: "role", "remove".
func OrgPerson(login, member, act string) string {
	return under(OrgPeople(login)+"/"+url.PathEscape(member), act)
}

// OrgInvitations is the list of the invitations that an organization has sent.
func OrgInvitations(login string) string { return OrgPeople(login) + "/invitations" }

// OrgOffer is what is done with an invitation that was sent: "withdraw",
// "resend".
func OrgOffer(login string, id int64, act string) string {
	return OrgInvitations(login) + "/" + strconv.FormatInt(id, 10) + "/" + act
}

// OrgLeave is where a member leaves an organization.
func OrgLeave(login string) string { return "/orgs/" + url.PathEscape(login) + "/leave" }

// OrgInvitation is an organization's invitation to whoever is signed in, or what
// is done with it: "decline".
func OrgInvitation(login, act string) string {
	return under("/orgs/"+url.PathEscape(login)+"/invitation", act)
}

// Invitation is where the link of a mail leads, or what is done there:
// "decline".
func Invitation(token, act string) string {
	return under("/invitations/"+url.PathEscape(token), act)
}

func under(address, act string) string {
	if act == "" {
		return address
	}
	return address + "/" + act
}
