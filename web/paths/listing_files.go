package paths

import "net/url"

// Listings as files, in the catalogue API.
const (
	APILint             = API + "/lint"
	APIListingFilePat   = APIListingPat + "/file"
	APIListingDraftPat  = APIListingPat + "/draft"
	APIListingSubmitPat = APIListingPat + "/submit"
	APIAppListingPat    = API + "/apps/:app/listing"
)

// APIListingFile is a public listing as a file.
func APIListingFile(slug string) string { return APIListing(slug) + "/file" }

// APIListingDraft is a listing's draft.
func APIListingDraft(slug string) string { return APIListing(slug) + "/draft" }

// APIAppListing is the draft of an app's listing, which may not be there yet.
func APIAppListing(app string) string { return API + "/apps/" + url.PathEscape(app) + "/listing" }
