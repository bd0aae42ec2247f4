package models

import (
	"regexp"
	"slices"
	"time"
)

// ListingState is where a listing stands between an idea and its end.
type ListingState string

// The states of a listing.
const (
	ListingDraft            ListingState = "draft"
	ListingSubmitted        ListingState = "submitted"
	ListingInReview         ListingState = "in_review"
	ListingChangesRequested ListingState = "changes_requested"
	ListingPublished        ListingState = "published"
	ListingUnlisted         ListingState = "unlisted"
	ListingArchived         ListingState = "archived"
	ListingRejected         ListingState = "rejected"
	ListingTakenDown        ListingState = "taken_down"
)

// ErrListingState refuses a transition that the state machine doesn't have.
var ErrListingState = &Error{Kind: Conflict, Code: "listing_state"}

// ErrTooManyCompared refuses a comparison of more than MaxCompared listings.
var ErrTooManyCompared = &Error{Kind: Invalid, Code: "too_many_compared", Field: "apps"}

// Limits of a listing's fields, in characters or pieces. Where GitHub names a
// limit it is GitHub's (255 for the name, five screenshots, ten languages).
const (
	MaxName         = 255
	MaxTagline      = 120
	MaxIntroduction = 600
	MaxDescription  = 20_000
	MaxCategories   = 5
	MaxProgramming  = 10
	MaxKeywords     = 20
	MaxScreenshots  = 5
	MaxCompared     = 4
)

// Listing is an app's page in the marketplace.
//
// Installs and Stars are nil when unknown; their AsOf is the day the figure
// was seen. Programming holds the programming languages that the app is made
// for (empty: any or unknown), Keywords words that people search for.
type Listing struct {
	ID            int64
	AppID         int64
	Slug          string
	Name          string
	State         ListingState
	Revision      int
	Tagline       string
	Introduction  string
	Description   string // Markdown
	Keywords      []string
	Programming   []string
	Links         Links
	Installs      *int64
	InstallsAsOf  *time.Time
	Stars         *int64
	StarsAsOf     *time.Time
	Discontinued  bool
	LogoHash      string
	LogoBackdrop  string // six hex digits
	PublishedAt   *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
	ContentDigest []byte
}

// To moves the listing to the next state. Repeating the present state changes
// nothing; a step that the machine doesn't have is ErrListingState.
func (l *Listing) To(next ListingState) (changed bool, err error) {
	if l.State == next {
		return false, nil
	}
	if !slices.Contains(ListingStates()[l.State], next) {
		return false, ErrListingState
	}
	l.State = next
	return true, nil
}

// Public reports whether anyone may see the listing.
func (l *Listing) Public() bool { return l.State == ListingPublished }

// Links are a listing's addresses elsewhere; empty where there is none.
type Links struct {
	Support       string `json:"support,omitempty"`
	Documentation string `json:"documentation,omitempty"`
	Repository    string `json:"repository,omitempty"`
	Status        string `json:"status,omitempty"`
	Pricing       string `json:"pricing,omitempty"`
	Installation  string `json:"installation,omitempty"`
	Company       string `json:"company,omitempty"`
	Privacy       string `json:"privacy,omitempty"`
	Terms         string `json:"terms,omitempty"`
}

// Translation is a listing's texts in one language other than English. Empty
// fields fall back to English.
type Translation struct {
	ListingID    int64
	Language     string
	Name         string
	Tagline      string
	Introduction string
	Description  string
}

// Screenshot is one picture on a listing's page, stored by the hash of its
// bytes.
type Screenshot struct {
	ListingID int64
	Position  int
	ImageHash string
	Caption   string
	Width     int
	Height    int
}

// Revision is what a listing said at one time: a numbered, immutable copy of
// its content as an entry of the exchange format.
type Revision struct {
	ListingID int64
	Number    int
	State     ListingState
	Content   []byte // JSON
	CreatedAt time.Time
}

// slugPattern is the form of slugs in addresses.
var slugPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9_.]|-+[a-z0-9_.]){0,99}$`)

// ValidSlug reports whether s may be the slug of an app, listing or category.
func ValidSlug(s string) bool { return len(s) <= 100 && slugPattern.MatchString(s) }
