package paths

import "net/url"

// Pages on which apps are installed, or asked for; GitHub has the same.
const (
	InstallPat            = AppPat + "/installations/new"
	InstallTargetPat      = AppPat + "/installations/select_target"
	InstallPermissionsPat = InstallPat + "/permissions"
)

// Install is where the app at slug is installed.
func Install(slug string) string { return App(slug) + "/installations/new" }

// InstallWith is Install with what was chosen before, or what the app sent along.
func InstallWith(slug string, carried url.Values) string { return with(Install(slug), carried) }

// InstallTarget is where one chooses the account that an app is installed on.
func InstallTarget(slug string, carried url.Values) string {
	return with(App(slug)+"/installations/select_target", carried)
}

// InstallOn is where one agrees to what an app asks for; carried has the account's id
// as target_id.
func InstallOn(slug string, carried url.Values) string {
	return with(Install(slug)+"/permissions", carried)
}

func with(address string, values url.Values) string {
	if len(values) == 0 {
		return address
	}
	return address + "?" + values.Encode()
}
