package models

// What is refused about files of listings.
var (
	// ErrListingFile is a file that can't be read, or holds what no draft can.
	ErrListingFile = &Error{Kind: Invalid, Code: "listing_file"}
	// ErrDraftBase is a draft that is written without saying which version was
	// changed.
	ErrDraftBase = &Error{Kind: Invalid, Code: "draft_base", Field: "If-Match"}

	lintErrors = []*Error{ErrListingFile, ErrDraftBase}
)
