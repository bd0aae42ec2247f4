package paths

import "net/url"

// The integrator's desk. The patterns of its pages stand in the files of their
// parts; these build the addresses that several share.
const (
	Apps       = "/settings/apps"       // one's GitHub Apps
	Developers = "/settings/developers" // one's OAuth Apps
	NewApp     = "/settings/apps/new"
	NewOAuth   = "/settings/applications/new"

	Manage     = "/marketplace/manage"
	NewListing = "/marketplace/new"

	appSettings = "/settings/apps/:slug"
	manage      = "/marketplace/manage/:slug"
	listing     = "/marketplace/:slug"
)

// AppSettings is a page of an app's settings, of either kind and whoever owns
// it: "" is the first one, others are "permissions", "secrets", "keys", "logo",
// "managers", "advanced".
func AppSettings(slug, page string) string {
	return under("/settings/apps/"+url.PathEscape(slug), page)
}

// ManageListing is a page of a listing's desk: "" is the overview, others are
// "text", "links", "data", "media", "plans", "translations/ja", "preview",
// "review", "try", "figures".
func ManageListing(slug, page string) string {
	return under("/marketplace/manage/"+url.PathEscape(slug), page)
}

// ListingPart is a page that belongs to a public listing: "permissions",
// "prices", "report", "claim".
func ListingPart(slug, part string) string { return under(Listing(slug), part) }

// OrgApps are an organization's GitHub Apps, or "new"; OrgOAuthApps its OAuth
// Apps, or "new".
func OrgApps(login, act string) string { return under(OrgSettings(login, "apps"), act) }

// OrgOAuthApps are an organization's OAuth Apps, or "new".
func OrgOAuthApps(login, act string) string { return under(OrgSettings(login, "applications"), act) }

// Tile is the address of a logo as it stands beside a name, "" for none.
func Tile(hash string) string {
	if hash == "" {
		return ""
	}
	return ImageSized(hash, 128)
}
