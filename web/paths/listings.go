package paths

import "strconv"

// What integrators write: drafts of listings.
const (
	ListingTextPat         = manage + "/text"
	ListingTranslationsPat = manage + "/translations"
	ListingTranslationPat  = manage + "/translations/:lang"
	ListingLinksPat        = manage + "/links"
	ListingDataPat         = manage + "/data"
	ListingPreviewPat      = manage + "/preview"
	ListingMarkdownPat     = manage + "/markdown"
	ListingHistoryPat      = manage + "/history"
	ListingVersionPat      = manage + "/history/:version"
	ListingRestorePat      = manage + "/history/:version/restore"
)

// ListingVersion is a page about one version of a listing's draft: "" or
// "restore".
func ListingVersion(slug string, version int, act string) string {
	return under(ManageListing(slug, "history/"+strconv.Itoa(version)), act)
}
