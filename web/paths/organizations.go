package paths

import "net/url"

// Organizations.
const (
	NewOrganization = "/organizations/new"

	organizations = "/organizations/"
	orgSettings   = "/organizations/:org/settings"

	OrgProfilePat    = orgSettings + "/profile"
	OrgPrivilegesPat = orgSettings + "/member_privileges"
	OrgSecurityPat   = orgSettings + "/security"
	OrgDomainsPat    = orgSettings + "/domains"
	OrgAuditPat      = orgSettings + "/audit-log"
	OrgPeoplePat     = "/orgs/:org/people"
)

// OrgSettings is a page of an organization's settings: "profile",
// "member_privileges", "security", "domains", "audit-log".
func OrgSettings(login, page string) string {
	return organizations + url.PathEscape(login) + "/settings/" + page
}

// OrgPeople is the list of an organization's members.
func OrgPeople(login string) string { return "/orgs/" + url.PathEscape(login) + "/people" }
