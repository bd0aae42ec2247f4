package paths

// What an installed app asks for in addition, to be agreed to.
const (
	UpdatePat    = InstallationPat + "/permissions/update"
	OrgUpdatePat = OrgInstallationPat + "/permissions/update"
)

// Update is the page on which an installation is given more permissions: an
// organization's, or one on one's own account where it is "".
func Update(organization string, id int64) string {
	return Installation(organization, id, "permissions/update")
}
