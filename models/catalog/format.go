package catalog

import (
	"encoding/json"

	"souk/models"
)

// The exchange format is JSON Lines: one JSON object a line, in UTF-8. The
// first line names the format; each further line holds one thing under the
// name of its kind. docs/catalogue-format.md describes every field.
//
//	{"souk":"catalogue","version":1}
//	{"category":{"slug":"security","names":{"en":"Security"}}}
//	{"publisher":{"login":"octocat","name":"The Octocat"}}
//	{"listing":{"slug":"linter","name":"Linter","type":"github_app"}}
type line struct {
	Souk      string          `json:"souk,omitempty"`
	Version   int             `json:"version,omitempty"`
	Category  *CategoryEntry  `json:"category,omitempty"`
	Publisher *PublisherEntry `json:"publisher,omitempty"`
	Listing   *ListingEntry   `json:"listing,omitempty"`
}

// FormatVersion is the version of the exchange format that is written; it and
// older ones are read.
const FormatVersion = 1

// CategoryEntry is a category in the exchange format.
type CategoryEntry struct {
	Slug         string       `json:"slug"`
	Position     int          `json:"position,omitempty"`
	Names        models.Texts `json:"names"`
	Descriptions models.Texts `json:"descriptions,omitempty"`
}

// PublisherEntry is a publisher in the exchange format. A missing verified
// leaves an account as it is.
type PublisherEntry struct {
	Login      string             `json:"login"`
	Kind       models.AccountKind `json:"kind,omitempty"` // organization when missing
	Name       string             `json:"name,omitempty"`
	WebsiteURL string             `json:"website_url,omitempty"`
	Verified   *bool              `json:"verified,omitempty"`
}

// ListingEntry is a listing with its app, plans and texts, and the figures that
// a catalogue has of it. Whatever is missing is unknown; permissions, events and
// scopes that are present but empty say that the app asks for nothing. Dates are
// YYYY-MM-DD, times RFC 3339.
type ListingEntry struct {
	models.ListingContent

	State        models.ListingState `json:"state,omitempty"` // published when missing
	Installs     *int64              `json:"installs,omitempty"`
	InstallsAsOf string              `json:"installs_as_of,omitempty"`
	Stars        *int64              `json:"stars,omitempty"`
	StarsAsOf    string              `json:"stars_as_of,omitempty"`
	Discontinued bool                `json:"discontinued,omitempty"`
	PublishedAt  string              `json:"published_at,omitempty"`
}

// marshal writes v as it stands in the format: no HTML escapes, one line.
func marshal(v any) ([]byte, error) { return json.Marshal(v) }
